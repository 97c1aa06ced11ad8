// What can be done with a run now; what cannot be taken back is asked first.
import { type RunRow, runRow, startedRuns } from '@shapes/runs.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ZodType } from 'zod';
import { isStatic, send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { ResumeDialog } from './resume-dialog.tsx';
import styles from './runs.module.css';

export function RunActions({ run }: { readonly run: RunRow }) {
  const [asking, setAsking] = useState(false);
  const [paying, setPaying] = useState(false);
  const cache = useQueryClient();
  const act = useMutation({
    mutationFn: ({ verb, body }: { verb: 'pause' | 'resume' | 'cancel'; body?: unknown }) => {
      const shape: ZodType<unknown> = verb === 'resume' ? startedRuns : runRow;
      return send('POST', `/api/runs/${encodeURIComponent(run.id)}/${verb}`, shape, body);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['runs'] }),
  });
  if (isStatic()) return null;
  const { can } = run;
  const name = `${run.reader}, run ${run.id}`;
  return (
    <div className={styles.actions}>
      {can.pause && (
        <Button
          className={styles.small}
          disabled={act.isPending}
          onClick={() => act.mutate({ verb: 'pause' })}
          aria-label={`Pause ${name}`}
        >
          Pause
        </Button>
      )}
      {can.resume && (
        <Button
          className={styles.small}
          disabled={act.isPending}
          onClick={() =>
            run.maxCost === undefined ? act.mutate({ verb: 'resume', body: {} }) : setPaying(true)
          }
          aria-label={`Resume ${name}`}
        >
          Resume
        </Button>
      )}
      {can.retry.map((what) => (
        <Button
          key={what}
          className={styles.small}
          disabled={act.isPending}
          onClick={() => act.mutate({ verb: 'resume', body: { retry: what } })}
          aria-label={`${RETRY[what]}: ${name}`}
        >
          {RETRY[what]}
        </Button>
      ))}
      {can.cancel && (
        <Button
          look="quiet"
          className={styles.small}
          onClick={() => setAsking(true)}
          aria-label={`Cancel ${name}`}
        >
          Cancel
        </Button>
      )}
      {act.isError && (
        <p role="alert" className={styles.mistake}>
          {act.error.message}
        </p>
      )}
      {run.maxCost !== undefined && (
        <ResumeDialog
          open={paying}
          onClose={() => setPaying(false)}
          run={run}
          before={run.maxCost}
          onResume={(maxCost) => act.mutate({ verb: 'resume', body: { maxCost } })}
        />
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Cancel the run of ${run.reader}?`}
        action="Cancel the run"
        onConfirm={() => act.mutateAsync({ verb: 'cancel' })}
      >
        What has been read is kept and shown. What is under way is finished; the rest is not asked.
      </Confirm>
    </div>
  );
}

const RETRY = { failed: 'Retry failed', unparsed: 'Retry unparsed' } as const;
