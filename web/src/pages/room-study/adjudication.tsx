// Where the two readers differ, and how far the reviewers are.
import type { Study } from '@shapes/room.ts';
import { Link } from '@tanstack/react-router';
import { Section } from '../../parts/page-head.tsx';
import { count, plain } from '../../parts/words.ts';
import styles from './study.module.css';

export function Adjudication(props: {
  readonly study: Study;
  readonly adjudication: NonNullable<Study['adjudication']>;
}) {
  const { study, adjudication } = props;
  const { differing, decided, runs, why } = adjudication;
  const labelOf = (name: string) => plain(study.plan.arms.find((arm) => arm.name === name)?.label ?? name);
  return (
    <Section title="Adjudication" lead="A reviewer decides where two readers gave different answers.">
      <div className={styles.card}>
        {why !== null ? (
          <p>{plain(why)}</p>
        ) : differing === 0 ? (
          <p>No question differs so far: both readers must have answered it, and differently.</p>
        ) : (
          <p className={styles.bar}>
            <progress max={differing} value={decided} aria-label="Decided" />
            {count(decided)} of {count(differing)} decided
          </p>
        )}
        {study.reviewers.length === 0 && (
          <p className={styles.muted}>
            Nobody reviews yet: add a person with the role of a reviewer in the{' '}
            <Link to="/room">reading room</Link>, then let them join above.
          </p>
        )}
        {runs.length > 0 && (
          <p>
            What the panel came to stands in reports like a reader:{' '}
            {runs.map(({ arm, run }, at) => (
              <span key={run}>
                {at > 0 && ', '}
                <Link to="/runs/$run" params={{ run }}>
                  {runs.length > 1 ? labelOf(arm) : 'run of the panel'}
                </Link>
              </span>
            ))}
          </p>
        )}
      </div>
    </Section>
  );
}
