// The API is what its description says: every address is described, and replies have the described shapes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { testWorkbench } from '../../src/server/workbench/benchmarks/testing.ts';
import { rolesOf } from '../../src/server/workbench/shapes/roles.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

const description = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        summary: z.string().min(1),
        tags: z.array(z.string()).min(1),
        parameters: z
          .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
          .default([]),
        responses: z.record(
          z.string(),
          z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() }),
        ),
      }),
    ),
  ),
});

let served: Served;
let described: z.infer<typeof description>;
beforeAll(async () => {
  served = await serveFolder(await demoFolder());
  described = description.parse(await (await call(served, served.token, '/api/openapi.json')).json());
}, 120_000);
afterAll(() => served?.close());

const json = async (path: string, token = served.token) => {
  const reply = await call(served, token, path);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
};

describe('the description of the API', () => {
  test('has every address that the server answers', async () => {
    const { app, close } = await testWorkbench({});
    const known = new Set(
      Object.entries(described.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(
          (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        ),
      ),
    );
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'))
      .map(({ method, path }) => `${method} ${path}`);
    expect(served.length).toBeGreaterThan(20);
    expect(served.filter((route) => !known.has(route))).toEqual([]);
    await close();
  });

  test('is held to: every reply about the demo has the shape that is described', async () => {
    const values = await demoValues();
    const made = await call(served, served.token, '/api/room/people', {
      method: 'POST',
      body: { name: 'A reviewer', role: 'reviewer' },
    });
    const { token } = z.object({ token: z.string() }).parse(await made.json());
    const unasked: string[] = [];
    let asked = 0;
    for (const [path, { get }] of Object.entries(described.paths)) {
      const schema = get?.responses['200']?.content?.['application/json']?.schema;
      if (get === undefined || schema === undefined) continue;
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const needed = get.parameters.filter((one) => one.in === 'query' && one.required === true);
      if ([...names, ...needed.map(({ name }) => name)].some((name) => values[name] === undefined)) {
        unasked.push(path);
        continue;
      }
      const query = new URLSearchParams(needed.map(({ name }) => [name, values[name] ?? '']));
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(values[name] ?? ''),
      );
      const shape = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
      const said = shape.safeParse(
        // The rooms of readers are closed to the owner: they are looked at as one who belongs there.
        await json(`${address}?${query}`, rolesOf(path).includes('owner') ? served.token : token),
      );
      expect(said.error?.issues ?? [], path).toEqual([]);
      asked++;
    }
    expect(asked).toBeGreaterThan(15);
    // What the demo has none of: studies and worklists of a reading room, jobs, stored files.
    for (const path of unasked) expect(path).toMatch(NOT_IN_THE_DEMO);
  }, 150_000);
});

const NOT_IN_THE_DEMO = /\{(job|study|worklist|person|item|position|upload|hash)\}|\/text$/;

/** A value for each parameter that an address may want, out of the demo. */
async function demoValues(): Promise<Record<string, string | undefined>> {
  const { runs } = z
    .object({ runs: z.array(z.object({ id: z.string(), benchmark: z.object({ id: z.string() }) })) })
    .parse(await json('/api/runs'));
  const benchmark = runs[0].benchmark.id;
  const { rows } = z
    .object({ rows: z.array(z.object({ id: z.string(), caseId: z.string() })) })
    .parse(await json(`/api/benchmarks/${benchmark}/questions?limit=1`));
  return {
    benchmark,
    run: runs[0].id,
    runs: runs
      .slice(0, 2)
      .map(({ id }) => id)
      .join(','),
    question: rows[0].id,
    case: rows[0].caseId,
    repeat: '0',
    protocol: 'strict',
  };
}
