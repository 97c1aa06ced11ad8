// A benchmark as a folder of files: everything that readers and tools may have of it. Keys are opened elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { type Manifest, manifest as manifestSchema, type QuestionSource } from '../domain/benchmark.ts';
import { type CaseRecord, type CaseSource, caseRecord, caseSource } from '../domain/case.ts';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { type MeasurementSet, measurementSet } from '../domain/measurement.ts';
import { type Question, question, type Stage } from '../domain/question.ts';
import { linesOf, parseLine, readJsonl } from './jsonl.ts';

/** Names of the files of a benchmark folder. */
export const FILES = {
  /** The manifest. */
  manifest: 'benchmark.json',
  questions: 'questions.jsonl',
  keys: 'keys.jsonl',
  cases: 'cases.jsonl',
  /** One measurement set per case: what the tools of oracle mode answer from. */
  measurements: 'measurements.jsonl',
  /** Where the cases lie on this machine; not part of any hash, and may be missing. */
  sources: 'sources.json',
} as const;

/** A line of measurements.jsonl. */
export const measurementRecord = z.object({ caseId: z.string(), measurements: measurementSet });

/** sources.json. Relative paths are relative to the benchmark folder. */
export const sourcesFile = z.object({ canary: z.string(), cases: z.array(caseSource) });

/** Which questions; what is left out does not restrict. */
export interface QuestionFilter {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  readonly stages?: readonly Stage[];
  readonly splits?: readonly Question['split'][];
  readonly caseIds?: readonly string[];
  /** At most this many, the first in file order. */
  readonly limit?: number;
}

export interface BenchmarkFolder extends QuestionSource {
  readonly path: string;
  readonly manifest: Manifest;
  readonly cases: ReadonlyMap<string, CaseRecord>;
  /** Questions in file order, read and validated as they come. */
  eachQuestion(filter?: QuestionFilter): AsyncGenerator<Question>;
  /** The same as an array. */
  questions(filter?: QuestionFilter): Promise<Question[]>;
  /** Measurements of one case, read from its place in the file. Throws `benchmark-invalid` for an unknown case. */
  measurements(caseId: string): Promise<MeasurementSet>;
  /** Where the case's files lie, or undefined when this machine does not have them. */
  source(caseId: string): CaseSource | undefined;
}

/** Reads and validates benchmark.json. */
export function readManifest(path: string): Manifest {
  const file = join(path, FILES.manifest);
  if (!existsSync(file))
    throw new OverreadError(
      'file-not-found',
      `"${basename(path)}" holds no benchmark.json: give a folder that \`overread build\` wrote.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OverreadError(
      'benchmark-invalid',
      `benchmark.json is not JSON (${messageOf(error)}); build the benchmark again.`,
      { cause: error },
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new OverreadError(
    'benchmark-invalid',
    `benchmark.json: "${issue.path.join('.')}" is wrong (${issue.message}); build the benchmark again.`,
    { cause: parsed.error },
  );
}

/**
 * Opens a benchmark folder. Nothing reachable from here leads to a key.
 * Throws `file-not-found` or `benchmark-invalid` (with file and line).
 */
export async function openBenchmark(path: string): Promise<BenchmarkFolder> {
  const manifest = readManifest(path);
  const { canary } = manifest;
  const cases = new Map<string, CaseRecord>();
  for await (const record of readJsonl(join(path, FILES.cases), caseRecord, canary))
    cases.set(record.id, record);
  const sources = readSources(path);
  let offsets: Promise<ReadonlyMap<string, Span>> | undefined;

  async function* eachQuestion(filter: QuestionFilter = {}): AsyncGenerator<Question> {
    const wanted = accepts(filter);
    let left = filter.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for await (const item of readJsonl(join(path, FILES.questions), question, canary)) {
      if (!wanted(item)) continue;
      yield item;
      if (--left <= 0) return;
    }
  }

  return {
    path,
    manifest,
    cases,
    eachQuestion,
    async questions(filter) {
      const found: Question[] = [];
      for await (const item of eachQuestion(filter)) found.push(item);
      return found;
    },
    async measurements(caseId) {
      const file = join(path, FILES.measurements);
      offsets ??= indexOf(file);
      const span = (await offsets).get(caseId);
      if (span === undefined)
        throw new OverreadError(
          'benchmark-invalid',
          `measurements.jsonl has no case ${caseId}: build the benchmark again, or read it without tools.`,
        );
      const handle = await open(file, 'r');
      try {
        const bytes = Buffer.alloc(span.length);
        await handle.read(bytes, 0, span.length, span.offset);
        return parseLine(file, span.line, bytes.toString('utf8'), measurementRecord).measurements;
      } finally {
        await handle.close();
      }
    },
    source: (caseId) => sources.get(caseId),
    caseOf: ({ caseId }) => cases.get(caseId),
  };
}

function accepts(filter: QuestionFilter): (item: Question) => boolean {
  const set = (values: readonly string[] | undefined) => (values === undefined ? undefined : new Set(values));
  const [ids, types, stages, splits, caseIds] = [
    set(filter.ids),
    set(filter.types),
    set(filter.stages),
    set(filter.splits),
    set(filter.caseIds),
  ];
  return (item) =>
    (ids?.has(item.id) ?? true) &&
    (types?.has(item.type) ?? true) &&
    (stages?.has(item.stage) ?? true) &&
    (splits?.has(item.split) ?? true) &&
    (caseIds?.has(item.caseId) ?? true);
}

interface Span {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
}

const CASE_ID = /^\{"caseId":"([^"\\]+)"/;

/** Byte spans of the lines of measurements.jsonl by case. */
async function indexOf(file: string): Promise<ReadonlyMap<string, Span>> {
  const spans = new Map<string, Span>();
  if (!existsSync(file)) return spans;
  for await (const { line, text, offset, length } of linesOf(file)) {
    const id =
      CASE_ID.exec(text)?.[1] ??
      (line === 1 ? undefined : parseLine(file, line, text, measurementRecord).caseId);
    if (id !== undefined) spans.set(id, { offset, length, line });
  }
  return spans;
}

function readSources(path: string): Map<string, CaseSource> {
  const file = join(path, FILES.sources);
  if (!existsSync(file)) return new Map();
  const { cases } = parseLine(file, 1, readFileSync(file, 'utf8'), sourcesFile);
  return new Map(cases.map((source) => [source.caseId, source]));
}
