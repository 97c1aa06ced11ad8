// Question types as a heat map under their stages, and all their numbers as a table.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import figure from '../../figures/figure.module.css';
import { Figure } from '../../figures/figure.tsx';
import { HeatMap, heatSize } from '../../figures/heat-map.tsx';
import type { MarkTarget } from '../../figures/mark.tsx';
import { between, holdsChance } from '../../figures/numbers.ts';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, percent, STAGE_WORDS, typeWords } from '../../parts/words.ts';
import type { ReaderCells } from './built-figures.tsx';
import { choicesQuery, type ProtocolName } from './data.ts';

/** On a very wide screen tiles stand in more columns rather than as posters, on a narrow one in fewer. */
const COLUMNS = [
  ['(min-width: 2400px)', 7],
  ['(min-width: 1101px)', 4],
  ['(min-width: 601px)', 3],
] as const;
const columnsNow = (): number => COLUMNS.find(([query]) => matchMedia(query).matches)?.[1] ?? 2;
function whenResized(changed: () => void): () => void {
  const watched = COLUMNS.map(([query]) => matchMedia(query));
  for (const each of watched) each.addEventListener('change', changed);
  return () => {
    for (const each of watched) each.removeEventListener('change', changed);
  };
}

export interface TypeFigureProps {
  readonly run: RunDetail;
  readonly protocol: ProtocolName;
  readonly reader: ReaderCells;
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly csv: string;
}

export function TypeFigure({ run, protocol, reader, target, csv }: TypeFigureProps) {
  const columns = useSyncExternalStore(whenResized, columnsNow);
  const choices = useQuery(choicesQuery(run.id, protocol));
  const stages = choices.data?.stages ?? {};
  const types = Object.entries(reader.types).map(([type, cell]) => ({ type, stage: stages[type], cell }));
  const groups = [...Object.entries(STAGE_WORDS), [undefined, 'Types'] as const].flatMap(([stage, title]) => {
    const tiles = types
      .filter((each) => each.stage === stage)
      .map(({ type, cell }) => ({
        key: type,
        label: typeWords(type),
        cell,
        target: cell.n + cell.unsupported === 0 ? undefined : target({ type }),
      }));
    return tiles.length === 0 ? [] : [{ title, tiles }];
  });
  // Without its stages the map would be laid out anew a moment later.
  if (choices.isPending) return null;
  return (
    <div className={figure.wide}>
      <Figure
        title="Score by question type"
        name={`types-${run.id}`}
        size={heatSize(groups, columns)}
        csv={csv}
        table={
          <TableFrame of="Scores by type">
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">Type</th>
                  {HEADS.map((head) => (
                    <th key={head} scope="col" className={table.number}>
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {types.map(({ type, cell }) => (
                  <tr key={type}>
                    <th scope="row">
                      <Link
                        to="/runs/$run"
                        params={{ run: run.id }}
                        search={target({ type }).search}
                        resetScroll={false}
                      >
                        {typeWords(type)}
                      </Link>
                    </th>
                    <td className={table.number}>
                      {percent(cell.score)}
                      {holdsChance(cell) ? ' ≈' : ''}
                    </td>
                    <td className={table.number}>{between(cell.ci95)}</td>
                    <td className={table.number}>{percent(cell.chance)}</td>
                    <td className={table.number}>{count(cell.n)}</td>
                    <td className={table.number}>{count(cell.nPatients)}</td>
                    <td className={table.number}>{percent(cell.sensitivity)}</td>
                    <td className={table.number}>{percent(cell.specificity)}</td>
                    <td className={table.number}>{hits(cell.hitRates)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        }
      >
        <HeatMap groups={groups} columns={columns} />
      </Figure>
    </div>
  );
}

const HEADS = [
  ...['Score', '95 % interval', 'Chance', 'Reads', 'Patients', 'Sensitivity', 'Specificity'],
  'Within (relative error: share)',
];

const hits = (rates: readonly { within: number; share: number }[] | undefined): string =>
  rates === undefined
    ? '–'
    : rates.map(({ within, share }) => `${(100 * within).toFixed(0)} %: ${percent(share)}`).join(', ');
