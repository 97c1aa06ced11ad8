// What demonstrations print: rows of a Markdown table, and the cells of a report in them.
import type { MetricCell } from '../../src/domain/report.ts';

export function row(...cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

export function header(...names: readonly string[]): void {
  row(...names);
  row(...names.map(() => '---'));
}

/** "71.2"; "–" where there is no value. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : (100 * share).toFixed(1);

/** "71.2 [60.1, 80.4]", in percent. */
export function percentCell({ score, ci95 }: Pick<MetricCell, 'score' | 'ci95'>): string {
  return score === null
    ? '–'
    : `${percent(score)}${ci95 === null ? '' : ` [${ci95.map(percent).join(', ')}]`}`;
}

/** "0.519 [0.460, 0.571]". */
export function shareCell({ score, ci95 }: Pick<MetricCell, 'score' | 'ci95'>): string {
  const share = (value: number) => value.toFixed(3);
  return score === null ? '–' : `${share(score)}${ci95 === null ? '' : ` [${ci95.map(share).join(', ')}]`}`;
}

/** The cell of a metric, as `told` tells it; "–" where it is not there. */
export function told(
  cells: readonly MetricCell[],
  metric: string,
  tell: (cell: MetricCell) => string = shareCell,
): string {
  const cell = cells.find((each) => each.metric === metric);
  return cell === undefined ? '–' : tell(cell);
}

/** "66.7 [60.0, 73.0] (n 120, 40 patients)". */
export const countedCell = (cell: MetricCell): string =>
  `${percentCell(cell)} (n ${cell.n}, ${cell.nPatients} patients)`;
