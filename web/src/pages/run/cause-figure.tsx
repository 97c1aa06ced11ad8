// Where a tool agent breaks: wrong reads by their first deviation from the gold chain.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { Figure } from '../../figures/figure.tsx';
import { BARS_WIDTH, barsHeight, IntervalBars } from '../../figures/interval-bars.tsx';
import type { MarkTarget } from '../../figures/mark.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, percent } from '../../parts/words.ts';
import type { ReaderCells } from './built-figures.tsx';

type Errors = NonNullable<ReaderCells['errors']>;

const NAMES: Readonly<Record<keyof Errors['causes'], { readonly name: string; readonly about: string }>> = {
  'no-tool': { name: 'No tool called', about: 'the chain has calls, and none was made' },
  'budget-short': { name: 'Step budget short', about: 'the run granted fewer turns than the chain needs' },
  'wrong-tool': { name: 'Wrong tool', about: 'the step’s tool was never called' },
  'wrong-argument': { name: 'Wrong argument', about: 'it was called, with other arguments' },
  'wrong-measurement': {
    name: 'Wrong measurement',
    about: 'the call failed, or its value is not the gold one',
  },
  'wrong-rule': { name: 'Wrong rule', about: 'the criterion was not looked up, or another was found' },
  'wrong-conclusion': {
    name: 'Wrong conclusion',
    about: 'every step was made, and the answer is still wrong',
  },
};

export interface CauseFigureProps {
  readonly run: RunDetail;
  readonly errors: Errors;
  readonly target: (filter: ReadFilterShape) => MarkTarget;
  readonly csv: string;
}

export function CauseFigure({ run, errors, target, csv }: CauseFigureProps) {
  const rows = (Object.keys(NAMES) as (keyof typeof NAMES)[]).map((cause) => ({
    cause,
    n: errors.causes[cause],
    ...NAMES[cause],
  }));
  const most = Math.max(1, ...rows.map(({ n }) => n));
  return (
    <Figure
      title="Where it breaks"
      lead={`First deviation from the gold chain, over ${count(errors.wrong)} reads below full score.`}
      name={`errors-${run.id}`}
      size={[BARS_WIDTH, barsHeight(rows.length)]}
      csv={csv}
      table={
        <TableFrame of="Causes">
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Cause</th>
                <th scope="col">Meaning</th>
                <th scope="col" className={table.number}>
                  Reads
                </th>
                <th scope="col" className={table.number}>
                  Share in %
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ cause, n, name, about }) => (
                <tr key={cause}>
                  <th scope="row">{name}</th>
                  <td>{about}</td>
                  <td className={table.number}>{count(n)}</td>
                  <td className={table.number}>{percent(errors.wrong === 0 ? null : n / errors.wrong)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      }
    >
      <IntervalBars
        domain={[0, most]}
        format={(value) => (Number.isInteger(value) ? count(value) : '')}
        unit="Reads"
        rows={rows.map(({ cause, n, name, about }) => ({
          key: cause,
          label: name,
          value: n,
          ci95: null,
          note: count(n),
          words: `${count(n)} reads; ${about}`,
          colour: 'var(--bad)',
          target: n === 0 ? undefined : target({ cause }),
        }))}
      />
    </Figure>
  );
}
