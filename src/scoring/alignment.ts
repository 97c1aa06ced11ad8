// A gold chain and a call log side by side: which call makes which step, and where the log first deviates.
import type { Key } from '../domain/question.ts';
import { isNote, type ToolCall } from '../domain/read.ts';
import { asksFor, deviationAt, type ErrorCause, firstDeviation } from './attribution.ts';

export interface AlignedRow {
  /** Index of the gold step; absent for what the reader did besides the chain. */
  readonly gold?: number;
  /** Indices of the logged calls: those that make the step, or come nearest to it. */
  readonly calls: readonly number[];
  /** How the calls deviate from the step; absent where they do not. */
  readonly cause?: ErrorCause;
}

export interface Alignment {
  /** Steps in the order of the chain; other calls stand after the last step that an earlier call belongs to. */
  readonly rows: readonly AlignedRow[];
  /** First deviation, as error attribution counts it: a row, or −1 for the conclusion. */
  readonly first: { readonly row: number; readonly cause: ErrorCause };
}

export interface AlignmentOptions {
  /** Of values, relative. Default 0.01. */
  readonly tolerance?: number;
  /** Turns in which tools could be called; absent: no limit is known. */
  readonly turns?: number;
}

/** Lays a log beside the chain. `first` says where a wrong read went wrong; of a right one it says nothing. */
export function alignCalls(
  key: Pick<Key, 'evidence'>,
  logged: readonly ToolCall[],
  options: AlignmentOptions = {},
): Alignment {
  const calls = logged.filter((call) => !isNote(call));
  const taken = new Set<number>();
  const causes = key.evidence.map((step) => deviationAt(step, calls, options.tolerance));
  const take = (found: number[]): number[] => {
    for (const at of found) taken.add(at);
    return found;
  };
  // Calls that ask for just what a step asks for belong to it before any other step may have them.
  const chosen = key.evidence.map((step, s) => {
    const asking = indicesOf(logged, (call, at) => !taken.has(at) && asksFor(step, call));
    // Of several the one that makes the step; of look-ups, which ask in free words, that one alone.
    const made = asking.filter((at) => deviationAt(step, [logged[at]], options.tolerance) === undefined);
    const best = made.length > 0 ? made.slice(0, 1) : asking;
    return take(step.primitive === 'knowledge' ? best.slice(0, 1) : causes[s] === undefined ? best : asking);
  });
  const rows = key.evidence.map((step, gold): AlignedRow => {
    const cause = causes[gold];
    const near =
      chosen[gold].length > 0 || cause !== 'wrong-argument'
        ? []
        : take(indicesOf(logged, (call, at) => !taken.has(at) && call.tool === step.tool).slice(0, 1));
    return {
      gold,
      calls: chosen[gold].length > 0 ? chosen[gold] : near,
      ...(cause === undefined ? {} : { cause }),
    };
  });
  const all = besides(rows, logged.length, taken);
  const cause = firstDeviation(key, logged, options);
  const row = cause === 'wrong-conclusion' ? -1 : all.findIndex((each) => each.cause !== undefined);
  return { rows: all, first: { row, cause } };
}

/** The rows with the other calls between them, each after the last row that has an earlier call. */
function besides(rows: readonly AlignedRow[], calls: number, taken: ReadonlySet<number>): AlignedRow[] {
  const after = new Map<number, number[]>();
  for (let call = 0; call < calls; call++) {
    if (taken.has(call)) continue;
    const row = rows.findLastIndex((each) => each.calls.some((at) => at < call));
    after.set(row, [...(after.get(row) ?? []), call]);
  }
  const alone = (row: number) => (after.get(row) ?? []).map((call): AlignedRow => ({ calls: [call] }));
  return [...alone(-1), ...rows.flatMap((row, at) => [row, ...alone(at)])];
}

function indicesOf<T>(list: readonly T[], wanted: (item: T, at: number) => boolean): number[] {
  return list.flatMap((item, at) => (wanted(item, at) ? [at] : []));
}
