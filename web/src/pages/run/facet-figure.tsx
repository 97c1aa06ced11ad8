// One metric over the values of one facet: modality, organ, split, whatever the release says of its items.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Figure } from '../../figures/figure.tsx';
import { BARS_WIDTH, barsHeight, IntervalBars } from '../../figures/interval-bars.tsx';
import type { MarkTarget } from '../../figures/mark.tsx';
import { between } from '../../figures/numbers.ts';
import { short } from '../../figures/scale.ts';
import { Select } from '../../parts/select.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, plain, words } from '../../parts/words.ts';
import { choicesQuery, type ProtocolName } from './data.ts';
import { type MetricCells, saidBy } from './metric-table.tsx';
import type { PublishedCells } from './published-figures.tsx';
import styles from './run.module.css';

/** Values that one drawing holds; the table has all. */
const MOST = 24;
const WHOLE = 'all items';

export interface FacetFigureProps {
  readonly run: RunDetail;
  readonly protocol: ProtocolName;
  readonly reader: PublishedCells['readers'][number];
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly csv: string;
}

export function FacetFigure({ run, protocol, reader, target, csv }: FacetFigureProps) {
  const facets = Object.keys(reader.facets);
  const [facet, setFacet] = useState(facets[0] ?? WHOLE);
  const [metric, setMetric] = useState(reader.overall[0]?.metric ?? '');
  const known = useQuery(choicesQuery(run.id, protocol)).data?.facets;
  const of = (cells: readonly MetricCells[]) => cells.find((cell) => cell.metric === metric);
  const main = of(reader.overall);
  if (main === undefined) return null;
  const rows = [
    { name: WHOLE, cell: main, filter: {} },
    ...Object.entries(reader.facets[facet] ?? {}).flatMap(([value, cells]) => {
      const cell = of(cells);
      return cell === undefined ? [] : [{ name: value, cell, filter: filterFor(facet, value, known) }];
    }),
  ];
  const drawn = rows.slice(0, MOST);
  const say = saidBy(main);
  const ends = drawn.flatMap(({ cell }) => [cell.score ?? 0, ...(cell.ci95 ?? []), cell.chance ?? 0]);
  const share = main.range?.[0] === 0 && main.range[1] === 1;
  return (
    <div className={styles.withChoice}>
      <div className={styles.choices}>
        <Select
          aria-label="Metric"
          value={metric}
          options={reader.overall.map((cell) => ({ value: cell.metric, label: words(cell.metric) }))}
          onChange={setMetric}
          className={styles.select}
        />
        {facets.length > 0 && (
          <Select
            aria-label="Cut by"
            value={facet}
            options={facets.map((value) => ({ value, label: `by ${words(plain(value))}` }))}
            onChange={setFacet}
            className={styles.select}
          />
        )}
      </div>
      <Figure
        title={facets.length === 0 ? words(metric) : `${words(metric)} by ${words(plain(facet))}`}
        lead={`${main.about === undefined ? '' : `${main.about}. `}${main.chanceBaseline === 'none' ? '' : `Dashed: ${main.chanceBaseline}.`}${rows.length > MOST ? ` The first ${MOST} of ${rows.length}; the table has all.` : ''}`}
        name={`${metric}-${facet}-${run.id}`}
        size={[BARS_WIDTH, barsHeight(drawn.length)]}
        csv={csv}
        table={
          <TableFrame of="Values">
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{words(plain(facet))}</th>
                  {['Score', '95 % interval', 'Chance', 'Items', 'Clusters'].map((head) => (
                    <th key={head} scope="col" className={table.number}>
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ name, cell }) => (
                  <tr key={name}>
                    <th scope="row">
                      <bdi>{plain(name)}</bdi>
                    </th>
                    <td className={table.number}>{say(cell.score)}</td>
                    <td className={table.number}>{between(cell.ci95, say)}</td>
                    <td className={table.number}>{say(cell.chance)}</td>
                    <td className={table.number}>{count(cell.n)}</td>
                    <td className={table.number}>{count(cell.nPatients)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        }
      >
        <IntervalBars
          domain={share ? [0, 1] : [Math.min(0, ...ends), Math.max(...ends, Number.MIN_VALUE)]}
          format={share ? (value) => String(Math.round(100 * value)) : short}
          unit={share ? `${words(metric)} in %` : words(metric)}
          rows={drawn.map(({ name, cell, filter }) => ({
            key: name,
            label: cutTo(plain(name), 21),
            value: cell.score,
            ci95: cell.ci95,
            chance: cell.chance,
            note: `${say(cell.score)} · n ${count(cell.n)}`,
            words: `${say(cell.score)}, ${count(cell.n)} items`,
            target: filter === undefined || cell.n === 0 ? undefined : target(filter),
          }))}
        />
      </Figure>
    </div>
  );
}

const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Stage and type are filters of their own; a cut that the benchmark makes while it scores is none. */
function filterFor(
  facet: string,
  value: string,
  known: Readonly<Record<string, readonly string[]>> | undefined,
): ReadFilterShape | undefined {
  if (facet === 'stage') return { stage: value };
  if (facet === 'type') return { type: value };
  return known?.[facet]?.includes(value) === true ? { facet: `${facet}=${value}` } : undefined;
}
