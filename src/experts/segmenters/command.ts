// An external program with TotalSegmentator's command line: `PROGRAM -i image.nii.gz -o OUT …`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { predictedMasks } from '../predicted-masks.ts';
import type { Segmenter, SegmenterPlugin } from '../segmenter.ts';

const OPTIONS = {
  program: 'the program, by name or path (default TotalSegmentator)',
  args: 'further arguments, parted by spaces, e.g. "--fast" (default none)',
  scheme: 'label scheme of its output (default totalsegmentator)',
  timeout: 'seconds after which it is stopped (default 3600)',
  version: 'the program’s version: a new one makes results anew (default none)',
} as const;

/** What a program of ours has no business to read: the keys of model vendors and the like. */
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL/i;

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRET.test(name)));
}

interface Running {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Runs without a shell, in a process group of its own, so that a timeout also ends its workers. */
function runProgram({ program, args, folder, timeoutMs, signal }: Running): Promise<void> {
  const name = basename(program);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: environment(),
      shell: false,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
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
            `${name} took longer than ${timeoutMs / 1000} s: give it longer with timeout=SECONDS in --segmenter.`,
          ),
        ),
      timeoutMs,
    );
    const onAbort = () => stop(new OverreadError('cancelled', `${name} was stopped with the run.`));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4000);
    });
    const finish = (error?: OverreadError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (error === undefined) resolve();
      else reject(error);
    };
    child.on('error', (cause: NodeJS.ErrnoException) =>
      finish(
        cause.code === 'ENOENT'
          ? new OverreadError(
              'dependency-missing',
              `${name} is not on the PATH: install it (pip install TotalSegmentator) or give its path.`,
            )
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

/** With --ml the program may write OUT.nii instead of filling the folder OUT. */
async function outputAt(out: string): Promise<string | undefined> {
  for (const path of [out, `${out}.nii.gz`, `${out}.nii`]) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) return path;
  }
  return undefined;
}

function create(options: Readonly<Record<string, string>>): Segmenter {
  const program = options.program || 'TotalSegmentator';
  const args = (options.args ?? '').split(/\s+/).filter((arg) => arg !== '');
  const scheme = options.scheme || 'totalsegmentator';
  const seconds = options.timeout === undefined ? 3600 : Number(options.timeout);
  if (!(seconds > 0)) throw new OverreadError('bad-argument', `command: timeout is ${OPTIONS.timeout}.`);
  const version = options.version ?? null;
  const hash = contentHash({ segmenter: 'command', program, args, scheme, version });
  return {
    id: 'command',
    hash,
    async segment({ volume, signal }) {
      if (volume === undefined)
        throw new OverreadError(
          'expert-failed',
          `${basename(program)} needs the scan, and this case has masks only.`,
        );
      // A scratch folder that only its owner can look into, gone whatever happens.
      const folder = await mkdtemp(join(tmpdir(), 'overread-segment-'));
      try {
        const image = join(folder, 'image.nii.gz');
        const out = join(folder, 'segmentations');
        await writeNifti(image, volume, { level: 1 });
        const timeoutMs = seconds * 1000;
        await runProgram({ program, args: ['-i', image, '-o', out, ...args], folder, timeoutMs, signal });
        const found = await outputAt(out);
        if (found === undefined)
          throw new OverreadError('expert-failed', `${basename(program)} ended well but left no masks.`);
        return await predictedMasks(found, scheme, volume, { segmenter: 'command', hash });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

const command: SegmenterPlugin = {
  id: 'command',
  summary: 'an external program with TotalSegmentator’s command line',
  positional: 'program',
  options: OPTIONS,
  create,
};

export default command;
