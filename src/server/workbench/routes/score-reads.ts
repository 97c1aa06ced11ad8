// The reads of a run: filtered pages, where a read's arrows lead, and the whole list as CSV.
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { Stage } from '../../../domain/question.ts';
import type { WorkbenchContext } from '../context.ts';
import { chosenReads, facetChoices, neighboursOf, readAt } from '../scores/filter.ts';
import { type Marks, stageAt, typeAt } from '../scores/marks.ts';
import { readRows, unscoredRows } from '../scores/read-rows.ts';
import { scoresOf } from '../scores/scores.ts';
import { csvHeaders, csvLine } from '../shapes/csv.ts';
import {
  neighbours,
  protocolName,
  type ReadRow,
  readChoices,
  readFilter,
  readPage,
} from '../shapes/reads.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

/** How long a page of reads waits for scores before it shows reads without them. */
const PATIENCE_MS = 1500;
/** Reads of a CSV that are in memory at a time. */
const CSV_PART = 500;

const runParams = z.object({ run: z.string().max(200) });
const whole = (most: number) => z.coerce.number().int().min(0).max(most);

const readsRoute = createRoute({
  method: 'get',
  path: '/api/runs/{run}/reads',
  tags: ['reads'],
  summary: 'Reads of a run that a filter chooses',
  request: {
    params: runParams,
    query: readFilter.extend({
      protocol: protocolName.default('strict'),
      offset: whole(100_000_000).default(0),
      limit: whole(500).default(100),
      as: z.enum(['json', 'csv']).default('json'),
    }),
  },
  responses: {
    200: {
      description: 'A page of reads, or all of them as CSV',
      content: { 'application/json': { schema: readPage }, 'text/csv': { schema: z.string() } },
    },
  },
});

const choicesRoute = createRoute({
  method: 'get',
  path: '/api/runs/{run}/choices',
  tags: ['reads'],
  summary: 'What the reads of a run can be filtered by',
  request: { params: runParams, query: z.object({ protocol: protocolName.default('strict') }) },
  responses: { 200: json(readChoices, 'Types and facets of its questions') },
});

const neighboursRoute = createRoute({
  method: 'get',
  path: '/api/runs/{run}/neighbours',
  tags: ['reads'],
  summary: 'The reads before and after one, within a filter',
  request: {
    params: runParams,
    query: readFilter.extend({
      protocol: protocolName.default('strict'),
      question: z.string().max(400),
      repeat: whole(65_535).default(0),
    }),
  },
  responses: { 200: json(neighbours, 'Where the arrows lead') },
});

export const scoreReadsRoutes: AddRoutes = (app, context) => {
  const scores = scoresOf(context);
  app.openapi(readsRoute, async (c) => {
    const { run } = c.req.valid('param');
    const { protocol, offset, limit, as, ...filter } = c.req.valid('query');
    if (as === 'csv') {
      const marks = await scores.marks(run, protocol);
      return new Response(csvOf(context, marks, chosenReads(marks, filter)), {
        headers: csvHeaders(`reads-${run}-${protocol}`),
      });
    }
    const marks = await scores.marksWithin(run, protocol, PATIENCE_MS);
    if (marks === undefined) {
      const counts = await context.store.counts(run);
      const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
      const rows = await unscoredRows(context.store, run, { offset, limit });
      return c.json({ total, rows, pending: true }, 200);
    }
    const chosen = chosenReads(marks, filter);
    const rows = await readRows(context.store, marks, chosen.subarray(offset, offset + limit));
    const { problem } = marks;
    return c.json(
      { total: chosen.length, rows, ...(problem === undefined ? {} : { note: problem.message }) },
      200,
    );
  });
  app.openapi(choicesRoute, async (c) => {
    const { run } = c.req.valid('param');
    const marks = await scores.marks(run, c.req.valid('query').protocol);
    const stages = stagesOf(marks);
    return c.json({ types: Object.keys(stages).sort(), stages, facets: facetChoices(marks) }, 200);
  });
  app.openapi(neighboursRoute, async (c) => {
    const { run } = c.req.valid('param');
    const { protocol, question, repeat, ...filter } = c.req.valid('query');
    const marks = await scores.marks(run, protocol);
    return c.json(neighboursOf(marks, filter, readAt(marks, question, repeat)), 200);
  });
};

/** Types of a run's questions with their stages; a question that is not known any more has neither. */
function stagesOf({ table }: Marks): Record<string, Stage> {
  const found = new Map<string, Stage>();
  for (let q = 0; q < table.size; q++) {
    const stage = stageAt(table, q);
    if (stage !== undefined) found.set(typeAt(table, q), stage);
  }
  return Object.fromEntries(found);
}

const HEAD = [
  ...['question_id', 'repeat', 'case_id', 'patient_id', 'stage', 'type', 'question', 'status', 'outcome'],
  ...['score', 'answer', 'gold', 'confidence', 'cause', 'rung', 'cost_usd', 'milliseconds'],
];

const valuesOf = (row: ReadRow) => [
  ...[row.questionId, row.repeat, row.caseId, row.patientId, row.stage, row.type, row.question, row.status],
  ...[row.outcome, row.score, row.answer, row.gold, row.confidence, row.cause, row.rung, row.costUsd],
  row.milliseconds,
];

/** Written as it is read: the list of a large run is never whole in memory. */
function csvOf({ store }: WorkbenchContext, marks: Marks, chosen: Int32Array): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(`\uFEFF${csvLine(HEAD)}`)),
    async pull(controller) {
      if (at >= chosen.length) return controller.close();
      const rows = await readRows(store, marks, chosen.subarray(at, at + CSV_PART));
      at += CSV_PART;
      controller.enqueue(encoder.encode(rows.map((row) => csvLine(valuesOf(row))).join('')));
    },
  });
}
