// What a reader's score costs, beside the others over the same benchmark.
import { percent } from '../parts/words.ts';
import styles from './figure.module.css';
import { Mark, type MarkTarget } from './mark.tsx';
import type { Interval } from './numbers.ts';
import { short } from './scale.ts';
import { XY_WIDTH, Xy } from './xy.tsx';

export interface CostPoint {
  readonly key: string;
  readonly name: string;
  readonly cost: number;
  readonly score: number;
  readonly ci95: Interval;
  readonly own: boolean;
  readonly target: MarkTarget;
}

export interface CostScoreProps {
  readonly points: readonly CostPoint[];
  /** Of the cost axis: "US dollars for the run", "Seconds of reading". */
  readonly unit: string;
  /** Scores lie in 0…1, which is shown as per cent. Default true. */
  readonly share?: boolean;
}

export function CostScore({ points, unit, share = true }: CostScoreProps) {
  const dearest = Math.max(...points.map(({ cost }) => cost), 0);
  const ends = points.flatMap(({ score, ci95 }) => [score, ...(ci95 ?? [])]);
  const y: [number, number] = share ? [0, 1] : [Math.min(0, ...ends), Math.max(...ends, 0)];
  const say = (value: number): string => (share ? String(Math.round(100 * value)) : short(value));
  return (
    <Xy
      x={{ domain: [0, dearest === 0 ? 1 : 1.06 * dearest], label: unit, format: short }}
      y={{ domain: y, label: share ? 'Score in %' : 'Score', format: say }}
    >
      {(scales) =>
        [...points]
          // The run itself is drawn last, above the others.
          .sort((a, b) => Number(a.own) - Number(b.own))
          .map(({ key, name, cost, score, ci95, own, target }) => {
            const [x, top] = [scales.x(cost), scales.y(score)];
            const left = x > XY_WIDTH - 150;
            return (
              <Mark
                key={key}
                target={target}
                label={`${name}: ${share ? `${percent(score)} %` : short(score)} for ${short(cost)} ${unit.toLowerCase()}`}
              >
                <circle className={styles.hit} cx={x} cy={top} r={13} />
                {ci95 !== null && (
                  <line
                    className={styles.whisker}
                    x1={x}
                    x2={x}
                    y1={scales.y(ci95[0])}
                    y2={scales.y(ci95[1])}
                  />
                )}
                <circle className={own ? styles.dot : styles.other} cx={x} cy={top} r={own ? 7 : 5} />
                {own && (
                  <text
                    className={left ? `${styles.label} ${styles.end}` : styles.label}
                    x={left ? x - 12 : x + 12}
                    y={top - 8}
                  >
                    {name.length > 26 ? `${name.slice(0, 25)}…` : name}
                  </text>
                )}
              </Mark>
            );
          })
      }
    </Xy>
  );
}
