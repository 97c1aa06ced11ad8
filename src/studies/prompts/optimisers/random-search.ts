// Random search: instructions drawn from the grammar with random labelled examples, each validated in full. The baseline.
import { labelledSet } from '../demos.ts';
import { randomInstruction } from '../grammar.ts';
import type { Optimiser } from '../search.ts';

/** Prompts drawn in a row that were all known already: the space is spent. */
const GIVE_UP = 200;

export const randomSearch: Optimiser = {
  id: 'random-search',
  summary: 'prompts drawn at random from a grammar of instructions and the labelled training items',
  async search({ train, maxDemos, validate, pool, rng }) {
    for (let known = 0; known < GIVE_UP; ) {
      const before = pool().length;
      await validate({
        instruction: randomInstruction(rng),
        demos: labelledSet(train, rng.int(maxDemos + 1), rng),
      });
      known = pool().length > before ? 0 : known + 1;
    }
  },
};
