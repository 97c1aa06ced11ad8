// How far each person is in each arm, from when locked arms open, and who joins.
import { type Study, study as studyShape } from '@shapes/room.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import { Select } from '../../parts/select.tsx';
import table from '../../parts/table.module.css';
import { count, plain, when } from '../../parts/words.ts';
import { usePeople } from '../room/data.ts';
import styles from './study.module.css';

export function Progress({ study }: { readonly study: Study }) {
  const { plan, progress, status, reviewers } = study;
  const labelOf = (name: string) => plain(plan.arms.find((arm) => arm.name === name)?.label ?? name);
  const several = plan.arms.length > 1;
  const rows = [...progress].sort((a, b) => a.person.name.localeCompare(b.person.name) || a.turn - b.turn);
  return (
    <Section
      title="Progress"
      {...(several
        ? {
            lead: `Between a person's arms lie ${plan.washoutDays} days, from the last answer of the one before.`,
          }
        : {})}
      actions={status === 'open' ? <Enrol study={study} /> : undefined}
    >
      {rows.length === 0 ? (
        <Empty title="Nobody reads yet">
          <p>
            Choose somebody above to join the study. People and their links are in the{' '}
            <Link to="/room">reading room</Link>.
          </p>
        </Empty>
      ) : (
        <div className={table.frame}>
          <table aria-label="Progress of each person" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Person</th>
                {several && <th scope="col">Turn</th>}
                {several && <th scope="col">Arm</th>}
                <th scope="col">Answered</th>
                <th scope="col">State</th>
                <th scope="col">Last answer</th>
                <th scope="col">
                  <span className="visually-hidden">Run</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.run}>
                  <th scope="row" className={styles.name}>
                    <bdi>{plain(row.person.name)}</bdi>
                    {row.person.withdrawn && <Badge>withdrawn</Badge>}
                  </th>
                  {several && <td>{row.turn}</td>}
                  {several && <td>{labelOf(row.arm)}</td>}
                  <td>
                    <span className={styles.bar}>
                      <progress max={row.planned} value={row.answered} aria-label="Answered" />
                      {count(row.answered)} of {count(row.planned)}
                    </span>
                  </td>
                  <td>{stateOf(row)}</td>
                  <td>{row.lastAnswerAt === null ? '–' : when(row.lastAnswerAt)}</td>
                  <td>
                    <Link to="/runs/$run" params={{ run: row.run }}>
                      Run<span className="visually-hidden"> of {plain(row.person.name)}</span>
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {reviewers.length > 0 && (
        <p className={styles.muted}>
          {reviewers.length === 1 ? 'Reviewer: ' : 'Reviewers: '}
          {reviewers
            .map(({ name, withdrawn }) => `${plain(name)}${withdrawn ? ' (withdrawn)' : ''}`)
            .join(', ')}
        </p>
      )}
    </Section>
  );
}

function stateOf({ lockedUntil, answered, planned }: Study['progress'][number]) {
  if (answered === planned) return <Badge tone="good">done</Badge>;
  if (lockedUntil === null)
    return answered === 0 ? <Badge tone="accent">may begin</Badge> : <Badge tone="accent">reading</Badge>;
  return (
    <>
      <Badge tone="warn">locked</Badge>{' '}
      {lockedUntil === 'earlier-arm' ? 'until the arm before is done' : `until ${when(lockedUntil)}`}
    </>
  );
}

/** One choice of somebody who is not in the study yet, as a reader or as a reviewer. */
function Enrol({ study }: { readonly study: Study }) {
  const people = usePeople();
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<string>();
  const inside = new Set([
    ...study.progress.map(({ person }) => person.id),
    ...study.reviewers.map(({ id }) => id),
  ]);
  const others = people.data?.people.filter(({ id, withdrawn }) => !withdrawn && !inside.has(id)) ?? [];
  const enrolling = useMutation({
    mutationFn: ({ person, as }: { person: string; as: 'readers' | 'reviewers' }) =>
      send('POST', `/api/room/studies/${encodeURIComponent(study.id)}/${as}`, studyShape, { person }),
    onSuccess: async () => {
      setChosen(undefined);
      await cache.invalidateQueries({ queryKey: ['room'] });
    },
  });
  if (others.length === 0) return null;
  const person = others.find(({ id }) => id === chosen);
  const join = (as: 'readers' | 'reviewers') =>
    person !== undefined && enrolling.mutate({ person: person.id, as });
  return (
    <div className={styles.enrol}>
      <Select
        className={styles.who ?? ''}
        aria-label="Who joins"
        placeholder="Somebody joins…"
        options={others.map(({ id, name, role }) => ({ value: id, label: plain(name), hint: role }))}
        value={chosen}
        onChange={setChosen}
      />
      <Button disabled={person === undefined || enrolling.isPending} onClick={() => join('readers')}>
        Join as reader
      </Button>
      {study.adjudication !== null && person?.role === 'reviewer' && (
        <Button disabled={enrolling.isPending} onClick={() => join('reviewers')}>
          Join as reviewer
        </Button>
      )}
      {enrolling.isError && (
        <p role="alert" className={styles.mistake}>
          {enrolling.error.message}
        </p>
      )}
    </div>
  );
}
