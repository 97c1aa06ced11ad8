// most-frequent: the training split's most frequent answer of the type, or its most frequent letter.
import { baseline, needsPrior } from '../baseline.ts';

export default baseline({
  id: 'most-frequent',
  summary:
    "the type's most frequent training answer where it is an option, else its most frequent letter, else A",
  formats: ['mc', 'free'],
  answer: ({ question, format }, prior) => {
    if (format === 'free') return prior === undefined ? needsPrior : prior.mostFrequent;
    const letters = question.options.map((option) => option.letter);
    if (prior === undefined) return letters[0];
    const same = question.options.find(
      (option) => option.text.trim().toLowerCase() === prior.mostFrequent.trim().toLowerCase(),
    );
    // A number that happens to be an option says something; numbers are compared as text on purpose.
    return same?.letter ?? (letters.includes(prior.letter) ? prior.letter : letters[0]);
  },
});
