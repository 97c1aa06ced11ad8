// Reports, a run's own facts and disagreements, as the pages of runs and comparisons are given them.
import * as z from 'zod';
import { stage } from '../../../domain/question.ts';
import type {
  Cell,
  ErrorAttribution,
  MetricCell,
  PairRow,
  PublishedReport,
  Report,
} from '../../../domain/report.ts';
import { questionFormat } from '../../../domain/run.ts';
import { benchmarkEntry } from './benchmarks.ts';
import { outcome, protocolName } from './reads.ts';
import { readCounts, shownStatus } from './runs.ts';

const interval = z.tuple([z.number(), z.number()]).nullable();

const cellShape = {
  protocol: protocolName,
  metric: z.string(),
  score: z.number().nullable(),
  n: z.number(),
  nPatients: z.number(),
  ci95: interval,
  interval: z.string(),
  chance: z.number().nullable(),
  chanceBaseline: z.string(),
  unparsed: z.number(),
  refused: z.number(),
  failed: z.number(),
  unsupported: z.number(),
  hitRates: z.array(z.object({ within: z.number(), share: z.number() })).optional(),
  sensitivity: z.number().nullable().optional(),
  specificity: z.number().nullable().optional(),
};
export const cell = z.object(cellShape) satisfies z.ZodType<Cell>;

const end = z.number().nullable();
export const metricCell = z.object({
  ...cellShape,
  better: z.enum(['higher', 'lower']),
  unit: z.string().optional(),
  range: z.tuple([end, end]).optional(),
  about: z.string().optional(),
  scored: z.number().optional(),
}) satisfies z.ZodType<MetricCell>;

const cost = z.object({
  usd: z.number().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  seconds: z.number(),
  requests: z.number(),
});

const calibration = z.object({
  n: z.number(),
  ece: z.number(),
  brier: z.number(),
  bins: z.array(
    z.object({
      low: z.number(),
      high: z.number(),
      n: z.number(),
      confidence: z.number(),
      accuracy: z.number(),
    }),
  ),
  riskCoverage: z.array(z.object({ coverage: z.number(), risk: z.number() })),
  aurc: z.number(),
});

const errors = z.object({
  wrong: z.number(),
  causes: z.object({
    'no-tool': z.number(),
    'budget-short': z.number(),
    'wrong-tool': z.number(),
    'wrong-argument': z.number(),
    'wrong-measurement': z.number(),
    'wrong-rule': z.number(),
    'wrong-conclusion': z.number(),
  }),
}) satisfies z.ZodType<ErrorAttribution>;

const stageOrAll = z.union([stage, z.literal('overall')]);

export const pairRow = z.object({
  a: z.string(),
  b: z.string(),
  stage: stageOrAll,
  n: z.number(),
  nPatients: z.number(),
  difference: z.number(),
  ci95: interval,
  win: z.number(),
  tie: z.number(),
  loss: z.number(),
  p: z.number(),
  pHolm: z.number(),
  family: z.string(),
  equivalent: z.boolean().nullable(),
  margin: z.number(),
  mcnemar: z.number().nullable(),
  minimalDetectable: z.number().nullable(),
}) satisfies z.ZodType<PairRow>;

export const report = z.object({
  benchmark: z.object({
    name: z.string(),
    contentHash: z.string(),
    questions: z.number(),
    patients: z.number(),
  }),
  readers: z.array(
    z.object({
      reader: z.string(),
      runId: z.string(),
      format: questionFormat,
      overall: cell,
      macroOverall: cell,
      stages: z.object({
        recognition: cell,
        measurement: cell,
        'visual-reasoning': cell,
        'medical-reasoning': cell,
      }),
      types: z.record(z.string(), cell),
      cost,
      repeatSd: z.number().nullable(),
      calibration: calibration.nullable(),
      errors: errors.nullable(),
    }),
  ),
  ladder: z.array(
    z.object({
      reader: z.string(),
      stage: stageOrAll,
      steps: z.number(),
      n: z.number(),
      nPatients: z.number(),
      score: z.number(),
      twin: z.number(),
      effect: z.number(),
      ci95: interval,
    }),
  ),
  pairs: z.array(pairRow),
  notes: z.array(z.string()),
}) satisfies z.ZodType<Report>;

const publishedReader = z.object({
  reader: z.string(),
  runId: z.string().nullable(),
  overall: z.array(metricCell),
  facets: z.record(z.string(), z.record(z.string(), z.array(metricCell))),
  cost: cost.nullable(),
});

export const publishedReport = z.object({
  benchmark: z.object({
    id: z.string(),
    title: z.string(),
    mode: z.string(),
    contentHash: z.string(),
    items: z.number(),
    patients: z.number(),
  }),
  protocol: protocolName,
  card: z
    .object({
      source: z.string(),
      url: z.string().optional(),
      paper: z.string().optional(),
      licence: z.string(),
      access: z.string(),
      format: z.enum(['verified', 'unverified']),
    })
    .optional(),
  readers: z.array(publishedReader),
  baselines: z.array(publishedReader),
  pairs: z.array(
    z.object({
      a: z.string(),
      b: z.string(),
      metric: z.string(),
      n: z.number(),
      nPatients: z.number(),
      difference: z.number(),
      ci95: interval,
      verdict: z.enum(['win', 'tie', 'loss']),
    }),
  ),
  notes: z.array(z.string()),
}) satisfies z.ZodType<PublishedReport>;

/** GET /api/runs/{run}/report?protocol= and GET /api/reports?runs=&protocol=&baseline=. */
export const scored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('built'), runs: z.array(z.string()), report }),
  z.object({ kind: z.literal('published'), runs: z.array(z.string()), report: publishedReport }),
]);
export type Scored = z.infer<typeof scored>;

/** Tables of a report that can be had as CSV. */
export const reportTable = z.enum([
  'cells',
  'errors',
  'ladder',
  'calibration',
  'risk-coverage',
  'costs',
  'pairs',
]);
export type ReportTable = z.infer<typeof reportTable>;

const otherRun = z.object({
  id: z.string(),
  reader: z.string(),
  status: shownStatus,
  createdAt: z.string(),
});

/** GET /api/runs/{run}. */
export const runDetail = z.object({
  id: z.string(),
  reader: z.string(),
  benchmark: benchmarkEntry,
  format: questionFormat,
  repeats: z.number().int(),
  seed: z.string(),
  status: shownStatus,
  kind: z.enum(['run', 'ladder', 'person']),
  planned: z.number().int(),
  counts: readCounts,
  resent: z.number().int(),
  /** Why it failed or paused by itself, where it was begun in the workbench. */
  problem: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.string(),
  /** Everything else that shaped its reads, without paths of this machine. */
  settings: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Ladder runs of the same reader, benchmark and format, newest first; of a ladder: its plain runs. */
  companions: z.array(otherRun),
  /** The newest run of each other reader over the same benchmark in the same format. */
  peers: z.array(otherRun),
});
export type RunDetail = z.infer<typeof runDetail>;

export const disagreement = z.object({
  questionId: z.string(),
  caseId: z.string(),
  patientId: z.string(),
  stage: stage.optional(),
  type: z.string(),
  question: z.string(),
  gold: z.string(),
  /** Largest less smallest mean score. */
  spread: z.number(),
  /** One for each run, in the order asked for; null where it did not read the question. */
  answers: z.array(
    z
      .object({
        /** Of the read whose answer is shown: the first. */
        repeat: z.number().int(),
        reads: z.number().int(),
        answer: z.string(),
        outcome,
        score: z.number().nullable(),
      })
      .nullable(),
  ),
});
export type Disagreement = z.infer<typeof disagreement>;

/** GET /api/disagreements?runs=&protocol=&stage=&type=&text=&sort=&offset=&limit=. */
export const disagreementPage = z.object({
  /** Names of the runs' readers, in order. */
  readers: z.array(z.object({ runId: z.string(), reader: z.string() })),
  total: z.number().int(),
  rows: z.array(disagreement),
  note: z.string().optional(),
});
export type DisagreementPage = z.infer<typeof disagreementPage>;
