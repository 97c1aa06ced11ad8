// A few threads that open cases: started when there is work, replaced when they die, ended when idle.
import { Worker } from 'node:worker_threads';
import { type ErrorCode, OverreadError } from '../../../domain/errors.ts';
import type { Grid } from '../../../domain/geometry.ts';
import type { ArrivingImage, FromThread, PixelJob, ResultOf, ToThread } from './job.ts';

/** The thread's file has this file's own ending: .ts from source, .js once built. */
const PROGRAM = new URL(`./pixel-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

export interface JobEvents {
  /** The scan's grid, for masks that are to lie on it. */
  readonly grid?: () => Promise<Grid>;
  readonly arriving?: (image: ArrivingImage) => void;
  /** How many voxels are there, from the first one on. */
  readonly arrived?: (voxels: number) => void;
}

export interface Threads {
  /** Jobs begin in the order in which they are given. Errors: the job's own; `cancelled` once closed. */
  run<J extends PixelJob>(job: J, events?: JobEvents): Promise<ResultOf[J['kind']]>;
  /** Starts the threads ahead of their first job. */
  warm(): void;
  close(): Promise<void>;
}

export interface ThreadsOptions {
  /** Default 2: a scan and its masks are read side by side. */
  readonly count?: number;
  /** Milliseconds after which an idle thread ends. Default 60,000. */
  readonly idleMs?: number;
  /** Told of faults that are ours. */
  readonly onProblem?: (error: unknown) => void;
  /** Default: this folder's. */
  readonly program?: URL;
}

interface Task {
  readonly id: number;
  readonly job: PixelJob;
  readonly events: JobEvents;
  resolve(result: ResultOf[keyof ResultOf]): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker | undefined;
  task: Task | undefined;
  idle: NodeJS.Timeout | undefined;
}

export function pixelThreads(options: ThreadsOptions = {}): Threads {
  const { count = 2, idleMs = 60_000, onProblem = () => {}, program = PROGRAM } = options;
  const threads: Thread[] = Array.from({ length: count }, () => ({
    worker: undefined,
    task: undefined,
    idle: undefined,
  }));
  const waiting: Task[] = [];
  let next = 0;
  let closed = false;

  function lost(thread: Thread, worker: Worker, error: unknown): void {
    if (thread.worker !== worker) return;
    const { task } = thread;
    thread.worker = undefined;
    thread.task = undefined;
    if (task !== undefined) {
      onProblem(error);
      task.reject(lossOf(error));
    }
    send();
  }

  function started(thread: Thread): Worker {
    if (thread.worker !== undefined) return thread.worker;
    const worker = new Worker(program);
    worker.unref();
    worker.on('message', (message: FromThread) => heard(thread, message));
    worker.on('error', (error) => lost(thread, worker, error));
    worker.on('messageerror', (error) => {
      lost(thread, worker, error);
      void worker.terminate();
    });
    worker.on('exit', () => lost(thread, worker, new Error('The thread ended early.')));
    thread.worker = worker;
    return worker;
  }

  function heard(thread: Thread, message: FromThread): void {
    const { task } = thread;
    if (task === undefined || task.id !== message.id) return;
    switch (message.said) {
      case 'arriving':
        task.events.arriving?.(message.image);
        break;
      case 'arrived':
        task.events.arrived?.(message.voxels);
        break;
      case 'wants-grid':
        void answerGrid(thread, task);
        break;
      case 'done':
        settled(thread);
        task.resolve(message.result);
        break;
      case 'failed':
        settled(thread);
        if (message.stack !== undefined) onProblem(new Error(message.stack));
        task.reject(new OverreadError(message.code as ErrorCode, message.message));
    }
  }

  async function answerGrid(thread: Thread, task: Task): Promise<void> {
    try {
      const grid = await task.events.grid?.();
      if (grid === undefined) throw new OverreadError('internal', 'Nobody knows the grid of this scan.');
      if (thread.task === task) post(thread, { id: task.id, grid });
    } catch (error) {
      if (thread.task !== task) return;
      // The thread still waits for an answer: it is of no use to anybody else.
      const { worker } = thread;
      thread.worker = undefined;
      thread.task = undefined;
      void worker?.terminate();
      task.reject(error);
      send();
    }
  }

  function post(thread: Thread, message: ToThread): void {
    thread.worker?.postMessage(message);
  }

  function settled(thread: Thread): void {
    thread.task = undefined;
    rest(thread);
    send();
  }

  function rest(thread: Thread): void {
    clearTimeout(thread.idle);
    thread.idle = setTimeout(() => {
      if (thread.task !== undefined) return;
      const { worker } = thread;
      thread.worker = undefined;
      void worker?.terminate();
    }, idleMs);
    thread.idle.unref();
  }

  function send(): void {
    while (!closed && waiting.length > 0) {
      // One that is warm before one that must be started.
      const free = threads.filter(({ task }) => task === undefined);
      const thread = free.find(({ worker }) => worker !== undefined) ?? free[0];
      if (thread === undefined) return;
      const task = waiting.shift();
      if (task === undefined) return;
      clearTimeout(thread.idle);
      thread.task = task;
      try {
        started(thread);
        post(thread, { id: task.id, job: task.job });
      } catch (error) {
        thread.task = undefined;
        task.reject(lossOf(error));
      }
    }
  }

  return {
    run(job, events = {}) {
      if (closed) return Promise.reject(new OverreadError('cancelled', 'The workbench was stopped.'));
      return new Promise((resolve, reject) => {
        waiting.push({ id: next++, job, events, resolve: resolve as Task['resolve'], reject });
        send();
      });
    },
    warm() {
      if (closed) return;
      for (const thread of threads) {
        if (thread.worker !== undefined) continue;
        started(thread);
        rest(thread);
      }
    },
    async close() {
      closed = true;
      const stopped = new OverreadError('cancelled', 'The workbench was stopped.');
      for (const task of waiting.splice(0)) task.reject(stopped);
      await Promise.all(
        threads.map(async (thread) => {
          const { worker, task } = thread;
          clearTimeout(thread.idle);
          thread.worker = undefined;
          thread.task = undefined;
          task?.reject(stopped);
          await worker?.terminate();
        }),
      );
    },
  };
}

function lossOf(error: unknown): OverreadError {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new OverreadError(
      'limit-exceeded',
      'This case does not fit in memory: cut it to the part that matters or use a machine with more memory.',
      { cause: error },
    );
  return new OverreadError(
    'internal',
    'The thread that read this case ended before it was done: try again, and look at the terminal if it recurs.',
    { cause: error },
  );
}
