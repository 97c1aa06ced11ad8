// Every metric of a published benchmark: the reader's, and what trivial baselines reach.
import { Link } from '@tanstack/react-router';
import { between } from '../../figures/numbers.ts';
import { short } from '../../figures/scale.ts';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, percent, plain, words } from '../../parts/words.ts';
import type { ProtocolName } from './data.ts';
import type { PublishedCells } from './published-figures.tsx';

type Reader = PublishedCells['readers'][number];
export type MetricCells = Reader['overall'][number];

/** Shares as per cent; anything else in its own range. */
export const saidBy =
  ({ range, unit }: Pick<MetricCells, 'range' | 'unit'>) =>
  (value: number | null | undefined): string => {
    if (value === null || value === undefined) return '–';
    if (range?.[0] === 0 && range[1] === 1 && unit === undefined) return percent(value);
    return `${short(value)}${unit === undefined || unit === '1' ? '' : ` ${unit}`}`;
  };

export function MetricTable(props: {
  readonly reader: Reader;
  readonly baselines: readonly Reader[];
  readonly run: string;
  readonly protocol: ProtocolName;
}) {
  const { reader, baselines, run, protocol } = props;
  return (
    <TableFrame of="Metrics">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            {['Score', '95 % interval', 'Chance', 'Items', 'Clusters'].map((head) => (
              <th key={head} scope="col" className={table.number}>
                {head}
              </th>
            ))}
            {baselines.map((baseline) => (
              <th key={baseline.reader} scope="col" className={table.number}>
                {words(plain(baseline.reader))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {reader.overall.map((cell, at) => {
            const say = saidBy(cell);
            return (
              <tr key={cell.metric}>
                <th scope="row">
                  <Link
                    to="/runs/$run"
                    params={{ run }}
                    search={{ protocol, outcome: 'error' }}
                    resetScroll={false}
                    title={cell.about}
                  >
                    {words(cell.metric)}
                  </Link>{' '}
                  {cell.better === 'lower' && '(lower is better)'}
                </th>
                <td className={table.number}>{say(cell.score)}</td>
                <td className={table.number}>{between(cell.ci95, say)}</td>
                <td className={table.number}>{say(cell.chance)}</td>
                <td className={table.number}>{count(cell.n)}</td>
                <td className={table.number}>{count(cell.nPatients)}</td>
                {baselines.map((baseline) => (
                  <td key={baseline.reader} className={table.number}>
                    {say(baseline.overall[at]?.score)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableFrame>
  );
}
