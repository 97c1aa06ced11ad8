// Bootstrap few-shot with random search: replies of the model that passed become examples, and example sets are searched.
import { fill, labelledSet, tracedSet, traces } from '../demos.ts';
import type { Optimiser } from '../search.ts';

const GIVE_UP = 200;

export const bootstrapFewShot: Optimiser = {
  id: 'bootstrap',
  summary: 'BootstrapFewShotRandomSearch: sets of examples from the model’s own replies that passed',
  async search(task) {
    const { base, train, maxDemos, validate, pool, rng } = task;
    if (maxDemos === 0) return;
    const { instruction } = base;
    await validate({ instruction, demos: labelledSet(train, maxDemos, rng) });
    const found = await traces(task, base, { wanted: 4 * maxDemos, most: train.length });
    await validate({ instruction, demos: tracedSet(found, maxDemos, rng) });
    for (let known = 0; known < GIVE_UP; ) {
      const before = pool().length;
      const own = tracedSet(found, 1 + rng.int(maxDemos), rng);
      // As released: what is left of a set is filled up with labelled items.
      const demos = rng.next() < 0.5 ? own : fill(own, train, maxDemos, rng);
      await validate({ instruction, demos: rng.shuffle(demos) });
      known = pool().length > before ? 0 : known + 1;
    }
  },
};
