import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedBenchmarks } from '../benchmarks/published/registry.generated.ts';
import { silent } from '../domain/progress.ts';
import { openEpisodes } from './episodes.ts';

const bin = new URL('../../bin/overread.js', import.meta.url).pathname;
const shaping = ['--tools', 'pixels', '--reward', 'answer=1,step-cost=0.1'];
let folder: string;
let data: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'overread-env-test-'));
  data = join(folder, 'items');
  await publishedBenchmarks['own-items'].fixture(data, { items: 8, seed: '1' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const post = async (url: string, body: unknown) => {
  const reply = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return (await reply.json()) as { reward: number; observation: { episode_id: string } };
};

async function overread(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const child = spawn(process.execPath, [bin, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const [status] = await once(child, 'close');
  return { status, out, err };
}

describe('overread env', () => {
  it('serves, logs every episode and replays it', async () => {
    const log = join(folder, 'log.jsonl');
    const args = [
      'env',
      'serve',
      'own-items',
      '--data',
      data,
      '--port',
      '0',
      '--json',
      '--log',
      log,
      ...shaping,
    ];
    const server = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(server.stdout, 'data');
    const { url, questions } = JSON.parse(String(line)) as { url: string; questions: number };
    expect(questions).toBeGreaterThanOrEqual(8);
    const { observation } = await post(`${url}/reset`, { seed: 3 });
    const { episode_id } = observation;
    const zoom = { tool: 'zoom_picture', arguments: { box: [0, 0, 4, 4] } };
    expect((await post(`${url}/step`, { action: zoom, episode_id })).reward).toBeCloseTo(-0.1, 12);
    await post(`${url}/step`, { action: { answer: 'A' }, episode_id });
    await post(`${url}/reset`, { seed: 4 });
    server.kill('SIGTERM');
    expect((await once(server, 'exit'))[0]).toBe(0);
    const logged = readFileSync(log, 'utf8').trim().split('\n');
    // The second episode was left when the server stopped.
    expect(logged.map((text) => JSON.parse(text).outcome === null)).toEqual([false, true]);
    const again = await overread('env', 'replay', 'own-items', log, '--data', data, '--json', ...shaping);
    expect(again).toMatchObject({ status: 0 });
    expect(JSON.parse(again.out)).toEqual({ episodes: 2, identical: 2, differing: [] });
    writeFileSync(log, `${logged[0].replace('"steps_left":11', '"steps_left":10')}\n`);
    expect(await overread('env', 'replay', 'own-items', log, '--data', data, ...shaping)).toMatchObject({
      status: 1,
      err: expect.stringContaining('Line 1 differs first at step 1.'),
    });
  });
  it('says what is missing', async () => {
    const shared = { progress: silent, signal: new AbortController().signal };
    await expect(openEpisodes({ benchmark: 'vqa-rad', ...shared })).rejects.toThrow('--data');
    await expect(
      openEpisodes({ benchmark: 'own-items', data, toolMode: 'oracle', ...shared }),
    ).rejects.toThrow('no masks');
    await expect(openEpisodes({ benchmark: folder, ...shared })).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});
