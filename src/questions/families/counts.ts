// Whole numbers as answers.
import type { NumericChoices } from '../choices.ts';
import type { Concluded } from '../question-type.ts';

export const countAnswer = (count: number, derivation?: string): Concluded => ({
  answer: String(count),
  value: count,
  ...(derivation === undefined ? {} : { derivation }),
});

/** The threshold of both rule sets, told wherever lesions are counted. */
export const SPECKS = 'Specks under 10 mm³ do not count.';

export const countChoices = (): NumericChoices => ({
  kind: 'numeric',
  decimals: 0,
  scale: 'ratio',
  minimum: 0,
  fromKeys: true,
});
