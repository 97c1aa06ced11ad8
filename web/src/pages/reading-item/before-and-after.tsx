// What stands around the questions of a worklist: what it will be like, why it is not open yet, and thanks at its end.
import { type Worklist, type WorklistRow, worklists } from '@shapes/room.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import { Button, classOf } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { duration, plain, when } from '../../parts/words.ts';
import styles from './around.module.css';

export function Welcome({ list, onBegin }: { readonly list: Worklist; readonly onBegin: () => void }) {
  return (
    <div className={styles.page}>
      <PageHead title={list.title} trail={<Link to="/reading">My worklists</Link>} facts={list.arm} />
      {list.instructions !== '' && <Instructions text={list.instructions} />}
      <ul className={styles.rules}>
        <li>
          {list.planned === 1 ? 'One question' : `${list.planned} questions`}, one after the other. You can
          stop at any time and go on later where you were.
        </li>
        {list.confidence !== 'off' && (
          <li>
            {list.confidence === 'required'
              ? 'With each answer you say how sure you are.'
              : 'With each answer you may say how sure you are.'}
          </li>
        )}
        {list.timeLimitSeconds !== null && (
          <li>
            There are {duration(list.timeLimitSeconds)} for each question, from the moment it is shown; a
            pause does not stop this clock. When the time is over, the answer that stands there is sent.
          </li>
        )}
        <li>
          {list.mayGoBack
            ? 'You can go back and change an answer.'
            : 'An answer that was submitted cannot be changed.'}
        </li>
        <li>Everything can be done by keyboard: “?” lists the keys.</li>
      </ul>
      <p>
        <Button look="primary" onClick={onBegin} autoFocus>
          Begin
        </Button>
      </p>
    </div>
  );
}

/** What whoever runs the study wrote: text, as it was typed. */
export const Instructions = ({ text }: { readonly text: string }) => (
  <p className={styles.instructions} dir="auto">
    {plain(text)}
  </p>
);

export function NotOpen({ list }: { readonly list: WorklistRow }) {
  return (
    <div className={styles.page}>
      <PageHead title={list.title} trail={<Link to="/reading">My worklists</Link>} facts={list.arm} />
      <p>
        {list.state === 'closed'
          ? 'This study is closed: it takes no answers any more. Thank you for your readings.'
          : list.opensAt === null
            ? 'This worklist opens after you have finished the one before it.'
            : `This worklist opens on ${when(list.opensAt)}. The time in between is meant: you should not remember the cases.`}
      </p>
      <p>
        <Link to="/reading" className={classOf('plain')}>
          Back to my worklists
        </Link>
      </p>
    </div>
  );
}

export function Finished({ list }: { readonly list: Worklist }) {
  const all = useQuery({
    queryKey: ['reading', 'worklists'],
    queryFn: ({ signal }) => get('/api/reading/worklists', worklists, {}, signal),
    staleTime: 0,
  });
  const others = all.data?.worklists.filter(({ id }) => id !== list.id) ?? [];
  const open = others.find(({ state }) => state === 'open');
  const locked = others
    .filter(({ state }) => state === 'locked')
    .toSorted((a, b) => (a.opensAt ?? '~').localeCompare(b.opensAt ?? '~'))
    .at(0);
  return (
    <div className={styles.page}>
      <PageHead title="Thank you" trail={<Link to="/reading">My worklists</Link>} facts={list.title} />
      <output>
        {list.planned === 1 ? 'The question is answered.' : `All ${list.planned} questions are answered.`}
      </output>
      {open !== undefined && (
        <p>
          Next: {open.title}
          {open.arm === null ? '' : `, ${open.arm}`} is open.
        </p>
      )}
      {open === undefined && locked !== undefined && (
        <p>
          Next: {locked.title}
          {locked.arm === null ? '' : `, ${locked.arm}`}
          {locked.opensAt === null ? ' opens later.' : ` opens on ${when(locked.opensAt)}.`} Your link stays
          the same.
        </p>
      )}
      {all.isSuccess && open === undefined && locked === undefined && (
        <p>There is nothing else for you to read now. You can close this page.</p>
      )}
      <p className={styles.row}>
        {open !== undefined && (
          <Link to="/reading/$worklist" params={{ worklist: open.id }} className={classOf('primary')}>
            Go on with it
          </Link>
        )}
        <Link to="/reading" className={classOf('plain')}>
          My worklists
        </Link>
        {list.mayGoBack && list.state === 'done' && (
          <Link
            to="/reading/$worklist"
            params={{ worklist: list.id }}
            search={{ at: String(list.planned - 1) }}
            className={classOf('plain')}
          >
            Look at my answers again
          </Link>
        )}
      </p>
    </div>
  );
}
