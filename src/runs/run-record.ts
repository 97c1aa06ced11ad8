// A run's record: begun anew, or taken up again after checking that it is the same run.
import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { RunRecord } from '../domain/run.ts';
import { VERSION } from '../domain/version.ts';
import type { RunOptions } from './engine.ts';
import { ownerOf, thisProcess } from './run-owner.ts';

/** Letters and digits that are not mistaken for one another; ids sort by nothing, `createdAt` does that. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** A short id such as "r-7k2m9xq4": 40 bits, enough for one store. */
export function newRunId(): string {
  return `r-${[...randomBytes(8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

/**
 * The record of a new run, saved; or of the run to resume, checked.
 * Errors: `run-unknown`; `benchmark-invalid` when the benchmark is not the one the run began with; `bad-argument`
 * when reader, format, repeats, seed or a setting that shapes reads differ; `not-allowed` while another process of
 * this machine runs it.
 */
export async function openRun(
  options: RunOptions,
  countQuestions: () => Promise<number>,
): Promise<RunRecord> {
  if (options.resume !== undefined) return resumed(options, options.resume);
  if (options.retry !== undefined)
    throw new OverreadError('bad-argument', 'Only an earlier run can be retried: name it with --resume RUN.');
  const { benchmark, reader } = options;
  const repeats = options.repeats ?? 1;
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new OverreadError('bad-argument', 'Repeats are counted from 1: give a whole number above 0.');
  const now = new Date().toISOString();
  const record: RunRecord = {
    id: newRunId(),
    reader: reader.name,
    benchmark: benchmark.path,
    benchmarkHash: benchmark.manifest.contentHash,
    benchmarkName: benchmark.manifest.name,
    format: options.format ?? 'mc',
    repeats,
    seed: options.seed ?? '0',
    settings: {
      ...reader.settings,
      ...options.settings,
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.only === undefined ? {} : { only: [...options.only] }),
    },
    status: 'running',
    planned: (await countQuestions()) * repeats,
    resent: 0,
    process: thisProcess(),
    createdAt: now,
    updatedAt: now,
    version: VERSION,
  };
  await options.store.saveRun(record);
  return record;
}

/** The name and former value of a setting that changed: of an object, the first entry that did ("options.views"). */
function changedPart(name: string, kept: unknown, given: unknown): readonly [string, unknown] {
  const [was, is] = [entriesOf(kept), entriesOf(given)];
  if (was === undefined || is === undefined) return [name, kept];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const key = keys.find((one) => canonicalJson(was[one] ?? null) !== canonicalJson(is[one] ?? null));
  return key === undefined ? [name, kept] : [`${name}.${key}`, was[key] ?? null];
}

const entriesOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

async function resumed(options: RunOptions, id: string): Promise<RunRecord> {
  const record = await options.store.run(id);
  if (record === undefined)
    throw new OverreadError('run-unknown', `There is no run ${id} in this store: check the id and --store.`);
  if (record.benchmarkHash !== options.benchmark.manifest.contentHash)
    throw new OverreadError(
      'benchmark-invalid',
      `Run ${id} read another version of the benchmark: resume it with the folder it began with, or begin a new run.`,
    );
  const differing = (
    [
      ['reader', options.reader.name, record.reader],
      ['format', options.format, record.format],
      ['repeats', options.repeats, record.repeats],
      ['seed', options.seed, record.seed],
    ] as const
  ).find(([, given, kept]) => given !== undefined && given !== kept);
  if (differing !== undefined)
    throw new OverreadError(
      'bad-argument',
      `Run ${id} began with ${differing[0]} ${differing[2]}, not ${differing[1]}: resume it unchanged or begin a new run.`,
    );
  const settings: Readonly<Record<string, unknown>> = { ...options.reader.settings, ...options.settings };
  const changed = Object.keys(settings).find(
    (name) =>
      name in record.settings && canonicalJson(settings[name]) !== canonicalJson(record.settings[name]),
  );
  if (changed !== undefined) {
    const [what, kept] = changedPart(changed, record.settings[changed], settings[changed]);
    throw new OverreadError(
      'bad-argument',
      `Run ${id} began with another ${what} (${canonicalJson(kept).slice(0, 80)}): resume it with the same options or begin a new run.`,
    );
  }
  // Looked at and claimed in one step: of two processes that resume it at the same moment, one goes on.
  await options.store.updateRun(id, { process: thisProcess(), status: 'running' }, (now) => {
    if (now.status === 'running' && ownerOf(now) === 'alive')
      throw new OverreadError(
        'not-allowed',
        `Run ${id} is being read by process ${now.process?.pid} on this machine: wait for it or stop it first.`,
      );
  });
  return record;
}
