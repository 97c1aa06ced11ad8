// Runs that read this benchmark, to be opened or compared.
import type { BenchmarkEntry } from '@shapes/benchmarks.ts';
import { runList } from '@shapes/runs.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '../../api/client.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import table from '../../parts/table.module.css';
import { count, dollars, plain, when } from '../../parts/words.ts';

const TONES: Readonly<Record<string, Tone>> = {
  running: 'accent',
  done: 'good',
  failed: 'bad',
  interrupted: 'warn',
  paused: 'warn',
};
const MOST = 200;

export function Runs({ entry }: { readonly entry: BenchmarkEntry }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const found = useQuery({
    queryKey: ['runs'],
    queryFn: ({ signal }) => get('/api/runs', runList, {}, signal),
  });
  if (found.isPending) return <Loading what="Reading the runs" />;
  if (found.isError) return <Problem error={found.error} title="The runs cannot be shown" />;
  const runs = found.data.runs.filter(({ benchmark }) => benchmark.id === entry.id);
  if (runs.length === 0)
    return (
      <Empty title="No run has read it yet">
        <Link to="/">Start a run on the page of runs</Link>, or let a person read it in the{' '}
        <Link to="/room">reading room</Link>.
      </Empty>
    );
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <Section
      title={`${count(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`}
      lead={runs.length > MOST ? `The newest ${MOST} are shown.` : 'Choose two or more to compare them.'}
      actions={
        chosen.length >= 2 && (
          <Link to="/compare" search={{ runs: chosen.join(',') }} className={classOf('primary')}>
            Compare {chosen.length} runs
          </Link>
        )
      }
    >
      <div className={table.frame}>
        <table aria-label="Runs of this benchmark" className={table.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Compare</span>
              </th>
              <th scope="col">Reader</th>
              <th scope="col">Status</th>
              <th scope="col" className={table.number}>
                Answered
              </th>
              <th scope="col" className={table.number}>
                Cost
              </th>
              <th scope="col">Begun</th>
            </tr>
          </thead>
          <tbody>
            {runs.slice(0, MOST).map((run) => (
              <tr key={run.id}>
                <td>
                  <input
                    type="checkbox"
                    checked={chosen.includes(run.id)}
                    onChange={() => toggle(run.id)}
                    aria-label={`Compare ${run.reader}`}
                  />
                </td>
                <td>
                  <Link to="/runs/$run" params={{ run: run.id }}>
                    {plain(run.reader)}
                  </Link>{' '}
                  {run.format === 'free' && 'free form'}
                </td>
                <td>
                  <Badge tone={TONES[run.status] ?? 'neutral'}>{run.status}</Badge>
                </td>
                <td className={table.number}>
                  {count(run.counts.answered)} of {count(run.planned)}
                </td>
                <td className={table.number}>{dollars(run.costUsd)}</td>
                <td>{when(run.createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
