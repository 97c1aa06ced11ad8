// Jobs: what is under way beside the runs of the store.
import { createRoute, z } from '@hono/zod-openapi';
import { job, jobId, jobList } from '../shapes/jobs.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const tags = ['jobs'];
const params = z.object({ job: jobId });

const listRoute = createRoute({
  method: 'get',
  path: '/api/jobs',
  tags,
  summary: 'Runs, inspections and builds that this server began',
  responses: { 200: json(jobList, 'The jobs, newest first') },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{job}',
  tags,
  summary: 'One job, with its result',
  request: { params },
  responses: { 200: json(job, 'The job') },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/jobs/{job}',
  tags,
  summary: 'Stop a job, or forget one that has ended',
  request: { params },
  responses: { 204: { description: 'It is on its way' } },
});

export const jobRoutes: AddRoutes = (app, { jobs, onProblem }) => {
  app.openapi(listRoute, (c) => c.json({ jobs: jobs.list() }, 200));
  app.openapi(oneRoute, (c) => c.json(jobs.get(c.req.valid('param').job), 200));
  app.openapi(removeRoute, (c) => {
    const { job: id } = c.req.valid('param');
    jobs.get(id);
    void jobs.remove(id).catch(onProblem);
    return c.body(null, 204);
  });
};
