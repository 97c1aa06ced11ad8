// What the page of a run asks for, and its address: the protocol and the filter of the list below.
import { type ReadFilterShape, readChoices, readFilter } from '@shapes/reads.ts';
import { runDetail, scored } from '@shapes/scores.ts';
import { get } from '../../api/client.ts';
import type { MarkTarget } from '../../figures/mark.tsx';

export type ProtocolName = 'strict' | 'published';

const runAt = (run: string): string => `/api/runs/${encodeURIComponent(run)}`;

export const detailQuery = (run: string) => ({
  queryKey: ['runs', run, 'detail'],
  queryFn: ({ signal }: { signal: AbortSignal }) => get(runAt(run), runDetail, {}, signal),
});

export const reportQuery = (run: string, protocol: ProtocolName) => ({
  queryKey: ['runs', run, 'report', protocol],
  queryFn: ({ signal }: { signal: AbortSignal }) => get(`${runAt(run)}/report`, scored, { protocol }, signal),
});

export const choicesQuery = (run: string, protocol: ProtocolName) => ({
  queryKey: ['runs', run, 'choices', protocol],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get(`${runAt(run)}/choices`, readChoices, { protocol }, signal),
});

export const reportsQuery = (runs: readonly string[], protocol: ProtocolName, baseline?: string) => ({
  queryKey: ['runs', 'reports', runs, protocol, baseline],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get('/api/reports', scored, { runs: runs.join(','), protocol, baseline }, signal),
});

/** Address of one of the report's tables. */
export const tableAddress = (run: string, protocol: ProtocolName, table: string): string =>
  `${runAt(run)}/report?protocol=${protocol}&as=csv&table=${table}`;

export const protocolOf = (search: Readonly<Record<string, unknown>>): ProtocolName =>
  search.protocol === 'published' ? 'published' : 'strict';

/** The filter that an address holds; what is no filter is left out. */
export function filterOf(search: Readonly<Record<string, unknown>>): ReadFilterShape {
  const found = readFilter.safeParse(search);
  return found.success ? found.data : {};
}

/** Where marks of a run lead: its reads under the same protocol. */
export const targets =
  (run: string, protocol: ProtocolName) =>
  (filter: ReadFilterShape): MarkTarget => ({ run, search: { ...filter, protocol } });
