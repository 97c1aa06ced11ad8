// middle-option: the median of the options' numbers, which wins where distractors surround the key.
import { random } from '../../domain/random.ts';
import { baseline, numberIn } from '../baseline.ts';

export default baseline({
  id: 'middle-option',
  summary: 'the option whose number lies in the middle; without numbers, the middle one as shown',
  formats: ['mc'],
  answer: ({ question, seed }) => {
    const numbered = question.options.map((option) => ({ option, value: numberIn(option.text) }));
    const sorted = numbered.every(({ value }) => value !== undefined)
      ? numbered.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))
      : numbered;
    const upper = sorted.length >> 1;
    // Of an even number of options two lie in the middle: one of them is drawn.
    const lower = (sorted.length - 1) >> 1;
    return sorted[random(seed, 'middle').pick([lower, upper])].option.letter;
  },
});
