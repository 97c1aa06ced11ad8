// For tests: a workbench over phantoms with a clock that is set by hand, and people who call it.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from '../../../domain/question.ts';
import type { Read } from '../../../domain/read.ts';
import { VERSION } from '../../../domain/version.ts';
import { openKeys } from '../../../questions/keys.ts';
import { phantomBenchmark } from '../../../runs/testing/phantom-benchmark.ts';
import { fileBlobs } from '../../../storage/blobs.ts';
import { openStore } from '../../../storage/store.ts';
import { type WorkbenchApp, workbenchApp } from '../app.ts';
import type { WorkbenchContext } from '../context.ts';
import { newEvents } from '../events.ts';
import { newJobs } from '../jobs/jobs.ts';
import { benchmarkIdOf, newLibrary } from '../library/library.ts';
import { roomOf } from './room.ts';

export interface Said {
  readonly status: number;
  readonly json: unknown;
  readonly text: string;
  readonly headers: Headers;
}
export type Call = (path: string, body?: unknown) => Promise<Said>;

export interface TestRoom {
  readonly app: WorkbenchApp;
  readonly context: WorkbenchContext;
  readonly storeUrl: string;
  readonly benchmark: string;
  readonly folder: string;
  readonly questions: ReadonlyMap<string, Question>;
  readonly keys: Awaited<ReturnType<typeof openKeys>>;
  readonly problems: unknown[];
  /** Sets the clock on, in seconds. */
  pass(seconds: number): void;
  as(token: string): Call;
  readonly owner: Call;
  /** The same store and blobs as another server would open them after a kill. */
  again(): Promise<TestRoom>;
  close(): Promise<void>;
}

const TOKEN = 'owner-token';

export async function testRoom(
  options: { readonly cases?: number; readonly perCase?: number; readonly seed?: number } = {},
): Promise<TestRoom> {
  const { folder, benchmark, manifest } = await phantomBenchmark({
    seed: options.seed ?? 5,
    cases: options.cases ?? 3,
    perCase: options.perCase ?? 4,
  });
  const place = mkdtempSync(join(tmpdir(), 'overread-room-'));
  const web = join(place, 'web');
  mkdirSync(web);
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Overread</title>');
  const clock = { at: Date.parse('2026-03-02T08:00:00.000Z') };
  const keys = await openKeys(benchmark);
  const removed = async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(place, { recursive: true, force: true });
  };

  async function opened(): Promise<TestRoom> {
    const storeUrl = join(place, 'overread.db');
    const store = await openStore(storeUrl);
    const blobs = fileBlobs(join(place, 'blobs'));
    const stop = new AbortController();
    const problems: unknown[] = [];
    const events = newEvents();
    const onProblem = (error: unknown) => void problems.push(error);
    const context: WorkbenchContext = {
      ...{ store, storeUrl, blobs, events, onProblem },
      library: newLibrary(store, blobs, { folders: [benchmark] }),
      command: [process.execPath, '--version'],
      filesRoot: place,
      workFolder: place,
      allow: [],
      jobs: newJobs(events, onProblem),
      version: VERSION,
      signal: stop.signal,
    };
    const room = roomOf(context, () => new Date(clock.at));
    const app = workbenchApp({
      ...{ context, web, token: TOKEN, hosts: ['localhost'], origins: ['http://localhost'], port: 1 },
      personOf: (token) => room.people.visitorOf(token),
    });
    const as =
      (token: string): Call =>
      async (path, body) => {
        const reply = await app.request(`http://localhost${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            host: 'localhost',
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await reply.text();
        const isJson = reply.headers.get('content-type')?.startsWith('application/json') === true;
        return {
          status: reply.status,
          json: isJson ? (JSON.parse(text) as unknown) : undefined,
          text,
          headers: reply.headers,
        };
      };
    const closed = async () => {
      stop.abort();
      await store.close();
    };
    const opening = await context.library.open(benchmarkIdOf(manifest.contentHash));
    return {
      ...{ app, context, storeUrl, folder: benchmark, keys, problems, as },
      benchmark: opening.entry.id,
      questions: await opening.questions(),
      pass(seconds) {
        clock.at += seconds * 1000;
      },
      owner: as(TOKEN),
      async again() {
        await closed();
        return opened();
      },
      async close() {
        await closed();
        await removed();
      },
    };
  }
  return opened();
}

/** A person who is added now: their call, id and token. */
export async function addPerson(room: TestRoom, name: string, role: 'reader' | 'reviewer' = 'reader') {
  const { status, json, text } = await room.owner('/api/room/people', { name, role });
  if (status !== 200) throw new Error(text);
  const { person, token, link } = json as { person: { id: string }; token: string; link: string };
  return { id: person.id, token, link, call: room.as(token) };
}

/** The answer that the key says is right, or a wrong one, in the form that the question wants. */
export function answerTo(room: TestRoom, question: Question, right: boolean) {
  const key = room.keys.get(question.id);
  const letter = right
    ? key?.letter
    : question.options.find((option) => option.letter !== key?.letter)?.letter;
  return { kind: 'choice' as const, letter: letter ?? 'A' };
}

/** Ids in the order in which a worklist asks them: tests may know, readers may not. */
export async function orderOf(room: TestRoom, run: string): Promise<string[]> {
  const body = (await room.context.store.document('room-worklist', run)) as { order: string[] };
  return body.order;
}

/** A run's reads, or those of one question. */
export async function readsIn(room: TestRoom, run: string, questionId?: string): Promise<Read[]> {
  const found: Read[] = [];
  const filter = questionId === undefined ? {} : { questionId };
  for await (const read of room.context.store.reads(run, filter)) found.push(read);
  return found;
}

/** Reads a whole worklist, right where `isRight` says so. */
export async function readAll(
  room: TestRoom,
  call: Call,
  run: string,
  isRight: (question: Question, position: number) => boolean,
  seconds = 20,
): Promise<void> {
  for (const [position, id] of (await orderOf(room, run)).entries()) {
    const question = room.questions.get(id);
    if (question === undefined) throw new Error('no such question');
    const at = `/api/reading/${run}/items/${position}`;
    const item = await call(at);
    if (item.status !== 200) throw new Error(item.text);
    room.pass(seconds);
    const answer = answerTo(room, question, isRight(question, position));
    const said = await call(`${at}/answer`, { answer, confidence: 0.8, activeMilliseconds: 15_000 });
    if (said.status !== 200) throw new Error(said.text);
  }
}
