// The benchmark of a study as its results need it: questions, which of them are yes, and reports of runs over them.
import { OverreadError } from '../../../domain/errors.ts';
import type { Question } from '../../../domain/question.ts';
import type { PublishedReport, Report } from '../../../domain/report.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { openKeys } from '../../../questions/keys.ts';
import { canonicalLabel } from '../../../scoring/strict/label.ts';
import type { ResultTask } from './result-task.ts';

/** What results must know of a question. */
export interface AskedQuestion {
  readonly id: string;
  /** Patients are numbered from 0. */
  readonly patient: number;
  /** Answers of one kind mean the same things. */
  readonly kind: string;
  /** Of yes/no questions whose key is known: whether it is yes. */
  readonly positive?: boolean;
}

export interface Asked {
  readonly questions: readonly AskedQuestion[];
  readonly patients: number;
}

export interface ResultSource {
  /** Questions of the study, in the benchmark's order. */
  readonly byId: ReadonlyMap<string, Question>;
  readonly asked: Asked;
  /** What `overread report` says of these reads; undefined where keys cannot be opened. */
  report(
    runs: readonly { readonly run: RunRecord; readonly rows: readonly ScoringRow[] }[],
  ): Promise<Report | PublishedReport | undefined>;
  close(): Promise<void>;
}

/** @param run any run of the study. Errors: those of opening the benchmark; `benchmark-invalid` if it has changed. */
export function openResultSource(task: ResultTask, run: RunRecord): Promise<ResultSource> {
  return run.settings.release === undefined ? builtSource(task, run) : releasedSource(task, run);
}

const changed = (): OverreadError =>
  new OverreadError(
    'benchmark-invalid',
    'The benchmark has changed since it was read: its results are those of the one that was read.',
  );

async function builtSource(task: ResultTask, run: RunRecord): Promise<ResultSource> {
  const folder = await openBenchmark(task.benchmark);
  if (folder.manifest.contentHash !== run.benchmarkHash) throw changed();
  const questions = await folder.questions();
  // Without keys there is still agreement to be told of.
  const keys = await openKeys(task.benchmark, task.passphrase).catch(() => undefined);
  const wanted = new Set(task.questions);
  const byId = new Map(questions.flatMap((one) => (wanted.has(one.id) ? [[one.id, one] as const] : [])));
  const golds = new Map([...byId.keys()].map((id) => [id, keys?.get(id)?.answer ?? '']));
  return {
    byId,
    asked: askedOf(byId, golds),
    async report(runs) {
      if (keys === undefined) return undefined;
      const { buildReport } = await import('../../../scoring/report.ts');
      const { protocol } = task;
      // Pairs are not shown here: compared with one run there are fewest of them.
      const baseline = runs[0].run.id;
      return buildReport({ benchmark: folder.manifest, questions, keys, runs, protocol, baseline });
    },
    close: async () => {},
  };
}

async function releasedSource(task: ResultTask, run: RunRecord): Promise<ResultSource> {
  const { chosenRecords } = await import('../../../benchmarks/chosen-records.ts');
  const { openDataAt } = await import('../../../benchmarks/open-data.ts');
  const { publishedPlugin } = await import('../../../benchmarks/published-plugins.ts');
  const { publishedSettings } = await import('../../../benchmarks/published-settings.ts');
  const { fingerprint, recordOptions } = await import('../../../benchmarks/published-source.ts');
  const settings = publishedSettings(run);
  if (settings === undefined) throw changed();
  const plugin = publishedPlugin(settings.benchmark);
  const data = await openDataAt(task.benchmark, plugin.card.files);
  const { split, ...rest } = settings;
  const options = recordOptions(plugin, { ...rest, ...(split === null ? {} : { split }) });
  const contentHash = await fingerprint(plugin.id, data, options);
  if (contentHash !== run.benchmarkHash) throw changed();
  const wanted = new Set(task.questions);
  const byId = new Map<string, Question>();
  const golds = new Map<string, string>();
  for await (const record of chosenRecords(plugin, data, options)) {
    const { prompt: _, licence: __, materials: ___, ...item } = record.item;
    if (!wanted.has(item.id)) continue;
    byId.set(item.id, { ...item, caseId: item.patientId, prompt: [] });
    const gold = plugin.oracle(record, options.mode);
    golds.set(item.id, item.options.find(({ letter }) => letter === gold)?.text ?? gold);
  }
  return {
    byId,
    asked: askedOf(byId, golds),
    async report(runs) {
      const { scorePublished } = await import('../../../benchmarks/published-score.ts');
      const { protocol } = task;
      const baseline = runs[0].run.id;
      return scorePublished({ plugin, data, contentHash, options, runs, protocol, baseline });
    },
    close: async () => data.close?.(),
  };
}

function askedOf(byId: ReadonlyMap<string, Question>, golds: ReadonlyMap<string, string>): Asked {
  const patients = new Map<string, number>();
  const questions = [...byId.values()].map(({ id, patientId, type, answerKind }): AskedQuestion => {
    const patient = patients.get(patientId) ?? patients.size;
    patients.set(patientId, patient);
    const positive = answerKind === 'binary' ? yesOrNo(golds.get(id) ?? '') : undefined;
    return { id, patient, kind: type, ...(positive === undefined ? {} : { positive }) };
  });
  return { questions, patients: patients.size };
}

export function yesOrNo(text: string): boolean | undefined {
  const word = canonicalLabel(text);
  if (/^(yes|true|present)\b/.test(word)) return true;
  return /^(no|false|absent)\b/.test(word) ? false : undefined;
}
