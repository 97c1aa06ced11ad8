// Benchmarks: the list, one with where it comes from, its questions with their keys, its cases, its flags.
import { createRoute, z } from '@hono/zod-openapi';
import { manifest } from '../../../domain/benchmark.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { type CaseTable, caseTable } from '../benchmarks/cases.ts';
import { valueAt } from '../benchmarks/columns.ts';
import { csvDownload } from '../benchmarks/csv-download.ts';
import { type Flags, openFlags } from '../benchmarks/flags.ts';
import { questionIndexes } from '../benchmarks/indexes.ts';
import { benchmarkPageOf } from '../benchmarks/provenance.ts';
import { questionDetailOf } from '../benchmarks/question-detail.ts';
import { filterQuestions, withoutEach } from '../benchmarks/question-filter.ts';
import type { QuestionIndex } from '../benchmarks/question-index.ts';
import { benchmarkId, benchmarkList, benchmarkPage, caseFilter, casePage } from '../shapes/benchmarks.ts';
import { flag, flagList, newFlag } from '../shapes/flags.ts';
import { type QuestionRow, questionDetail, questionFilter, questionPage } from '../shapes/questions.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const params = z.object({ benchmark: benchmarkId });
const paging = {
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).max(500).default(100),
};
const tags = ['benchmarks'];
const at = '/api/benchmarks/{benchmark}';
const textReply = (type: string, description: string) => ({
  content: { [type]: { schema: z.string() } },
  description,
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/benchmarks',
  tags,
  summary: 'Benchmarks that runs of the store read, and those that were added',
  responses: { 200: json(benchmarkList, 'The benchmarks') },
});
const pageRoute = createRoute({
  method: 'get',
  path: at,
  tags,
  summary: 'One benchmark: what it was built from, by which rules, with what assumed',
  request: { params },
  responses: { 200: json(benchmarkPage, 'The benchmark') },
});
const manifestRoute = createRoute({
  method: 'get',
  path: `${at}/manifest`,
  tags,
  summary: 'The whole manifest of a built benchmark, as its file has it',
  request: { params },
  responses: { 200: json(manifest, 'benchmark.json') },
});
const questionsRoute = createRoute({
  method: 'get',
  path: `${at}/questions`,
  tags,
  summary: 'Questions with their gold answers, filtered, with what each further filter would leave',
  request: {
    params,
    /** `find`: a question whose place in the filtered list is asked for. */
    query: questionFilter.extend({ ...paging, find: z.string().max(500).optional() }),
  },
  responses: { 200: json(questionPage, 'A page of questions') },
});
const questionsFileRoute = createRoute({
  method: 'get',
  path: `${at}/questions.csv`,
  tags,
  summary: 'All questions that a filter leaves, as a table',
  request: { params, query: questionFilter },
  responses: { 200: textReply('text/csv', 'One row for each question') },
});
const questionRoute = createRoute({
  method: 'get',
  path: `${at}/questions/{question}`,
  tags,
  summary: 'One question with its key: evidence, criteria, assumptions, flags',
  request: { params: params.extend({ question: z.string().min(1).max(500) }) },
  responses: { 200: json(questionDetail, 'The question') },
});
const casesRoute = createRoute({
  method: 'get',
  path: `${at}/cases`,
  tags,
  summary: 'Cases: geometry, phase, structures, and how many questions ask about each',
  request: { params, query: caseFilter.extend({ ...paging, limit: paging.limit.pipe(z.number().max(100)) }) },
  responses: { 200: json(casePage, 'A page of cases') },
});
const flagsRoute = createRoute({
  method: 'get',
  path: `${at}/flags`,
  tags,
  summary: 'Questions that somebody flagged, newest first; as a file with ?as=',
  request: {
    params,
    query: z.object({
      question: z.string().max(500).optional(),
      as: z.enum(['json', 'jsonl', 'csv']).default('json'),
    }),
  },
  responses: {
    200: {
      content: {
        'application/json': { schema: flagList },
        'application/x-ndjson': { schema: z.string() },
        'text/csv': { schema: z.string() },
      },
      description: 'The flags',
    },
  },
});
const flagRoute = createRoute({
  method: 'post',
  path: `${at}/flags`,
  tags,
  summary: 'Flag a question as wrong, with a reason',
  request: { params, body: { ...json(newFlag, 'What is wrong'), required: true } },
  responses: { 201: json(flag, 'The flag, once it is on the disk') },
});
const unflagRoute = createRoute({
  method: 'delete',
  path: `${at}/flags/{flag}`,
  tags,
  summary: 'Take a flag back',
  request: { params: params.extend({ flag: z.string().max(60) }) },
  responses: { 204: { description: 'It is gone' } },
});

const QUESTION_COLUMNS = [
  ...['id', 'case', 'stage', 'type', 'organs', 'answer kind', 'split', 'question', 'gold answer', 'flags'],
] as const;

export const benchmarkRoutes: AddRoutes = (app, context) => {
  const { library, passphrase } = context;
  const indexes = questionIndexes(library, passphrase);
  const flags = openFlags(context.workFolder);
  const tables = new WeakMap<QuestionIndex, Promise<CaseTable>>();

  async function filtered(benchmark: string, filter: z.infer<typeof questionFilter>) {
    const index = await indexes.of(benchmark);
    const byQuestion = await flagCounts(flags, benchmark);
    const flagged = new Set(byQuestion.keys());
    return { index, byQuestion, flagged, found: filterQuestions(index, filter, flagged) };
  }

  async function casesOf(benchmark: string): Promise<CaseTable> {
    const index = await indexes.of(benchmark);
    let table = tables.get(index);
    if (table === undefined) {
      table = caseTable(await library.open(benchmark), index);
      tables.set(index, table);
      table.catch(() => tables.delete(index));
    }
    return table;
  }

  app.openapi(listRoute, async (c) => c.json({ benchmarks: await library.list() }, 200));
  app.openapi(pageRoute, async (c) =>
    c.json(await benchmarkPageOf(library, c.req.valid('param').benchmark), 200),
  );
  app.openapi(manifestRoute, async (c) => {
    const opened = await library.open(c.req.valid('param').benchmark);
    if (opened.kind !== 'built')
      throw new OverreadError('file-not-found', 'A release has no manifest: its data card is on its page.');
    return c.json(opened.folder.manifest, 200);
  });

  app.openapi(questionsRoute, async (c) => {
    const { offset, limit, find, ...filter } = c.req.valid('query');
    const { benchmark } = c.req.valid('param');
    const { index, byQuestion, flagged, found } = await filtered(benchmark, filter);
    const rows = [...found.rows.subarray(offset, offset + limit)].map((row) =>
      questionRow(index, row, byQuestion),
    );
    return c.json(
      {
        ...{ total: found.rows.length, of: index.count, cut: index.cut, rows },
        ...(index.locked === undefined ? {} : { locked: index.locked }),
        ...(find === undefined ? {} : { at: found.rows.indexOf(index.rows.get(find) ?? -1) }),
        ...(found.rows.length > 0 ? {} : { without: withoutEach(index, filter, flagged) }),
        counts: found.counts,
        facets: found.facets,
      },
      200,
    );
  });
  app.openapi(questionsFileRoute, async (c) => {
    const { benchmark } = c.req.valid('param');
    const { index, byQuestion, found } = await filtered(benchmark, c.req.valid('query'));
    const facets = [...index.facets];
    function* table() {
      for (const row of found.rows) {
        const one = questionRow(index, row, byQuestion);
        yield [
          ...[one.id, one.caseId, one.stage, one.type, one.organs.join(' '), one.answerKind, one.split],
          ...[one.text, one.gold, one.flags],
          ...facets.map(([, column]) => valueAt(column, row)),
        ];
      }
    }
    const heading = [...QUESTION_COLUMNS, ...facets.map(([name]) => name)];
    return csvDownload(`questions-${benchmark}`, heading, table());
  });
  app.openapi(questionRoute, async (c) => {
    const { benchmark, question } = c.req.valid('param');
    const index = await indexes.of(benchmark);
    const detail = await questionDetailOf(await library.open(benchmark), index, question, context);
    const set = (await flags.of(benchmark)).filter(({ questionId }) => questionId === question);
    return c.json({ ...detail, flags: set }, 200);
  });
  app.openapi(casesRoute, async (c) => {
    const { offset, limit, ...filter } = c.req.valid('query');
    const table = await casesOf(c.req.valid('param').benchmark);
    return c.json(await table.page(filter, offset, limit), 200);
  });

  app.openapi(flagsRoute, async (c) => {
    const { benchmark } = c.req.valid('param');
    const { as, question } = c.req.valid('query');
    await library.placeOf(benchmark);
    const all = (await flags.of(benchmark)).filter(
      ({ questionId }) => question === undefined || questionId === question,
    );
    // Flags outlive the files of their benchmark.
    const index = all.length === 0 ? undefined : await indexes.of(benchmark).catch(() => undefined);
    const rows = all.map((one) => ({ ...one, ...about(index, one.questionId) }));
    if (as === 'csv')
      return csvDownload(
        `flags-${benchmark}`,
        ['question', 'type', 'text', 'gold answer', 'kind', 'reason', 'at', 'by', 'flag', 'benchmark'],
        rows.map((r) => [
          ...[r.questionId, r.type, r.text, r.gold, r.kind, r.reason, r.at, r.by, r.id, r.benchmark],
        ]),
      );
    if (as === 'jsonl')
      return new Response(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), {
        headers: {
          'content-type': 'application/x-ndjson; charset=utf-8',
          'content-disposition': `attachment; filename="flags-${benchmark}.jsonl"`,
        },
      });
    return c.json({ flags: rows }, 200);
  });
  app.openapi(flagRoute, async (c) => {
    const { benchmark } = c.req.valid('param');
    const given = c.req.valid('json');
    const index = await indexes.of(benchmark);
    if (!index.rows.has(given.questionId))
      throw new OverreadError('file-not-found', 'The benchmark has no such question: look at its list.');
    const made = await flags.set(benchmark, given, c.get('visitor').name);
    context.events.tell({ topic: 'benchmarks' });
    return c.json(made, 201);
  });
  app.openapi(unflagRoute, async (c) => {
    const { benchmark, flag: id } = c.req.valid('param');
    await flags.withdraw(benchmark, id);
    context.events.tell({ topic: 'benchmarks' });
    return c.body(null, 204);
  });
};

async function flagCounts(flags: Flags, benchmark: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { questionId } of await flags.of(benchmark))
    counts.set(questionId, (counts.get(questionId) ?? 0) + 1);
  return counts;
}

function questionRow(index: QuestionIndex, row: number, flags: ReadonlyMap<string, number>): QuestionRow {
  const id = index.ids[row];
  const organs = valueAt(index.organs, row);
  return {
    id,
    caseId: valueAt(index.caseId, row),
    stage: valueAt(index.stage, row) as QuestionRow['stage'],
    type: valueAt(index.type, row),
    organs: organs === '' ? [] : organs.split(' '),
    answerKind: valueAt(index.answer, row) as QuestionRow['answerKind'],
    text: valueAt(index.text, row),
    gold: index.locked === undefined ? valueAt(index.gold, row) : null,
    split: valueAt(index.split, row),
    flags: flags.get(id) ?? 0,
  };
}

/** What a list of flags says of a question besides. */
function about(
  index: QuestionIndex | undefined,
  id: string,
): { type?: string; text?: string; gold?: string } {
  const row = index?.rows.get(id);
  if (index === undefined || row === undefined) return {};
  const gold = index.locked === undefined ? { gold: valueAt(index.gold, row) } : {};
  return { type: valueAt(index.type, row), text: valueAt(index.text, row), ...gold };
}
