// Inspecting and building as processes of their own: a scan that breaks a reader breaks nothing here.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { readManifest } from '../../../questions/benchmark-folder.ts';
import type { WorkbenchContext } from '../context.ts';
import type { JobRow } from '../shapes/jobs.ts';
import {
  type BuildChoices,
  inspection,
  type NewBuild,
  type NewInspection,
  type SourceShape,
} from '../shapes/new.ts';
import { builtFolder } from './built-before.ts';
import { runCommand } from './child.ts';
import { below, territoryOf } from './files.ts';
import type { Uploads } from './uploads.ts';

const INSPECT = { timeoutMs: 10 * 60_000, heap: 4096, maxOutput: 16 << 20 };
const BUILD = { timeoutMs: 24 * 3600_000, heap: 8192, maxOutput: 16 << 20 };
const LIST = { timeoutMs: 60_000, heap: 512, maxOutput: 4 << 20 };

export interface Builds {
  /** What a form may offer; asked of the command line once. */
  choices(): Promise<Pick<BuildChoices, 'layouts' | 'schemes'>>;
  /** Errors: `path-escape`, `file-not-found`. */
  inspect(wanted: NewInspection): Promise<JobRow>;
  /** Errors: `path-escape`, `file-not-found`; `bad-argument` for a name that is taken. */
  build(wanted: NewBuild): Promise<JobRow>;
}

export function newBuilds(context: WorkbenchContext, uploads: Uploads): Builds {
  const { jobs, library, events, workFolder } = context;
  const territory = territoryOf(context);
  let listed: ReturnType<Builds['choices']> | undefined;

  const placeOf = (source: SourceShape): Promise<string> =>
    'upload' in source ? uploads.placeOf(source.upload) : below(territory, source.files);

  async function list(): ReturnType<Builds['choices']> {
    const signal = AbortSignal.timeout(2 * LIST.timeoutMs);
    const { status, out, problem } = await runCommand(context, ['layouts', '--json'], { ...LIST, signal });
    if (status !== 0) throw new OverreadError('internal', problem ?? 'The layouts cannot be listed.');
    const { layouts, schemes } = JSON.parse(out) as Pick<BuildChoices, 'layouts' | 'schemes'>;
    return { layouts, schemes };
  }

  return {
    choices() {
      listed ??= list().catch((error: unknown) => {
        listed = undefined;
        throw error;
      });
      return listed;
    },
    async inspect(wanted) {
      const place = await placeOf(wanted.source);
      const args = [
        'inspect',
        '--json',
        ...flag('layout', wanted.layout),
        ...flag('scheme', wanted.scheme),
        ...flag('cases', wanted.cases),
        '--',
        place,
      ];
      return jobs.add({
        kind: 'inspect',
        title: basename(place),
        async begin({ signal, note }) {
          const { out, problem } = await runCommand(context, args, { ...INSPECT, signal });
          // Where every case is broken it fails, but says which and why.
          const found = inspection.safeParse(parsed(out));
          if (!found.success)
            throw new OverreadError('file-unreadable', problem ?? 'This cannot be looked into.');
          note({ result: { ...found.data, path: basename(place) } });
        },
      });
    },
    async build(wanted) {
      const place = await placeOf(wanted.source);
      const { name } = wanted;
      const out = join(builtFolder(workFolder), name);
      const isUnderWay = jobs
        .list()
        .some(
          ({ kind, title, endedAt }) =>
            kind === 'build' && endedAt === undefined && title.toLowerCase() === name.toLowerCase(),
        );
      if (isUnderWay || isBenchmark(out))
        throw new OverreadError(
          'bad-argument',
          `There is a benchmark "${name}" already: choose another name.`,
        );
      const args = [
        'build',
        '--json',
        `--out=${out}`,
        `--name=${name}`,
        ...flag('layout', wanted.layout),
        ...flag('scheme', wanted.scheme),
        ...flag('seed', wanted.seed),
        ...flag('rules', wanted.rules),
        ...flag('criteria', wanted.criteria),
        ...flag('per-case', wanted.perCase),
        ...flag('licence', wanted.licence),
        ...(wanted.types === undefined || wanted.types.length === 0
          ? []
          : [`--types=${wanted.types.join(',')}`]),
        ...Object.entries(wanted.options ?? {}).map(([option, value]) => `--option=${option}=${value}`),
        '--',
        place,
      ];
      return jobs.add({
        kind: 'build',
        title: name,
        async begin({ signal, note }) {
          try {
            await mkdir(builtFolder(workFolder), { recursive: true, mode: 0o700 });
            // Left by a build that was killed: nothing that could be used.
            await rm(out, { recursive: true, force: true });
            const onProgress = (progress: NonNullable<JobRow['progress']>) => note({ progress });
            const { status, problem } = await runCommand(context, args, { ...BUILD, signal, onProgress });
            if (status !== 0) throw new OverreadError('write-failed', problem ?? 'The build broke off.');
            const entry = await library.add(out);
            if ('upload' in wanted.source) uploads.keep(wanted.source.upload);
            note({ benchmark: entry.id });
            events.tell({ topic: 'benchmarks' });
          } catch (error) {
            await rm(out, { recursive: true, force: true });
            throw error;
          }
        },
      });
    },
  };
}

const flag = (name: string, value: string | number | undefined): string[] =>
  value === undefined ? [] : [`--${name}=${value}`];

function isBenchmark(folder: string): boolean {
  if (!existsSync(folder)) return false;
  try {
    readManifest(folder);
    return true;
  } catch {
    return false;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
