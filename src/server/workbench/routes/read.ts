// One read: everything its page shows, the rest of its long texts, and what others answered to the same question.
import { createRoute, z } from '@hono/zod-openapi';
import { OverreadError } from '../../../domain/errors.ts';
import { otherReadsOf } from '../reading-steps/other-reads.ts';
import { readDetailOf, transcriptRows } from '../reading-steps/read-detail.ts';
import { askedQuestion, benchmarkOf, questionIdOf, runOf, storedRead } from '../reading-steps/read-source.ts';
import { cutter, textPieceOf } from '../reading-steps/texts.ts';
import { benchmarkId } from '../shapes/benchmarks.ts';
import { otherReads, readDetail, textPiece, transcriptPage } from '../shapes/read.ts';
import { protocolName } from '../shapes/reads.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const params = z.object({ run: z.string().max(200), question: z.string().max(500) });
const repeat = z.coerce.number().int().min(0).max(1_000_000).default(0);
const offset = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31)
  .default(0);
const ONE = '/api/runs/{run}/reads/{question}';

const detailRoute = createRoute({
  method: 'get',
  path: ONE,
  tags: ['reads'],
  summary: 'One read beside its gold chain, with long texts cut',
  request: { params, query: z.object({ repeat, protocol: protocolName.default('strict') }) },
  responses: { 200: json(readDetail, 'The read') },
});

const textRoute = createRoute({
  method: 'get',
  path: `${ONE}/text`,
  tags: ['reads'],
  summary: 'A further piece of one of its texts',
  request: { params, query: z.object({ repeat, part: z.string().max(40), offset }) },
  responses: { 200: json(textPiece, 'The piece') },
});

const transcriptRoute = createRoute({
  method: 'get',
  path: `${ONE}/transcript`,
  tags: ['reads'],
  summary: 'Further entries of its transcript',
  request: { params, query: z.object({ repeat, from: offset }) },
  responses: { 200: json(transcriptPage, 'The entries') },
});

const othersRoute = createRoute({
  method: 'get',
  path: '/api/questions/{benchmark}/{question}/reads',
  tags: ['reads'],
  summary: 'What every run answered to a question',
  request: {
    params: z.object({ benchmark: benchmarkId, question: z.string().max(500) }),
    query: z.object({ protocol: protocolName.default('strict') }),
  },
  responses: { 200: json(otherReads, 'One answer for each run and repeat') },
});

export const readRoutes: AddRoutes = (app, context) => {
  app.openapi(detailRoute, async (c) =>
    c.json(await readDetailOf(context, { ...c.req.valid('param'), ...c.req.valid('query') }), 200),
  );
  app.openapi(textRoute, async (c) => {
    const { run: id, question } = c.req.valid('param');
    const { repeat: at, part, offset: from } = c.req.valid('query');
    const run = await runOf(context, id);
    const read = await storedRead(context, run.id, question, at);
    // Only texts of the question and its key need the benchmark.
    const { asked } = /^(question|context|prompt|answer|gold)/.test(part)
      ? await askedQuestion(context, benchmarkOf(run), questionIdOf(question, run))
      : { asked: {} };
    return c.json(textPieceOf(part, from, { read, asked }), 200);
  });
  app.openapi(transcriptRoute, async (c) => {
    const { run, question } = c.req.valid('param');
    const { repeat: at, from } = c.req.valid('query');
    const read = await storedRead(context, run, question, at);
    if (read === undefined)
      throw new OverreadError('file-not-found', 'The run has no such read: look at its list of reads.');
    return c.json(
      { total: read.transcript.length, rows: transcriptRows(read.transcript, from, cutter()) },
      200,
    );
  });
  app.openapi(othersRoute, async (c) =>
    c.json(await otherReadsOf(context, { ...c.req.valid('param'), ...c.req.valid('query') }), 200),
  );
};
