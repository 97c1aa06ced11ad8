// Scores by stage, from the whole to the four stages, with intervals and chance lines.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { Link } from '@tanstack/react-router';
import { Figure } from '../../figures/figure.tsx';
import { BARS_WIDTH, barsHeight, IntervalBars } from '../../figures/interval-bars.tsx';
import type { MarkTarget } from '../../figures/mark.tsx';
import { between, holdsChance, scoreWords } from '../../figures/numbers.ts';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, percent, STAGE_WORDS, stageColour } from '../../parts/words.ts';
import type { ReaderCells } from './built-figures.tsx';

type Cell = ReaderCells['overall'];

interface StageRow {
  readonly key: string;
  readonly label: string;
  readonly cell: Cell;
  readonly filter: ReadFilterShape;
  readonly colour?: string;
}

export interface StageFigureProps {
  readonly run: RunDetail;
  readonly reader: ReaderCells;
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly csv: string;
}

export function StageFigure({ run, reader, target, csv }: StageFigureProps) {
  const rows: StageRow[] = [
    { key: 'overall', label: 'Overall', cell: reader.overall, filter: {} },
    { key: 'macro', label: 'Mean of types', cell: reader.macroOverall, filter: {} },
    ...Object.entries(reader.stages).map(([stage, cell]) => ({
      key: stage,
      label: STAGE_WORDS[stage as keyof typeof STAGE_WORDS],
      cell,
      filter: { stage },
      colour: stageColour(stage),
    })),
  ];
  const { metric } = reader.overall;
  return (
    <Figure
      title="Score by stage"
      lead={`${METRICS[metric] ?? metric}. Dashed: the chance reader (${reader.overall.chanceBaseline}). ≈: the interval holds chance.`}
      name={`stages-${run.id}`}
      size={[BARS_WIDTH, barsHeight(rows.length)]}
      csv={csv}
      table={<StageTable rows={rows} target={target} sd={reader.repeatSd} />}
    >
      <IntervalBars
        domain={[0, 1]}
        format={(value) => String(Math.round(100 * value))}
        unit="Score in %"
        rows={rows.map(({ key, label, cell, filter, colour }) => ({
          key,
          label,
          value: cell.score,
          ci95: cell.ci95,
          chance: cell.chance,
          note: `${percent(cell.score)}${holdsChance(cell) ? ' ≈' : ''} · n ${count(cell.n)}`,
          words: scoreWords(cell),
          ...(colour === undefined ? {} : { colour }),
          target: cell.n === 0 ? undefined : target(filter),
        }))}
      />
    </Figure>
  );
}

const METRICS: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  mra: 'Mean relative accuracy',
  mixed: 'Accuracy, and mean relative accuracy of numbers',
};

function StageTable(props: {
  readonly rows: readonly StageRow[];
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly sd: number | null;
}) {
  const { rows, target, sd } = props;
  return (
    <TableFrame of="Scores by stage">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            {[
              'Score',
              '95 % interval',
              'Chance',
              'Reads',
              'Patients',
              'Unparsed',
              'Refused',
              'Failed',
              'Unsupported',
            ].map((head) => (
              <th key={head} scope="col" className={table.number}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, cell, filter }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              <td className={table.number}>
                {percent(cell.score)}
                {holdsChance(cell) ? ' ≈' : ''}
              </td>
              <td className={table.number}>{between(cell.ci95)}</td>
              <td className={table.number}>{percent(cell.chance)}</td>
              <td className={table.number}>{count(cell.n)}</td>
              <td className={table.number}>{count(cell.nPatients)}</td>
              {(['unparsed', 'refused', 'failed', 'unsupported'] as const).map((outcome) => (
                <td key={outcome} className={table.number}>
                  {cell[outcome] === 0 ? (
                    '0'
                  ) : (
                    <Link
                      to="."
                      search={target({ ...filter, outcome }).search}
                      resetScroll={false}
                      aria-label={`${label}: ${cell[outcome]} ${outcome}`}
                    >
                      {count(cell[outcome])}
                    </Link>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {sd !== null && (
          <tfoot>
            <tr>
              <td colSpan={10}>Standard deviation between repeats: {percent(sd)} points</td>
            </tr>
          </tfoot>
        )}
      </table>
    </TableFrame>
  );
}
