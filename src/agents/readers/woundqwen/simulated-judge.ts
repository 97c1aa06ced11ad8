// The simulated reader of wounds: judges by a declared rule from the attributes that its question states, and errs.

import type { Random } from '../../../domain/random.ts';
import type { SeenRequest } from '../../../experts/testing/simulated-reader.ts';
import { factsIn, type WoundFacts } from './attributes.ts';

/** Share of replies that are another option, drawn evenly. */
export const SLIP = 0.1;

/**
 * Signs that count towards a severe judgement: pus 3, other exudate 1, erythema 1, edema 1, a wound that has not
 * healed 1. Nothing told, nothing counted: the mildest option.
 */
export function severity(facts: WoundFacts): 0 | 1 | 2 {
  const exudate = { Purulent: 3, Seropurulent: 3, Serous: 1, Sanguineous: 1 }[facts.exudate ?? ''] ?? 0;
  const signs =
    exudate +
    (facts.erythema === 'Existent' ? 1 : 0) +
    (facts.edema === 'Existent' ? 1 : 0) +
    (facts.status === 'Not Healed' ? 1 : 0);
  return signs >= 4 ? 2 : signs >= 2 ? 1 : 0;
}

const GRADES = [/\b(?:low|green)\b/i, /\b(?:medium|yellow)\b/i, /\b(?:high|red)\b/i];

/** Answers a stage-2 question with a letter. Looks at the words of the request and nothing else. */
export function judgeWound(
  { asked }: Pick<SeenRequest, 'asked'>,
  rng: Pick<Random, 'next' | 'pick'>,
): string {
  const options = [...asked.matchAll(/^([A-Z])\. (.*)$/gm)].map(([, letter, text]) => ({ letter, text }));
  const grade = severity(factsIn(asked));
  const right = options.find(({ text }) => GRADES[grade].test(text)) ?? options[0];
  if (right === undefined) return 'I see no options.';
  const others = options.filter((option) => option !== right);
  return rng.next() < SLIP && others.length > 0 ? rng.pick(others).letter : right.letter;
}
