// An external program with TotalSegmentator's command line: `PROGRAM -i image.nii.gz -o OUT …`.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { predictedMasks } from '../predicted-masks.ts';
import { programThere, runProgram } from '../run-program.ts';
import type { Segmenter, SegmenterPlugin } from '../segmenter.ts';

const OPTIONS = {
  program: 'the program, by name or path (default TotalSegmentator)',
  args: 'further arguments, parted by spaces, e.g. "--fast" (default none)',
  scheme: 'label scheme of its output (default totalsegmentator)',
  timeout: 'seconds after which it is stopped (default 3600)',
  version: 'the program’s version: a new one makes results anew (default none)',
} as const;

const INSTALL = 'install it (pip install TotalSegmentator)';

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
    health: () => programThere(program, INSTALL),
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
        const call = ['-i', image, '-o', out, ...args];
        await runProgram({ program, args: call, folder, timeoutMs, signal, install: INSTALL });
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
