// Traces of runs over a release: a strategy's conversations with their scores, from the release that the run read.
import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import ownItems from '../benchmarks/published/own-items/index.ts';
import { silent } from '../domain/progress.ts';
import { startSimulatedReader } from '../experts/testing/simulated-reader.ts';
import { recordFormat } from '../training/write-records.ts';
import { exportTraces } from './exporting-traces.ts';
import { readPublished } from './reading-published.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-release-traces-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const { signal } = new AbortController();
const store = join(folder, 'overread.db');
const data = join(folder, 'items');

describe('traces of a release', () => {
  it('are a strategy’s conversations with their scores, and prompts with the reference', async () => {
    await ownItems.fixture(data, { items: 12, seed: '1' });
    // Answers A throughout, so that some replies are right and some are not.
    const server = await startSimulatedReader({
      seed: '1',
      answer: () => '<box>[0, 0, 8, 8]</box> <answer>A</answer> A',
    });
    const [run] = await readPublished({
      benchmark: 'own-items',
      data,
      readers: ['vitar@compatible/m'],
      baseUrl: server.url,
      allow: [new URL(server.url).origin],
      store,
      seed: '0',
      progress: silent,
      signal,
    });
    await server.close();
    expect(run.counts.failed).toBe(0);
    const exported = async (to: string, minScore: number) => {
      const written = await exportTraces({
        benchmark: data,
        out: join(folder, `${to}-${minScore}`),
        format: recordFormat(to),
        source: { runs: [run.runId], store },
        split: 'all',
        minScore,
        pairs: { seed: '0' },
        conversations: 'last',
        progress: silent,
        signal,
      });
      const lines = (await readFile(written.file, 'utf8')).trim().split('\n');
      return {
        ...written,
        lines: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>),
      };
    };
    const all = await exported('sharegpt', 0);
    const right = await exported('sharegpt', 1);
    expect(all.lines.length).toBe(run.counts.answered + run.counts.unparsed);
    expect(right.lines.length).toBeGreaterThan(0);
    expect(right.lines.length).toBeLessThan(all.lines.length);
    for (const { images, conversations } of all.lines as {
      images: string[];
      conversations: { value: string }[];
    }[]) {
      const tags = conversations.reduce((sum, { value }) => sum + value.split('<image>').length - 1, 0);
      expect(tags).toBe(images.length);
    }
    const prompts = await exported('trl-grpo', 0);
    for (const { answer } of prompts.lines) expect(answer).toMatch(/^(yes|no|\[.*\])$/);
  });
  it('of another release than the run read are refused', async () => {
    const other = join(folder, 'other');
    await ownItems.fixture(other, { items: 12, seed: '2' });
    const { openStore } = await import('../storage/store.ts');
    const opened = await openStore(store);
    const [{ id }] = await opened.runs();
    await opened.close();
    const job = {
      benchmark: other,
      out: join(folder, 'never'),
      format: recordFormat('sharegpt'),
      source: { runs: [id], store },
      split: 'all' as const,
      minScore: 0,
      pairs: { seed: '0' },
      conversations: 'last' as const,
      progress: silent,
      signal,
    };
    await expect(exportTraces(job)).rejects.toMatchObject({ code: 'benchmark-invalid' });
  });
});
