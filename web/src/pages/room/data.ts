// What the reading room's pages ask the server for, and the keys under which it is kept.
import { benchmarkList } from '@shapes/benchmarks.ts';
import { people, studies, study } from '@shapes/room.ts';
import { runList } from '@shapes/runs.ts';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';

export const usePeople = () =>
  useQuery({
    queryKey: ['room', 'people'],
    queryFn: ({ signal }) => get('/api/room/people', people, {}, signal),
  });

export const useStudies = () =>
  useQuery({
    queryKey: ['room', 'studies'],
    queryFn: ({ signal }) => get('/api/room/studies', studies, {}, signal),
  });

export const useStudy = (id: string) =>
  useQuery({
    queryKey: ['room', 'study', id],
    queryFn: ({ signal }) => get(`/api/room/studies/${encodeURIComponent(id)}`, study, {}, signal),
  });

export const useBenchmarks = () =>
  useQuery({
    queryKey: ['benchmarks', 'room'],
    queryFn: ({ signal }) => get('/api/benchmarks', benchmarkList, {}, signal),
  });

/** Runs of models over a benchmark that have something to compare with. */
export const useModelRuns = (benchmark: string | undefined) =>
  useQuery({
    queryKey: ['runs', 'room'],
    queryFn: ({ signal }) => get('/api/runs', runList, {}, signal),
    enabled: benchmark !== undefined,
    select: ({ runs }) =>
      runs.filter((run) => run.benchmark.id === benchmark && run.kind === 'run' && run.counts.answered > 0),
  });
