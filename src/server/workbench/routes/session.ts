// Who is here, and what has changed: /api/me and the stream of events.

import { basename } from 'node:path';
import { createRoute } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { me } from '../shapes/session.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const meRoute = createRoute({
  method: 'get',
  path: '/api/me',
  tags: ['session'],
  summary: 'Who the visitor is',
  responses: { 200: json(me, 'The visitor') },
});

const KEEP_ALIVE_MS = 15_000;

export const sessionRoutes: AddRoutes = (app, context) => {
  app.openapi(meRoute, (c) =>
    c.json({ ...c.get('visitor'), version: context.version, store: basename(context.storeUrl) }, 200),
  );
  app.get('/api/events', (c) =>
    streamSSE(c, async (stream) => {
      const stop = context.events.listen((event) => void stream.writeSSE({ data: JSON.stringify(event) }));
      stream.onAbort(stop);
      await stream.writeSSE({ event: 'ready', data: '' });
      while (!stream.aborted && !context.signal.aborted) {
        await stream.sleep(KEEP_ALIVE_MS);
        if (!stream.aborted) await stream.writeSSE({ event: 'ping', data: '' });
      }
      stop();
    }),
  );
};
