// HTTP routes of the served environment. OpenEnv's own are without memory; here an episode id names a session.
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { OverreadError } from '../domain/errors.ts';
import { VERSION } from '../domain/version.ts';
import { isBlobHash } from '../storage/blobs.ts';
import { answerRpc, openApi, type ToolCard } from './openapi.ts';
import type { Session, Sessions } from './sessions.ts';
import type { EpisodeCounts } from './transcript.ts';
import {
  isOwnFault,
  isProblem,
  problemsOf,
  type ResetData,
  resetData,
  sayable,
  schemas,
  stepRequest,
} from './wire.ts';

export interface RoutesOptions {
  readonly sessions: Sessions;
  readonly counts: EpisodeCounts;
  readonly name: string;
  readonly maxBytes: number;
  readonly tools: readonly ToolCard[];
  readonly onProblem: (error: unknown) => void;
}

type Failure = 400 | 404 | 409 | 413 | 422 | 500 | 503;

export function newRoutes({ sessions, counts, name, maxBytes, tools, onProblem }: RoutesOptions): Hono {
  const app = new Hono();
  const schema = schemas();
  /** HTTP sessions by the id of their episode. */
  const byEpisode = new Map<string, Session>();
  const failed = (c: Context, status: Failure, detail: unknown) => c.json({ detail }, status);

  app.use(bodyLimit({ maxSize: maxBytes, onError: (c) => failed(c, 413, 'The request is too large.') }));
  app.onError((error, c) => {
    if (error instanceof SyntaxError)
      return failed(c, 422, [{ type: 'json_invalid', loc: ['body'], msg: 'The body is not JSON.' }]);
    const status = statusOf(error);
    if (isProblem(error)) onProblem(error);
    return failed(c, status, sayable(error));
  });
  app.notFound((c) => failed(c, 404, 'Not Found'));

  app.get('/health', (c) => c.json({ status: 'healthy' }));
  app.get('/metadata', (c) =>
    c.json({
      name: 'overread',
      description: `Seeded episodes over ${name}: look with tools, then answer.`,
      readme_content: null,
      version: VERSION,
      author: null,
      documentation_url: null,
    }),
  );
  app.get('/schema', (c) => c.json(schema));
  app.get('/openapi.json', (c) => c.json(openApi(schema)));
  app.post('/mcp', async (c) => c.json(answerRpc(await c.req.text(), tools)));
  app.get('/summary', (c) =>
    c.json({
      ...counts,
      active_sessions: sessions.active(),
      max_sessions: sessions.limit,
      reaped_sessions: sessions.reaped(),
    }),
  );

  app.post('/reset', async (c) => {
    const parsed = resetData.safeParse(await bodyOf(c));
    if (!parsed.success) return failed(c, 422, problemsOf(parsed.error));
    const wanted = parsed.data.episode_id ?? undefined;
    let session = wanted === undefined ? undefined : byEpisode.get(wanted);
    if (session === undefined) {
      const opened: Session | undefined = sessions.open('http', () => {
        for (const [id, one] of byEpisode) if (one === opened) byEpisode.delete(id);
      });
      if (opened === undefined)
        return failed(c, 503, `All ${sessions.limit} sessions are in use: close one or wait.`);
      session = opened;
    }
    const one = session;
    try {
      const result = await sessions.during(one, () => one.environment.reset(resetOf(parsed.data)));
      byEpisode.set(result.observation.episode_id, one);
      return c.json(result);
    } catch (error) {
      if (one.environment.state().episode_id === null) sessions.close(one);
      throw error;
    }
  });

  app.post('/step', async (c) => {
    const parsed = stepRequest.safeParse(await bodyOf(c));
    if (!parsed.success) return failed(c, 422, problemsOf(parsed.error));
    const session = sessionOf(parsed.data.episode_id);
    return c.json(await sessions.during(session, () => session.environment.step(parsed.data.action)));
  });

  app.get('/state', (c) => {
    const session = sessionOf(c.req.query('episode_id'));
    session.lastActivity = performance.now();
    return c.json(session.environment.state());
  });

  app.post('/close', async (c) => {
    const parsed = stepRequest.pick({ episode_id: true }).safeParse(await bodyOf(c));
    if (!parsed.success) return failed(c, 422, problemsOf(parsed.error));
    const session = sessionOf(parsed.data.episode_id);
    for (const [id, one] of byEpisode) if (one === session) byEpisode.delete(id);
    sessions.close(session);
    return c.json({ closed: true });
  });

  app.get('/images/:hash', async (c) => {
    const { hash } = c.req.param();
    const episode = c.req.query('episode');
    if (isBlobHash(hash) && episode !== undefined)
      for (const { environment } of sessions.all()) {
        if (environment.state().episode_id !== episode) continue;
        const picture = await environment.picture(hash);
        if (picture === undefined) continue;
        return c.body(new Uint8Array(picture.bytes), 200, {
          'content-type': picture.mediaType,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
      }
    return failed(c, 404, 'No open episode shows this picture.');
  });

  /** Throws `bad-argument` that says which id is wanted. */
  function sessionOf(episodeId: string | null | undefined): Session {
    if (episodeId !== undefined && episodeId !== null) {
      const found = byEpisode.get(episodeId);
      if (found !== undefined) return found;
      throw new OverreadError('bad-argument', 'No episode with this id is open: reset first.');
    }
    const [only, ...others] = new Set(byEpisode.values());
    if (only === undefined) throw new OverreadError('bad-argument', 'No episode has begun: reset first.');
    if (others.length > 0)
      throw new OverreadError(
        'bad-argument',
        'Several episodes are open: say which with the episode_id that the reset returned.',
      );
    return only;
  }

  return app;
}

/** A reset's parameters without what is absent. */
export function resetOf({ seed, episode_id, question_id }: ResetData) {
  return {
    ...(seed === undefined || seed === null ? {} : { seed }),
    ...(episode_id === undefined || episode_id === null ? {} : { episodeId: episode_id }),
    ...(question_id === undefined || question_id === null ? {} : { questionId: question_id }),
  };
}

async function bodyOf(c: Context): Promise<unknown> {
  const text = await c.req.text();
  return text.trim() === '' ? {} : JSON.parse(text);
}

/** A request at the wrong moment is a conflict; everything else went wrong in here. */
function statusOf(error: unknown): Failure {
  return isOwnFault(error) ? 409 : 500;
}
