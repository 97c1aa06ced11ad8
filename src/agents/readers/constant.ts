// constant: always the first option; in free form "yes", the train median, or the most frequent training answer.
import { baseline, needsPrior } from '../baseline.ts';

export default baseline({
  id: 'constant',
  summary: 'always the first option; free form: "yes", the train median, the most frequent training answer',
  formats: ['mc', 'free'],
  usesPrior: true,
  answer: ({ question, format }, prior) => {
    if (format === 'mc') return question.options[0].letter;
    if (question.answerKind === 'binary') return 'yes';
    if (prior === undefined) return needsPrior;
    return question.answerKind === 'numeric' && prior.median !== undefined
      ? String(prior.median)
      : prior.mostFrequent;
  },
});
