// The catalogue of methods and their checks: /api/methods, /api/checks.
import { createRoute, z } from '@hono/zod-openapi';
import { OverreadError } from '../../../domain/errors.ts';
import { methodChecks } from '../methods/checks.ts';
import { methodLister } from '../methods/method-list.ts';
import { checkList, methodCheck, methodId, methodList } from '../shapes/methods.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const params = z.object({ method: methodId });
const tags = ['methods'];

const listRoute = createRoute({
  method: 'get',
  path: '/api/methods',
  tags,
  summary: 'All that is implemented: benchmarks, builders, reading strategies, studies',
  responses: { 200: json(methodList, 'The catalogue') },
});
const checksRoute = createRoute({
  method: 'get',
  path: '/api/checks',
  tags,
  summary: 'Checks of methods that are under way, and the last of each that ended',
  responses: { 200: json(checkList, 'The checks') },
});
const checkRoute = createRoute({
  method: 'post',
  path: '/api/methods/{method}/check',
  tags,
  summary: 'Run a method on small data against its baseline, in a process of its own',
  request: { params },
  responses: { 202: json(methodCheck, 'It waits or runs') },
});
const stopRoute = createRoute({
  method: 'delete',
  path: '/api/methods/{method}/check',
  tags,
  summary: 'Stop a check that waits or runs',
  request: { params },
  responses: { 204: { description: 'It was told to stop' } },
});

export const methodRoutes: AddRoutes = (app, context) => {
  const methods = methodLister(context);
  const checks = methodChecks(context);

  app.openapi(listRoute, async (c) => c.json({ methods: await methods() }, 200));
  app.openapi(checksRoute, async (c) => c.json({ checks: await checks.list() }, 200));
  app.openapi(checkRoute, async (c) => {
    const { method } = c.req.valid('param');
    if (!(await methods()).some(({ id }) => id === method))
      throw new OverreadError('file-not-found', 'There is no such method: look at the list of methods.');
    return c.json(await checks.begin(method), 202);
  });
  app.openapi(stopRoute, async (c) => {
    await checks.stop(c.req.valid('param').method);
    return c.body(null, 204);
  });
};
