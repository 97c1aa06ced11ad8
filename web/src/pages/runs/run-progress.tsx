// How far a run is: a bar, so many of so many, and what is left while it reads.
import type { RunRow } from '@shapes/runs.ts';
import { count, duration } from '../../parts/words.ts';
import { readsOf, shareOf } from './order.ts';
import styles from './runs.module.css';

export function RunProgress({ run }: { readonly run: RunRow }) {
  const reads = readsOf(run);
  const share = shareOf(run);
  return (
    <div className={styles.progress}>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={`Progress of ${run.reader}`}
        aria-valuemin={0}
        aria-valuemax={run.planned}
        aria-valuenow={reads}
        aria-valuetext={`${reads} of ${run.planned} reads`}
      >
        <span
          className={run.status === 'running' ? styles.filledLive : styles.filled}
          style={{ inlineSize: `${100 * share}%` }}
        />
      </div>
      <span className={styles.amount}>
        {count(reads)} of {count(run.planned)}
      </span>
      {run.status === 'running' && (
        <span className={styles.pace}>
          {paceOf(run).map((line) => (
            <span key={line}>{line}</span>
          ))}
        </span>
      )}
    </div>
  );
}

function paceOf({ perMinute, etaSeconds, stopping }: RunRow): string[] {
  if (stopping) return ['finishing what is', 'under way'];
  if (perMinute === null) return ['measuring the pace'];
  const rate = `${count(Math.round(perMinute))} a minute`;
  return etaSeconds === null ? [rate] : [rate, `${duration(etaSeconds)} left`];
}
