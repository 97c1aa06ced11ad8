// A reader's worklists, and what a reviewer has to decide.
import { adjudications, type WorklistRow, worklists } from '@shapes/room.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { get } from '../../api/client.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead, Section } from '../../parts/page-head.tsx';
import { plain, when } from '../../parts/words.ts';
import { useVisitor } from '../../shell/visitor.ts';
import styles from './reading.module.css';

export default function Page(): ReactNode {
  const visitor = useVisitor();
  const role = visitor.data?.role;
  const mine = useQuery({
    queryKey: ['reading', 'worklists'],
    queryFn: ({ signal }) => get('/api/reading/worklists', worklists, {}, signal),
    staleTime: 0,
    enabled: role !== undefined && role !== 'owner',
  });
  if (visitor.isPending) return <Loading />;
  if (role === 'owner')
    return (
      <>
        <PageHead title="My worklists" />
        <Empty title="You are the owner of this workbench">
          Worklists belong to people with a link of their own. Add people and begin a study in the{' '}
          <Link to="/room">reading room</Link>; to read yourself, add yourself as a person and open that link
          in another browser or a private window.
        </Empty>
      </>
    );
  return (
    <>
      <PageHead title="My worklists" facts={visitor.data && `Signed in as ${plain(visitor.data.name)}`} />
      {mine.isPending && <Loading what="Fetching your worklists" />}
      {mine.isError && <Problem error={mine.error} />}
      {mine.isSuccess && mine.data.worklists.length === 0 && role === 'reader' && (
        <Empty title="Nothing to read yet">
          You are not in a study yet. Whoever gave you the link adds you to one; then open this page again.
        </Empty>
      )}
      {mine.isSuccess && mine.data.worklists.length > 0 && (
        <ul className={styles.list}>
          {mine.data.worklists.map((row) => (
            <li key={row.id}>
              <WorklistCard row={row} />
            </li>
          ))}
        </ul>
      )}
      {role === 'reviewer' && <ToDecide />}
    </>
  );
}

const STATES: Readonly<Record<WorklistRow['state'], { word: string; tone: Tone }>> = {
  open: { word: 'Open', tone: 'accent' },
  locked: { word: 'Locked', tone: 'warn' },
  done: { word: 'Done', tone: 'good' },
  closed: { word: 'Closed', tone: 'neutral' },
};

function WorklistCard({ row }: { readonly row: WorklistRow }) {
  const { word, tone } = STATES[row.state];
  const begun = row.answered > 0;
  return (
    <article className={styles.card} aria-label={row.arm === null ? row.title : `${row.title}, ${row.arm}`}>
      <div className={styles.words}>
        <h2 className={styles.title}>{plain(row.title)}</h2>
        {row.arm !== null && <p className={styles.arm}>{plain(row.arm)}</p>}
        <p className={styles.progress}>
          <progress max={row.planned} value={row.answered} aria-label="Answered" />
          {row.answered} of {row.planned} answered
        </p>
        {row.state === 'locked' && (
          <p className={styles.arm}>
            {row.opensAt === null
              ? 'Opens after the worklist before it is done.'
              : `Opens on ${when(row.opensAt)}.`}
          </p>
        )}
      </div>
      <div className={styles.side}>
        <Badge tone={tone}>{word}</Badge>
        {row.state === 'open' && (
          <Link to="/reading/$worklist" params={{ worklist: row.id }} className={classOf('primary')}>
            {begun ? 'Go on' : 'Begin'}
          </Link>
        )}
        {row.state === 'done' && row.mayGoBack && (
          <Link
            to="/reading/$worklist"
            params={{ worklist: row.id }}
            search={{ at: '0' }}
            className={classOf('plain')}
          >
            Look again
          </Link>
        )}
      </div>
    </article>
  );
}

function ToDecide() {
  const studies = useQuery({
    queryKey: ['adjudication', 'studies'],
    queryFn: ({ signal }) => get('/api/adjudication/studies', adjudications, {}, signal),
    staleTime: 0,
  });
  return (
    <Section title="To decide" lead="Questions that two people answered differently, without their names.">
      {studies.isPending && <Loading />}
      {studies.isError && <Problem error={studies.error} />}
      {studies.isSuccess && studies.data.studies.length === 0 && (
        <Empty title="Nothing to decide yet">
          You are not a reviewer of a study yet. Whoever gave you the link adds you to one; then open this
          page again.
        </Empty>
      )}
      {studies.isSuccess && studies.data.studies.length > 0 && (
        <ul className={styles.list}>
          {studies.data.studies.map(({ id, title, differing, decided }) => (
            <li key={id}>
              <article className={styles.card} aria-label={title}>
                <div className={styles.words}>
                  <h3 className={styles.title}>{plain(title)}</h3>
                  <p className={styles.progress}>
                    {differing > 0 && <progress max={differing} value={decided} aria-label="Decided" />}
                    {differing === 0
                      ? 'Nothing differs yet: both readers must have answered first.'
                      : `${decided} of ${differing} decided`}
                  </p>
                </div>
                <div className={styles.side}>
                  <Link
                    to="/adjudication/$study"
                    params={{ study: id }}
                    className={classOf(decided < differing ? 'primary' : 'plain')}
                  >
                    {decided < differing ? 'Decide' : 'Open'}
                  </Link>
                </div>
              </article>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
