// The list of studies with how far each is.
import type { Study } from '@shapes/room.ts';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../parts/badge.tsx';
import { classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import table from '../../parts/table.module.css';
import { count, plain, when } from '../../parts/words.ts';
import { useStudies } from './data.ts';
import styles from './room.module.css';

export function Studies() {
  const studies = useStudies();
  return (
    <Section title="Studies">
      {studies.isPending && <Loading what="Fetching studies" />}
      {studies.isError && <Problem error={studies.error} />}
      {studies.isSuccess && studies.data.studies.length === 0 && (
        <Empty title="No study yet">
          <p>
            A study is a set of questions, one or more ways of reading them (with and without an aid, say),
            and the people who read. Add people below, then{' '}
            <Link to="/room" search={{ new: 'study' }}>
              begin a study
            </Link>
            .
          </p>
        </Empty>
      )}
      {studies.isSuccess && studies.data.studies.length > 0 && (
        <div className={table.frame}>
          <table aria-label="Studies" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Study</th>
                <th scope="col">Benchmark</th>
                <th scope="col">Questions</th>
                <th scope="col">Arms</th>
                <th scope="col">Readers</th>
                <th scope="col">Answered</th>
                <th scope="col">Adjudication</th>
                <th scope="col">State</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {studies.data.studies.map((study) => (
                <StudyRow key={study.id} study={study} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function StudyRow({ study }: { readonly study: Study }) {
  const { id, plan, benchmark, counts, progress, adjudication, status, createdAt } = study;
  const planned = progress.reduce((sum, row) => sum + row.planned, 0);
  const answered = progress.reduce((sum, row) => sum + row.answered, 0);
  const readers = new Set(progress.map(({ person }) => person.id)).size;
  return (
    <tr>
      <th scope="row" className={styles.name}>
        <Link to="/room/$study" params={{ study: id }}>
          {plain(plan.title)}
        </Link>
        <span className={styles.small}>{when(createdAt)}</span>
      </th>
      <td className={styles.name}>
        <Link to="/benchmarks/$benchmark" params={{ benchmark: benchmark.id }}>
          {plain(benchmark.name)}
        </Link>
        {!benchmark.available && <Badge tone="bad">not here</Badge>}
      </td>
      <td className={table.number}>{count(counts.questions)}</td>
      <td>{plan.arms.map(({ label }) => plain(label)).join(', ')}</td>
      <td className={table.number}>{readers}</td>
      <td>
        {planned === 0 ? (
          <span className={styles.muted}>nobody reads yet</span>
        ) : (
          <span className={styles.bar}>
            <progress max={planned} value={answered} aria-label="Answered" />
            {count(answered)} of {count(planned)}
          </span>
        )}
      </td>
      <td>
        {adjudication === null ? (
          <span className={styles.muted}>none</span>
        ) : (
          `${adjudication.decided} of ${adjudication.differing} decided`
        )}
      </td>
      <td>
        <Badge tone={status === 'open' ? 'good' : 'neutral'}>{status}</Badge>
      </td>
      <td>
        <Link to="/room/$study" params={{ study: id }} className={classOf('plain')}>
          Open
        </Link>
      </td>
    </tr>
  );
}
