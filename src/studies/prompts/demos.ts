// Solved examples: labelled ones with the right answer, bootstrapped ones with a reply of the model that passed.
import type { Random } from '../../domain/random.ts';
import type { Trial } from './ledger.ts';
import type { StudyItem } from './objective.ts';
import { type Demo, demoOf, type Prompt } from './prompt.ts';
import type { SearchTask } from './search.ts';

export function labelled({ question, oracle }: StudyItem): Demo {
  return demoOf(question, oracle);
}

export function bootstrapped({ item, asked }: Trial): Demo {
  return demoOf(item.question, asked.reply.trim());
}

/** Up to `count` labelled examples of different clusters. */
export function labelledSet(train: readonly StudyItem[], count: number, rng: Random): Demo[] {
  return fill([], train, count, rng);
}

/** Adds labelled examples of other clusters until there are `count`. */
export function fill(
  demos: readonly Demo[],
  train: readonly StudyItem[],
  count: number,
  rng: Random,
): Demo[] {
  const set = [...demos];
  const taken = new Set(set.map(({ patientId }) => patientId));
  for (const item of rng.shuffle(train)) {
    if (set.length >= count) break;
    if (taken.has(item.question.patientId)) continue;
    taken.add(item.question.patientId);
    set.push(labelled(item));
  }
  return set;
}

/** Up to `count` of the traces, of different clusters, in random order. */
export function tracedSet(traces: readonly Demo[], count: number, rng: Random): Demo[] {
  const set: Demo[] = [];
  const taken = new Set<string>();
  for (const demo of rng.shuffle(traces)) {
    if (set.length >= count) break;
    if (taken.has(demo.patientId)) continue;
    taken.add(demo.patientId);
    set.push(demo);
  }
  return set;
}

/** Reads training items under a prompt until `wanted` passed or `most` were read: what the model can do by itself. */
export async function traces(
  { train, ledger, rng }: Pick<SearchTask, 'train' | 'ledger' | 'rng'>,
  prompt: Prompt,
  { wanted, most }: { readonly wanted: number; readonly most: number },
): Promise<Demo[]> {
  const order = rng.fork('traces').shuffle(train).slice(0, most);
  const found: Demo[] = [];
  for (let at = 0; at < order.length && found.length < wanted; at += wanted) {
    const batch = order.slice(at, at + wanted).slice(0, ledger.left());
    if (batch.length === 0) break;
    const trials = await ledger.read(prompt, batch);
    found.push(...trials.filter(({ passed }) => passed).map(bootstrapped));
  }
  return found.slice(0, wanted);
}
