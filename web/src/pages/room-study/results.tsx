// What came of a study: scores with models beside, agreement, and arms compared over readers and cases.
import type { Study } from '@shapes/room.ts';
import { studyResults } from '@shapes/room-results.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import { classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import { plain } from '../../parts/words.ts';
import { useModelRuns } from '../room/data.ts';
import { RadioChoice } from '../room/radio-choice.tsx';
import room from '../room/room.module.css';
import { Agreement } from './agreement.tsx';
import { Comparisons } from './comparisons.tsx';
import { Scores } from './scores.tsx';
import styles from './study.module.css';

export function Results({ study }: { readonly study: Study }) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const protocol = search.protocol === 'published' ? 'published' : 'strict';
  const chosen = (search.runs ?? '').split(',').filter((run) => run !== '');
  const answered = study.progress.some((row) => row.answered > 0);
  const models = useModelRuns(study.benchmark.id);
  const path = `/api/room/studies/${encodeURIComponent(study.id)}/results`;
  const results = useQuery({
    queryKey: ['room', 'results', study.id, protocol, chosen],
    queryFn: ({ signal }) =>
      get(path, studyResults, { protocol, runs: chosen.length === 0 ? undefined : chosen.join(',') }, signal),
    enabled: answered,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const set = (part: { protocol?: string; runs?: readonly string[] }) =>
    navigate({
      to: '/room/$study',
      params: { study: study.id },
      search: {
        protocol: part.protocol ?? (protocol === 'strict' ? undefined : protocol),
        runs: (part.runs ?? chosen).join(',') || undefined,
      },
      replace: true,
      resetScroll: false,
    });
  if (!answered)
    return (
      <Section title="Results">
        <Empty title="No answers yet">
          <p>
            Scores, agreement and comparisons come with the first answers. Send people their links: they are
            made in the <Link to="/room">reading room</Link>.
          </p>
        </Empty>
      </Section>
    );
  const people = results.data?.readers.map(({ run }) => run) ?? [];
  return (
    <Section
      title="Results"
      lead="People are scored as models are, over what they have answered so far."
      actions={
        people.length > 1 ? (
          <Link to="/compare" search={{ runs: people.join(',') }} className={classOf('plain')}>
            Compare in pairs
          </Link>
        ) : undefined
      }
    >
      <div className={styles.settings}>
        <RadioChoice
          legend="Scored"
          value={protocol}
          onChange={(next) => set({ protocol: next })}
          choices={[
            { value: 'strict', label: 'Strictly' },
            { value: 'published', label: 'As published' },
          ]}
        />
        <fieldset className={room.choices}>
          <legend>Models beside</legend>
          {models.data?.length === 0 && (
            <p className={styles.muted}>
              No model has read this benchmark here yet: <Link to="/">start a run</Link>.
            </p>
          )}
          <div className={styles.models}>
            {models.data?.map((run) => (
              <label key={run.id} className={room.choice}>
                <input
                  type="checkbox"
                  checked={chosen.includes(run.id)}
                  onChange={(event) =>
                    set({
                      runs: event.target.checked ? [...chosen, run.id] : chosen.filter((id) => id !== run.id),
                    })
                  }
                />
                <span>{plain(run.reader)}</span>
              </label>
            ))}
          </div>
        </fieldset>
      </div>
      {results.isPending && <Loading what="Scoring" />}
      {results.isError && <Problem error={results.error} title="The results cannot be computed" />}
      {results.data !== undefined && (
        <div className={styles.results} aria-busy={results.isPlaceholderData}>
          <Scores readers={results.data.readers} study={study} />
          <Agreement agreement={results.data.agreement} study={study} />
          <Comparisons comparisons={results.data.comparisons} study={study} />
          {results.data.notes.length > 0 && (
            <ul className={styles.notes}>
              {results.data.notes.map((note) => (
                <li key={note}>{plain(note)}</li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Section>
  );
}
