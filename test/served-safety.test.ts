// What is served to other programs leaks nothing: an episode's policy and an MCP client that send every order they know.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../src/domain/content-hash.ts';
import { benchmarkEpisodes } from '../src/environment/benchmark-episodes.ts';
import { createEnvironment } from '../src/environment/episode.ts';
import { mcpServer } from '../src/server/mcp/server.ts';
import { inputSchema } from '../src/tools/call.ts';
import { caseOpener } from '../src/tools/case-access.ts';
import { allTools, toolkit } from '../src/tools/toolkit.ts';
import { wantedBy } from './safety/obedient-model.ts';
import { openWorld, type World } from './safety/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

describe('what is served', () => {
  it('an episode’s policy that sends every order as an action gets observations without a secret', async () => {
    const { benchmark, blobs, experts, foreign, keys, leakedIn, orders, outside, trap } = world;
    const episodes = await benchmarkEpisodes({ benchmark, keys, mode: 'oracle', blobs });
    const environment = createEnvironment({
      ...episodes,
      ...{ blobs, experts, tools: ['all'], outsideTools: outside.tools, stepBudget: 400 },
    });
    const seen: unknown[] = [await environment.reset({ seed: 1 })];
    const tools = environment.settings.tools.map((name) => {
      const tool = [...allTools(), ...outside.tools].find((each) => each.name === name);
      return { function: { name, parameters: tool === undefined ? {} : inputSchema(tool) } };
    });
    const wanted = wantedBy(orders, tools);
    expect(wanted.length).toBeGreaterThan(80);
    for (const call of wanted)
      seen.push(await environment.step({ tool: call.name, arguments: call.arguments }));
    for (const odd of [
      { answer: orders, tool: 'measure' },
      { path: 'keys.jsonl' },
      orders,
      null,
      { tool: '__proto__' },
    ])
      seen.push(await environment.step(odd));
    seen.push(environment.state(), environment.transcript());
    for (const hash of [...foreign, '../keys.jsonl', ''])
      expect(await environment.picture(hash)).toBeUndefined();
    await expect(environment.reset({ questionId: '../keys.jsonl' })).rejects.toThrow();
    const text = JSON.stringify(seen);
    expect(leakedIn(text)).toEqual([]);
    expect(trap.hits).toEqual([]);
    environment.close();
  });

  it('an MCP client that sends every order gets no secret, no other case’s picture and no other address', async () => {
    const { benchmark, blobs, experts, foreign, leakedIn, orders, trap } = world;
    const tools = toolkit('oracle', { also: ['all'] });
    const openCase = (caseId: string) => caseOpener(benchmark, { blobs })(caseId, 'oracle');
    const served = {
      source: benchmark,
      blobs,
      criteria: 'guideline',
      mode: 'oracle' as const,
      tools,
      openCase,
      experts,
    };
    const [near, far] = InMemoryTransport.createLinkedPair();
    const server = mcpServer(served);
    await server.connect(far);
    const client = new Client({ name: 'obedient', version: '0' });
    await client.connect(near);
    const listed = await client.listTools();
    const wire = listed.tools.map(({ name, inputSchema: parameters }) => ({
      function: { name, parameters },
    }));
    const seen: unknown[] = [listed];
    const [question] = await benchmark.questions({ caseIds: [world.asked], limit: 1 });
    seen.push(await client.callTool({ name: 'open_question', arguments: { question: question.id } }));
    // The order to open the other case's question is within a client's rights: its picture must not be, beforehand.
    const wanted = wantedBy(orders, wire).filter(({ name }) => name !== 'open_question');
    expect(wanted.length).toBeGreaterThan(80);
    for (const { name, arguments: args } of wanted)
      seen.push(await client.callTool({ name, arguments: args as Record<string, unknown> }));
    for (const uri of [
      ...foreign.map((hash) => `overread://picture/${hash}`),
      'file:///etc/passwd',
      `${trap.url}/resource`,
    ])
      await expect(client.readResource({ uri })).rejects.toThrow(/No picture/);
    const text = JSON.stringify(seen);
    expect(leakedIn(text)).toEqual([]);
    expect(foreign.filter((hash) => text.includes(`"image":"${hash}"`))).toEqual([]);
    for (const [, base64] of text.matchAll(/"data":"([A-Za-z0-9+/=]{100,})"/g))
      expect(foreign).not.toContain(sha256(Buffer.from(base64, 'base64')));
    expect(trap.hits).toEqual([]);
    await client.close();
  });
});
