import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { access, checkToken, door, mayCall, newToken, type WorkbenchEnv } from './access.ts';

const PATHS = [
  '/api/runs',
  '/api/runs/r-1/reads/q1',
  '/api/benchmarks/0123456789abcdef/questions',
  '/api/blobs/abc',
  '/api/room/studies',
  '/api/events',
  '/api/openapi.json',
  '/api/readings',
  '/api/reading',
  '/api/reading/../runs',
];

test('whoever is no owner may call what is named for them, and everything else is closed by default', () => {
  const [reader, reviewer, owner] = (['reader', 'reviewer', 'owner'] as const).map((role) => ({
    role,
    name: 'A',
  }));
  // The last one is what a server sees of a path that nobody normalised; hono routes it literally, to nothing.
  for (const path of PATHS.slice(0, -1)) {
    expect(mayCall(reader, path), path).toBe(false);
    expect(mayCall(reviewer, path), path).toBe(false);
    expect(mayCall(owner, path), path).toBe(true);
  }
  expect(mayCall(reader, '/api/reading/w1/items/0')).toBe(true);
  expect(mayCall(reader, '/api/adjudication/s1')).toBe(false);
  expect(mayCall(reviewer, '/api/adjudication/s1')).toBe(true);
  expect(mayCall(reader, '/api/me')).toBe(true);
});

test('a new token passes as a token, and what is short or does not fit an address does not', () => {
  expect(checkToken(newToken())).toHaveLength(24);
  for (const token of ['', 'short', 'with space here', 'a'.repeat(129), 'ümlaut-ümlaut'])
    expect(() => checkToken(token)).toThrow(/eight to 128/);
});

const OWNER = 'token-of-the-owner';
const READER = 'token-of-a-reader';

function guarded() {
  const app = new Hono<WorkbenchEnv>();
  app.use('*', door({ hosts: ['localhost'], origins: ['http://localhost'] }));
  app.use(
    '*',
    access({
      ...{ token: OWNER, hosts: ['localhost'], origins: ['http://localhost'], port: 1 },
      personOf: async (token) =>
        token === READER ? { role: 'reader', personId: 'p-1', name: 'A' } : undefined,
    }),
  );
  app.get('*', (c) => c.text(c.get('visitor').role));
  return (path: string, headers: Record<string, string> = {}) =>
    app.request(`http://localhost${path}`, { headers: { host: 'localhost', ...headers } });
}

const cookieIn = (reply: Response): string => (reply.headers.get('set-cookie') ?? '').split(';')[0];

test('a route is closed to a reader however its address is spelt', async () => {
  const ask = guarded();
  const authorization = `Bearer ${READER}`;
  for (const path of ['/api/runs', '/%61pi/runs', '/a%70i/runs', '/%61%70%69/runs', '/ap%69/%72uns'])
    expect((await ask(path, { authorization })).status, path).toBe(403);
  for (const path of ['/api/me', '/%61pi/me', '/'])
    expect((await ask(path, { authorization })).status).toBe(200);
});

test('an address with a token leads to this server and to no other', async () => {
  const ask = guarded();
  for (const path of ['//elsewhere.example/', '///elsewhere.example/', '/\\elsewhere.example/']) {
    const reply = await ask(`${path}?token=${READER}`);
    expect(reply.status).toBe(303);
    expect(reply.headers.get('location')).toBe('/elsewhere.example/');
  }
});

test('who opens their link ever again puts nobody else out', async () => {
  const ask = guarded();
  const owner = cookieIn(await ask(`/?token=${OWNER}`));
  const first = cookieIn(await ask(`/?token=${READER}`));
  let last = first;
  for (let n = 0; n < 60; n++) last = cookieIn(await ask(`/?token=${READER}`));
  expect((await ask('/api/runs', { cookie: owner })).status).toBe(200);
  expect((await ask('/api/me', { cookie: last })).status).toBe(200);
  expect((await ask('/api/me', { cookie: first })).status).toBe(401);
});

test('a page elsewhere may link to the page and open nothing of the API', async () => {
  const ask = guarded();
  const authorization = `Bearer ${OWNER}`;
  const from = (site: string) => ({ authorization, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' });
  for (const site of ['cross-site', 'same-site']) {
    expect((await ask('/', from(site))).status).toBe(200);
    for (const path of ['/api/me', '/%61pi/me']) expect((await ask(path, from(site))).status).toBe(403);
  }
  for (const site of ['same-origin', 'none']) expect((await ask('/api/me', from(site))).status).toBe(200);
});

test('a link that stands elsewhere is asked for once more from here, since strict cookies are not sent from there', async () => {
  const ask = guarded();
  const from = (site: string) => ({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' });
  const bounced = await ask('/', from('cross-site'));
  expect(bounced.status).toBe(200);
  expect(await bounced.text()).toContain('http-equiv="refresh"');
  for (const site of ['same-origin', 'none']) expect((await ask('/', from(site))).status).toBe(401);
  expect((await ask('/')).status).toBe(401);
});
