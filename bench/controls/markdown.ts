// The controls campaign as Markdown: pooled cells of every reader, and how many cohorts' intervals hold chance.
import type { Cell } from '../../src/domain/report.ts';
import { table } from '../masks/section.ts';
import { type ControlsResult, holdsChance } from './campaign.ts';

const percent = (share: number) => (100 * share).toFixed(1);

/** Score and interval; a dagger where the interval does not hold chance. */
function cellText(cell: Cell): string {
  const { score, ci95 } = cell;
  if (score === null || ci95 === null) return '–';
  return `${percent(score)} (${percent(ci95[0])}–${percent(ci95[1])})${holdsChance(cell) ? '' : ' †'}`;
}

export function controlsTable({ pooled, cohorts }: ControlsResult): string {
  const head = ['reader', 'Overall', 'Recognition', 'Measurement', 'Visual', 'Medical', 'cohorts'];
  const chance = pooled[0].cells.map((cell) => (cell.chance === null ? '–' : percent(cell.chance)));
  const rows = pooled.map(({ reader, cells }) => {
    const all = cohorts.flatMap((cohort) => cohort.readers.find((one) => one.reader === reader)?.cells ?? []);
    return [reader, ...cells.map(cellText), `${all.filter(holdsChance).length} of ${all.length}`];
  });
  return table(head, [['chance', ...chance, ''], ...rows]);
}
