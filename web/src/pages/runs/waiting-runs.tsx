// Runs that wait for their turn, and those that could not begin: neither is in the store.
import { type JobRow, jobList } from '@shapes/jobs.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import * as z from 'zod';
import { get, isStatic, send } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { plain } from '../../parts/words.ts';
import styles from './runs.module.css';

export const useJobs = () =>
  useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => get('/api/jobs', jobList, {}, signal),
    enabled: !isStatic(),
  });

const isShown = ({ kind, status, run }: JobRow): boolean =>
  kind === 'run' &&
  (status === 'waiting' || (run === undefined && (status === 'running' || status === 'failed')));

export function WaitingRuns() {
  const jobs = useJobs();
  const cache = useQueryClient();
  const shown = (jobs.data?.jobs ?? []).filter(isShown);
  if (shown.length === 0) return null;
  const remove = async (job: JobRow) => {
    await send('DELETE', `/api/jobs/${job.id}`, z.unknown()).catch(() => {});
    await cache.invalidateQueries({ queryKey: ['jobs'] });
  };
  return (
    <ul className={styles.waiting} aria-label="Runs that wait or could not begin">
      {shown.map((job) => (
        <li key={job.id}>
          <Badge tone={job.status === 'failed' ? 'bad' : 'neutral'}>
            {job.status === 'failed' ? 'Did not begin' : job.status === 'waiting' ? 'Waiting' : 'Starting'}
          </Badge>
          <p>
            <strong>
              <bdi>{plain(job.title)}</bdi>
            </strong>{' '}
            {job.problem !== undefined && <bdi>{plain(job.problem)}</bdi>}
          </p>
          <Button look="quiet" onClick={() => void remove(job)} aria-label={`${wordFor(job)} ${job.title}`}>
            {wordFor(job)}
          </Button>
        </li>
      ))}
    </ul>
  );
}

const wordFor = ({ status }: JobRow): string => (status === 'failed' ? 'Dismiss' : 'Cancel');
