// What the page of a read asks the server for, and asks ahead so that moving on is instant.
import { otherReads, type ReadDetail, readDetail } from '@shapes/read.ts';
import { type Neighbours, neighbours, protocolName, readFilter } from '@shapes/reads.ts';
import { scanFacts } from '@shapes/scan.ts';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { get } from '../../api/client.ts';

export type Search = Readonly<Record<string, string | undefined>>;

export interface Address {
  readonly run: string;
  readonly question: string;
  readonly repeat: number;
  readonly protocol: 'strict' | 'published';
  /** What the list was filtered by, as it stands in the page's address. */
  readonly filter: Search;
}

export function useAddress(): Address {
  const { run = '', question = '' } = useParams({ strict: false }) as { run?: string; question?: string };
  const search = useSearch({ strict: false }) as Search;
  const repeat = Math.trunc(Number(search.repeat));
  const protocol = protocolName.safeParse(search.protocol);
  return {
    run,
    question,
    repeat: Number.isFinite(repeat) && repeat > 0 ? repeat : 0,
    protocol: protocol.success ? protocol.data : 'strict',
    filter: Object.fromEntries(
      Object.entries(search).filter(([name, value]) => name in readFilter.shape && value !== undefined),
    ),
  };
}

/** The query parameters of a read's page. */
export function searchOf({ repeat, protocol, filter }: Omit<Address, 'run' | 'question'>): Search {
  return {
    ...filter,
    repeat: repeat === 0 ? undefined : String(repeat),
    protocol: protocol === 'strict' ? undefined : protocol,
  };
}

export const readAddress = ({ run, question }: Pick<Address, 'run' | 'question'>): string =>
  `/api/runs/${encodeURIComponent(run)}/reads/${encodeURIComponent(question)}`;

const readQuery = (address: Address) => {
  const { run, question, repeat, protocol } = address;
  return queryOptions({
    // What is committed does not change: news of runs that go on is no reason to fetch it again.
    queryKey: ['read', run, question, repeat, protocol],
    queryFn: ({ signal }) => get(readAddress(address), readDetail, { repeat, protocol }, signal),
    staleTime: 60_000,
  });
};

const neighboursQuery = ({ run, question, repeat, protocol, filter }: Address) =>
  queryOptions({
    queryKey: ['neighbours', run, question, repeat, protocol, filter],
    queryFn: ({ signal }) =>
      get(
        `/api/runs/${encodeURIComponent(run)}/neighbours`,
        neighbours,
        { ...filter, question, repeat, protocol },
        signal,
      ),
    staleTime: 20_000,
  });

export const scanQuery = (base: string) =>
  queryOptions({
    queryKey: ['scan', base],
    queryFn: ({ signal }) => get(`${base}/scan`, scanFacts, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

const WAITING_MS = 4000;

export const useRead = (address: Address) =>
  useQuery({
    ...readQuery(address),
    // A read that is still to come.
    refetchInterval: ({ state: { data } }) => (data?.read === null ? WAITING_MS : false),
  });

export function useNeighbours(address: Address): Neighbours | undefined {
  const { data } = useQuery({ ...neighboursQuery(address), placeholderData: (before) => before });
  return data;
}

export const useOthers = (detail: ReadDetail | undefined, active: boolean) => {
  const question = detail?.question?.id ?? '';
  const { id } = detail?.benchmark ?? { id: '' };
  const protocol = detail?.protocol ?? 'strict';
  return useQuery({
    queryKey: ['other reads', id, question, protocol],
    queryFn: ({ signal }) =>
      get(
        `/api/questions/${encodeURIComponent(id)}/${encodeURIComponent(question)}/reads`,
        otherReads,
        { protocol },
        signal,
      ),
    enabled: active && question !== '' && detail?.benchmark.available === true,
  });
};

/** Fetches what the arrows lead to, and the scans that will be looked at there. */
export function useAhead(address: Address, around: Neighbours | undefined): void {
  const queries = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: new neighbours are the occasion
  useEffect(() => {
    if (around === undefined) return undefined;
    const places = [around.next, around.nextError, around.previous, around.previousError];
    let gone = false;
    // Once the page itself has what it needs.
    const timer = setTimeout(async () => {
      for (const place of places) {
        if (gone || place === null) continue;
        const there = { ...address, question: place.questionId, repeat: place.repeat };
        void queries.prefetchQuery(neighboursQuery(there));
        const found = await queries.fetchQuery(readQuery(there)).catch(() => undefined);
        if (!gone && found?.scan) void queries.prefetchQuery(scanQuery(found.scan.base));
      }
    }, 300);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [around]);
}
