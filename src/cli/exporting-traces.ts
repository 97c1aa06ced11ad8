// Gold chains and runs to training records: the one place where traces, keys and scores meet.
import { OverreadError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import type { Key, Question } from '../domain/question.ts';
import type { QuestionFormat, RunRecord } from '../domain/run.ts';
import { type BenchmarkFolder, openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { scoreAnswer } from '../scoring/score.ts';
import { type BlobStore, fileBlobs, memoryBlobs } from '../storage/blobs.ts';
import { openStore, type Store } from '../storage/store.ts';
import { openCaseAccess } from '../tools/case-access.ts';
import { toolkit } from '../tools/toolkit.ts';
import type { RecordExporter } from '../training/record-exporter.ts';
import { goldTrace, toldTools } from '../training/traces/gold.ts';
import { type PairOptions, preferencePairs } from '../training/traces/pairs.ts';
import { runTraces } from '../training/traces/run-traces.ts';
import type { Trace, TracePair, TracePrompt } from '../training/traces/trace.ts';
import { type WrittenRecords, writeRecords } from '../training/write-records.ts';
import { blobsFolder } from './reading.ts';

export interface TraceExport {
  readonly benchmark: string;
  readonly out: string;
  readonly format: RecordExporter;
  readonly source:
    | { readonly gold: QuestionFormat }
    | { readonly runs: readonly string[]; readonly store: string };
  readonly split: Question['split'] | 'all';
  readonly minScore: number;
  readonly pairs: PairOptions;
  readonly conversations: 'all' | 'last';
  readonly limit?: number;
  readonly passphrase?: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface TraceExported extends WrittenRecords {
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
}

/** Writes the records. Errors: `run-unknown`, `benchmark-invalid` for runs of another benchmark, `key-locked`, `write-failed`. */
export async function exportTraces(job: TraceExport): Promise<TraceExported> {
  const benchmark = await openBenchmark(job.benchmark);
  const keys = await openKeys(job.benchmark, job.passphrase);
  const { name, contentHash, canary, licences } = benchmark.manifest;
  const skipped = new Map<string, number>();
  const skip = (reason: string) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  const store = 'runs' in job.source ? await openStore(job.source.store) : undefined;
  const blobs = 'runs' in job.source ? fileBlobs(blobsFolder(job.source.store)) : memoryBlobs();
  try {
    const runs = store === undefined ? [] : await runsOf(job, store, contentHash);
    const from = { job, benchmark, keys, runs, store, blobs, skip };
    const written = await writeRecords({
      out: job.out,
      format: job.format,
      blobs,
      source: {
        traces: () => traces(from),
        pairs: () => pairs(from),
        prompts: () => prompts(from),
      },
      benchmark: { name, contentHash, canary },
      about: {
        split: job.split,
        licences,
        source: 'gold' in job.source ? 'gold' : runs.map(({ id, reader }) => ({ run: id, reader })),
      },
    });
    const left = [...skipped].map(([reason, count]) => ({ reason, count }));
    return { ...written, skipped: left };
  } finally {
    await store?.close();
    job.progress.finish();
  }
}

interface From {
  readonly job: TraceExport;
  readonly benchmark: BenchmarkFolder;
  readonly keys: ReadonlyMap<string, Key>;
  readonly runs: readonly RunRecord[];
  readonly store: Store | undefined;
  readonly blobs: BlobStore;
  skip(reason: string): void;
}

async function runsOf(job: TraceExport, store: Store, contentHash: string): Promise<RunRecord[]> {
  if (!('runs' in job.source)) return [];
  const found: RunRecord[] = [];
  for (const id of job.source.runs) {
    const run = await store.run(id);
    if (run === undefined)
      throw new OverreadError('run-unknown', `The store has no run ${id}: check the id and --store.`);
    if (run.benchmarkHash !== contentHash)
      throw new OverreadError(
        'benchmark-invalid',
        `The run ${id} read another benchmark, or an earlier state of this one: give the one it read.`,
      );
    found.push(run);
  }
  return found;
}

async function* questionsOf({ job, benchmark }: From): AsyncGenerator<Question> {
  let count = 0;
  job.progress.start('Writing records', job.limit ?? benchmark.manifest.counts.questions);
  for await (const question of benchmark.eachQuestion()) {
    if (job.split !== 'all' && question.split !== job.split) continue;
    if (count++ >= (job.limit ?? Number.POSITIVE_INFINITY)) return;
    job.signal.throwIfAborted();
    yield question;
    job.progress.advance(1);
  }
}

/** All traces of one question: the gold chain, or one for every read of every run. */
async function tracesOf(question: Question, from: From): Promise<Trace[]> {
  const { job, benchmark, keys, runs, store, skip } = from;
  const key = keys.get(question.id);
  const record = benchmark.cases.get(question.caseId);
  if (key === undefined || record === undefined)
    throw new OverreadError(
      'benchmark-invalid',
      `Question ${question.id} has no key or case: build the benchmark again.`,
    );
  if ('gold' in job.source) {
    const access = openCaseAccess(benchmark, question.caseId, 'oracle', { blobs: from.blobs });
    try {
      return [
        await goldTrace({
          question,
          key,
          case: record,
          access,
          format: job.source.gold,
          criteria: benchmark.manifest.criteria,
          signal: job.signal,
        }),
      ];
    } catch (error) {
      if (!OverreadError.isInstance(error)) throw error;
      skip(error.message.replaceAll(question.id, 'a question'));
      return [];
    }
  }
  const found: Trace[] = [];
  for (const run of runs) {
    const given = run.settings.tools;
    const named = new Set(Array.isArray(given) ? given.map(String) : []);
    const mode = run.settings.mode;
    const tools =
      mode === 'oracle' || mode === 'predicted' || mode === 'vision'
        ? toolkit(mode, { also: ['all'] }).filter((tool) => named.has(tool.name))
        : [];
    for await (const read of store?.reads(run.id, { questionId: question.id }) ?? []) {
      if (read.status !== 'answered' && read.status !== 'unparsed') {
        skip(`the read is ${read.status}`);
        continue;
      }
      const score = scoreAnswer(question, key, read, { protocol: 'strict', format: run.format }) ?? undefined;
      const made = runTraces({
        question,
        read,
        tools: toldTools(tools),
        conversations: job.conversations,
        ...(score === undefined ? {} : { score }),
      });
      if (made.length === 0) skip('the read has no conversation, as those of baselines have none');
      found.push(...made);
    }
  }
  return found;
}

async function* traces(from: From): AsyncGenerator<Trace> {
  for await (const question of questionsOf(from))
    for (const trace of await tracesOf(question, from))
      if ((trace.score ?? 0) >= from.job.minScore) yield trace;
      else from.skip(`it scores below ${from.job.minScore}`);
}

async function* pairs(from: From): AsyncGenerator<TracePair> {
  for await (const question of questionsOf(from)) {
    const made = preferencePairs(await tracesOf(question, from), from.job.pairs);
    if (made.length === 0) from.skip('the question has no two reads far enough apart');
    yield* made;
  }
}

async function* prompts(from: From): AsyncGenerator<TracePrompt> {
  for await (const question of questionsOf(from)) {
    const [trace] = await tracesOf(question, from);
    const key = from.keys.get(question.id);
    if (trace === undefined || key === undefined) continue;
    yield {
      id: question.id,
      trace,
      answer: key.answer,
      ...(isChoice(from.job, from.runs) && key.letter !== '' ? { letter: key.letter } : {}),
      ...(key.value === undefined ? {} : { value: key.value }),
      ...(question.unit === undefined ? {} : { unit: question.unit }),
      goldSteps: key.evidence.filter((step) => step.tool !== undefined).length,
    };
  }
}

function isChoice({ source }: TraceExport, [run]: readonly RunRecord[]): boolean {
  return ('gold' in source ? source.gold : run?.format) === 'mc';
}
