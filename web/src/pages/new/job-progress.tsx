// How far a job is, with the way to stop it and what became of it.
import type { Job } from '@shapes/jobs.ts';
import { useEffect, useState } from 'react';
import * as z from 'zod';
import { send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { count, duration, plain } from '../../parts/words.ts';
import styles from './new.module.css';

export function JobProgress({ job, doing }: { readonly job: Job; readonly doing: string }) {
  const [stopping, setStopping] = useState(false);
  const seconds = useSeconds(job.createdAt, job.endedAt === undefined);
  const { progress } = job;
  const total = progress?.total;
  return (
    <div className={styles.work}>
      <p>
        {job.status === 'waiting' ? 'Waiting for another one to end' : plain(progress?.task ?? doing)}
        {progress !== undefined && (
          <span className={styles.muted}>
            {' '}
            {count(progress.done)}
            {total === undefined ? '' : ` of ${count(total)}`}
          </span>
        )}
      </p>
      <progress
        aria-label={doing}
        {...(progress === undefined || total === undefined || total === 0
          ? {}
          : { max: total, value: progress.done })}
      />
      <div className={styles.buttons}>
        <span className={styles.muted}>{duration(seconds)}</span>
        <Button
          disabled={stopping}
          onClick={() => {
            setStopping(true);
            void send('DELETE', `/api/jobs/${job.id}`, z.unknown()).catch(() => setStopping(false));
          }}
        >
          {stopping ? 'Stopping…' : 'Stop'}
        </Button>
      </div>
      {progress?.detail !== undefined && (
        <p className={styles.muted}>
          <bdi>{plain(progress.detail)}</bdi>
        </p>
      )}
    </div>
  );
}

function useSeconds(since: string, running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return (now - Date.parse(since)) / 1000;
}
