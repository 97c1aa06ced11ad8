// As SIMBA: mini-batches are read several ways; items whose scores vary most teach a rule or give an example.
import type { Random } from '../../../domain/random.ts';
import { bootstrapped } from '../demos.ts';
import type { Trial } from '../ledger.ts';
import { type Prompt, promptKey } from '../prompt.ts';
import { fromContrast, proposed } from '../proposals.ts';
import { meanScore, type Optimiser, type SearchTask } from '../search.ts';

/** Training items of a mini-batch, readings of each, and new prompts of a step. */
const BATCH = 8;
const READINGS = 3;
const CHILDREN = 4;
/** Of a search's calls, the share kept for validating the best in the end. */
const KEPT = 0.34;
/** Difference in score that makes a prompt e times as likely to be a source. */
const SHARPNESS = 0.05;

interface Known {
  readonly prompt: Prompt;
  /** Sum and number of the scores of its reads, at whatever temperature. */
  sum: number;
  count: number;
}

export const simba: Optimiser = {
  id: 'simba',
  summary: 'as SIMBA: items whose scores vary most add a rule or an example',
  async search(task) {
    const { base, train, validation, ledger, rng, validate, pool } = task;
    const known = new Map<string, Known>();
    const add = (prompt: Prompt): Known => {
      const key = promptKey(prompt);
      const found = known.get(key) ?? { prompt, sum: 0, count: 0 };
      known.set(key, found);
      return found;
    };
    const note = (prompt: Prompt, trials: readonly Trial[]) => {
      const found = add(prompt);
      found.sum += meanScore(trials) * trials.length;
      found.count += trials.length;
    };
    note(base, pool()[0].trials);
    const all = ledger.left();
    const keep = Math.max(
      validation.length,
      Math.floor((KEPT * all) / validation.length) * validation.length,
    );
    const size = Math.min(BATCH, train.length);
    for (let step = 1; ledger.left() - keep >= size * (READINGS + 1); step++) {
      const batch = rng.shuffle(train).slice(0, size);
      const sources = () => sourceOf([...known.values()], size, rng).prompt;
      const buckets = await readings(task, sources, note, batch, step);
      const children: Prompt[] = [];
      for (const bucket of buckets) {
        if (children.length >= CHILDREN || ledger.left() - keep < size) break;
        const child = await changed(task, sources(), bucket);
        if (child !== undefined && !known.has(promptKey(child))) children.push(child);
      }
      for (const child of children) {
        if (ledger.left() - keep < size) break;
        note(child, await ledger.read(child, batch));
      }
    }
    const promise = promiseOf([...known.values()], size);
    for (const { prompt } of [...known.values()].sort((a, b) => promise(b) - promise(a))) {
      if (ledger.needed(prompt, validation) > ledger.left()) break;
      await validate(prompt);
    }
  },
};

/** Each item of the batch read several times under prompts drawn by their score; most varied first. */
async function readings(
  { ledger, rng }: SearchTask,
  sources: () => Prompt,
  note: (prompt: Prompt, trials: readonly Trial[]) => void,
  batch: SearchTask['train'],
  step: number,
): Promise<Trial[][]> {
  const trials: Trial[][] = batch.map(() => []);
  for (let reading = 0; reading < READINGS; reading++) {
    const prompt = sources();
    const read = await ledger.read(prompt, batch, step * READINGS + reading);
    note(prompt, read);
    for (const [at, trial] of read.entries()) trials[at].push(trial);
  }
  const range = (own: readonly Trial[]) => {
    const scores = own.flatMap(({ score }) => (score === null ? [] : [score]));
    return scores.length === 0 ? 0 : Math.max(...scores) - Math.min(...scores);
  };
  return rng.shuffle(trials).sort((a, b) => range(b) - range(a));
}

/** The source with an example out of the bucket's best reply, or a rule out of its best against its worst. */
async function changed(
  task: SearchTask,
  source: Prompt,
  bucket: readonly Trial[],
): Promise<Prompt | undefined> {
  const { ledger, rng, maxDemos } = task;
  const ordered = bucket
    .filter(({ score }) => score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const [good, bad] = [ordered.at(0), ordered.at(-1)];
  if (good === undefined || bad === undefined) return undefined;
  if (maxDemos > 0 && good.passed && rng.next() < 0.5) {
    const demo = bootstrapped(good);
    const others = source.demos.filter(({ patientId }) => patientId !== demo.patientId);
    // A full set loses one at random.
    const kept = others.length < maxDemos ? others : rng.shuffle(others).slice(1);
    return { ...source, demos: [...kept, demo] };
  }
  if ((good.score ?? 0) <= (bad.score ?? 0)) return undefined;
  const advice = proposed(await ledger.propose(fromContrast(source.instruction, good, bad), [good.item]));
  if (advice === undefined || source.instruction.includes(advice)) return undefined;
  return { ...source, instruction: [source.instruction, advice].filter((text) => text !== '').join('\n') };
}

/**
 * The mean score, drawn towards that of all prompts by as many items as a batch has: luck on one batch does not decide
 * alone.
 */
function promiseOf(known: readonly Known[], prior: number): (one: Known) => number {
  const means = known.flatMap(({ sum, count }) => (count === 0 ? [] : [sum / count]));
  const all = means.reduce((total, mean) => total + mean, 0) / Math.max(1, means.length);
  return ({ sum, count }) => (sum + prior * all) / (count + prior);
}

/** A prompt, the more promising the likelier. */
function sourceOf(known: readonly Known[], prior: number, rng: Random): Known {
  const promise = promiseOf(known, prior);
  const weights = known.map((one) => Math.exp(promise(one) / SHARPNESS));
  let left = rng.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return known[at];
  }
  return known[known.length - 1];
}
