// A grammar of instructions: one sentence or none out of each group. Random search draws from it; others fall back to it.
import type { Random } from '../../domain/random.ts';

/** Who reads, how to look, what to do in doubt, what to mind, and how to answer; "" leaves the group out. */
export const GROUPS: readonly (readonly string[])[] = [
  ['', 'You are an experienced physician.', 'You are a careful reader of medical images.'],
  [
    '',
    'Look at the whole picture before you answer.',
    'Describe to yourself what you see, then answer.',
    'Compare both sides of the picture.',
  ],
  [
    '',
    'When you are unsure, give the most likely answer.',
    'Answer only what the picture shows.',
    'Do not guess.',
  ],
  [
    '',
    'Mind negations in the question.',
    'Read the question twice.',
    'Weigh every option against the others.',
  ],
  [
    '',
    'Give the answer alone and nothing else.',
    'Think step by step, then give the answer on the last line.',
    'Explain your answer.',
  ],
];

/** Number of different instructions, the empty one among them. */
export const INSTRUCTIONS = GROUPS.reduce((product, group) => product * group.length, 1);

export function randomInstruction(rng: Random): string {
  return GROUPS.map((group) => rng.pick(group))
    .filter((sentence) => sentence !== '')
    .join(' ');
}
