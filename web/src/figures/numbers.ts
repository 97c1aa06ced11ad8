// Scores with their intervals, as figures and tables say them.
import { percent } from '../parts/words.ts';

export type Interval = readonly [number, number] | null;

/** What of a cell figures draw. */
export interface Scored {
  readonly score: number | null;
  readonly ci95: Interval;
  readonly chance: number | null;
  readonly n: number;
}

/** True when guessing lies within the interval. */
export const holdsChance = ({ chance, ci95 }: Pick<Scored, 'chance' | 'ci95'>): boolean =>
  chance !== null && ci95 !== null && ci95[0] <= chance && chance <= ci95[1];

/** "[58.1, 68.2]" on one line, "–" without one. */
export const between = (ci95: Interval, say: (value: number) => string = percent): string =>
  ci95 === null ? '–' : `[${say(ci95[0])},\u00a0${say(ci95[1])}]`;

/** A difference in percentage points: "+3.2", "−1.0". */
export function points(value: number): string {
  const shown = (100 * Math.abs(value)).toFixed(1);
  return value < 0 && shown !== '0.0' ? `−${shown}` : `+${shown}`;
}

export const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

/** "63.4 %, 95 % interval [58.1, 68.2], chance 25.0 %, 120 reads": what a screen reader hears of a mark. */
export function scoreWords(cell: Scored): string {
  const parts = [
    cell.score === null ? 'no score' : `${percent(cell.score)} %`,
    ...(cell.ci95 === null ? [] : [`95 % interval ${between(cell.ci95)}`]),
    ...(cell.chance === null ? [] : [`chance ${percent(cell.chance)} %`]),
    `${cell.n.toLocaleString('en-GB')} reads`,
  ];
  return parts.join(', ');
}
