// What the API description says of addresses that are no request and reply: the stream of events, the description.
import { z } from '@hono/zod-openapi';
import { liveEvent } from '../shapes/events.ts';
import type { AddRoutes } from './route.ts';

export const streamNotes: AddRoutes = (app) => {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/events',
    tags: ['session'],
    summary: 'What has changed, as server-sent events while the connection is open',
    responses: {
      200: {
        content: { 'text/event-stream': { schema: liveEvent } },
        description: 'Each event’s data is one of these as JSON; "ready" and "ping" have none',
      },
    },
  });
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/openapi.json',
    tags: ['session'],
    summary: 'This description, as OpenAPI 3.1',
    responses: {
      200: {
        content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
        description: 'OpenAPI 3.1',
      },
    },
  });
};
