import { expect, test } from 'vitest';
import { checkToken, mayCall, newToken } from './access.ts';

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
