// The ladder of a run by stage: what more evidence does, beside the same amount of another patient's.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { useState } from 'react';
import { Figure } from '../../figures/figure.tsx';
import { LadderChart } from '../../figures/ladder-chart.tsx';
import type { MarkTarget } from '../../figures/mark.tsx';
import { between, points } from '../../figures/numbers.ts';
import { XY_HEIGHT, XY_WIDTH } from '../../figures/xy.tsx';
import { Select } from '../../parts/select.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, percent, STAGE_WORDS } from '../../parts/words.ts';
import type { BuiltReport } from './built-figures.tsx';
import styles from './run.module.css';

export interface LadderFigureProps {
  readonly run: RunDetail;
  readonly rungs: BuiltReport['ladder'];
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly csv: string;
}

type StageName = BuiltReport['ladder'][number]['stage'];
const NAMES: Readonly<Record<StageName, string>> = { overall: 'Overall', ...STAGE_WORDS };

export function LadderFigure({ run, rungs, target, csv }: LadderFigureProps) {
  const stages = (Object.keys(NAMES) as StageName[]).filter((name) =>
    rungs.some(({ stage, steps }) => stage === name && steps > 0),
  );
  const [stage, setStage] = useState<StageName>(stages[0] ?? 'overall');
  const shown = rungs.filter((rung) => rung.stage === stage);
  const filter = stage === 'overall' ? {} : { stage };
  return (
    <div className={styles.withChoice}>
      <Select
        aria-label="Stage of the ladder"
        value={stage}
        options={stages.map((value) => ({ value, label: NAMES[value] }))}
        onChange={setStage}
        className={styles.select}
      />
      <Figure
        title={`Ladder of evidence: ${NAMES[stage].toLowerCase()}`}
        lead="Circles: the gold evidence of the first steps was given. Squares: another patient’s, as much of it. Questions with both."
        name={`ladder-${stage}-${run.id}`}
        size={[XY_WIDTH, XY_HEIGHT]}
        csv={csv}
        table={
          <TableFrame of="Rungs">
            <table className={table.table}>
              <thead>
                <tr>
                  {['Steps', 'Score', 'Another’s', 'Effect', '95 % interval', 'Questions', 'Patients'].map(
                    (head) => (
                      <th key={head} scope="col" className={table.number}>
                        {head}
                      </th>
                    ),
                  )}
                </tr>
              </thead>
              <tbody>
                {shown.map((rung) => (
                  <tr key={rung.steps}>
                    <td className={table.number}>{rung.steps}</td>
                    <td className={table.number}>{percent(rung.score)}</td>
                    <td className={table.number}>{percent(rung.twin)}</td>
                    <td className={table.number}>{rung.steps === 0 ? '–' : points(rung.effect)}</td>
                    <td className={table.number}>{between(rung.ci95, points)}</td>
                    <td className={table.number}>{count(rung.n)}</td>
                    <td className={table.number}>{count(rung.nPatients)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        }
      >
        <LadderChart
          rungs={shown}
          targetOf={({ steps }, twin) => target({ ...filter, rung: `${steps}${twin ? '~' : ''}` })}
        />
      </Figure>
    </div>
  );
}
