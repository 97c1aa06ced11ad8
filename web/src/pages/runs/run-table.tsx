// The table of runs: sorted by its headings, chosen by its boxes, drawn in part once it is long.
import type { RunRow, ShownStatus } from '@shapes/runs.ts';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { Badge, type Tone } from '../../parts/badge.tsx';
import table from '../../parts/table.module.css';
import { count, dollars, plain, when } from '../../parts/words.ts';
import { type Shown, type Sort, STATUS_WORDS } from './order.ts';
import { RunActions } from './run-actions.tsx';
import { RunProgress } from './run-progress.tsx';
import styles from './runs.module.css';

/** Longer tables are drawn only where they are looked at. */
const LONG = 200;
const ROW = 76;

const TONES: Readonly<Record<ShownStatus, Tone>> = {
  running: 'accent',
  paused: 'warn',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  interrupted: 'warn',
};

export interface RunTableProps {
  readonly runs: readonly RunRow[];
  readonly shown: Shown;
  readonly onSort: (sort: Sort) => void;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: readonly string[], chosen: boolean) => void;
}

export function RunTable({ runs, shown, onSort, chosen, onChoose }: RunTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const isLong = runs.length > LONG;
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 8,
    enabled: isLong,
  });
  const drawn = isLong ? rows.getVirtualItems().map(({ index }) => index) : runs.map((_, index) => index);
  const items = rows.getVirtualItems();
  const above = isLong ? (items[0]?.start ?? 0) : 0;
  const below = isLong ? rows.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const all = runs.length > 0 && runs.every(({ id }) => chosen.has(id));
  const heading = (sort: Sort, label: string, className?: string) => (
    <Heading sort={sort} shown={shown} onSort={onSort} className={className}>
      {label}
    </Heading>
  );
  return (
    <section ref={frame} className={`${table.frame} ${isLong ? styles.long : ''}`} aria-label="Runs">
      <table aria-label="Runs" className={`${table.table} ${styles.table}`} aria-rowcount={runs.length + 1}>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Choose all runs shown"
                checked={all}
                onChange={({ target }) =>
                  onChoose(
                    runs.map(({ id }) => id),
                    target.checked,
                  )
                }
              />
            </th>
            {heading('reader', 'Reader')}
            {heading('benchmark', 'Benchmark')}
            {heading('status', 'Status')}
            {heading('progress', 'Progress')}
            <th scope="col">Reads</th>
            {heading('cost', 'Cost', table.number)}
            {heading('started', 'Started')}
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Spacer height={above} />}
          {drawn.map((index) => (
            <Row
              key={runs[index].id}
              run={runs[index]}
              index={index}
              chosen={chosen.has(runs[index].id)}
              onChoose={(on) => onChoose([runs[index].id], on)}
              {...(isLong ? { measure: rows.measureElement } : {})}
            />
          ))}
          {below > 0 && <Spacer height={below} />}
        </tbody>
      </table>
    </section>
  );
}

const Spacer = ({ height }: { readonly height: number }) => (
  <tr>
    <td colSpan={9} style={{ blockSize: `${height}px`, padding: 0 }} />
  </tr>
);

function Heading(props: {
  readonly sort: Sort;
  readonly shown: Shown;
  readonly onSort: (sort: Sort) => void;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const { sort, shown, onSort, className, children } = props;
  const isSorted = shown.sort === sort;
  const order = shown.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={className} aria-sort={isSorted ? order : 'none'}>
      <button type="button" className={styles.sort} onClick={() => onSort(sort)}>
        {children}
        <span aria-hidden="true" className={styles.arrow}>
          {isSorted ? (shown.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

function Row(props: {
  readonly run: RunRow;
  readonly index: number;
  readonly chosen: boolean;
  readonly onChoose: (chosen: boolean) => void;
  readonly measure?: (element: Element | null) => void;
}) {
  const { run, index, chosen, onChoose, measure } = props;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={chosen ? table.selected : undefined}
      data-run={run.id}
    >
      <td>
        <input
          type="checkbox"
          aria-label={`Choose ${run.reader}, run ${run.id}`}
          checked={chosen}
          onChange={({ target }) => onChoose(target.checked)}
        />
      </td>
      <th scope="row" className={styles.reader}>
        <Link to="/runs/$run" params={{ run: run.id }}>
          <bdi>{plain(run.reader)}</bdi>
        </Link>
        <span className={styles.small}>
          {run.kind !== 'run' && (
            <Badge tone="accent">{run.kind === 'ladder' ? 'Evidence ladder' : 'Person'}</Badge>
          )}{' '}
          {run.id}
          {run.format === 'free' ? ', free answers' : ''}
          {run.repeats > 1 ? `, ${run.repeats} repeats` : ''}
        </span>
      </th>
      <td>
        <Link to="/benchmarks/$benchmark" params={{ benchmark: run.benchmark.id }}>
          <bdi>{plain(run.benchmark.name)}</bdi>
        </Link>
        {!run.benchmark.available && <span className={styles.small}>not on this machine</span>}
      </td>
      <td>
        <Badge tone={TONES[run.status]}>
          {run.stopping && run.status === 'running' ? 'Stopping' : STATUS_WORDS[run.status]}
        </Badge>
        {run.problem !== undefined && (
          <p className={styles.problem}>
            <bdi>{plain(run.problem)}</bdi>
          </p>
        )}
      </td>
      <td>
        <RunProgress run={run} />
      </td>
      <td>
        <Counts run={run} />
      </td>
      <td className={table.number}>
        {run.costUsd === null ? <span className={styles.unknown}>unknown</span> : dollars(run.costUsd)}
      </td>
      <td className={styles.when}>
        <time dateTime={run.createdAt}>
          {when(run.createdAt)
            .split(', ')
            .map((part) => (
              <span key={part}>{part}</span>
            ))}
        </time>
      </td>
      <td>
        <RunActions run={run} />
      </td>
    </tr>
  );
}

function Counts({ run: { counts } }: { readonly run: RunRow }) {
  const others = (['unparsed', 'refused', 'failed', 'unsupported'] as const).filter(
    (status) => counts[status] > 0,
  );
  return (
    <ul className={styles.counts}>
      <li>{count(counts.answered)} answered</li>
      {others.map((status) => (
        <li key={status} className={status === 'failed' ? styles.bad : styles.muted}>
          {count(counts[status])} {status}
        </li>
      ))}
    </ul>
  );
}
