// A report with everything in it, from simulated reads of readers of known skill: for tests and for looking at.

import { random } from '../../domain/random.ts';
import type { Report } from '../../domain/report.ts';
import type { ScoringRow } from '../../domain/scoring-row.ts';
import type { LadderRow } from '../../scoring/ladder.ts';
import { buildReport } from '../../scoring/report.ts';
import { simulate } from '../../scoring/testing/simulate.ts';

const READERS = [
  { name: 'tools@compatible/qwen3-vl-30b#oracle', skill: 0.74, unparsed: 0.02 },
  { name: 'tools@compatible/qwen3-vl-30b#predicted', skill: 0.62, unparsed: 0.02, failed: 0.01 },
  { name: 'compatible/qwen3-vl-30b', skill: 0.47, unparsed: 0.03, refused: 0.02 },
  { name: 'compatible/medgemma-4b', skill: 0.41, refused: 0.06, unsupported: 0.04 },
  { name: 'random', skill: 0.5, guesses: true },
];

/** The same every time. `names` replaces the readers' names. */
export function sampleReport(
  options: { questions?: number; patients?: number; names?: readonly string[] } = {},
): Report {
  const input = simulate({
    seed: 'sample',
    questions: options.questions ?? 1260,
    patients: options.patients ?? 110,
    format: 'mc',
    readers: READERS.map((reader, i) => ({
      ...reader,
      name: options.names?.[i] ?? reader.name,
      spread: 0.7,
    })),
  });
  const runs = input.runs.map(({ run, rows }, r) => ({
    run,
    rows: rows.map((row, i) => enriched(row, r, i)),
  }));
  const report = buildReport({
    ...input,
    benchmark: { ...input.benchmark, name: 'Abdominal CT, held-out patients' },
    runs,
    protocol: 'strict',
    resamples: 400,
    ladders: [{ reader: runs[2].run.reader, rows: ladderRows(runs[2].rows, input.questions) }],
  });
  return { ...report, readers: report.readers.map((reader, i) => withErrors(reader, i)) };
}

function enriched(row: ScoringRow, reader: number, i: number): ScoringRow {
  const asks = reader < 4;
  const confidence = reader === 2 ? Math.min(1, 0.55 + 0.09 * (i % 6)) : undefined;
  return {
    ...row,
    inputTokens: asks ? [6200, 6100, 2900, 1700][reader] : 0,
    outputTokens: asks ? [410, 430, 60, 35][reader] : 0,
    requests: asks ? [4, 4, 1, 1][reader] : 0,
    milliseconds: asks ? [5200, 5400, 1100, 600][reader] : 1,
    ...(asks ? { costUsd: [0.0031, 0.0032, 0.0009, 0.0002][reader] } : {}),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function withErrors(reader: Report['readers'][number], i: number): Report['readers'][number] {
  if (i > 1) return reader;
  const causes = {
    'no-tool': 12 + 4 * i,
    'budget-short': 6,
    'wrong-tool': 25,
    'wrong-argument': 31 + 10 * i,
    'wrong-measurement': 4 + 150 * i,
    'wrong-rule': 48,
    'wrong-conclusion': 190 - 40 * i,
  };
  return { ...reader, errors: { wrong: Object.values(causes).reduce((a, b) => a + b, 0), causes } };
}

function ladderRows(
  rows: readonly ScoringRow[],
  questions: readonly { id: string; stage: LadderRow['stage'] }[],
): LadderRow[] {
  const rng = random('sample', 'ladder');
  const stages = new Map(questions.map(({ id, stage }) => [id, stage]));
  const most = { recognition: 0, measurement: 1, 'visual-reasoning': 3, 'medical-reasoning': 4 };
  return rows.flatMap((row) => {
    const stage = stages.get(row.questionId) ?? 'recognition';
    const base = { questionId: row.questionId, patientId: row.patientId, stage, repeat: 0 };
    return Array.from({ length: most[stage] + 1 }, (_, stepsGiven) => stepsGiven).flatMap((stepsGiven) =>
      (stepsGiven === 0 ? [false] : [false, true]).map((twin) => ({
        ...base,
        stepsGiven,
        twin,
        score: rng.next() < 0.42 + (twin ? -0.02 : 0.11) * stepsGiven ? 1 : 0,
      })),
    );
  });
}
