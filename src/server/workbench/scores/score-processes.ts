// Processes that score beside the server: a few, one task each at a time, ended when nothing is asked of them.
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, OverreadError } from '../../../domain/errors.ts';
import type { MarksTask, ReportTask, ScoredReport, ScoreReply, ScoreTask, SentMarks } from './score-task.ts';

export interface ScoreProcesses {
  /** Errors: those of scoring; `internal` when the process ends before it has answered. */
  run(task: ReportTask): Promise<ScoredReport>;
  run(task: MarksTask): Promise<SentMarks>;
  /** Process ids that are alive. */
  pids(): number[];
}

export interface ScoreProcessesOptions {
  /** Ends them all. */
  readonly signal: AbortSignal;
  /** Tasks at once. Default 2. */
  readonly width?: number;
  /** A process without a task is ended after so long, so that its memory is given back. Default 4 s. */
  readonly idleMs?: number;
}

interface Waiting {
  readonly task: ScoreTask;
  resolve(value: ScoredReport | SentMarks): void;
  reject(error: unknown): void;
}

// Sources run as they are; the package has them compiled.
const PROGRAM = fileURLToPath(new URL(`./score-process${extname(import.meta.url)}`, import.meta.url));

export function scoreProcesses({ signal, width = 2, idleMs = 4000 }: ScoreProcessesOptions): ScoreProcesses {
  const waiting: Waiting[] = [];
  const alive = new Set<ChildProcess>();
  const idle = new Map<ChildProcess, NodeJS.Timeout>();
  signal.addEventListener('abort', () => {
    for (const child of alive) child.kill('SIGKILL');
    for (const one of waiting.splice(0)) one.reject(stopped());
  });

  function begin(): void {
    if (waiting.length === 0) return;
    const [free] = idle.keys();
    if (free === undefined && alive.size >= width) return;
    const next = waiting.shift();
    if (next !== undefined) give(free ?? started(), next);
  }

  function started(): ChildProcess {
    const child = fork(PROGRAM, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    alive.add(child);
    child.once('exit', () => forget(child));
    return child;
  }

  function forget(child: ChildProcess): void {
    clearTimeout(idle.get(child));
    idle.delete(child);
    alive.delete(child);
    begin();
  }

  function give(child: ChildProcess, one: Waiting): void {
    clearTimeout(idle.get(child));
    idle.delete(child);
    const settle = (): void => {
      child.off('message', answered);
      child.off('exit', broken);
      child.off('error', broken);
    };
    const answered = (reply: unknown): void => {
      settle();
      // Its pipe does not keep the server alive while nobody waits for it.
      child.unref();
      child.channel?.unref();
      idle.set(child, setTimeout(() => child.kill(), idleMs).unref());
      const said = reply as ScoreReply;
      if (said.ok) one.resolve(said.value);
      else one.reject(new OverreadError(said.code as ErrorCode, said.message));
      begin();
    };
    const broken = (): void => {
      settle();
      forget(child);
      one.reject(signal.aborted ? stopped() : ended());
    };
    child.on('message', answered);
    child.once('exit', broken);
    child.once('error', broken);
    child.ref();
    child.channel?.ref();
    child.send(one.task, (error) => {
      if (error !== null) broken();
    });
  }

  return {
    run: ((task: ScoreTask) =>
      new Promise<ScoredReport | SentMarks>((resolve, reject) => {
        if (signal.aborted) return reject(stopped());
        waiting.push({ task, resolve, reject });
        begin();
      })) as ScoreProcesses['run'],
    pids: () => [...alive].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
  };
}

const stopped = (): OverreadError => new OverreadError('cancelled', 'The workbench was stopped.');

const ended = (): OverreadError =>
  new OverreadError(
    'internal',
    'The process that scores ended before it was done; ask again, and give the machine more memory if it ends again.',
  );
