// What the comparison asks for, and its address: runs, baseline, protocol, and the filter of disagreements.
import type { RunRow } from '@shapes/runs.ts';
import { disagreementPage } from '@shapes/scores.ts';
import { get, withQuery } from '../../api/client.ts';
import type { ProtocolName } from '../run/data.ts';

/** Runs that one comparison takes at most. */
export const MOST_RUNS = 8;
export const PAGE = 25;

export type Search = Readonly<Record<string, string | undefined>>;

export const idsOf = (search: Search): string[] => [
  ...new Set((search.runs ?? '').split(',').filter((id) => id !== '')),
];

export interface DisagreementAsk {
  readonly runs: readonly string[];
  readonly protocol: ProtocolName;
  readonly stage: string | undefined;
  readonly type: string | undefined;
  readonly text: string | undefined;
  readonly sort: 'spread' | 'order';
  readonly offset: number;
}

export const askOf = (search: Search, runs: readonly string[], protocol: ProtocolName): DisagreementAsk => ({
  runs,
  protocol,
  stage: search.stage,
  type: search.type,
  text: search.text,
  sort: search.sort === 'order' ? 'order' : 'spread',
  offset: Math.max(0, Math.floor(Number(search.offset ?? 0)) || 0),
});

const queryOf = ({ runs, ...rest }: DisagreementAsk) => ({ runs: runs.join(','), ...rest, limit: PAGE });

export const disagreementsQuery = (ask: DisagreementAsk) => ({
  queryKey: ['runs', 'disagreements', ask],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get('/api/disagreements', disagreementPage, queryOf(ask), signal),
});

export const disagreementsCsv = (ask: DisagreementAsk): string =>
  withQuery('/api/disagreements', { ...queryOf({ ...ask, offset: 0 }), as: 'csv' });

/** Address of one of the comparison's tables. */
export const comparisonCsv = (
  runs: readonly string[],
  protocol: ProtocolName,
  baseline: string | undefined,
  table: string,
): string => withQuery('/api/reports', { runs: runs.join(','), protocol, baseline, as: 'csv', table });

/** Why a run cannot stand beside those that are chosen; undefined when it can. */
export function whyNot(run: RunRow, chosen: readonly RunRow[]): string | undefined {
  if (run.kind === 'ladder') return 'a ladder asks each question several times: look at it on its own page';
  if (Object.values(run.counts).every((n) => n === 0)) return 'it has read nothing yet';
  const [first] = chosen;
  if (first === undefined || chosen.some(({ id }) => id === run.id)) return undefined;
  if (run.benchmark.id !== first.benchmark.id) return 'it read another benchmark';
  if (run.format !== first.format)
    return run.format === 'mc' ? 'it was asked in multiple choice' : 'it was asked in free form';
  return chosen.length >= MOST_RUNS ? `${MOST_RUNS} runs are compared at most` : undefined;
}

/** Readers' names, with what tells them apart where two share one. */
export function namesOf(runs: readonly { readonly runId: string; readonly reader: string }[]): string[] {
  return runs.map(({ reader, runId }) =>
    runs.filter((other) => other.reader === reader).length > 1 ? `${reader} (${runId})` : reader,
  );
}
