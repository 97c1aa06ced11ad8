// How far confidence can be trusted: the reliability of its steps, and risk against coverage.
import { percent } from '../parts/words.ts';
import styles from './figure.module.css';
import { Mark, type MarkTarget } from './mark.tsx';
import { pathOf, Xy } from './xy.tsx';

const hundred = (value: number): string => String(Math.round(100 * value));

export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly confidence: number;
  readonly accuracy: number;
}

export function Reliability({
  bins,
  targetOf,
}: {
  readonly bins: readonly Bin[];
  readonly targetOf: (bin: Bin) => MarkTarget | undefined;
}) {
  const most = Math.max(1, ...bins.map(({ n }) => n));
  return (
    <Xy
      x={{ domain: [0, 1], label: 'Confidence in %', format: hundred }}
      y={{ domain: [0, 1], label: 'Mean score in %', format: hundred }}
    >
      {({ x, y }) => (
        <>
          <line className={styles.chance} x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          {bins
            .filter(({ n }) => n > 0)
            .map((bin) => (
              <Mark
                key={bin.low}
                target={targetOf(bin)}
                label={`Confidence ${percent(bin.low)} to ${percent(bin.high)} %: ${bin.n} reads, mean score ${percent(bin.accuracy)} %`}
              >
                <rect
                  className={styles.hit}
                  x={x(bin.low) + 1}
                  y={y(1)}
                  width={x(bin.high) - x(bin.low) - 2}
                  height={y(0) - y(1)}
                />
                {/* Strong bars hold many reads. */}
                <rect
                  className={styles.bar}
                  opacity={0.35 + (0.65 * bin.n) / most}
                  x={x(bin.low) + 3}
                  y={y(bin.accuracy)}
                  width={x(bin.high) - x(bin.low) - 6}
                  height={Math.max(1, y(0) - y(bin.accuracy))}
                />
                <circle className={styles.dot} cx={x(bin.confidence)} cy={y(bin.accuracy)} r={4.5} />
              </Mark>
            ))}
        </>
      )}
    </Xy>
  );
}

export interface Covered {
  readonly coverage: number;
  readonly risk: number;
}

export function RiskCoverage({
  curve,
  targetOf,
}: {
  readonly curve: readonly Covered[];
  readonly targetOf: (point: Covered) => MarkTarget | undefined;
}) {
  const top = Math.min(1, Math.max(0.1, ...curve.map(({ risk }) => risk * 1.1)));
  return (
    <Xy
      x={{ domain: [0, 1], label: 'Coverage: the surest part of reads, in %', format: hundred }}
      y={{
        domain: [0, top],
        label: 'Risk: mean error in %',
        format: (v) => String(Number((100 * v).toFixed(1))),
      }}
    >
      {({ x, y }) => (
        <>
          <path className={styles.line} d={pathOf(curve.map((p) => [x(p.coverage), y(p.risk)]))} />
          {curve.map((point) => (
            <Mark
              key={point.coverage}
              target={targetOf(point)}
              label={`The surest ${percent(point.coverage)} % of reads: risk ${percent(point.risk)} %`}
            >
              <circle className={styles.hit} cx={x(point.coverage)} cy={y(point.risk)} r={8} />
              <circle className={styles.dot} cx={x(point.coverage)} cy={y(point.risk)} r={4} />
            </Mark>
          ))}
        </>
      )}
    </Xy>
  );
}
