// What a check found: the method against its baseline, and where it must not win.
import type { CheckResultShape, MethodCheck } from '@shapes/methods.ts';
import { Badge } from '../../parts/badge.tsx';
import { duration, plain, when } from '../../parts/words.ts';
import styles from './methods.module.css';

export function CheckNumbers({ check, nth }: { readonly check: MethodCheck; readonly nth: number }) {
  const result = check.results[nth];
  const ended = check.status === 'done' || check.status === 'failed';
  return (
    <>
      {check.problem !== undefined && (
        <p className={styles.problem}>
          <Badge tone="bad">broke off</Badge> <bdi>{plain(check.problem)}</bdi>
        </p>
      )}
      {result !== undefined && <Numbers result={result} />}
      {ended && (
        <p className={styles.meta}>
          {when(check.at)}, version {check.version}, seed {check.seed}
          {result !== undefined && `, took ${duration(result.seconds)}`}
        </p>
      )}
    </>
  );
}

function Numbers({ result }: { readonly result: CheckResultShape }) {
  const { passed, baseline, ci95, mustNotWin, detail } = result;
  const ends = [0, baseline.value ?? 0, result.result.value ?? 0, ...(ci95 ?? [])];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const at = (value: number) => (high === low ? 0 : ((value - low) / (high - low)) * 100);
  return (
    <div className={styles.numbers}>
      <p>
        <Badge tone={passed ? 'good' : 'bad'}>{passed ? 'passed' : 'did not pass'}</Badge>
      </p>
      <div className={styles.bars}>
        <Bar name={baseline.name} value={baseline.value} at={at} look={styles.baseline} />
        <Bar name={result.result.name} value={result.result.value} ci95={ci95} at={at} look={styles.result} />
      </div>
      {mustNotWin !== undefined && (
        <p>
          Must not win: {plain(mustNotWin.regime)}: <strong>{number(mustNotWin.value)}</strong>
          {typeof mustNotWin.against === 'number' && ` against ${number(mustNotWin.against)}`},{' '}
          {mustNotWin.held ? 'and it does not.' : <Badge tone="bad">but it does</Badge>}
        </p>
      )}
      {detail !== undefined && <p className={styles.meta}>{plain(detail)}</p>}
    </div>
  );
}

function Bar(props: {
  readonly name: string;
  readonly value: number | null;
  readonly ci95?: readonly [number, number] | undefined;
  readonly at: (value: number) => number;
  readonly look: string;
}) {
  const { name, value, ci95, at, look } = props;
  const [from, to] = value === null ? [0, 0] : [Math.min(at(0), at(value)), Math.max(at(0), at(value))];
  return (
    <>
      <span className={styles.name}>{plain(name)}</span>
      <span className={styles.track} aria-hidden="true">
        <span className={`${styles.bar} ${look}`} style={{ left: `${from}%`, width: `${to - from}%` }} />
        {ci95 !== undefined && (
          <span
            className={styles.interval}
            style={{ left: `${at(ci95[0])}%`, width: `${at(ci95[1]) - at(ci95[0])}%` }}
          />
        )}
      </span>
      <span className={styles.value}>
        {number(value)}
        {ci95 !== undefined && (
          <span className={styles.meta}>
            {' '}
            (95 % {number(ci95[0])} to {number(ci95[1])})
          </span>
        )}
      </span>
    </>
  );
}

const number = (value: number | null): string =>
  value === null ? '–' : String(Number(value.toPrecision(4)));
