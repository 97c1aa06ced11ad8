// One method of the catalogue.
import { type MethodCheck, type MethodEntry, methodCheck } from '@shapes/methods.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import * as z from 'zod';
import { isStatic, send } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PaperLink } from '../../parts/paper-link.tsx';
import { words } from '../../parts/words.ts';
import { CheckNumbers } from './check-numbers.tsx';
import styles from './methods.module.css';

export interface MethodCardProps {
  readonly method: MethodEntry;
  readonly check: MethodCheck | undefined;
  /** Which result of the check is this method's. */
  readonly nth: number;
}

export function MethodCard({ method, check, nth }: MethodCardProps) {
  const { id, kind, summary, paper, alsoPapers, command, needs, tasks, modalities, metrics, data } = method;
  return (
    <article className={styles.card} aria-label={`${id}, ${words(kind)}`}>
      <header className={styles.head}>
        <h2>{id}</h2>
        <Badge tone="accent">{words(kind)}</Badge>
        {data?.format === 'unverified' && <Badge tone="warn">format unverified</Badge>}
      </header>
      <p>{summary}</p>
      <div className={styles.command}>
        <code>
          {command.split(' ').map((word, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: words of a line may come again
            <span key={at}>{word} </span>
          ))}
        </code>
        <CopyButton text={command} what={`the command of ${id}`} />
      </div>
      <Facts
        rows={[
          ['Paper', <PaperLink key="paper" paper={paper} />],
          ...alsoPapers.map((also) => ['Also', <PaperLink key={also.title} paper={also} />] as const),
          ['Needs', needs.join(', ') || 'nothing besides'],
          ['Data', data && `${data.size}; ${data.licence}; access: ${words(data.access)}`],
          ['Tasks', tasks.join(', ')],
          ['Modalities', modalities.join(', ')],
          ['Metrics', metrics.join(', ')],
        ]}
      />
      <Check id={id} check={check} nth={nth} />
    </article>
  );
}

function Check(props: {
  readonly id: string;
  readonly check: MethodCheck | undefined;
  readonly nth: number;
}) {
  const { id, check, nth } = props;
  const client = useQueryClient();
  const path = `/api/methods/${id}/check`;
  const refresh = () => client.invalidateQueries({ queryKey: ['jobs', 'checks'] });
  const begin = useMutation({ mutationFn: () => send('POST', path, methodCheck), onSettled: refresh });
  const stop = useMutation({ mutationFn: () => send('DELETE', path, z.undefined()), onSettled: refresh });
  const verb = check === undefined ? 'Run its check' : 'Run its check again';
  const busy = check?.status === 'running' || check?.status === 'waiting';
  return (
    <section className={styles.check} aria-label={`Check of ${id}`}>
      {check !== undefined && <CheckNumbers check={check} nth={nth} />}
      {begin.isError && <p role="alert">{begin.error.message}</p>}
      {!isStatic() && (
        <div className={styles.actions}>
          {busy ? (
            <>
              <output aria-live="polite">
                {check.status === 'running' ? 'Its check runs…' : 'Its check waits for another to end…'}
              </output>
              <Button disabled={stop.isPending} onClick={() => stop.mutate()}>
                Stop
              </Button>
            </>
          ) : (
            <Button disabled={begin.isPending} onClick={() => begin.mutate()} aria-label={`${verb}: ${id}`}>
              {verb}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
