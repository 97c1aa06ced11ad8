// Runs: the live table, who can read, and what is done with a run.
import { createRoute, z } from '@hono/zod-openapi';
import { newRunJobs } from '../jobs/run-jobs.ts';
import { newRunRows } from '../jobs/run-rows.ts';
import { watchStore } from '../jobs/watch.ts';
import { newRuns, readerList, resumeRun, runList, runRow, startedRuns } from '../shapes/runs.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const tags = ['runs'];
const params = z.object({ run: z.string().regex(/^[\w-]{1,64}$/) });

const listRoute = createRoute({
  method: 'get',
  path: '/api/runs',
  tags,
  summary: 'Every run of the store, newest first',
  responses: { 200: json(runList, 'The runs') },
});

const readersRoute = createRoute({
  method: 'get',
  path: '/api/readers',
  tags,
  summary: 'Who can read',
  responses: { 200: json(readerList, 'Readers, providers and allowed endpoints') },
});

const startRoute = createRoute({
  method: 'post',
  path: '/api/runs',
  tags,
  summary: 'Begin a run for each reader',
  request: { body: { ...json(newRuns, 'What is read by whom'), required: true } },
  responses: { 202: json(startedRuns, 'A job for each run') },
});

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/runs/{run}/resume',
  tags,
  summary: 'Go on with a run that stopped, or ask again what failed',
  request: { params, body: { ...json(resumeRun, 'What is asked again, and for how much'), required: true } },
  responses: { 202: json(startedRuns, 'The job') },
});

const stopRoute = (verb: 'pause' | 'cancel', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/runs/{run}/${verb}`,
    tags,
    summary,
    request: { params },
    responses: { 200: json(runRow, 'The run, which may still finish what is under way') },
  });

export const runRoutes: AddRoutes = (app, context) => {
  const runs = newRunJobs(context);
  const rows = newRunRows(context, runs);
  watchStore(context);
  app.openapi(listRoute, async (c) => c.json({ runs: await rows.list() }, 200));
  app.openapi(readersRoute, async (c) => {
    const { readers, providers } = await runs.catalogue();
    const baseUrl = context.baseUrl !== undefined;
    return c.json(
      { readers: [...readers], providers: [...providers], allow: [...context.allow], baseUrl },
      200,
    );
  });
  app.openapi(startRoute, async (c) => c.json({ jobs: await runs.start(c.req.valid('json')) }, 202));
  app.openapi(resumeRoute, async (c) => {
    const job = await runs.resume(c.req.valid('param').run, c.req.valid('json'));
    return c.json({ jobs: [job] }, 202);
  });
  for (const [verb, as, summary] of [
    ['pause', 'paused', 'Stop a run after what is under way'],
    ['cancel', 'cancelled', 'Stop a run, not to be gone on with'],
  ] as const)
    app.openapi(stopRoute(verb, summary), async (c) => {
      const { run } = c.req.valid('param');
      await runs.stop(run, as);
      return c.json(await rows.one(run), 200);
    });
};
