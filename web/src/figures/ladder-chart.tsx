// The ladder: score with more and more of the gold evidence, beside the same amount of another patient's.
import { percent } from '../parts/words.ts';
import styles from './figure.module.css';
import { Mark, type MarkTarget } from './mark.tsx';
import { between, type Interval, points } from './numbers.ts';
import { pathOf, Xy } from './xy.tsx';

export interface Rung {
  readonly steps: number;
  readonly score: number;
  readonly twin: number;
  readonly effect: number;
  readonly ci95: Interval;
  readonly n: number;
}

export interface LadderChartProps {
  readonly rungs: readonly Rung[];
  readonly targetOf: (rung: Rung, twin: boolean) => MarkTarget | undefined;
}

export function LadderChart({ rungs, targetOf }: LadderChartProps) {
  const most = Math.max(1, ...rungs.map(({ steps }) => steps));
  return (
    <Xy
      x={{
        domain: [0, most],
        label: 'Steps of gold evidence given',
        format: String,
        ticks: Math.min(most, 8),
      }}
      y={{ domain: [0, 1], label: 'Score in %', format: (v) => String(Math.round(100 * v)) }}
    >
      {({ x, y }) => (
        <>
          <path className={styles.line} d={pathOf(rungs.map((r) => [x(r.steps), y(r.score)]))} />
          <path className={styles.twinLine} d={pathOf(rungs.map((r) => [x(r.steps), y(r.twin)]))} />
          {rungs.map((rung) => (
            <g key={rung.steps}>
              {rung.steps > 0 && (
                <Mark
                  target={targetOf(rung, true)}
                  label={`${rung.steps} steps of another patient's evidence: ${percent(rung.twin)} %, ${rung.n} questions`}
                >
                  <circle className={styles.hit} cx={x(rung.steps)} cy={y(rung.twin)} r={13} />
                  <rect
                    className={styles.twinDot}
                    x={x(rung.steps) - 5}
                    y={y(rung.twin) - 5}
                    width={10}
                    height={10}
                  />
                </Mark>
              )}
              <Mark
                target={targetOf(rung, false)}
                label={`${rung.steps} steps of its own evidence: ${percent(rung.score)} %, effect ${points(rung.effect)} points ${between(rung.ci95, points)}, ${rung.n} questions`}
              >
                <circle className={styles.hit} cx={x(rung.steps)} cy={y(rung.score)} r={13} />
                <circle className={styles.dot} cx={x(rung.steps)} cy={y(rung.score)} r={6.5} />
              </Mark>
            </g>
          ))}
        </>
      )}
    </Xy>
  );
}
