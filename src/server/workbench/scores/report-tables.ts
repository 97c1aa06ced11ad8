// Tables of a report as heads and rows, for CSV: every number that a page shows, unrounded.
import { STAGES } from '../../../domain/question.ts';
import type { Cell, MetricCell, PublishedReport, Report } from '../../../domain/report.ts';
import { subtypeName } from '../../../scoring/subtypes.ts';
import type { CsvValue } from '../shapes/csv.ts';
import type { ReportTable } from '../shapes/scores.ts';
import type { ScoredReport } from './score-task.ts';

export interface CsvTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

/** A table without rows where the report has nothing of the kind. */
export function reportTable(scored: ScoredReport, table: ReportTable): CsvTable {
  return scored.kind === 'built' ? builtTable(scored.report, table) : releasedTable(scored.report, table);
}

const CELL = [
  ...['protocol', 'metric', 'score', 'ci95_low', 'ci95_high', 'n', 'patients', 'chance', 'chance_baseline'],
  ...['interval', 'unparsed', 'refused', 'failed', 'unsupported'],
];

function cellValues(cell: Cell): CsvValue[] {
  return [
    ...[cell.protocol, cell.metric, cell.score, cell.ci95?.[0], cell.ci95?.[1], cell.n, cell.nPatients],
    ...[cell.chance, cell.chanceBaseline, cell.interval],
    ...[cell.unparsed, cell.refused, cell.failed, cell.unsupported],
  ];
}

const COST = ['reader', 'run', 'usd', 'input_tokens', 'output_tokens', 'seconds', 'requests'];

function builtTable(report: Report, table: ReportTable): CsvTable {
  const { readers } = report;
  if (table === 'cells')
    return {
      head: ['reader', 'run', 'scope', 'name', ...CELL, 'sensitivity', 'specificity', 'hit_rates'],
      rows: readers.flatMap((reader) => {
        const line = (scope: string, name: string, cell: Cell): CsvValue[] => [
          ...[reader.reader, reader.runId, scope, name, ...cellValues(cell)],
          ...[cell.sensitivity, cell.specificity],
          cell.hitRates?.map(({ within, share }) => `${within}: ${share}`).join('; '),
        ];
        return [
          line('overall', 'overall', reader.overall),
          line('macro', 'mean of types', reader.macroOverall),
          ...STAGES.map((stage) => line('stage', stage, reader.stages[stage])),
          ...Object.entries(reader.types).map(([type, cell]) => line('type', subtypeName(type), cell)),
        ];
      }),
    };
  if (table === 'errors')
    return {
      head: ['reader', 'run', 'cause', 'reads', 'wrong_reads'],
      rows: readers.flatMap(({ reader, runId, errors }) =>
        Object.entries(errors?.causes ?? {}).map(([cause, n]) => [reader, runId, cause, n, errors?.wrong]),
      ),
    };
  if (table === 'ladder')
    return {
      head: [
        ...['reader', 'stage', 'steps', 'score', 'twin', 'effect', 'ci95_low', 'ci95_high', 'n', 'patients'],
      ],
      rows: report.ladder.map(({ ci95, ...rung }) => [
        ...[rung.reader, rung.stage, rung.steps, rung.score, rung.twin, rung.effect, ci95?.[0], ci95?.[1]],
        ...[rung.n, rung.nPatients],
      ]),
    };
  if (table === 'calibration')
    return {
      head: ['reader', 'run', 'confidence_from', 'confidence_to', 'reads', 'mean_confidence', 'mean_score'],
      rows: readers.flatMap(({ reader, runId, calibration }) =>
        (calibration?.bins ?? []).map((bin) => [
          ...[reader, runId, bin.low, bin.high, bin.n],
          ...(bin.n === 0 ? [null, null] : [bin.confidence, bin.accuracy]),
        ]),
      ),
    };
  if (table === 'risk-coverage')
    return {
      head: ['reader', 'run', 'coverage', 'risk'],
      rows: readers.flatMap(({ reader, runId, calibration }) =>
        (calibration?.riskCoverage ?? []).map(({ coverage, risk }) => [reader, runId, coverage, risk]),
      ),
    };
  if (table === 'costs')
    return {
      head: [...COST, 'overall_score'],
      rows: readers.map(({ reader, runId, cost, overall }) => [
        ...[reader, runId, cost.usd, cost.inputTokens, cost.outputTokens, cost.seconds, cost.requests],
        overall.score,
      ]),
    };
  return {
    head: [
      ...['a', 'b', 'stage', 'difference', 'ci95_low', 'ci95_high', 'win', 'tie', 'loss', 'p', 'p_holm'],
      ...['family', 'equivalent', 'margin', 'minimal_detectable', 'mcnemar_not_clustered', 'n', 'patients'],
    ],
    rows: report.pairs.map(({ ci95, ...pair }) => [
      ...[pair.a, pair.b, pair.stage, pair.difference, ci95?.[0], ci95?.[1], pair.win, pair.tie, pair.loss],
      ...[pair.p, pair.pHolm, pair.family, pair.equivalent, pair.margin, pair.minimalDetectable],
      ...[pair.mcnemar, pair.n, pair.nPatients],
    ]),
  };
}

function releasedTable(report: PublishedReport, table: ReportTable): CsvTable {
  const readers = [...report.readers, ...report.baselines];
  if (table === 'cells')
    return {
      head: ['reader', 'run', 'facet', 'value', ...CELL, 'better', 'unit', 'about'],
      rows: readers.flatMap(({ reader, runId, overall, facets }) => {
        const line = (facet: string, value: string, cell: MetricCell): CsvValue[] => [
          ...[reader, runId ?? 'baseline', facet, value, ...cellValues(cell)],
          ...[cell.better, cell.unit, cell.about],
        ];
        return [
          ...overall.map((cell) => line('', '', cell)),
          ...Object.entries(facets).flatMap(([facet, values]) =>
            Object.entries(values).flatMap(([value, cells]) => cells.map((cell) => line(facet, value, cell))),
          ),
        ];
      }),
    };
  if (table === 'costs')
    return {
      head: COST,
      rows: report.readers.map(({ reader, runId, cost }) => [
        ...[reader, runId, cost?.usd, cost?.inputTokens, cost?.outputTokens, cost?.seconds, cost?.requests],
      ]),
    };
  if (table === 'pairs')
    return {
      head: ['a', 'b', 'metric', 'difference', 'ci95_low', 'ci95_high', 'verdict', 'items', 'patients'],
      rows: report.pairs.map(({ a, b, metric, difference, ci95, verdict, n, nPatients }) => [
        ...[a, b, metric, difference, ci95?.[0], ci95?.[1], verdict, n, nPatients],
      ]),
    };
  return { head: ['nothing'], rows: [] };
}
