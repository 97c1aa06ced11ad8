// Gold chains and runs to training records: the one place where traces, keys and scores meet.
import { chosenRecords } from '../benchmarks/chosen-records.ts';
import { openDataAt } from '../benchmarks/open-data.ts';
import { publishedPlugin } from '../benchmarks/published-plugins.ts';
import { type PublishedSettings, publishedSettings } from '../benchmarks/published-settings.ts';
import { fingerprint, questionOf, recordOptions } from '../benchmarks/published-source.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import { formatOf, type Question } from '../domain/question.ts';
import type { Read } from '../domain/read.ts';
import type { QuestionFormat, RunRecord } from '../domain/run.ts';
import { openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { scoreAnswer } from '../scoring/score.ts';
import { type BlobStore, blobsFolder, fileBlobs, memoryBlobs } from '../storage/blobs.ts';
import { openStore, type Store } from '../storage/store.ts';
import { openCaseAccess } from '../tools/case-access.ts';
import { toolkit } from '../tools/toolkit.ts';
import type { RecordExporter } from '../training/record-exporter.ts';
import { goldTrace, toldTools } from '../training/traces/gold.ts';
import { type PairOptions, preferencePairs } from '../training/traces/pairs.ts';
import { runTraces } from '../training/traces/run-traces.ts';
import type { Trace, TracePair, TracePrompt } from '../training/traces/trace.ts';
import { type WrittenRecords, writeRecords } from '../training/write-records.ts';

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

/**
 * Writes the records. Errors: `run-unknown`, `benchmark-invalid` for runs of another benchmark, `key-locked`,
 * `write-failed`.
 */
export async function exportTraces(job: TraceExport): Promise<TraceExported> {
  const skipped = new Map<string, number>();
  const skip = (reason: string) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  const store = 'runs' in job.source ? await openStore(job.source.store) : undefined;
  const blobs = 'runs' in job.source ? fileBlobs(blobsFolder(job.source.store)) : memoryBlobs();
  let asked: AskedSource | undefined;
  try {
    const runs = store === undefined ? [] : await runsOf(job, store);
    const release = runs[0] === undefined ? undefined : publishedSettings(runs[0]);
    asked =
      release === undefined ? await folderSource(job, blobs, skip) : await releaseSource(job, release, blobs);
    for (const { id, benchmarkHash } of runs)
      if (benchmarkHash !== asked.contentHash)
        throw new OverreadError(
          'benchmark-invalid',
          `The run ${id} read another benchmark, or an earlier state of this one: give the one it read.`,
        );
    const from: From = { job, asked, runs, store, skip };
    const { name, contentHash, canary, licences } = asked;
    const written = await writeRecords({
      out: job.out,
      format: job.format,
      blobs,
      source: { traces: () => traces(from), pairs: () => pairs(from), prompts: () => prompts(from) },
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
    await asked?.close?.();
    await store?.close();
    job.progress.finish();
  }
}

/** A question with what only scoring may know of it. */
interface AskedQuestion {
  readonly question: Question;
  readonly answer: string;
  readonly letter?: string;
  readonly value?: number;
  readonly goldSteps: number;
  score(read: Read, run: RunRecord): Promise<number | undefined>;
  /** The gold chain carried out; undefined where it cannot be. */
  readonly gold?: (format: QuestionFormat) => Promise<Trace | undefined>;
}

interface AskedSource {
  readonly name: string;
  readonly contentHash: string;
  readonly canary: string;
  readonly licences: readonly string[];
  readonly total?: number;
  questions(): AsyncIterable<AskedQuestion>;
  close?(): Promise<void>;
}

interface From {
  readonly job: TraceExport;
  readonly asked: AskedSource;
  readonly runs: readonly RunRecord[];
  readonly store: Store | undefined;
  skip(reason: string): void;
}

async function runsOf(job: TraceExport, store: Store): Promise<RunRecord[]> {
  if (!('runs' in job.source)) return [];
  const found: RunRecord[] = [];
  for (const id of job.source.runs) {
    const run = await store.run(id);
    if (run === undefined)
      throw new OverreadError('run-unknown', `The store has no run ${id}: check the id and --store.`);
    found.push(run);
  }
  return found;
}

/** A folder that `overread build` wrote, with its keys. */
async function folderSource(
  job: TraceExport,
  blobs: BlobStore,
  skip: (reason: string) => void,
): Promise<AskedSource> {
  const benchmark = await openBenchmark(job.benchmark);
  const keys = await openKeys(job.benchmark, job.passphrase);
  const { name, contentHash, canary, licences, counts, criteria } = benchmark.manifest;
  return {
    ...{ name, contentHash, canary, licences, total: counts.questions },
    async *questions() {
      for await (const question of benchmark.eachQuestion()) {
        const key = keys.get(question.id);
        const record = benchmark.cases.get(question.caseId);
        if (key === undefined || record === undefined)
          throw new OverreadError(
            'benchmark-invalid',
            `Question ${question.id} has no key or case: build the benchmark again.`,
          );
        yield {
          question,
          answer: key.answer,
          ...(key.letter === '' ? {} : { letter: key.letter }),
          ...(key.value === undefined ? {} : { value: key.value }),
          goldSteps: key.evidence.filter((step) => step.tool !== undefined).length,
          score: async (read, { format }) =>
            scoreAnswer(question, key, read, { protocol: 'strict', format }) ?? undefined,
          gold: async (format) => {
            const access = openCaseAccess(benchmark, question.caseId, 'oracle', { blobs });
            const { signal } = job;
            try {
              return await goldTrace({ question, key, case: record, access, format, criteria, signal });
            } catch (error) {
              if (!OverreadError.isInstance(error)) throw error;
              skip(error.message.replaceAll(question.id, 'a question'));
              return undefined;
            }
          },
        };
      }
    },
  };
}

/** The release that the runs read: its items, each with its reference and the score of its main metric. */
async function releaseSource(
  job: TraceExport,
  { benchmark, split, ...settings }: PublishedSettings,
  blobs: BlobStore,
): Promise<AskedSource> {
  const plugin = publishedPlugin(benchmark);
  const data = await openDataAt(job.benchmark, plugin.card.files, job.signal);
  const options = recordOptions(plugin, { ...settings, ...(split === null ? {} : { split }) });
  const contentHash = await fingerprint(plugin.id, data, options);
  const { mode } = options;
  const [main] = plugin.metrics('strict', mode);
  return {
    name: plugin.id,
    contentHash,
    // A release has none of its own; this one is the same wherever its items are written.
    canary: `overread-canary-${contentHash.slice(0, 32)}`,
    licences: [plugin.card.licence],
    close: async () => data.close?.(),
    async *questions() {
      for await (const record of chosenRecords(plugin, data, options)) {
        const reply = plugin.oracle(record, mode);
        const { options: letters } = record.item;
        yield {
          question: await questionOf(record.item, blobs),
          answer: letters.find(({ letter }) => letter === reply)?.text ?? reply,
          ...(letters.some(({ letter }) => letter === reply) ? { letter: reply } : {}),
          goldSteps: 0,
          async score({ raw, status }) {
            const measured = await plugin.measure(
              record,
              { text: raw, status },
              { protocol: 'strict', mode },
            );
            return main.each?.(measured.item) ?? undefined;
          },
        };
      }
    },
  };
}

async function* askedIn({ job, asked }: From): AsyncGenerator<AskedQuestion> {
  let count = 0;
  job.progress.start('Writing records', job.limit ?? asked.total);
  for await (const each of asked.questions()) {
    if (job.split !== 'all' && each.question.split !== job.split) continue;
    if (count++ >= (job.limit ?? Number.POSITIVE_INFINITY)) return;
    job.signal.throwIfAborted();
    yield each;
    job.progress.advance(1);
  }
}

/** All traces of one question: the gold chain, or one for every read of every run. */
async function tracesOf(each: AskedQuestion, { job, runs, store, skip }: From): Promise<Trace[]> {
  const { question } = each;
  if ('gold' in job.source) {
    const trace = await each.gold?.(job.source.gold);
    return trace === undefined ? [] : [trace];
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
      const score = await each.score(read, run);
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
  // What has no score (a text that no metric measures alone) is kept unless a least score is wanted.
  for await (const each of askedIn(from))
    for (const trace of await tracesOf(each, from))
      if ((trace.score ?? 0) >= from.job.minScore) yield trace;
      else from.skip(`it scores below ${from.job.minScore}`);
}

async function* pairs(from: From): AsyncGenerator<TracePair> {
  for await (const each of askedIn(from)) {
    const made = preferencePairs(await tracesOf(each, from), from.job.pairs);
    if (made.length === 0) from.skip('the question has no two reads far enough apart');
    yield* made;
  }
}

async function* prompts(from: From): AsyncGenerator<TracePrompt> {
  for await (const each of askedIn(from)) {
    const [trace] = await tracesOf(each, from);
    if (trace === undefined) continue;
    const { question, answer, letter, value, goldSteps } = each;
    yield {
      id: question.id,
      trace,
      answer,
      ...(isChoice(question, from) && letter !== undefined ? { letter } : {}),
      ...(value === undefined ? {} : { value }),
      ...(question.unit === undefined ? {} : { unit: question.unit }),
      goldSteps,
    };
  }
}

function isChoice(question: Question, { job: { source }, runs: [run] }: From): boolean {
  return formatOf(question, 'gold' in source ? source.gold : (run?.format ?? 'mc')) === 'mc';
}
