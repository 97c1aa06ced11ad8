// Processes of the workbench: `overread` itself, with arguments of its own making and never through a shell.
import { type ChildProcess, spawn } from 'node:child_process';
import { OverreadError } from '../../../domain/errors.ts';
import type { WorkbenchContext } from '../context.ts';
import type { JobProgress } from '../shapes/jobs.ts';

/** Variables of the server that no child needs to know. */
const WITHHELD = ['OVERREAD_TOKEN'];
/** Lines of stderr that are kept to find out why a child failed. */
const LAST_LINES = 20;
const LONGEST_LINE = 4000;

export type CommandContext = Pick<WorkbenchContext, 'command' | 'passphrase'>;

/** The environment of a child: API keys come from the server's, a passphrase by variable, since arguments are public. */
export function childEnvironment(
  { passphrase }: CommandContext,
  more: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(passphrase === undefined ? {} : { OVERREAD_PASSPHRASE: passphrase }),
  };
  for (const name of WITHHELD) delete env[name];
  return { ...env, ...more };
}

/** What the command line says of a reader at its end, whatever became of it. */
const COUNTS = /^\d+ answered, \d+ unparsed/;

/**
 * Why a child ended as it did: the sentence that the command line ended with, else what it said of the run of
 * `reader`, else the last that it said.
 */
export function problemIn(lines: readonly string[], reader?: string): string | undefined {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  const after = (start: string): string[] =>
    said.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  const ofRun = reader === undefined ? [] : after(`${reader}: `).filter((line) => !COUNTS.test(line));
  const sentence =
    after('overread: ').at(-1) ?? ofRun.at(-1) ?? said.at(-1)?.replace(/^\w+, the first: /, '');
  return sentence?.slice(0, 1000);
}

export interface CommandOptions {
  readonly signal: AbortSignal;
  /** Ended by force when it takes longer. */
  readonly timeoutMs: number;
  /** MiB of JavaScript heap. */
  readonly heap: number;
  /** Bytes of stdout that are kept; more ends it. */
  readonly maxOutput: number;
  /** How long it may take to stop when it is asked to. Default 8000. */
  readonly graceMs?: number;
  readonly onProgress?: (progress: JobProgress) => void;
}

/** How long a child that was asked to stop may take. */
const GRACE_MS = 8000;

/**
 * Runs `overread ARGS --json` to its end. Resolves with what it printed, and its problem where it failed.
 * Throws `limit-exceeded` when it took too long or printed too much, `cancelled`.
 */
export async function runCommand(
  context: CommandContext,
  args: readonly string[],
  options: CommandOptions,
): Promise<{ readonly status: number; readonly out: string; readonly problem?: string }> {
  const { signal, timeoutMs, heap, maxOutput, graceMs, onProgress } = options;
  signal.throwIfAborted();
  const [program, ...first] = context.command;
  const child = spawn(program, [...first, ...args], {
    // Ctrl-C in the server's terminal is the server's to pass on.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(context, {
      OVERREAD_PROGRESS: onProgress === undefined ? 'none' : 'json',
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-old-space-size=${heap}`.trim(),
    }),
  });
  let ended: OverreadError | undefined;
  const end = (error: OverreadError): void => {
    ended ??= error;
    stopChild(child, graceMs);
  };
  const timer = setTimeout(
    () =>
      end(
        new OverreadError(
          'limit-exceeded',
          `This took more than ${Math.round(timeoutMs / 60_000)} minutes and was stopped: do it on the command line, or on a part of the files.`,
        ),
      ),
    timeoutMs,
  );
  const onAbort = (): void => end(new OverreadError('cancelled', 'This was stopped.'));
  signal.addEventListener('abort', onAbort, { once: true });
  const out: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxOutput) out.push(chunk);
    else
      end(
        new OverreadError('limit-exceeded', 'This said more than can be shown: look at a part of the files.'),
      );
  });
  const last: string[] = [];
  eachLine(child, (line) => {
    const progress = progressIn(line);
    if (progress !== undefined) onProgress?.(progress);
    else if (last.push(line) > LAST_LINES) last.shift();
  });
  try {
    const status = await endOf(child);
    if (ended !== undefined) throw ended;
    const problem = status === 0 ? undefined : problemIn(last);
    return {
      status,
      out: Buffer.concat(out).toString('utf8'),
      ...(problem === undefined ? {} : { problem }),
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function progressIn(line: string): JobProgress | undefined {
  if (!line.startsWith('{"progress":')) return undefined;
  try {
    const { task, done, total, detail } = (JSON.parse(line) as { progress: JobProgress }).progress;
    return {
      task: String(task),
      done: Number(done),
      ...(total === undefined ? {} : { total: Number(total) }),
      ...(detail === undefined ? {} : { detail: String(detail) }),
    };
  } catch {
    return undefined;
  }
}

/** Lines of stderr, cut where they are too long to be a sentence. */
function eachLine(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const line of lines) onLine(line.slice(0, LONGEST_LINE));
  });
  child.stderr?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

/** The exit status once the process and its streams have ended; 1 when it could not be started or was killed. */
export function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** Asks it to stop, and ends it by force when it does not. */
export function stopChild(child: ChildProcess, graceMs = GRACE_MS): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.once('close', () => clearTimeout(timer));
}
