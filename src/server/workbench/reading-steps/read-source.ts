// What a read's page is made of: run, question, key, case, and the read itself, each as far as it can be had.
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import { measurementSet } from '../../../domain/measurement.ts';
import {
  type Key,
  key as keySchema,
  type Question,
  question as questionSchema,
} from '../../../domain/question.ts';
import type { Read } from '../../../domain/read.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { FILES } from '../../../questions/benchmark-folder.ts';
import { linesOf, parseLine } from '../../../questions/jsonl.ts';
import { eachKey } from '../../../questions/keys.ts';
import { parseRungId } from '../../../runs/ladder-run.ts';
import { predictedMeasurementsKey } from '../../../tools/case-access.ts';
import type { WorkbenchContext } from '../context.ts';
import {
  type BuiltBenchmark,
  benchmarkIdOf,
  type OpenedBenchmark,
  type ReleasedBenchmark,
} from '../library/library.ts';
import type { PlaceFacts } from './region-places.ts';

export interface Trouble {
  readonly code: string;
  readonly message: string;
}

export interface AskedQuestion {
  readonly question?: Question;
  /** Of a built benchmark. */
  readonly key?: Key;
  /** Of a published one: the reply of whoever knows the reference. */
  readonly gold?: string;
  /** Why there is no question, or no key. */
  readonly problem?: Trouble;
}

/** Errors: `run-unknown`. */
export async function runOf({ store }: WorkbenchContext, id: string): Promise<RunRecord> {
  const run = await store.run(id);
  if (run !== undefined) return run;
  throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
}

export async function storedRead(
  { store }: WorkbenchContext,
  runId: string,
  questionId: string,
  repeat: number,
): Promise<Read | undefined> {
  for await (const read of store.reads(runId, { questionId })) if (read.repeat === repeat) return read;
  return undefined;
}

/** The id under which the benchmark has the question of a read: a ladder's carries its rung. */
export const questionIdOf = (id: string, { settings }: Pick<RunRecord, 'settings'>): string =>
  settings.ladder === undefined ? id : (parseRungId(id)?.questionId ?? id);

/** The question with its key, or why either is missing. Never throws for what a folder lacks. */
export async function askedQuestion(
  context: WorkbenchContext,
  benchmarkId: string,
  id: string,
): Promise<{ opened?: OpenedBenchmark; asked: AskedQuestion }> {
  let opened: OpenedBenchmark;
  try {
    opened = await context.library.open(benchmarkId);
  } catch (error) {
    return { asked: { problem: troubleOf(error) } };
  }
  try {
    return {
      opened,
      asked:
        opened.kind === 'built'
          ? await builtQuestion(opened, id, context.passphrase)
          : await releasedQuestion(opened, id, context),
    };
  } catch (error) {
    return { opened, asked: { problem: troubleOf(error) } };
  }
}

const MISSING: Trouble = {
  code: 'file-not-found',
  message: 'The benchmark has no such question: look at its list of questions.',
};

/** Benchmarks up to so many questions are held whole; of larger ones, files are searched for one question at a time. */
const HELD = 20_000;

async function builtQuestion(
  opened: BuiltBenchmark,
  id: string,
  passphrase: string | undefined,
): Promise<AskedQuestion> {
  const { folder } = opened;
  const held = folder.manifest.counts.questions <= HELD;
  const question = held
    ? (await opened.questions()).get(id)
    : await lineOf(join(folder.path, FILES.questions), questionSchema, id, (each) => each.id);
  if (question === undefined) return { problem: MISSING };
  try {
    const key = held ? (await opened.keys()).get(id) : await keyOf(opened, id, passphrase);
    return key === undefined ? { question } : { question, key };
  } catch (error) {
    return { question, problem: troubleOf(error) };
  }
}

async function keyOf(
  { folder }: BuiltBenchmark,
  id: string,
  passphrase: string | undefined,
): Promise<Key | undefined> {
  if (folder.manifest.keyEncryption === 'none')
    return lineOf(join(folder.path, FILES.keys), keySchema, id, (each) => each.questionId);
  for await (const key of eachKey(folder.path, passphrase)) if (key.questionId === id) return key;
  return undefined;
}

/** The line that has this id; lines without its letters are not even parsed. */
export async function lineOf<T>(
  file: string,
  schema: ZodType<T>,
  id: string,
  idOf: (value: T) => string,
): Promise<T | undefined> {
  const written = JSON.stringify(id);
  for await (const { line, text } of linesOf(file)) {
    if (line === 1 || !text.includes(written)) continue;
    const value = parseLine(file, line, text, schema);
    if (idOf(value) === id) return value;
  }
  return undefined;
}

/** Questions of releases that were looked at of late: a release is read from its beginning to find one. */
const found = new WeakMap<ReleasedBenchmark, Map<string, AskedQuestion>>();
const KEPT = 64;

async function releasedQuestion(
  opened: ReleasedBenchmark,
  id: string,
  { blobs }: WorkbenchContext,
): Promise<AskedQuestion> {
  const kept = found.get(opened) ?? new Map<string, AskedQuestion>();
  found.set(opened, kept);
  const known = kept.get(id);
  if (known !== undefined) return known;
  const { plugin, data, source } = opened;
  const [{ chosenRecords }, { questionOf }] = await Promise.all([
    import('../../../benchmarks/chosen-records.ts'),
    import('../../../benchmarks/published-source.ts'),
  ]);
  for await (const record of chosenRecords(plugin, data, source.options)) {
    if (record.item.id !== id) continue;
    const asked = {
      question: await questionOf(record.item, blobs),
      gold: plugin.oracle(record, source.options.mode),
    };
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(id, asked);
    return asked;
  }
  return { problem: MISSING };
}

function troubleOf(error: unknown): Trouble {
  const code = OverreadError.isInstance(error) ? error.code : 'internal';
  // What went wrong inside may name a file.
  return { code, message: code === 'internal' ? 'The benchmark cannot be read here.' : messageOf(error) };
}

export interface CasePlaces {
  readonly annotated: PlaceFacts;
  /** On the masks that the run's segmenter drew, where they were measured and kept. */
  readonly predicted?: PlaceFacts;
}

/** What is measured of a case, for places; undefined where the benchmark has no measurements of it. */
export async function casePlaces(
  { store }: WorkbenchContext,
  opened: OpenedBenchmark | undefined,
  run: RunRecord | undefined,
  caseId: string,
): Promise<CasePlaces | undefined> {
  if (opened?.kind !== 'built') return undefined;
  const { folder } = opened;
  const record = folder.cases.get(caseId);
  if (record === undefined) return undefined;
  const { modality } = record;
  try {
    const annotated = { set: await folder.measurements(caseId), modality };
    const segmenter = run?.settings.segmenterHash;
    if (typeof segmenter !== 'string') return { annotated };
    const { rules, seed } = folder.manifest;
    const key = predictedMeasurementsKey(segmenter, { record, seed: `${seed}/${caseId}`, rules });
    const kept = measurementSet.safeParse(JSON.parse((await store.cached(key)) ?? 'null'));
    return kept.success ? { annotated, predicted: { set: kept.data, modality } } : { annotated };
  } catch {
    // Without measurements there is no place, and everything else of the read is shown.
    return undefined;
  }
}

export const benchmarkOf = (run: RunRecord): string => benchmarkIdOf(run.benchmarkHash);
