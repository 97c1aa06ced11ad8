// The table of scores: people, the panel and models on one scale, with n, interval and chance.
import type { Study } from '@shapes/room.ts';
import type { ReaderResult } from '@shapes/room-results.ts';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../parts/badge.tsx';
import table from '../../parts/table.module.css';
import { count, duration, percent, plain } from '../../parts/words.ts';
import { decimals } from './plain-words.ts';
import styles from './study.module.css';

const KINDS = { person: 'person', panel: 'panel', model: 'model' } as const;

export function Scores({
  readers,
  study,
}: {
  readonly readers: readonly ReaderResult[];
  readonly study: Study;
}) {
  const several = study.plan.arms.length > 1;
  const labelOf = (name: string | null) =>
    name === null ? '' : plain(study.plan.arms.find((arm) => arm.name === name)?.label ?? name);
  const withAuc = readers.some(({ auc }) => auc !== null);
  const calibrated = readers.filter(({ calibration }) => calibration !== null);
  return (
    <section className={styles.part} aria-label="Scores">
      <h3>Scores</h3>
      <div className={table.frame}>
        <table aria-label="Scores of readers" className={table.table}>
          <thead>
            <tr>
              <th scope="col">Reader</th>
              {several && <th scope="col">Arm</th>}
              <th scope="col">Score (%)</th>
              <th scope="col">95 % interval</th>
              <th scope="col">Chance (%)</th>
              <th scope="col">n</th>
              <th scope="col">Patients</th>
              <th scope="col">Passed</th>
              {withAuc && <th scope="col">AUC</th>}
              <th scope="col">Time, median</th>
            </tr>
          </thead>
          <tbody>
            {readers.map((reader) => (
              <tr key={reader.run}>
                <th scope="row" className={styles.name}>
                  <Link to="/runs/$run" params={{ run: reader.run }}>
                    {plain(reader.name)}
                  </Link>
                  <Badge tone={reader.kind === 'model' ? 'neutral' : 'accent'}>{KINDS[reader.kind]}</Badge>
                </th>
                {several && <td>{labelOf(reader.arm)}</td>}
                <td>
                  <ScoreBar reader={reader} />
                </td>
                <td title={reader.interval}>
                  {reader.ci95 === null ? '–' : `${percent(reader.ci95[0])} to ${percent(reader.ci95[1])}`}
                </td>
                <td className={table.number}>{percent(reader.chance)}</td>
                <td className={table.number}>{count(reader.n)}</td>
                <td className={table.number}>{count(reader.patients)}</td>
                <td className={table.number}>{count(reader.passed)}</td>
                {withAuc && <td className={table.number}>{decimals(reader.auc, 3)}</td>}
                <td>{timeOf(reader)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {calibrated.length > 0 && <Calibrations readers={calibrated} />}
    </section>
  );
}

/** The number, and a bar with the interval and the chance line for the eye. */
function ScoreBar({ reader }: { readonly reader: ReaderResult }) {
  const { score, ci95, chance } = reader;
  const at = (share: number) => 100 * Math.min(1, Math.max(0, share));
  return (
    <span className={styles.score}>
      <span className={styles.scoreNumber}>{percent(score)}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" className={styles.scoreBar} aria-hidden="true">
        <rect x="0" y="3" width="100" height="4" className={styles.barGround} />
        {score !== null && <rect x="0" y="3" width={at(score)} height="4" className={styles.barValue} />}
        {ci95 !== null && (
          <rect
            x={at(ci95[0])}
            y="4.4"
            width={at(ci95[1]) - at(ci95[0])}
            height="1.2"
            className={styles.barInterval}
          />
        )}
        {chance !== null && (
          <rect x={at(chance) - 0.5} y="0" width="1" height="10" className={styles.barChance} />
        )}
      </svg>
    </span>
  );
}

function timeOf({ medianSeconds, medianActiveSeconds, kind }: ReaderResult): string {
  if (medianSeconds === null) return '–';
  if (kind !== 'person' || medianActiveSeconds === null) return duration(medianSeconds);
  return `${duration(medianActiveSeconds)} (${duration(medianSeconds)} with pauses)`;
}

function Calibrations({ readers }: { readonly readers: readonly ReaderResult[] }) {
  return (
    <details>
      <summary>How well people know how sure they can be</summary>
      <p className={styles.muted}>
        Over answers with a confidence: ECE is how far “70 % sure” is from being right in 70 % of cases, on
        average; Brier is the mean squared distance. 0 is best in both.
      </p>
      <div className={table.frame}>
        <table aria-label="Calibration of readers" className={table.table}>
          <thead>
            <tr>
              <th scope="col">Reader</th>
              <th scope="col">n</th>
              <th scope="col">ECE</th>
              <th scope="col">Brier</th>
              <th scope="col">Said, and were right</th>
            </tr>
          </thead>
          <tbody>
            {readers.map(({ run, name, calibration }) => (
              <tr key={run}>
                <th scope="row" className={styles.name}>
                  {plain(name)}
                </th>
                <td className={table.number}>{calibration?.n}</td>
                <td className={table.number}>{decimals(calibration?.ece, 3)}</td>
                <td className={table.number}>{decimals(calibration?.brier, 3)}</td>
                <td>
                  {calibration?.bins
                    .filter(({ n }) => n > 0)
                    .map(
                      ({ confidence, accuracy, n }) => `${percent(confidence)} → ${percent(accuracy)} (${n})`,
                    )
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
