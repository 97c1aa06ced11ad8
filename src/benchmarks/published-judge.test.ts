import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../records/data-root.ts';
import mmrarebench from './published/mmrarebench/index.ts';
import type { Judge, PublishedBenchmark } from './published.ts';
import { besideRecords, scoreReplies } from './published-score.ts';
import { recordOptions } from './published-source.ts';

const plugin = mmrarebench as unknown as PublishedBenchmark;

describe('replies that a judge scores', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judged-'));
    await mmrarebench.fixture(folder, { items: 40, seed: '1' });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const scored = async (judge?: Judge) => {
    const data = await openData(folder);
    const options = recordOptions(plugin, { mode: 'crossmodal' });
    const replies = new Map(
      Array.from({ length: 40 }, (_, at) => [`crossmodal-${at}`, at % 4 === 0 ? 'right' : 'wrong']),
    );
    return scoreReplies({
      plugin,
      contentHash: 'x',
      options,
      protocol: 'strict',
      reader: 'r',
      replies: besideRecords(plugin, data, options, replies),
      ...(judge === undefined ? {} : { judge }),
    });
  };

  it('are judged several at once, each for its own item, and the report names the judge', async () => {
    let [going, most] = [0, 0];
    const judge: Judge = {
      id: 'vendor/judge',
      async ask(prompt) {
        most = Math.max(most, ++going);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        going--;
        return new Array(5).fill(prompt.includes('Reply: right') ? 'YES' : 'NO').join('\n');
      },
    };
    const report = await scored(judge);
    const [main] = report.readers[0].overall;
    expect([main.metric, main.score, main.n]).toEqual(['crossmodal-judge', 0.25, 40]);
    expect(most).toBeGreaterThan(1);
    expect(report.notes.join('\n')).toContain('Judged by vendor/judge');
  });

  it('without a judge there is no score in its place, and the report says so', async () => {
    const report = await scored();
    expect(report.readers[0].overall[0].score).toBeNull();
    expect(report.notes.join('\n')).toContain('No judge was named');
  });

  it('a judge that may not be asked stops the report', async () => {
    const judge: Judge = { id: 'x', ask: () => Promise.reject(new Error('no such judge')) };
    await expect(scored(judge)).rejects.toThrow('no such judge');
  });
});
