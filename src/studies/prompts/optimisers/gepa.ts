// As GEPA: reflection on replies rewrites an instruction; parents come from the Pareto front over items; fronts are merged.
import type { Random } from '../../../domain/random.ts';
import { promptKey } from '../prompt.ts';
import { fromMerger, fromReflection, proposed } from '../proposals.ts';
import { type Candidate, meanScore, type Optimiser, type SearchTask } from '../search.ts';

/** Training items of a mini-batch. */
const BATCH = 6;
/** Accepted reflections between two mergers, and mergers at most. */
const BETWEEN_MERGERS = 2;
const MERGERS = 4;
/** Rounds in a row that brought nothing. */
const GIVE_UP = 30;

export const gepa: Optimiser = {
  id: 'gepa',
  summary: 'as GEPA: instructions rewritten by reflection, a Pareto front over items, mergers',
  async search(task) {
    const { train, ledger, rng, validate, pool } = task;
    const batches = minibatches(train, Math.min(BATCH, train.length), rng);
    let accepted = 0;
    let mergers = 0;
    const merged = new Set<string>();
    for (let idle = 0; idle < GIVE_UP; idle++) {
      if (accepted >= BETWEEN_MERGERS && mergers < MERGERS) {
        accepted = 0;
        mergers++;
        if (await merge(task, merged)) idle = -1;
        continue;
      }
      const parent = drawn(pool(), rng);
      const batch = batches();
      const before = await ledger.read(parent.prompt, batch);
      // Nothing to learn from replies that are all right.
      if (before.every(({ passed }) => passed)) continue;
      const reply = await ledger.propose(fromReflection(parent.prompt.instruction, before), batch);
      const instruction = proposed(reply);
      if (instruction === undefined) continue;
      const child = { ...parent.prompt, instruction };
      const after = await ledger.read(child, batch);
      if (meanScore(after) <= meanScore(before)) continue;
      const known = pool().length;
      await validate(child);
      if (pool().length > known) {
        accepted++;
        idle = -1;
      }
    }
  },
};

/** Combines two members of the front; kept when it is at least as good as both where they differ. */
async function merge(
  { ledger, rng, validate, pool, train }: SearchTask,
  done: Set<string>,
): Promise<boolean> {
  const front = rng.shuffle(paretoFront(pool()).map(({ candidate }) => candidate));
  const pairs = front.flatMap((a, at) => front.slice(at + 1).map((b) => [a, b] as const));
  const pair = pairs.find((two) => !done.has(pairKey(two)));
  if (pair === undefined) return false;
  done.add(pairKey(pair));
  const [a, b] = pair;
  // The request shows no item; it is linked to one whose replies the instructions come from.
  const reply = await ledger.propose(
    fromMerger(a.prompt.instruction, b.prompt.instruction),
    train.slice(0, 1),
  );
  const instruction = proposed(reply);
  if (instruction === undefined) return false;
  const child = { ...(a.value >= b.value ? a : b).prompt, instruction };
  const batch = rng.shuffle(train).slice(0, BATCH);
  const [own, ofA, ofB] = [
    meanScore(await ledger.read(child, batch)),
    meanScore(await ledger.read(a.prompt, batch)),
    meanScore(await ledger.read(b.prompt, batch)),
  ];
  if (own < Math.max(ofA, ofB)) return false;
  const known = pool().length;
  await validate(child);
  return pool().length > known;
}

function pairKey([a, b]: readonly [Candidate, Candidate]): string {
  return [promptKey(a.prompt), promptKey(b.prompt)].sort().join(' ');
}

/** Candidates that are best on some validation item and dominated by none, with the number of such items. */
export function paretoFront(
  candidates: readonly Candidate[],
): { readonly candidate: Candidate; readonly wins: number }[] {
  const items = candidates[0]?.trials.length ?? 0;
  const score = (candidate: Candidate, at: number) => candidate.trials[at].score ?? Number.NEGATIVE_INFINITY;
  const wins = new Map<Candidate, number>();
  for (let at = 0; at < items; at++) {
    const top = Math.max(...candidates.map((candidate) => score(candidate, at)));
    for (const candidate of candidates)
      if (score(candidate, at) === top) wins.set(candidate, (wins.get(candidate) ?? 0) + 1);
  }
  const dominates = (a: Candidate, b: Candidate) => {
    let better = false;
    for (let at = 0; at < items; at++) {
      if (score(a, at) < score(b, at)) return false;
      if (score(a, at) > score(b, at)) better = true;
    }
    return better;
  };
  return [...wins]
    .filter(([candidate]) => !candidates.some((other) => other !== candidate && dominates(other, candidate)))
    .map(([candidate, won]) => ({ candidate, wins: won }));
}

/** A member of the front, in proportion to the items on which it is best. */
function drawn(candidates: readonly Candidate[], rng: Random): Candidate {
  const front = paretoFront(candidates);
  let left = rng.next() * front.reduce((sum, { wins }) => sum + wins, 0);
  for (const { candidate, wins } of front) {
    left -= wins;
    if (left < 0) return candidate;
  }
  return front[front.length - 1].candidate;
}

/** Mini-batches that pass through all items before any comes again. */
function minibatches<T>(items: readonly T[], size: number, rng: Random): () => T[] {
  let queue: T[] = [];
  return () => {
    if (queue.length < size) queue = rng.shuffle(items);
    return queue.splice(0, size);
  };
}
