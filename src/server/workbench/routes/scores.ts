// A run's facts and report, reports of several runs, and the questions on which they disagree.
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { isLadderRun } from '../../../runs/ladder-run.ts';
import type { WorkbenchContext } from '../context.ts';
import { disagreementRows, disagreementsOf } from '../scores/disagreements.ts';
import { reportTable } from '../scores/report-tables.ts';
import { runDetail as detailOf, withLadder } from '../scores/run-detail.ts';
import type { ScoredReport } from '../scores/score-task.ts';
import { scoresOf } from '../scores/scores.ts';
import { type CsvValue, csv, csvHeaders } from '../shapes/csv.ts';
import { protocolName } from '../shapes/reads.ts';
import {
  type Disagreement,
  disagreementPage,
  type ReportTable,
  runDetail,
  scored,
  reportTable as tableName,
} from '../shapes/scores.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

/** Runs in one report, at most: pairs grow with the square. */
const MOST_RUNS = 16;
/** Disagreements in a CSV at most. */
const MOST_ROWS = 20_000;

const runParams = z.object({ run: z.string().max(200) });
const whole = (most: number) => z.coerce.number().int().min(0).max(most);
const form = {
  as: z.enum(['json', 'csv']).default('json'),
  /** Of a CSV: which of the report's tables. */
  table: tableName.default('cells'),
};
const runIds = z
  .string()
  .max(4000)
  .transform((text) => [...new Set(text.split(',').filter((id) => id !== ''))])
  .pipe(z.array(z.string()).min(1).max(MOST_RUNS));

const withCsv = (schema: z.ZodType, description: string) => ({
  description,
  content: { 'application/json': { schema }, 'text/csv': { schema: z.string() } },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/api/runs/{run}',
  tags: ['runs'],
  summary: 'What a run is',
  request: { params: runParams },
  responses: { 200: json(runDetail, 'The run') },
});

const reportRoute = createRoute({
  method: 'get',
  path: '/api/runs/{run}/report',
  tags: ['runs'],
  summary: 'The report of a run, with its newest ladder',
  request: {
    params: runParams,
    query: z.object({ protocol: protocolName.default('strict'), ...form }),
  },
  responses: { 200: withCsv(scored, 'The report, or one of its tables as CSV') },
});

const reportsRoute = createRoute({
  method: 'get',
  path: '/api/reports',
  tags: ['runs'],
  summary: 'The report of several runs, pair by pair',
  request: {
    query: z.object({
      runs: runIds,
      protocol: protocolName.default('strict'),
      baseline: z.string().max(200).optional(),
      ...form,
    }),
  },
  responses: { 200: withCsv(scored, 'The report, or one of its tables as CSV') },
});

const disagreementsRoute = createRoute({
  method: 'get',
  path: '/api/disagreements',
  tags: ['reads'],
  summary: 'Questions that readers scored differently on',
  request: {
    query: z.object({
      runs: runIds,
      protocol: protocolName.default('strict'),
      stage: z.string().max(40).optional(),
      type: z.string().max(200).optional(),
      text: z.string().max(200).optional(),
      sort: z.enum(['spread', 'order']).default('spread'),
      offset: whole(100_000_000).default(0),
      limit: whole(200).default(50),
      as: form.as,
    }),
  },
  responses: { 200: withCsv(disagreementPage, 'A page of questions, or all as CSV') },
});

export const scoresRoutes: AddRoutes = (app, context) => {
  const scores = scoresOf(context);
  app.openapi(detailRoute, async (c) => c.json(await detailOf(context, c.req.valid('param').run), 200));
  app.openapi(reportRoute, async (c) => {
    const { protocol, as, table } = c.req.valid('query');
    const runs = await withLadder(context, c.req.valid('param').run);
    const value = await scores.report({ runs, protocol });
    if (as === 'csv') return tableReply(value, table, `${runs[0]}-${protocol}`);
    return c.json({ ...value, runs }, 200);
  });
  app.openapi(reportsRoute, async (c) => {
    const { runs, protocol, baseline, as, table } = c.req.valid('query');
    if (baseline !== undefined && !runs.includes(baseline))
      throw new OverreadError('bad-argument', 'The baseline is not among the runs: choose one of them.');
    const value = await scores.report({ runs, protocol, ...(baseline === undefined ? {} : { baseline }) });
    if (as === 'csv') return tableReply(value, table, `comparison-${protocol}`);
    return c.json({ ...value, runs }, 200);
  });
  app.openapi(disagreementsRoute, async (c) => {
    const { runs, protocol, offset, limit, as, ...filter } = c.req.valid('query');
    const readers = await readersOf(context, runs);
    const marks = await Promise.all(runs.map((id) => scores.marks(id, protocol)));
    const found = disagreementsOf(marks, filter);
    if (as === 'csv') {
      const rows = await disagreementRows(context.store, marks, found.slice(0, MOST_ROWS));
      const names = readers.map(({ reader, runId }) => `${reader} (${runId})`);
      return csvReply(`disagreements-${protocol}`, disagreementHead(names), rows.map(disagreementValues));
    }
    const rows = await disagreementRows(context.store, marks, found.slice(offset, offset + limit));
    const problem = marks.find((each) => each.problem !== undefined)?.problem;
    return c.json(
      { readers, total: found.length, rows, ...(problem === undefined ? {} : { note: problem.message }) },
      200,
    );
  });
};

/** Throws `run-unknown`, and `bad-argument` for runs that share no questions as they are. */
async function readersOf({ store }: WorkbenchContext, ids: readonly string[]) {
  const runs = await Promise.all(
    ids.map(async (id) => {
      const run = await store.run(id);
      if (run !== undefined) return run;
      throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
    }),
  );
  if (new Set(runs.map(({ benchmarkHash }) => benchmarkHash)).size > 1)
    throw new OverreadError('bad-argument', 'These runs read different benchmarks: choose runs of one.');
  if (runs.some(isLadderRun))
    throw new OverreadError('bad-argument', 'A ladder asks each question several times: choose plain runs.');
  return runs.map(({ id, reader }) => ({ runId: id, reader }));
}

function tableReply(value: ScoredReport, table: ReportTable, name: string): Response {
  const { head, rows } = reportTable(value, table);
  return csvReply(`${table}-${name}`, head, rows);
}

const csvReply = (name: string, head: readonly string[], rows: Iterable<readonly CsvValue[]>): Response =>
  new Response(csv(head, rows), { headers: csvHeaders(name) });

const disagreementHead = (names: readonly string[]): string[] => [
  ...['question_id', 'case_id', 'patient_id', 'stage', 'type', 'question', 'gold', 'spread'],
  ...names.flatMap((name) => [`${name}: answer`, `${name}: outcome`, `${name}: score`]),
];

const disagreementValues = (row: Disagreement): CsvValue[] => [
  ...[row.questionId, row.caseId, row.patientId, row.stage, row.type, row.question, row.gold, row.spread],
  ...row.answers.flatMap((one) => (one === null ? ['', '', ''] : [one.answer, one.outcome, one.score])),
];
