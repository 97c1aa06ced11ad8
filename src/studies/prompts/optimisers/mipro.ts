// As MIPROv2: instructions × example sets, chosen by a surrogate on mini-batches, the best of them validated in full.
import type { Random } from '../../../domain/random.ts';
import { fill, labelledSet, tracedSet, traces } from '../demos.ts';
import { randomInstruction } from '../grammar.ts';
import { type Demo, type Prompt, promptKey } from '../prompt.ts';
import { fromTask, proposed, TIPS } from '../proposals.ts';
import { meanScore, type Optimiser, type SearchTask } from '../search.ts';
import { nextChoice, type Observation } from '../tpe.ts';

/** Instructions and example sets, the base's own among each. */
const CHOICES = { instructions: 6, sets: 6 } as const;
/** Items of a mini-batch, and mini-batches between two full validations. */
const BATCH = 15;
const BETWEEN_VALIDATIONS = 4;
/** Training items shown for a proposal. */
const SHOWN = 6;

export const mipro: Optimiser = {
  id: 'mipro',
  summary: 'as MIPROv2: proposed instructions × example sets, chosen by a surrogate on mini-batches',
  async search(task) {
    const { base, validation, ledger, rng, validate } = task;
    const sets = await exampleSets(task);
    const instructions = await proposedInstructions(task);
    const promptOf = ([i, d]: readonly number[]): Prompt => ({
      instruction: instructions[i],
      demos: sets[d],
    });
    const sizes = [instructions.length, sets.length];
    const observed: Observation[] = [];
    /** All reads of a combination so far: batches differ, so values are means over them. */
    const tried = new Map<string, { choice: readonly number[]; values: number[] }>();
    const validated = new Set([promptKey(base)]);
    const size = Math.min(BATCH, validation.length);
    const best = () =>
      [...tried.values()]
        .filter(({ choice }) => isOpen(choice))
        .map(({ choice, values }) => ({ choice, value: mean(values) }))
        .sort((a, b) => b.value - a.value)[0];
    const validateBest = async (): Promise<boolean> => {
      const chosen = best();
      if (chosen === undefined) return false;
      const prompt = promptOf(chosen.choice);
      validated.add(promptKey(prompt));
      const { value } = await validate(prompt);
      observed.push({ choice: chosen.choice, value });
      return true;
    };
    const isOpen = (choice: readonly number[]) => !validated.has(promptKey(promptOf(choice)));
    for (;;) {
      for (let trial = 0; trial < BETWEEN_VALIDATIONS; trial++) {
        const choice = nextChoice(observed, { sizes, open: isOpen }, rng);
        if (choice === undefined) break;
        const prompt = promptOf(choice);
        const batch = rng.shuffle(validation).slice(0, size);
        // What is left goes to a full validation: a mini-batch alone makes no candidate.
        if (ledger.left() - ledger.needed(prompt, batch) < validation.length) break;
        const value = meanScore(await ledger.read(prompt, batch));
        observed.push({ choice, value });
        const key = choice.join('/');
        const known = tried.get(key) ?? { choice, values: [] };
        known.values.push(value);
        tried.set(key, known);
      }
      if (!(await validateBest())) break;
    }
  },
};

/** None, labelled ones, and mixtures of replies that passed with labelled ones. */
async function exampleSets(task: SearchTask): Promise<Demo[][]> {
  const { base, train, maxDemos, rng } = task;
  if (maxDemos === 0) return [[...base.demos]];
  const found = await traces(task, base, { wanted: 2 * maxDemos, most: 8 * maxDemos });
  const sets: Demo[][] = [[...base.demos], labelledSet(train, maxDemos, rng)];
  while (sets.length < CHOICES.sets) {
    const own = tracedSet(found, 1 + rng.int(maxDemos), rng);
    sets.push(fill(own, train, maxDemos, rng));
  }
  return sets;
}

/** The base's, one from each of several requests with different tips, and grammar where proposals fail. */
async function proposedInstructions({ base, train, ledger, rng }: SearchTask): Promise<string[]> {
  const found = new Set([base.instruction]);
  for (const tip of shuffledTips(rng).slice(0, CHOICES.instructions - 1)) {
    const items = rng.shuffle(train).slice(0, SHOWN);
    const trials = await ledger.read(base, items);
    found.add(proposed(await ledger.propose(fromTask(base.instruction, trials, tip), items)) ?? '');
  }
  while (found.size < CHOICES.instructions) found.add(randomInstruction(rng));
  return [...found];
}

function shuffledTips(rng: Random): string[] {
  return rng.shuffle(TIPS);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
