// How readers answered this question, asked for on request since every run is scored for it.
import { otherReads } from '@shapes/read.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, isStatic } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { OUTCOME_TONES, plain } from '../../parts/words.ts';
import styles from './question-pane.module.css';

const MOST = 50;

export function OtherReads({
  benchmark,
  question,
}: {
  readonly benchmark: string;
  readonly question: string;
}) {
  const [asked, setAsked] = useState(false);
  const found = useQuery({
    queryKey: ['runs', 'of-question', benchmark, question],
    queryFn: ({ signal }) =>
      get(`/api/questions/${benchmark}/${encodeURIComponent(question)}/reads`, otherReads, {}, signal),
    enabled: asked,
  });
  if (isStatic()) return null;
  return (
    <section className={styles.part} aria-label="Reads of this question">
      <h3>How readers answered</h3>
      {!asked && (
        <div>
          <Button onClick={() => setAsked(true)}>Show the reads</Button>
        </div>
      )}
      {asked && found.isPending && <Loading what="Scoring the reads" />}
      {found.isError && <Problem error={found.error} title="The reads cannot be shown" />}
      {found.data?.reads.length === 0 && <p>No run of this store has read it yet.</p>}
      <ul className={styles.reads}>
        {found.data?.reads.slice(0, MOST).map((read) => (
          <li key={`${read.runId} ${read.repeat}`}>
            <Link
              to="/runs/$run/reads/$question"
              params={{ run: read.runId, question }}
              search={read.repeat === 0 ? {} : { repeat: String(read.repeat) }}
            >
              {plain(read.reader)}
            </Link>
            <Badge tone={OUTCOME_TONES[read.outcome]}>{read.outcome}</Badge>
            {read.answer !== '' && <bdi className={styles.said}>{plain(read.answer.slice(0, 300))}</bdi>}
          </li>
        ))}
      </ul>
    </section>
  );
}
