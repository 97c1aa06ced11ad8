// Bars with intervals and chance lines, one to a row: stages, metrics, differences.
import styles from './figure.module.css';
import { Mark, type MarkTarget } from './mark.tsx';
import type { Interval } from './numbers.ts';
import { linear, ticks } from './scale.ts';

export interface BarRow {
  readonly key: string;
  readonly label: string;
  readonly value: number | null;
  readonly ci95: Interval;
  readonly chance?: number | null;
  /** Right of the row: the number in words. */
  readonly note: string;
  /** What a screen reader hears. */
  readonly words: string;
  readonly colour?: string;
  readonly target?: MarkTarget | undefined;
}

export interface IntervalBarsProps {
  readonly rows: readonly BarRow[];
  readonly domain: readonly [number, number];
  readonly format: (value: number) => string;
  /** Below the axis. */
  readonly unit: string;
  /** "bar" begins at 0; "dot" stands for itself, as a difference does. Default "bar". */
  readonly kind?: 'bar' | 'dot';
}

export const BARS_WIDTH = 480;
const LEFT = 148;
const RIGHT = 126;
const ROW = 32;
const TOP = 8;

export const barsHeight = (rows: number): number => TOP + rows * ROW + 44;

export function IntervalBars({ rows, domain, format, unit, kind = 'bar' }: IntervalBarsProps) {
  const x = linear(domain, [LEFT, BARS_WIDTH - RIGHT]);
  const bottom = TOP + rows.length * ROW;
  const zero = x(Math.max(domain[0], Math.min(domain[1], 0)));
  const within = (value: number): number => x(Math.max(domain[0], Math.min(domain[1], value)));
  return (
    <>
      {ticks(domain).map((tick) => (
        <g key={tick}>
          <line className={styles.gridLine} x1={x(tick)} x2={x(tick)} y1={TOP} y2={bottom} />
          <text className={`${styles.note} ${styles.middle}`} x={x(tick)} y={bottom + 17}>
            {format(tick)}
          </text>
        </g>
      ))}
      <line className={styles.axis} x1={zero} x2={zero} y1={TOP} y2={bottom} />
      <text className={`${styles.note} ${styles.middle}`} x={(LEFT + BARS_WIDTH - RIGHT) / 2} y={bottom + 36}>
        {unit}
      </text>
      {rows.map(({ key, label, value, ci95, chance, note, words, colour, target }, i) => {
        const y = TOP + i * ROW;
        const mid = y + ROW / 2;
        const at = value === null ? undefined : within(value);
        return (
          <Mark key={key} target={target} label={`${label}: ${words}`}>
            <rect className={styles.hit} x={1} y={y + 1} width={BARS_WIDTH - 2} height={ROW - 2} rx={4} />
            <text className={`${styles.label} ${styles.end}`} x={LEFT - 12} y={mid + 4}>
              {label}
            </text>
            {at !== undefined && kind === 'bar' && (
              <rect
                className={styles.bar}
                {...(colour === undefined ? {} : { style: { fill: colour } })}
                x={Math.min(zero, at)}
                y={y + 8}
                width={Math.max(1, Math.abs(at - zero))}
                height={ROW - 16}
                rx={2}
              />
            )}
            {chance !== undefined && chance !== null && (
              <line
                className={styles.chance}
                x1={within(chance)}
                x2={within(chance)}
                y1={y + 3}
                y2={y + ROW - 3}
              />
            )}
            {ci95 !== null && (
              <path
                className={styles.whisker}
                d={`M${within(ci95[0])},${mid - 5}v10m0,-5H${within(ci95[1])}m0,-5v10`}
              />
            )}
            {at !== undefined && kind === 'dot' && (
              <circle
                className={styles.dot}
                {...(colour === undefined ? {} : { style: { fill: colour } })}
                cx={at}
                cy={mid}
                r={6}
              />
            )}
            <text className={styles.note} x={BARS_WIDTH - RIGHT + 14} y={mid + 4}>
              {note}
            </text>
          </Mark>
        );
      })}
    </>
  );
}
