// WebSocket sessions: one environment for each connection, one message at a time, answered in order.
import type { RawData, WebSocket } from 'ws';
import { resetOf } from './routes.ts';
import type { Session, Sessions } from './sessions.ts';
import { errorMessage, isProblem, readMessage, sayable } from './wire.ts';

/** Messages that may wait while one is worked on; a client that sends more is not waiting for its answers. */
const MOST_WAITING = 32;
const GOING_AWAY = 1001;
const TRY_LATER = 1013;
const POLICY = 1008;
/** How long a client has to answer a close before its connection is cut. */
const CLOSE_MS = 2_000;

/** Serves a connection until either side closes it. */
export function serveSocket(
  socket: WebSocket,
  sessions: Sessions,
  onProblem: (error: unknown) => void,
): void {
  // An error is followed by a close, which is where the session ends.
  socket.on('error', () => {});
  const session = sessions.open('socket', () => goAway(socket));
  if (session === undefined) {
    const full = { active_sessions: sessions.active(), max_sessions: sessions.limit };
    const message = `All ${sessions.limit} sessions are in use: try again later.`;
    socket.send(errorMessage({ code: 'CAPACITY_REACHED', message, more: full }));
    socket.close(TRY_LATER, 'capacity reached');
    cutOff(socket);
    return;
  }
  const waiting: string[] = [];
  let working = false;
  socket.on('close', () => {
    waiting.length = 0;
    sessions.close(session);
  });
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary || waiting.length >= MOST_WAITING) {
      socket.close(POLICY, isBinary ? 'text messages only' : 'too many messages without waiting');
      cutOff(socket);
      return;
    }
    waiting.push(data.toString());
    if (!working) void work();
  });

  async function work(): Promise<void> {
    working = true;
    // Nothing more is read from the network while a message is worked on: the sender has to wait.
    socket.pause();
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const reply = await answer(text, session as Session, sessions, onProblem);
      if (reply === undefined) {
        socket.close(1000);
        cutOff(socket);
        break;
      }
      await sent(socket, reply);
    }
    working = false;
    socket.resume();
  }
}

/** The reply to a message; undefined when it asks to close. Never throws. */
async function answer(
  text: string,
  session: Session,
  sessions: Sessions,
  onProblem: (error: unknown) => void,
): Promise<string | undefined> {
  const read = readMessage(text);
  if (!read.ok) return errorMessage(read.error);
  const { message } = read;
  if (message.type === 'close') return undefined;
  const { environment } = session;
  try {
    return await sessions.during(session, async () => {
      if (message.type === 'state') return JSON.stringify({ type: 'state', data: environment.state() });
      const result =
        message.type === 'reset'
          ? await environment.reset(resetOf(message.data))
          : await environment.step(message.data);
      return JSON.stringify({ type: 'observation', data: result });
    });
  } catch (error) {
    if (isProblem(error)) onProblem(error);
    return errorMessage({ code: 'EXECUTION_ERROR', message: sayable(error) });
  }
}

/** Resolves once the network has taken the text, or the connection is gone. */
function sent(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(text, () => resolve());
  });
}

function goAway(socket: WebSocket): void {
  socket.resume();
  socket.close(GOING_AWAY, 'session ended by the server');
  cutOff(socket);
}

function cutOff(socket: WebSocket): void {
  setTimeout(() => socket.terminate(), CLOSE_MS).unref();
}

/**
 * Connections whose client does not answer a ping by the next one are cut: a machine that vanished sends no close.
 * Returns a function that stops it.
 */
export function heartbeat(sockets: () => Iterable<WebSocket>, everyMs: number): () => void {
  const asked = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of sockets()) {
      if (socket.isPaused) continue;
      if (asked.has(socket)) socket.terminate();
      else {
        asked.add(socket);
        socket.once('pong', () => asked.delete(socket));
        socket.ping();
      }
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
