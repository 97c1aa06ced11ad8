// What every reply of the application has, whoever asks.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, type TestRoom, testRoom } from './room/testing.ts';

let room: TestRoom;
let token: string;
beforeAll(async () => {
  room = await testRoom({ cases: 1, perCase: 2 });
  token = (await addPerson(room, 'Ana')).token;
}, 60_000);
afterAll(() => room.close());

test('what a browser keeps of one visitor’s answers is not given to the next', async () => {
  for (const path of ['/api/me', '/api/benchmarks', '/%61pi/me']) {
    const { headers } = await room.owner(path);
    expect(headers.get('vary'), path).toMatch(/\bCookie\b/);
  }
});

test('a body that is no JSON is the visitor’s mistake, and the terminal hears nothing of it', async () => {
  for (const body of ['{', '', 'null', '[]', '"x"', '\0']) {
    const reply = await room.app.request('http://localhost/api/reading/some-list/items/0/answer', {
      method: 'POST',
      body,
      headers: { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    expect(reply.status, body).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { code: 'bad-argument' } });
  }
  expect(room.problems).toEqual([]);
});
