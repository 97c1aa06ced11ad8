// Many policies at once for minutes, some of which vanish: is any episode lost, and does the server's memory stay flat?
// npx node bench/environment/soak.ts [--minutes 5] [--clients 64] [--vanish 0.1] [--think 300] [--seed 1]
// The server is the real command in a process of its own; items, pictures and policies are synthetic.
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { type Random, random } from '../../src/domain/random.ts';
import { encodePng } from '../../src/imaging/write-png.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    clients: { type: 'string', default: '64' },
    vanish: { type: 'string', default: '0.1' },
    think: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const clients = Number(values.clients);
const vanishing = Number(values.vanish);
const think = Number(values.think);
/** A client that is silent so long is taken for gone. */
const IDLE_SECONDS = 5;
/** Every so many clients speaks HTTP. */
const HTTP_EVERY = 8;
const ITEMS = 60;

interface Result {
  readonly observation: {
    readonly episode_id: string;
    readonly step: number;
    readonly content: readonly { readonly type: string; readonly url?: string }[];
  };
  readonly done: boolean;
}
interface Summary {
  readonly begun: number;
  readonly abandoned: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly active_sessions: number;
  readonly reaped_sessions: number;
}

/** What clients saw. */
const seen = { begun: 0, finished: 0, cut: 0, silent: 0, steps: 0, pictures: 0, mixedUp: 0, refused: 0 };
const waits: number[] = [];
let until = 0;

async function writeItems(folder: string, rng: Random): Promise<void> {
  const lines: string[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const data = new Uint8Array(256 * 256).map(() => rng.int(256));
    writeFileSync(
      join(folder, `p${at}.png`),
      await encodePng({ width: 256, height: 256, channels: 1, data }),
    );
    const item = { question: 'Which?', options: ['a', 'b', 'c'], answer: 'b', pictures: [`p${at}.png`] };
    lines.push(JSON.stringify({ id: `i${at}`, ...item }));
  }
  writeFileSync(join(folder, 'items.jsonl'), `${lines.join('\n')}\n`);
}

interface Line {
  ask(path: 'reset' | 'step', data: Record<string, unknown>): Promise<Result>;
  /** Closes as a client should. */
  leave(): Promise<void>;
  /** Gone without a word: the connection is cut, or nothing is ever sent again. */
  vanish(silently: boolean): void;
}

/** Undefined when all sessions are in use. */
async function socketLine(url: string): Promise<Line | undefined> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
  let fulfil: ((text: string | undefined) => void) | undefined;
  const early: string[] = [];
  socket.on('message', (data) => {
    if (fulfil === undefined) early.push(String(data));
    else fulfil(String(data));
    fulfil = undefined;
  });
  socket.on('close', () => fulfil?.(undefined));
  socket.on('error', () => fulfil?.(undefined));
  await new Promise<void>((resolve) => {
    socket.once('open', () => resolve());
    socket.once('close', () => resolve());
  });
  if (socket.readyState !== socket.OPEN) return undefined;
  return {
    async ask(path, data) {
      const waiting = new Promise<string | undefined>((resolve) => {
        const text = early.shift();
        if (text === undefined) fulfil = resolve;
        else resolve(text);
      });
      socket.send(JSON.stringify({ type: path, data }));
      const text = await waiting;
      const { type, data: told } = JSON.parse(text ?? '{"type":"closed","data":{}}');
      if (type !== 'observation') throw new Error(`${type}: ${JSON.stringify(told)}`);
      return told;
    },
    leave: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        socket.send('{"type": "close"}');
      }),
    vanish: (silently) => {
      if (!silently) socket.terminate();
    },
  };
}

function httpLine(url: string): Line {
  let episode: string | undefined;
  const post = async (path: string, body: unknown) => {
    const reply = await fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const told = await reply.json();
    if (!reply.ok) throw new Error(JSON.stringify(told));
    return told as Result;
  };
  return {
    async ask(path, data) {
      const own = episode === undefined ? {} : { episode_id: episode };
      const result = await post(path, path === 'reset' ? { ...data, ...own } : { action: data, ...own });
      episode ??= result.observation.episode_id;
      return result;
    },
    async leave() {
      await post('close', { episode_id: episode });
    },
    vanish: () => {},
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  waits.push(performance.now() - start);
  return result;
}

/** Whoever is to vanish does not answer before. */
function actionOf(rng: Random, mayAnswer: boolean): Record<string, unknown> {
  const corner = rng.int(180);
  return rng.pick([
    ...(mayAnswer ? [{ answer: rng.pick(['A', 'B', 'C']) }] : []),
    {
      tool: 'zoom_picture',
      arguments: { image: 1, box: [corner, corner, corner + 40, corner + 40], scale: 4 },
    },
    { tool: 'measure_pixels', arguments: {} },
    { tool: 'lookup_medical_knowledge', arguments: { query: 'liver cyst' } },
    { tool: 7 },
    { tool: 'no_such_tool', arguments: {} },
  ]);
}

/** Plays episodes until the time is up or the client vanishes; true in the latter case. */
async function policy(url: string, line: Line, rng: Random): Promise<boolean> {
  while (performance.now() < until) {
    let result = await timed(() => line.ask('reset', {}));
    seen.begun++;
    const id = result.observation.episode_id;
    const leavesAt = rng.next() < vanishing ? rng.int(4) : -1;
    for (let step = 0; !result.done; step++) {
      if (step === leavesAt) {
        const silently = rng.next() < 0.5;
        seen[silently ? 'silent' : 'cut']++;
        line.vanish(silently);
        return true;
      }
      await pause(rng.next() * think);
      for (const { url: route } of result.observation.content)
        if (route !== undefined && rng.next() < 0.5) {
          const picture = await fetch(url + route);
          if ((await picture.arrayBuffer()).byteLength > 0 && picture.ok) seen.pictures++;
          else seen.mixedUp++;
        }
      result = await timed(() => line.ask('step', actionOf(rng, leavesAt < 0)));
      seen.steps++;
      if (result.observation.episode_id !== id || result.observation.step !== step + 1) seen.mixedUp++;
    }
    seen.finished++;
  }
  await line.leave();
  return false;
}

async function client(url: string, number: number): Promise<void> {
  const rng = random(values.seed, 'client', String(number));
  for (let life = 0; performance.now() < until; life++) {
    const line = number % HTTP_EVERY === 0 ? httpLine(url) : await socketLine(url);
    try {
      if (line !== undefined && !(await policy(url, line, rng.fork(String(life))))) return;
    } catch (error) {
      seen.refused++;
      if (seen.refused < 4) process.stderr.write(`${error}\n`);
      await pause(200);
    }
  }
}

/** Resident memory of a process in MiB. */
function rss(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}

function serverUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.stdout?.once('data', (data) => resolve((JSON.parse(String(data)) as { url: string }).url));
    server.once('exit', () => reject(new Error('The server ended.')));
  });
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1];

const folder = mkdtempSync(join(tmpdir(), 'overread-soak-'));
await writeItems(folder, random(values.seed, 'items'));
const log = join(folder, 'episodes.jsonl');
const server = spawn(
  process.execPath,
  [
    ...['bin/overread.js', 'env', 'serve', 'own-items', '--data', folder, '--port', '0', '--json'],
    ...['--sessions', String(2 * clients), '--idle', String(IDLE_SECONDS), '--log', log, '--tools', 'pixels'],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const url = await serverUrl(server);
  const pid = server.pid ?? 0;
  const summary = async () => (await (await fetch(`${url}/summary`)).json()) as Summary;
  until = performance.now() + minutes * 60_000;
  const memory: number[] = [];
  const started = performance.now();
  const rows: string[] = [];
  const sampler = setInterval(async () => {
    memory.push(rss(pid));
    if (memory.length % 6 !== 0) return;
    const { begun, active_sessions, reaped_sessions } = await summary();
    const at = ((performance.now() - started) / 60_000).toFixed(1);
    rows.push(
      `| ${at} | ${memory.at(-1)?.toFixed(0)} | ${active_sessions} | ${begun} | ${reaped_sessions} |`,
    );
    process.stderr.write(`${rows.at(-1)}\n`);
  }, 5_000);
  await Promise.all(Array.from({ length: clients }, (_, number) => client(url, number)));
  clearInterval(sampler);
  // Sessions of clients that fell silent end with the reaper.
  let last = await summary();
  for (let n = 0; n < 60 && last.active_sessions > 0; n++) {
    await pause(500);
    last = await summary();
  }
  const finished = Object.values(last.ended).reduce((sum, count) => sum + count, 0);
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  let logged = 0;
  // The log is longer than a string may be.
  for await (const line of createInterface({ input: createReadStream(log) })) if (line !== '') logged++;
  const third = Math.max(1, Math.floor(memory.length / 3));
  const [before, after] = [median(memory.slice(third, 2 * third)), median(memory.slice(2 * third))];
  const grown = (after / before - 1) * 100;
  const lost = last.begun - finished - last.abandoned;
  const sorted = waits.toSorted((a, b) => a - b);
  process.stdout.write(
    [
      '| minute | server RSS, MiB | sessions | episodes begun | sessions reaped |',
      '| ---: | ---: | ---: | ---: | ---: |',
      ...rows,
      '',
      `${clients} clients for ${minutes} minutes, synthetic items and policies; ${seen.steps} steps, ${seen.pictures} pictures fetched`,
      `episodes: ${last.begun} begun, ${finished} finished, ${last.abandoned} abandoned, ${lost} lost; ${logged} in the log`,
      `clients saw: ${seen.begun} begun, ${seen.finished} finished; ${seen.cut} vanished by a cut connection, ${seen.silent} silently; ${seen.mixedUp} wrong observations; ${seen.refused} failed requests`,
      `sessions: ${last.reaped_sessions} reaped, ${last.active_sessions} left`,
      `server RSS: median ${before.toFixed(0)} MiB in the second third, ${after.toFixed(0)} MiB in the last (${grown >= 0 ? '+' : ''}${grown.toFixed(1)} %)`,
      `time to an answer: median ${median(sorted).toFixed(1)} ms, 99 % within ${sorted[Math.floor(sorted.length * 0.99)].toFixed(1)} ms`,
      '',
    ].join('\n'),
  );
  const isWhole = lost === 0 && logged === last.begun && seen.mixedUp === 0 && last.active_sessions === 0;
  // Every episode that a client saw end did end here, and none ended that no client saw to its end.
  if (!isWhole || finished !== seen.finished || grown > 10) process.exitCode = 1;
} finally {
  if (server.exitCode === null) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
