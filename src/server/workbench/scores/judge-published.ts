// Judges reads of a published benchmark by its main metric, where that is a number of each item.
import { chosenRecords, facetOf } from '../../../benchmarks/chosen-records.ts';
import { openDataAt } from '../../../benchmarks/open-data.ts';
import type { PublishedBenchmark, PublishedItem } from '../../../benchmarks/published.ts';
import { publishedPlugin } from '../../../benchmarks/published-plugins.ts';
import { publishedSettings } from '../../../benchmarks/published-settings.ts';
import { fingerprint, recordOptions } from '../../../benchmarks/published-source.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { Protocol } from '../../../domain/report.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { wordsOf } from '../../../scoring/score.ts';
import type { TableRow } from './question-table.ts';
import { type Judged, type Judgement, type RowsByQuestion, wordFor } from './run-marks.ts';
import type { MarksTask } from './score-task.ts';
import { unscored } from './unscored.ts';

/** Errors: those of opening the release, `benchmark-invalid` for one that has changed since. */
export async function publishedJudgement(
  run: RunRecord,
  rows: RowsByQuestion,
  task: MarksTask,
): Promise<Judgement> {
  const settings = publishedSettings(run);
  if (settings === undefined)
    throw new OverreadError('bad-argument', 'This run did not read a published benchmark.');
  const plugin = publishedPlugin(settings.benchmark);
  const data = await openDataAt(task.benchmark ?? run.benchmark, plugin.card.files);
  try {
    const { split, ...rest } = settings;
    const options = recordOptions(plugin, { ...rest, ...(split === null ? {} : { split }) });
    if ((await fingerprint(plugin.id, data, options)) !== run.benchmarkHash)
      throw new OverreadError(
        'benchmark-invalid',
        'The release has changed since this run read it: its reads are shown without scores.',
      );
    const perRead = mainMetric(plugin, task.protocol, options.mode);
    const questions: TableRow[] = [];
    const judged = new Map<ScoringRow, Judged>();
    for await (const record of chosenRecords(plugin, data, options)) {
      const { item } = record;
      const reads = rows.get(item.id);
      if (reads === undefined) continue;
      questions.push(tableRow(plugin, item, plugin.oracle(record, options.mode)));
      for (const row of reads) {
        if (row.status === 'unsupported') continue;
        const reply = { text: row.status === 'failed' ? '' : wordsOf(row), status: row.status };
        const measured = await plugin.measure(record, reply, { protocol: task.protocol, mode: options.mode });
        const score = perRead.each?.(measured.item) ?? null;
        judged.set(row, {
          score,
          outcome:
            measured.outcome !== 'scored' ? measured.outcome : score === null ? 'unscored' : wordFor(score),
        });
      }
    }
    return {
      questions,
      judge: (row) => judged.get(row) ?? unscored(row),
      ...(perRead.problem === undefined ? {} : { problem: perRead.problem }),
    };
  } finally {
    await data.close?.();
  }
}

interface PerRead {
  readonly each?: (item: unknown) => number | null;
  readonly problem?: { readonly code: string; readonly message: string };
}

/** The main metric as a number of each read in 0…1, or why there is none. */
function mainMetric(plugin: PublishedBenchmark, protocol: Protocol, mode: string): PerRead {
  const [main] = plugin.metrics(protocol, mode);
  const { each, range, better } = main;
  if (each !== undefined && range[0] === 0 && range[1] === 1 && better === 'higher') return { each };
  return {
    problem: {
      code: 'not-per-read',
      message: `The main metric (${main.id}) is of all reads together: single reads have no score.`,
    },
  };
}

function tableRow(plugin: PublishedBenchmark, item: PublishedItem, gold: string): TableRow {
  const { id, text, type, patientId, stage, split } = item;
  const facets: Record<string, string> = { stage, split };
  for (const name of plugin.facets) {
    const value = facetOf(item, name);
    if (value !== undefined) facets[name] = value;
  }
  return { ...{ id, text, type, patientId, caseId: patientId, stage }, gold, options: item.options, facets };
}
