// Runs a program that the user named: no shell, no secrets in its environment, bounded output, an end whatever happens.
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join, sep } from 'node:path';
import { OverreadError } from '../domain/errors.ts';

/** What a program of ours has no business to read: the keys of model vendors and the like. */
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL/i;

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRET.test(name)));
}

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it runs; its name is taken out of what the program says. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Bytes of standard output that are kept; a program that says more is stopped. Default 0: its output is not looked at. */
  readonly maxOutput?: number;
  /** What to do when there is no such program. */
  readonly install?: string;
  /** Where a longer time may be given. Default "--segmenter". */
  readonly flag?: string;
}

/**
 * Runs without a shell, in a process group of its own, so that a timeout also ends its workers; resolves with what it
 * printed. Errors: `dependency-missing`, `expert-failed`, `cancelled`.
 */
export function runProgram(run: ProgramRun): Promise<string> {
  const { program, args, folder, timeoutMs, signal, maxOutput = 0, flag = '--segmenter' } = run;
  const name = basename(program);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: environment(),
      shell: false,
      detached: true,
      stdio: ['ignore', maxOutput > 0 ? 'pipe' : 'ignore', 'pipe'],
    });
    let said = '';
    const printed: Buffer[] = [];
    let length = 0;
    let stopped: OverreadError | undefined;
    const stop = (why: OverreadError) => {
      stopped ??= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const timer = setTimeout(
      () =>
        stop(
          new OverreadError(
            'expert-failed',
            `${name} took longer than ${timeoutMs / 1000} s: give it longer with timeout=SECONDS in ${flag}.`,
          ),
        ),
      timeoutMs,
    );
    const onAbort = () => stop(new OverreadError('cancelled', `${name} was stopped with the run.`));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4000);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxOutput) printed.push(chunk);
      else
        stop(
          new OverreadError(
            'expert-failed',
            `${name} printed more than ${maxOutput} bytes: let it write less, or its result into {output}.`,
          ),
        );
    });
    const finish = (error?: OverreadError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (error === undefined) resolve(Buffer.concat(printed).toString());
      else reject(error);
    };
    child.on('error', (cause: NodeJS.ErrnoException) =>
      finish(
        cause.code === 'ENOENT'
          ? programMissing(program, run.install)
          : new OverreadError('expert-failed', `${name} could not be started: check that it may be run.`, {
              cause,
            }),
      ),
    );
    child.on('close', (code) => {
      if (stopped !== undefined) finish(stopped);
      else if (code === 0) finish();
      else {
        const last = said.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
        const words = last === '' ? '' : ` ("${last.replaceAll(folder, '').trim()}")`;
        finish(
          new OverreadError('expert-failed', `${name} ended with status ${code}${words}: try it by hand.`, {
            details: { status: code },
          }),
        );
      }
    });
  });
}

function programMissing(program: string, install = 'install it'): OverreadError {
  return new OverreadError(
    'dependency-missing',
    `${basename(program)} is not on the PATH: ${install} or give its path.`,
  );
}

/** Path of a program as a shell would find it, or undefined. */
export async function programPath(program: string): Promise<string | undefined> {
  const folders = isAbsolute(program) || program.includes(sep) ? [''] : pathFolders();
  for (const folder of folders) {
    const path = folder === '' ? program : join(folder, program);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

const pathFolders = (): string[] => (process.env.PATH ?? '').split(delimiter).filter((each) => each !== '');

/** Throws `dependency-missing` when there is no such program. */
export async function programThere(program: string, install?: string): Promise<void> {
  if ((await programPath(program)) === undefined) throw programMissing(program, install);
}
