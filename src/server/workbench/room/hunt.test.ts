// A reading session that hunts for keys: every address there is, in every spelling, as a reader and as a reviewer.
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { canonicalJson } from '../../../domain/content-hash.ts';
import { disagreement, readingItem, type Study, worklist, worklists } from '../shapes/room.ts';
import { scanFacts } from '../shapes/scan.ts';
import { addPerson, answerTo, orderOf, readAll, type TestRoom, testRoom } from './testing.ts';

let room: TestRoom;
let study: Study;
let reader: Awaited<ReturnType<typeof addPerson>>;
let other: Awaited<ReturnType<typeof addPerson>>;
let reviewer: Awaited<ReturnType<typeof addPerson>>;
let item: string;
/** What no reply to a reader may hold: evidence, ids, hashes, kinds, names, notes. */
let secrets: string[];

beforeAll(async () => {
  room = await testRoom({ cases: 2, perCase: 5, seed: 3 });
  reader = await addPerson(room, 'Hunter');
  other = await addPerson(room, 'Quiet Colleague');
  reviewer = await addPerson(room, 'Judge', 'reviewer');
  const made = await room.owner('/api/room/studies', {
    title: 'Hunted',
    questions: { benchmark: room.benchmark },
    arms: [{ name: 'alone', label: 'Alone' }],
    adjudication: {},
    readers: [reader.id, other.id],
    reviewers: [reviewer.id],
  });
  study = made.json as Study;
  await readAll(room, other.call, study.progress[1].run, () => true, 1);
  const run = study.progress[0].run;
  const order = await orderOf(room, run);
  await reader.call(`/api/reading/${run}/items/0`);
  const first = room.questions.get(order[0]);
  if (first === undefined) throw new Error('no question');
  const note = 'NOTE-OF-ANOTHER';
  await reader.call(`/api/reading/${run}/items/0/answer`, {
    answer: answerTo(room, first, false),
    confidence: 0.5,
    note,
  });
  await reader.call(`/api/reading/${run}/items/1`);
  const list = await reviewer.call(`/api/adjudication/${study.id}`);
  item = (list.json as { items: { item: string }[] }).items[0].item;
  secrets = secretsOf();
}, 60_000);
afterAll(() => room.close());

function secretsOf(): string[] {
  const found = new Set<string>([room.folder, 'keys.jsonl', 'measurements.jsonl', room.storeUrl, other.id]);
  for (const question of room.questions.values()) {
    for (const one of [question.id, question.caseId, question.patientId, question.type]) found.add(one);
    const key = room.keys.get(question.id);
    for (const { statement } of key?.evidence ?? []) found.add(statement);
    for (const { criterion } of key?.evidence ?? []) if (criterion !== undefined) found.add(criterion.id);
  }
  return [
    ...found,
    '"evidence"',
    '"letter":null',
    '"gold"',
    '"slots"',
    study.progress[1].run,
    'Quiet Colleague',
  ];
}

/** Every way to write a parameter that might lead somewhere. */
function candidates(name: string): string[] {
  const [question] = room.questions.values();
  const runs = study.progress.map(({ run }) => run);
  const known: Record<string, string[]> = {
    run: runs,
    worklist: runs,
    benchmark: [room.benchmark],
    study: [study.id],
    person: [other.id],
    item: [item],
    question: [question.id],
    case: [question.caseId],
    plane: ['axial'],
    position: ['0', '1', '2'],
    index: ['0'],
    protocol: ['strict'],
    version: ['0', 'a'.repeat(20)],
    hash: ['a'.repeat(64)],
  };
  return known[name.replace(/Id$/, '')] ?? [question.id, '0'];
}

function addressesOf(pattern: string): string[] {
  const at = /[:{](\w+)(?:\{[^}]*\})?\}?/.exec(pattern);
  if (at === null) return [pattern.replace('*', '')];
  return candidates(at[1]).flatMap((value) =>
    addressesOf(
      pattern.slice(0, at.index) + encodeURIComponent(value) + pattern.slice(at.index + at[0].length),
    ),
  );
}

const OPEN = /^\/api\/(?:me$|reading\/)/;

interface Reply {
  readonly address: string;
  readonly method: string;
  readonly status: number;
  readonly text: string;
}

async function ask(method: string, address: string, headers: Record<string, string>): Promise<Reply> {
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' };
  const reply = await room.app.request(`http://localhost${address}`, {
    method,
    headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
    ...body,
  });
  // A stream that is let in is no reply to wait for.
  const isStream = reply.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const told = canonicalJson(Object.fromEntries(reply.headers));
  const text = isStream ? 'STREAM' : await reply.text();
  return { address, method, status: reply.status, text: `${told}\n${text}` };
}

const leaksIn = ({ text }: Reply, but: readonly string[] = []): string[] =>
  secrets.filter((secret) => text.includes(secret) && !but.includes(secret));

async function cookieOf(token: string): Promise<string> {
  const reply = await room.app.request(`http://localhost/?token=${token}`, {
    headers: { host: 'localhost' },
  });
  return (reply.headers.get('set-cookie') ?? '').split(';')[0];
}

test('every route there is, with every id that could be known, tells a reader nothing', async () => {
  const routes = room.app.routes.filter(({ path, method }) => path.startsWith('/api/') && method !== 'ALL');
  const addresses = new Map<string, Set<string>>();
  for (const { method, path } of routes)
    for (const address of addressesOf(path)) {
      const methods = addresses.get(address) ?? new Set(['GET', 'PUT', 'DELETE']);
      addresses.set(address, methods.add(method));
    }
  // The list is the whole API, not the part of it that was thought of here.
  expect(routes.length).toBeGreaterThan(40);
  const cookie = { cookie: await cookieOf(reader.token) };
  let asked = 0;
  for (const [address, methods] of addresses)
    for (const method of methods)
      for (const headers of [{ authorization: `Bearer ${reader.token}` }, cookie]) {
        const reply = await ask(method, address, headers);
        asked++;
        const about = `${method} ${address}`;
        expect(leaksIn(reply), about).toEqual([]);
        if (!OPEN.test(address)) expect(reply.status, about).toBe(403);
      }
  expect(asked).toBeGreaterThan(300);
}, 60_000);

test('no spelling of an address leads round the door', async () => {
  const run = study.progress[0].run;
  const goals = [
    `benchmarks/${room.benchmark}/questions`,
    `runs/${study.progress[1].run}/reads`,
    `room/studies/${study.id}/results`,
    `room/studies/${study.id}/readings.csv`,
    'openapi.json',
    'events',
  ];
  const spellings = goals.flatMap((goal) => [
    `/api/reading/../${goal}`,
    `/api/reading/%2e%2e/${goal}`,
    `/api/reading/%2e%2e%2f${goal}`,
    `/api/reading/..%5c${goal}`,
    `/api/reading/..;/${goal}`,
    `/api/reading//${goal}`,
    `//api/${goal}`,
    `/api//${goal}`,
    `/API/${goal}`,
    `/api/${goal}/`,
    `/api/${goal}?role=owner&token=${reader.token}`,
    `/api/reading/${run}/../../${goal}`,
    `/api/reading/${run}%00/items/0`,
    `/api/me/../${goal}`,
    `/api/me%2f..%2f${goal}`,
  ]);
  const files = [
    'keys.jsonl',
    '../overread.db',
    '..%2foverread.db',
    '%2e%2e/overread.db',
    'benchmark/keys.jsonl',
  ];
  const headers = { authorization: `Bearer ${reader.token}` };
  for (const address of [...spellings, ...files.map((file) => `/${file}`)]) {
    const reply = await ask('GET', address, headers);
    expect(leaksIn(reply), address).toEqual([]);
    expect(reply.text, address).not.toMatch(/STREAM|SQLite format/);
  }
  // Routes decode an address before they look at it: so does the door.
  const letters = (text: string) => text.replaceAll(/[a-z]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  for (const goal of goals)
    for (const address of [
      `/%61pi/${goal}`,
      `/ap%69/${goal}`,
      `/api/${letters(goal)}`,
      `/${letters(`api/${goal}`)}`,
    ]) {
      const reply = await ask('GET', address, headers);
      expect(reply.status, address).toBe(403);
      expect(leaksIn(reply), address).toEqual([]);
    }
  const forged: Record<string, string>[] = [
    { 'x-forwarded-user': 'owner' },
    { cookie: `overread-1=${reader.token}.x` },
    { authorization: 'Bearer owner' },
    { authorization: `Bearer ${study.id}` },
  ];
  for (const more of forged) {
    const reply = await ask('GET', `/api/benchmarks/${room.benchmark}/questions`, more);
    expect(reply.status).toBe(401);
  }
});

test('parameters of the wrong kind and size are refused without a word on the key', async () => {
  const run = study.progress[0].run;
  const at = `/api/reading/${run}/items`;
  const odd = [
    '-1',
    '1e9',
    '0x1',
    'null',
    '1.5',
    '%00',
    '1%27%20or%201=1',
    '__proto__',
    'constructor',
    '1/../2',
  ];
  const headers = { authorization: `Bearer ${reader.token}` };
  for (const one of odd)
    for (const rest of ['', '/scan', '/media/0', '/media/-1', '/slices/x/axial/0', '/masks/x/axial/0']) {
      const reply = await ask('GET', `${at}/${one}${rest}`, headers);
      expect([400, 403, 404], `${one}${rest}`).toContain(reply.status);
      expect(leaksIn(reply), `${one}${rest}`).toEqual([]);
    }
  for (const body of [
    {},
    { answer: { kind: 'choice', letter: '' } },
    { answer: { kind: 'choice', letter: 'A', correct: true }, confidence: 7 },
    { answer: { kind: 'number', value: 'NaN' } },
    { answer: null, confidence: 0.5 },
    { answer: { kind: 'gold' }, confidence: 0.5 },
  ]) {
    const said = await reader.call(`${at}/1/answer`, body);
    expect(said.status).toBe(400);
    expect(leaksIn({ address: '', method: '', status: 0, text: said.text })).toEqual([]);
  }
});

test('what a reader is shown is what the shapes say and no more, the scan under a name that says nothing', async () => {
  const run = study.progress[0].run;
  const strict = (shape: z.ZodObject) => z.strictObject(shape.shape);
  const at = `/api/reading/${run}/items/1`;
  const shown = await reader.call(at);
  strict(readingItem).parse(shown.json);
  strict(worklist).parse((await reader.call(`/api/reading/${run}`)).json);
  strict(worklists).parse((await reader.call('/api/reading/worklists')).json);
  const scan = await reader.call(`${at}/scan`);
  const facts = strict(scanFacts).parse(scan.json) as {
    version: string;
    structures: unknown[];
    layers: number;
  };
  expect([facts.structures, facts.layers]).toEqual([[], 0]);
  const cases = [...room.questions.values()].map(({ caseId }) => caseId);
  const opened = await room.context.library.open(room.benchmark);
  const hashes = opened.kind === 'built' ? [...opened.folder.cases.values()] : [];
  for (const hidden of [
    ...cases,
    ...hashes.flatMap(({ imageHash = 'none', annotationHash }) => [imageHash, annotationHash]),
  ])
    expect(hidden.includes(facts.version) || facts.version.includes(hidden)).toBe(false);
  const slice = await ask('GET', `${at}/slices/${facts.version}/axial/3`, {
    authorization: `Bearer ${reader.token}`,
  });
  expect(slice.status).toBe(200);
  expect(leaksIn(slice)).toEqual([]);
  expect(slice.text.split('\n')[0]).not.toMatch(/etag|last-modified|content-disposition|nii/i);
});

test('an answer gets the same reply whether it is right or wrong', async () => {
  const two = await Promise.all(['Twin A', 'Twin B'].map((name) => addPerson(room, name)));
  const made = (
    await room.owner('/api/room/studies', {
      title: 'Twins',
      questions: { benchmark: room.benchmark, limit: 3 },
      arms: [{ name: 'alone', label: 'Alone' }],
      readers: two.map(({ id }) => id),
    })
  ).json as Study;
  const replies: string[] = [];
  for (const [i, { run }] of made.progress.entries()) {
    const [first] = await orderOf(room, run);
    await two[i].call(`/api/reading/${run}/items/0`);
    const answer = answerTo(room, room.questions.get(first) as never, i === 0);
    const { text, headers } = await two[i].call(`/api/reading/${run}/items/0/answer`, {
      answer,
      confidence: 1,
    });
    replies.push(`${text} ${canonicalJson(Object.fromEntries(headers))}`);
  }
  expect(replies[0]).toBe(replies[1]);
});

test('a reader cannot fill the store by changing an answer without end', async () => {
  const { id, call } = await addPerson(room, 'Undecided');
  const made = (
    await room.owner('/api/room/studies', {
      title: 'Back and forth',
      questions: { benchmark: room.benchmark, limit: 2 },
      arms: [{ name: 'alone', label: 'Alone' }],
      mayGoBack: true,
      readers: [id],
    })
  ).json as Study;
  const [{ run }] = made.progress;
  const [first] = await orderOf(room, run);
  const question = room.questions.get(first);
  if (question === undefined) throw new Error('no question');
  await call(`/api/reading/${run}/items/0`);
  const answer = answerTo(room, question, true);
  const give = (note: string) => call(`/api/reading/${run}/items/0/answer`, { answer, confidence: 1, note });
  const said: number[] = [];
  for (let n = 0; n < 102; n++) said.push((await give(`thought ${n}`)).status);
  expect(said.filter((status) => status === 200)).toHaveLength(100);
  expect(said.slice(100)).toEqual([413, 413]);
  // What was given last stays, and may come twice.
  expect((await give('thought 99')).status).toBe(200);
});

test('a reviewer sees both answers and no key, no name, no id', async () => {
  const routes = room.app.routes.filter(({ path, method }) => path.startsWith('/api/') && method === 'GET');
  const headers = { authorization: `Bearer ${reviewer.token}` };
  const open = /^\/api\/(?:me$|reading\/|adjudication\/)/;
  for (const { path } of routes)
    for (const address of addressesOf(path)) {
      const reply = await ask('GET', address, headers);
      expect(leaksIn(reply), address).toEqual([]);
      if (!open.test(address)) expect(reply.status, address).toBe(403);
    }
  const shown = await reviewer.call(`/api/adjudication/${study.id}/items/${item}`);
  z.strictObject(disagreement.shape).parse(shown.json);
});
