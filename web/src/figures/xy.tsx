// Two axes with round numbers, for lines and scattered points.
import type { ReactNode } from 'react';
import styles from './figure.module.css';
import { linear, type Scale, ticks } from './scale.ts';

export const XY_WIDTH = 460;
export const XY_HEIGHT = 290;
const LEFT = 56;
const RIGHT = 22;
const TOP = 14;
const BOTTOM = 50;

export interface Axis {
  readonly domain: readonly [number, number];
  readonly label: string;
  readonly format: (value: number) => string;
  /** How many numbers, about. Default 5. */
  readonly ticks?: number;
}

export interface XyProps {
  readonly x: Axis;
  readonly y: Axis;
  readonly children: (scales: { x: Scale; y: Scale }) => ReactNode;
}

export function Xy({ x, y, children }: XyProps) {
  const sx = linear(x.domain, [LEFT, XY_WIDTH - RIGHT]);
  const sy = linear(y.domain, [XY_HEIGHT - BOTTOM, TOP]);
  return (
    <>
      <g>
        {ticks(y.domain, y.ticks).map((tick) => (
          <g key={tick}>
            <line className={styles.gridLine} x1={LEFT} x2={XY_WIDTH - RIGHT} y1={sy(tick)} y2={sy(tick)} />
            <text className={`${styles.note} ${styles.end}`} x={LEFT - 8} y={sy(tick) + 4}>
              {y.format(tick)}
            </text>
          </g>
        ))}
        {ticks(x.domain, x.ticks).map((tick) => (
          <text
            key={tick}
            className={`${styles.note} ${styles.middle}`}
            x={sx(tick)}
            y={XY_HEIGHT - BOTTOM + 18}
          >
            {x.format(tick)}
          </text>
        ))}
        <line
          className={styles.axis}
          x1={LEFT}
          x2={XY_WIDTH - RIGHT}
          y1={XY_HEIGHT - BOTTOM}
          y2={XY_HEIGHT - BOTTOM}
        />
        <text
          className={`${styles.note} ${styles.middle}`}
          x={(LEFT + XY_WIDTH - RIGHT) / 2}
          y={XY_HEIGHT - BOTTOM + 38}
        >
          {x.label}
        </text>
        <text
          className={`${styles.note} ${styles.middle}`}
          transform={`translate(13 ${(TOP + XY_HEIGHT - BOTTOM) / 2}) rotate(-90)`}
        >
          {y.label}
        </text>
      </g>
      {children({ x: sx, y: sy })}
    </>
  );
}

/** A line through points. */
export const pathOf = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(2)},${y.toFixed(2)}`).join('');
