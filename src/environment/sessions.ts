// Sessions of a server: one environment each, so many at once, and gone when their client has been silent too long.
import type { Environment } from './episode.ts';

export interface Session {
  readonly environment: Environment;
  readonly kind: 'socket' | 'http';
  lastActivity: number;
  /** Requests under way; a busy session is not idle. */
  busy: number;
  /** Called when the server ends it. */
  readonly drop: (why: 'idle' | 'shutdown') => void;
}

export interface SessionsOptions {
  readonly limit: number;
  readonly idleMs: number;
  readonly make: () => Environment;
  readonly clock?: () => number;
}

export interface Sessions {
  readonly limit: number;
  active(): number;
  /** Most sessions open at once so far. */
  peak(): number;
  reaped(): number;
  /** A new session, or undefined at the limit. HTTP sessions whose episode is over make room for others. */
  open(kind: Session['kind'], drop: Session['drop']): Session | undefined;
  close(session: Session): void;
  all(): Iterable<Session>;
  /** Runs a request of a session, which counts as activity. */
  during<T>(session: Session, work: () => Promise<T>): Promise<T>;
  /** Ends what has been idle too long; called by a timer of its own. */
  reap(): void;
  /** Waits for requests under way, for at most `graceMs`, and ends every session. */
  end(graceMs: number): Promise<void>;
}

export function newSessions({
  limit,
  idleMs,
  make,
  clock = performance.now.bind(performance),
}: SessionsOptions): Sessions {
  const live = new Set<Session>();
  let most = 0;
  let reapedSoFar = 0;
  const close = (session: Session): void => {
    if (live.delete(session)) session.environment.close();
  };
  const timer = setInterval(() => sessions.reap(), Math.max(50, Math.min(idleMs / 4, 15_000)));
  timer.unref();
  const sessions: Sessions = {
    limit,
    active: () => live.size,
    peak: () => most,
    reaped: () => reapedSoFar,
    open(kind, drop) {
      if (live.size >= limit) {
        const over = [...live].find(
          (session) => session.kind === 'http' && session.busy === 0 && session.environment.state().done,
        );
        if (over === undefined) return undefined;
        close(over);
        over.drop('idle');
      }
      const session: Session = { environment: make(), kind, lastActivity: clock(), busy: 0, drop };
      live.add(session);
      most = Math.max(most, live.size);
      return session;
    },
    close,
    all: () => live,
    async during(session, work) {
      session.busy++;
      session.lastActivity = clock();
      try {
        return await work();
      } finally {
        session.busy--;
        session.lastActivity = clock();
      }
    },
    reap() {
      for (const session of [...live]) {
        if (session.busy > 0 || clock() - session.lastActivity <= idleMs) continue;
        reapedSoFar++;
        close(session);
        session.drop('idle');
      }
    },
    async end(graceMs) {
      clearInterval(timer);
      const until = clock() + graceMs;
      while ([...live].some(({ busy }) => busy > 0) && clock() < until)
        await new Promise((resolve) => setTimeout(resolve, 20));
      for (const session of [...live]) {
        close(session);
        session.drop('shutdown');
      }
    },
  };
  return sessions;
}
