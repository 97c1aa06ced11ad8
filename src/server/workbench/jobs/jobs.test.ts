import { describe, expect, it, vi } from 'vitest';
import { OverreadError } from '../../../domain/errors.ts';
import { type Jobs, type JobWork, newJobs } from './jobs.ts';

/** Work that ends when it is told to, or when it is stopped. */
function work(kind: JobWork['kind'], title: string) {
  let end: (error?: unknown) => void = () => {};
  let begun = false;
  const begin: JobWork['begin'] = ({ signal }) =>
    new Promise((resolve, reject) => {
      begun = true;
      end = (error) => (error === undefined ? resolve() : reject(error));
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  return { work: { kind, title, begin }, end: (error?: unknown) => end(error), begun: () => begun };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const statuses = (jobs: Jobs) => Object.fromEntries(jobs.list().map(({ title, status }) => [title, status]));

describe('jobs', () => {
  it('work so many of a kind at once, and in order; one kind does not hold up another', async () => {
    const jobs = newJobs({ tell: () => {} }, () => {});
    const builds = ['first', 'second'].map((title) => work('build', title));
    for (const one of builds) jobs.add(one.work);
    jobs.add(work('inspect', 'look').work);
    expect(statuses(jobs)).toEqual({ first: 'running', second: 'waiting', look: 'running' });
    builds[0].end();
    await settled();
    expect(statuses(jobs)).toMatchObject({ first: 'done', second: 'running' });
  });

  it('say why they failed: a known error in its sentence, any other without its words', async () => {
    const seen = vi.fn();
    const jobs = newJobs({ tell: () => {} }, seen);
    const [known, unknown] = [work('inspect', 'known'), work('inspect', 'unknown')];
    const ids = [known, unknown].map((one) => jobs.add(one.work).id);
    known.end(new OverreadError('file-truncated', 'ct.nii ends early: copy it again.'));
    unknown.end(new Error('/home/somebody/secret broke'));
    await settled();
    expect(jobs.get(ids[0])).toMatchObject({
      status: 'failed',
      problem: 'ct.nii ends early: copy it again.',
    });
    expect(jobs.get(ids[1]).problem).not.toContain('secret');
    expect(seen).toHaveBeenCalledOnce();
  });

  it('can be stopped while they wait or work, and forgotten after', async () => {
    const jobs = newJobs({ tell: () => {} }, () => {});
    const [first, second] = [work('build', 'first'), work('build', 'second')];
    const [one, two] = [jobs.add(first.work), jobs.add(second.work)];
    await jobs.remove(two.id);
    expect(statuses(jobs)).toEqual({ first: 'running', second: 'cancelled' });
    await jobs.remove(one.id);
    expect(statuses(jobs).first).toBe('cancelled');
    expect(second.begun()).toBe(false);
    await jobs.remove(one.id);
    expect(() => jobs.get(one.id)).toThrow(/forgotten/);
  });

  it('tell of beginnings and ends at once, and of progress now and then', async () => {
    vi.useFakeTimers();
    try {
      const tell = vi.fn();
      const jobs = newJobs({ tell }, () => {});
      let note: (n: number) => void = () => {};
      let end = () => {};
      const { id } = jobs.add({
        kind: 'build',
        title: 'b',
        begin: (job) =>
          new Promise((resolve) => {
            note = (done) => job.note({ progress: { task: 't', done, total: 1000 } });
            end = resolve;
          }),
      });
      const before = tell.mock.calls.length;
      for (let n = 0; n < 1000; n++) {
        note(n);
        vi.advanceTimersByTime(1);
      }
      expect(tell.mock.calls.length - before).toBeLessThanOrEqual(5);
      expect(jobs.get(id).progress).toMatchObject({ done: 999 });
      end();
      await vi.advanceTimersByTimeAsync(1);
      expect(jobs.get(id).status).toBe('done');
      expect(tell).toHaveBeenLastCalledWith({ topic: 'jobs', job: id });
    } finally {
      vi.useRealTimers();
    }
  });

  it('all end with the server, and none begins after', async () => {
    const jobs = newJobs({ tell: () => {} }, () => {});
    for (const title of ['a', 'b', 'c', 'd', 'e']) jobs.add(work('run', title).work);
    await jobs.close();
    expect(Object.values(statuses(jobs))).toEqual(Array(5).fill('cancelled'));
    expect(() => jobs.add(work('run', 'late').work)).toThrow(/ending/);
  });
});
