// Calibration and risk–coverage of a reader that says how sure it is.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { Reliability, RiskCoverage } from '../../figures/confidence.tsx';
import { Figure } from '../../figures/figure.tsx';
import type { MarkTarget } from '../../figures/mark.tsx';
import { XY_HEIGHT, XY_WIDTH } from '../../figures/xy.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, percent } from '../../parts/words.ts';
import type { ReaderCells } from './built-figures.tsx';

type Calibration = NonNullable<ReaderCells['calibration']>;

export interface ConfidenceFiguresProps {
  readonly run: RunDetail;
  readonly calibration: Calibration;
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly csv: (table: string) => string;
}

export function ConfidenceFigures({ run, calibration, target, csv }: ConfidenceFiguresProps) {
  const { n, ece, brier, aurc, bins, riskCoverage } = calibration;
  const asText = (value: number): string => String(Number(value.toPrecision(12)));
  return (
    <>
      <Figure
        title="Calibration"
        lead={`${count(n)} reads with a confidence. Expected calibration error ${percent(ece)} %, Brier score ${brier.toFixed(3)}. Dashed: confidence and score agree; paler bars hold fewer reads.`}
        name={`calibration-${run.id}`}
        size={[XY_WIDTH, XY_HEIGHT]}
        csv={csv('calibration')}
        table={
          <TableFrame of="Confidence">
            <table className={table.table}>
              <thead>
                <tr>
                  {['From', 'To', 'Reads', 'Mean confidence', 'Mean score'].map((head) => (
                    <th key={head} scope="col" className={table.number}>
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {bins.map((bin) => (
                  <tr key={bin.low}>
                    <td className={table.number}>{percent(bin.low)}</td>
                    <td className={table.number}>{percent(bin.high)}</td>
                    <td className={table.number}>{count(bin.n)}</td>
                    <td className={table.number}>{bin.n === 0 ? '–' : percent(bin.confidence)}</td>
                    <td className={table.number}>{bin.n === 0 ? '–' : percent(bin.accuracy)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        }
      >
        <Reliability
          bins={bins}
          targetOf={({ low, high }) => target({ confidence: `${asText(low)}-${asText(high)}` })}
        />
      </Figure>
      <Figure
        title="Risk and coverage"
        lead={`Mean error when only the surest reads count; area under the curve ${aurc.toFixed(3)}.`}
        name={`risk-coverage-${run.id}`}
        size={[XY_WIDTH, XY_HEIGHT]}
        csv={csv('risk-coverage')}
        table={
          <TableFrame of="Confidence">
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col" className={table.number}>
                    Coverage
                  </th>
                  <th scope="col" className={table.number}>
                    Risk
                  </th>
                </tr>
              </thead>
              <tbody>
                {riskCoverage.map(({ coverage, risk }) => (
                  <tr key={coverage}>
                    <td className={table.number}>{percent(coverage)}</td>
                    <td className={table.number}>{percent(risk)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        }
      >
        <RiskCoverage
          curve={riskCoverage}
          targetOf={({ coverage }) => target({ coverage: asText(coverage) })}
        />
      </Figure>
    </>
  );
}
