// What a run is, in a line, and its settings when they are asked for.
import type { RunDetail } from '@shapes/scores.ts';
import { Link } from '@tanstack/react-router';
import { isStatic } from '../../api/client.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, plain, when } from '../../parts/words.ts';
import styles from './run.module.css';

const TONES: Readonly<Record<RunDetail['status'], Tone>> = {
  running: 'accent',
  paused: 'warn',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  interrupted: 'warn',
};
const KINDS = { run: undefined, ladder: 'ladder of evidence', person: 'read by a person' } as const;

export function RunFacts({ run }: { readonly run: RunDetail }) {
  const { benchmark, counts, planned, format, repeats, status, kind } = run;
  const done = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const without = (['unparsed', 'refused', 'failed', 'unsupported'] as const).filter(
    (name) => counts[name] > 0,
  );
  return (
    <span className={styles.facts}>
      <Badge tone={TONES[status]}>{status}</Badge>
      {KINDS[kind] !== undefined && <Badge>{KINDS[kind]}</Badge>}
      <span>
        {isStatic() ? (
          <bdi>{plain(benchmark.name)}</bdi>
        ) : (
          <Link to="/benchmarks/$benchmark" params={{ benchmark: benchmark.id }}>
            <bdi>{plain(benchmark.name)}</bdi>
          </Link>
        )}
      </span>
      {/* A published benchmark asks in its own way, whatever the run was told. */}
      {benchmark.kind === 'built' && <span>{format === 'mc' ? 'multiple choice' : 'free form'}</span>}
      <span>
        {count(done)} of {count(planned)} reads
        {repeats > 1 ? ` (${repeats} repeats)` : ''}
      </span>
      {without.map((name) => (
        <Link key={name} to="." search={(before) => ({ ...before, outcome: name })} resetScroll={false}>
          {count(counts[name])} {name}
        </Link>
      ))}
      <span>{when(run.createdAt)}</span>
    </span>
  );
}

export function Settings({ run }: { readonly run: RunDetail }) {
  const rows = [
    { name: 'run', value: run.id },
    { name: 'seed', value: run.seed },
    { name: 'repeats', value: String(run.repeats) },
    { name: 'Overread', value: run.version },
    { name: 'begun', value: run.createdAt },
    { name: 'last change', value: run.updatedAt },
    ...(run.resent > 0 ? [{ name: 'requests sent again', value: String(run.resent) }] : []),
    ...run.settings,
  ];
  return (
    <details>
      <summary className={styles.summary}>{rows.length} settings</summary>
      <TableFrame of="Settings">
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className={styles.value}>
                  <bdi>{plain(value)}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </details>
  );
}
