// The campaign over published sets, on two of them where they are at hand: whole engine, a scripted model, class means.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSet } from '../bench/published/campaign.ts';
import { publishedTable } from '../bench/published/markdown.ts';
import { PUBLISHED_SETS } from '../bench/published/sets.ts';
import { silent } from '../src/domain/progress.ts';

const data = fileURLToPath(new URL('../../shared/data', import.meta.url));
let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'published-sets-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function read(name: string) {
  const set = PUBLISHED_SETS.find((one) => one.name === name);
  if (set === undefined) throw new Error(`There is no set ${name}.`);
  return readSet(set, {
    data,
    scratch,
    seed: '0',
    progress: silent,
    signal: new AbortController().signal,
    resamples: 100,
  });
}

describe.skipIf(!existsSync(join(data, 'vqa-rad')))('VQA-RAD by letter', () => {
  it('251 yes/no questions: scoring finds again what the script is worth', async () => {
    const result = await read('VQA-RAD, yes/no by letter');
    const [model] = result.report.readers;
    expect(model.overall[0]).toMatchObject({ n: 251, unparsed: 0, failed: 0 });
    expect(model.overall[0].score).toBeCloseTo(result.scripted.right / result.scripted.counted, 12);
    const no = result.report.baselines.find(({ reader }) => reader === 'always-no');
    expect(no?.overall[0].score).toBeCloseTo(133 / 251, 12);
    expect(publishedTable([result])).toContain('| VQA-RAD, yes/no by letter | choice | 251, 135 | 50.0 |');
  });
});

describe.skipIf(!existsSync(join(data, 'ham10000/ham_28.npz')))('HAM10000', () => {
  it('class means of thumbnails see more than chance and the trivial readers, through the encoder', async () => {
    const { report } = await read('HAM10000, 28 pixels');
    const [, means] = report.readers;
    expect(means.overall[0]).toMatchObject({ n: 132, failed: 0, unsupported: 0 });
    const best = Math.max(...report.baselines.map(({ overall }) => overall[0].score ?? 0));
    expect(means.overall[0].ci95?.[0]).toBeGreaterThan(best);
  });
});
