// most-frequent: the training split's most frequent answer of the type, or its most frequent letter.
import { baseline, isPublishedYesNo, needsPrior } from '../baseline.ts';

export default baseline({
  id: 'most-frequent',
  summary:
    "the type's most frequent training answer where it is an option, else its most frequent letter, else A or yes",
  formats: ['mc', 'free'],
  usesPrior: true,
  answer: ({ question, format }, prior) => {
    if (format === 'free') return prior?.mostFrequent ?? (isPublishedYesNo(question) ? 'yes' : needsPrior);
    const letters = question.options.map((option) => option.letter);
    if (prior === undefined) return letters[0];
    // A number is never the same in two questions except by chance, so numeric types go by the letter alone.
    const frequent = question.answerKind === 'numeric' ? undefined : plain(prior.mostFrequent);
    const same = question.options.find((option) => plain(option.text) === frequent);
    return same?.letter ?? (letters.includes(prior.letter) ? prior.letter : letters[0]);
  },
});

function plain(text: string): string {
  return text.trim().toLowerCase();
}
