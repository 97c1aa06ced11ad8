// rag-pairs: preference pairs out of three runs of the same items, with references, without, and on noise (RAG-PT).
import type { OptionCard } from '../../benchmarks/builder.ts';
import { chosenRecords } from '../../benchmarks/chosen-records.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { fingerprint, questionOf, recordOptions } from '../../benchmarks/published-source.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Question } from '../../domain/question.ts';
import type { RunRecord } from '../../domain/run.ts';
import { openData } from '../../records/data-root.ts';
import { wordsOf } from '../../scoring/score.ts';
import { RAG_PAIR_KINDS, type RagPair, ragPairs } from '../../training/preference/rag-pairs.ts';
import { runTraces } from '../../training/traces/run-traces.ts';
import type { Trace } from '../../training/traces/trace.ts';
import { recordFormat, writeRecords } from '../../training/write-records.ts';
import { checkRagPairs } from '../rag/planted-reads.ts';
import { optionOf, type Study, type StudyContext } from '../study.ts';
import { alignedTable, markdownTable } from '../tables.ts';

const options: readonly OptionCard[] = [
  { name: 'beside', value: 'RUN', about: 'run of mmed-rag, with references' },
  { name: 'alone', value: 'RUN', about: 'run of the same items without: --option references=none' },
  { name: 'noisy', value: 'RUN', about: 'run with references and noise: --option picture=noise' },
  { name: 'data', value: 'DIR', about: 'the release, where it is no longer where the runs read it' },
  { name: 'format', value: 'NAME', about: 'a form of preference records', default: 'mmed-rag-dpo' },
  { name: 'pairs', value: 'DIR', about: 'a new folder for the records' },
];

interface Release {
  readonly benchmark: string;
  readonly mode: string;
  readonly split: string | null;
  readonly columns: Readonly<Record<string, string>>;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly seed: string;
}

async function runOf(context: StudyContext, name: string): Promise<RunRecord | undefined> {
  const id = optionOf(context, options, name);
  if (id === undefined) return undefined;
  const run = await context.store.run(id);
  if (run !== undefined) return run;
  throw new OverreadError('run-unknown', `The store has no run ${id}: check the id and --store.`);
}

/** One read of a question as a trace with its score; undefined where it was not read to an end. */
async function traceOf(
  { store }: StudyContext,
  run: RunRecord,
  question: Question,
  score: (reply: { text: string; status: 'answered' | 'unparsed' | 'refused' }) => Promise<number | null>,
): Promise<Trace | undefined> {
  for await (const read of store.reads(run.id, { questionId: question.id })) {
    if (read.repeat !== 0 || read.status === 'failed' || read.status === 'unsupported') continue;
    const value = await score({ text: wordsOf(read), status: read.status });
    if (value === null) return undefined;
    return runTraces({ question, read, tools: [], score: value })[0];
  }
  return undefined;
}

/** Under the strict protocol, by the benchmark's main metric. Throws `bad-argument` where that is no score of each item. */
function scorer(plugin: PublishedBenchmark, mode: string) {
  const [main] = plugin.metrics('strict', mode);
  const { each } = main;
  if (each === undefined)
    throw new OverreadError('bad-argument', `The items of ${plugin.id} have no score each: pairs need one.`);
  return { measure: plugin.measure.bind(plugin), each };
}

const ragPairsStudy: Study = {
  id: 'rag-pairs',
  kind: 'study',
  summary: 'preference pairs from runs with references, without them, and on noise',
  paper: {
    title: 'MMed-RAG: Versatile Multimodal RAG System for Medical Vision Language Models',
    arxiv: '2410.13085',
    year: 2025,
  },
  command: 'overread study rag-pairs --beside RUN --alone RUN --noisy RUN --pairs DIR',
  needs: ['runs of mmed-rag over one published benchmark, or items of your own'],
  options,
  async run(context) {
    const [beside, alone, noisy] = [
      await runOf(context, 'beside'),
      await runOf(context, 'alone'),
      await runOf(context, 'noisy'),
    ];
    const out = optionOf(context, options, 'pairs');
    if (beside === undefined || alone === undefined || out === undefined)
      throw new OverreadError(
        'bad-argument',
        'Name the runs and a folder: --beside RUN --alone RUN --pairs DIR.',
      );
    const release = beside.settings.release as Release | undefined;
    if (release === undefined)
      throw new OverreadError(
        'bad-argument',
        'The runs read no published benchmark: use "overread traces" for built ones.',
      );
    const plugin = context.published(release.benchmark);
    const { split, ...rest } = release;
    const chosen = recordOptions(plugin, { ...rest, ...(split === null ? {} : { split }) });
    const data = await openData(optionOf(context, options, 'data') ?? beside.benchmark);
    const hash = await fingerprint(plugin.id, data, chosen);
    if ([beside, alone, noisy].some((run) => run !== undefined && run.benchmarkHash !== hash))
      throw new OverreadError(
        'benchmark-invalid',
        'The runs read other items than lie there: give the same release to all.',
      );
    const { measure, each } = scorer(plugin, chosen.mode);
    const counts: Record<string, number> = Object.fromEntries(RAG_PAIR_KINDS.map((kind) => [kind, 0]));
    let questions = 0;
    let tested = 0;
    async function* made(): AsyncGenerator<RagPair> {
      for await (const record of chosenRecords(plugin, data, chosen)) {
        context.signal.throwIfAborted();
        const question = await questionOf(record.item, context.blobs);
        const score = async (reply: { text: string; status: 'answered' | 'unparsed' | 'refused' }) => {
          const { item } = await measure(record, reply, { protocol: 'strict', mode: chosen.mode });
          return item === null ? null : each(item);
        };
        const [first, second, third] = await Promise.all(
          [beside, alone, noisy].map((run) =>
            run === undefined ? undefined : traceOf(context, run, question, score),
          ),
        );
        if (first === undefined || second === undefined) continue;
        questions++;
        const pairs = ragPairs({
          beside: first,
          alone: second,
          ...(third === undefined ? {} : { noisy: third }),
        });
        if (pairs.length > 0 && question.split === 'test') tested++;
        for (const pair of pairs) {
          counts[pair.kind]++;
          yield pair;
        }
      }
    }
    const none = async function* () {};
    const written = await writeRecords({
      out,
      format: recordFormat(optionOf(context, options, 'format') ?? ''),
      source: { traces: none, prompts: none, pairs: made },
      blobs: context.blobs,
      benchmark: { name: plugin.id, contentHash: hash, canary: '' },
      about: {
        runs: [beside, alone, noisy].flatMap((run) => (run === undefined ? [] : [run.id])),
        licence: plugin.card.licence,
      },
    });
    await data.close?.();
    if (tested > 0)
      context.remark(
        `${tested} of the items are of the test part: who trains on them cannot report on them.`,
      );
    const rows = [['kind', 'pairs'], ...RAG_PAIR_KINDS.map((kind) => [kind, String(counts[kind])])];
    return {
      result: { questions, pairs: counts, tested, ...written },
      text: `${questions} questions read both ways\n${alignedTable(rows)}\n${written.records} records in ${written.file}`,
      markdown: `# Preference pairs\n\n${questions} questions read both ways\n\n${markdownTable(rows)}`,
    };
  },
  check: checkRagPairs,
};
export default ragPairsStudy;
