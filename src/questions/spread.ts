// How the keys of a type are spread, and how its wrong options have been so far: what both are levelled by.
import type { Random } from '../domain/random.ts';

/** Options of a question where a type does not say otherwise. */
export const OPTION_COUNT = 4;

/** How often the key of a type has stood at each rank among its sorted options so far. */
export type RankTally = number[];

/** What the options of a type depend on beyond the question itself. */
export interface TypeSpread {
  /** How often each text is a key of the type. */
  readonly answers: ReadonlyMap<string, number>;
  /** Numbers that are keys more than once, ascending. */
  readonly repeated: readonly number[];
  /** Of those numbers, how often each is a key; and of all keys, how many are among them. */
  readonly times: readonly number[];
  readonly share: number;
  /** Wrong options that are no keys and are to be shown again, and how often. Updated. */
  readonly again: Map<string, number>;
  /** Wrong options so far that are shown several times, as key or not; all of them. Updated. */
  readonly shown: { repeated: number; all: number };
  /** How often each text that is a key somewhere has been a wrong option so far; updated. */
  readonly wrong: Map<string, number>;
  /** Updated with every numeric question. */
  readonly ranks: RankTally;
}

export function newSpread(answers: ReadonlyMap<string, number> = new Map()): TypeSpread {
  const several = [...answers].filter(
    ([text, times]) => times > 1 && text.trim() !== '' && Number.isFinite(Number(text)),
  );
  const times = several.map(([, n]) => n);
  const all = [...answers.values()].reduce((a, b) => a + b, 0);
  return {
    answers,
    repeated: several.map(([text]) => Number(text)).sort((a, b) => a - b),
    times,
    share: all === 0 ? 0 : times.reduce((a, b) => a + b, 0) / all,
    shown: { repeated: 0, all: 0 },
    again: new Map(),
    wrong: new Map(),
    ranks: new Array<number>(OPTION_COUNT).fill(0),
  };
}

/**
 * How often a text is still to be a wrong option. Right once in `count` times that it is shown, it tells nothing,
 * however common it is.
 */
export function lacking({ answers, wrong }: TypeSpread, text: string, count: number): number {
  return Math.max(0, (count - 1) * (answers.get(text) ?? 0) - (wrong.get(text) ?? 0));
}

/** Whether wrong options have repeated more rarely so far than keys do. */
export const repeatsTooRarely = ({ shown, share }: TypeSpread): boolean => shown.repeated < share * shown.all;

/** Numbers to be shown again that are kept in mind. */
const MEMORY = 256;

/**
 * Notes the wrong options of a question. Where they repeat too rarely, one that is no key is to be shown as often as
 * some key is one.
 */
export function noteWrong(spread: TypeSpread, texts: Iterable<string>, stream: Random): void {
  const { answers, wrong, again, times, shown } = spread;
  for (const text of texts) {
    const asKey = answers.get(text);
    if (asKey !== undefined) wrong.set(text, (wrong.get(text) ?? 0) + 1);
    let left = again.get(text);
    if (asKey === undefined && left === undefined && repeatsTooRarely(spread) && again.size < MEMORY)
      left = stream.pick(times);
    if ((asKey ?? 0) > 1 || left !== undefined) shown.repeated++;
    shown.all++;
    if (left !== undefined && left > 1) again.set(text, left - 1);
    else again.delete(text);
  }
}

/** Of texts that lack nothing one is drawn only when no others are left. */
const LAST_RESORT = 1e-6;

/** Up to `n` different texts of a pool, each drawn by what it lacks as a wrong option. */
export function drawLacking(
  pool: readonly string[],
  n: number,
  spread: TypeSpread,
  count: number,
  stream: Random,
): string[] {
  const left = [...pool];
  const out: string[] = [];
  while (out.length < n && left.length > 0) {
    const mass = left.map((text) => lacking(spread, text, count) ** 2 + LAST_RESORT);
    let ticket = stream.uniform(
      0,
      mass.reduce((a, b) => a + b, 0),
    );
    let index = 0;
    while (index < left.length - 1 && ticket >= mass[index]) ticket -= mass[index++];
    out.push(...left.splice(index, 1));
  }
  return out;
}
