// longest-option: the option with the most characters, which wins where the key is worded with more care.
import { random } from '../../domain/random.ts';
import { baseline } from '../baseline.ts';

export default baseline({
  id: 'longest-option',
  summary: 'the option with the longest text; a tie is drawn',
  formats: ['mc'],
  answer: ({ question, seed }) => {
    const longest = Math.max(...question.options.map((option) => option.text.length));
    const tied = question.options.filter((option) => option.text.length === longest);
    return random(seed, 'longest').pick(tied).letter;
  },
});
