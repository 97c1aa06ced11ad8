// The workbench as one application: door, access, the API, then the page.
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { type AccessOptions, access, door, refuse, type WorkbenchEnv } from './access.ts';
import { assets, CONTENT_SECURITY_POLICY } from './assets.ts';
import type { WorkbenchContext } from './context.ts';
import { allRoutes } from './routes/all.ts';

export type WorkbenchApp = OpenAPIHono<WorkbenchEnv>;

export interface AppOptions extends AccessOptions {
  readonly context: WorkbenchContext;
  /** Folder of the built page. */
  readonly web: string;
  /** Largest body of a request that is no upload. Default 1 MiB. */
  readonly maxBody?: number;
}

/** Routes that take more than `maxBody`, and bound it themselves. */
const UPLOADS = '/api/uploads';

export function workbenchApp(options: AppOptions): WorkbenchApp {
  const { context, maxBody = 1 << 20 } = options;
  const app: WorkbenchApp = new OpenAPIHono<WorkbenchEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const [issue] = result.error.issues;
      return refuse(c, 400, 'bad-argument', `"${issue.path.join('.')}" is wrong: ${issue.message}.`);
    },
  });
  app.use('*', async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set('content-security-policy', CONTENT_SECURITY_POLICY);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('referrer-policy', 'no-referrer');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    // Two people may share a browser: what it keeps of one's answers is not the other's.
    if (c.req.path.startsWith('/api/')) headers.append('vary', 'Cookie, Authorization');
  });
  app.use('*', door(options));
  app.use('*', access(options));
  app.use('/api/*', (c, next) =>
    c.req.path.startsWith(UPLOADS)
      ? next()
      : bodyLimit({
          maxSize: maxBody,
          onError: (over) => refuse(over, 413, 'limit-exceeded', `A request has at most ${maxBody} bytes.`),
        })(c, next),
  );
  app.onError((error, c) => {
    // Of a body that is no JSON, or that broke off: the visitor's mistake and no news for the terminal.
    if (error instanceof HTTPException && error.status < 500)
      return refuse(c, 400, 'bad-argument', 'The request cannot be read: send JSON.');
    if (!OverreadError.isInstance(error)) {
      context.onProblem(error);
      return refuse(
        c,
        500,
        'internal',
        'The workbench broke off in a way that it should not: look at its terminal.',
      );
    }
    return refuse(c, statusOf(error.code), error.code, messageOf(error));
  });
  for (const add of allRoutes) add(app, context);
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Overread workbench', version: context.version },
  });
  app.all('/api/*', (c) => refuse(c, 404, 'file-not-found', 'There is no such address in the API.'));
  app.get('*', assets(options.web));
  return app;
}

function statusOf(code: string): 400 | 403 | 404 | 409 | 413 | 500 {
  if (code === 'file-not-found' || code === 'run-unknown') return 404;
  if (code === 'not-allowed' || code === 'key-locked' || code === 'path-escape') return 403;
  if (code === 'limit-exceeded') return 413;
  if (code === 'store-failed' || code === 'internal') return 500;
  return 400;
}
