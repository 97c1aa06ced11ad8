// Which runs a table shows and in which order; pure, so that it can be tried without a page.
import { csv } from '@shapes/csv.ts';
import type { RunRow, ShownStatus } from '@shapes/runs.ts';

export const SORTS = ['started', 'reader', 'benchmark', 'status', 'progress', 'cost'] as const;
export type Sort = (typeof SORTS)[number];

export interface Shown {
  /** Words in reader, benchmark or id. */
  readonly text: string;
  readonly benchmark: string;
  readonly status: string;
  readonly sort: Sort;
  readonly descending: boolean;
}

export const STATUS_WORDS: Readonly<Record<ShownStatus, string>> = {
  running: 'Running',
  paused: 'Paused',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

export const readsOf = ({ counts }: Pick<RunRow, 'counts'>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

export const shareOf = (run: Pick<RunRow, 'counts' | 'planned'>): number =>
  run.planned === 0 ? 0 : Math.min(1, readsOf(run) / run.planned);

const STATUS_ORDER = Object.keys(STATUS_WORDS);

function compare(a: RunRow, b: RunRow, sort: Sort): number {
  if (sort === 'reader') return a.reader.localeCompare(b.reader, 'en', { numeric: true });
  if (sort === 'benchmark') return a.benchmark.name.localeCompare(b.benchmark.name, 'en', { numeric: true });
  if (sort === 'status') return STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status);
  if (sort === 'progress') return shareOf(a) - shareOf(b);
  // What is not known is less than nothing, so that it ends up together.
  if (sort === 'cost') return (a.costUsd ?? -1) - (b.costUsd ?? -1);
  return a.createdAt.localeCompare(b.createdAt);
}

export function shownRuns(runs: readonly RunRow[], shown: Shown): RunRow[] {
  const parts = shown.text.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = runs.filter((run) => {
    const said = `${run.reader} ${run.benchmark.name} ${run.id}`.toLowerCase();
    return (
      parts.every((part) => said.includes(part)) &&
      (shown.benchmark === '' || run.benchmark.id === shown.benchmark) &&
      (shown.status === '' || run.status === shown.status)
    );
  });
  const sign = shown.descending ? -1 : 1;
  return kept.sort(
    (a, b) =>
      sign * compare(a, b, shown.sort) || b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id),
  );
}

const COLUMNS = [
  ...['run', 'reader', 'benchmark', 'kind', 'format', 'repeats', 'seed', 'status', 'planned'],
  ...['answered', 'unparsed', 'refused', 'failed', 'unsupported'],
  ...['cost_usd', 'input_tokens', 'output_tokens', 'started'],
];

/** A table of runs as CSV. */
export const csvOf = (runs: readonly RunRow[]): string =>
  csv(
    COLUMNS,
    runs.map((run) => {
      const { answered, unparsed, refused, failed, unsupported } = run.counts;
      return [
        ...[run.id, run.reader, run.benchmark.name, run.kind, run.format, run.repeats, run.seed, run.status],
        ...[run.planned, answered, unparsed, refused, failed, unsupported],
        ...[run.costUsd, run.inputTokens, run.outputTokens, run.createdAt],
      ];
    }),
  );
