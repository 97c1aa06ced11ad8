import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../../domain/progress.ts';
import { openData } from '../../../records/data-root.ts';
import ownItems from '../../published/own-items/index.ts';
import surgwound from './index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'surgwound-'));
});
afterEach(() => rm(folder, { recursive: true }));

const HEADER =
  'Image Name,Wound Location,Wound Status,Closure Method,Exudate Characteristics,Erythema,Edema,Urgency Level,Infection Risk Assessment';
const ROWS = [
  '1.png,Abdomen,Healed,Sutures,Non-existent,Non-existent,Uncertain,Green: at home,Low',
  '2.png,Other,Not Healed,Staples,Purulent,Existent,Existent,Red: now,High',
  '2.png,Other,Not Healed,Staples,Serous,Existent,Existent,Yellow: soon,Medium',
  '3.png,Ankle,Healed,Glue,Non-existent,Non-existent,Non-existent,Green: at home,Low',
];

async function build(options: Record<string, string[]>, source = join(folder, 'labels.csv')) {
  if (source.startsWith(folder)) await writeFile(source, `${HEADER}\r\n${ROWS.join('\r\n')}\r\n`);
  const out = join(folder, `out-${Math.random()}`);
  const request = { source, out, seed: '1', protocol: 'strict' as const, options, progress: silent };
  const summary = await surgwound.build({ ...request, signal: new AbortController().signal });
  const lines = (await readFile(join(out, 'items.jsonl'), 'utf8')).trim().split('\n');
  return { summary, out, items: lines.map((line) => JSON.parse(line)) };
}

describe('items out of a sheet of wounds', () => {
  it('ask risk and urgency, with the row’s attributes among their records', async () => {
    const { summary, items } = await build({});
    expect(summary.counts).toEqual({ 'wound-risk': 4, 'wound-urgency': 4 });
    expect(summary.skipped).toEqual([{ reason: 'a row has no known closure method', count: 1 }]);
    const [risk] = items;
    expect(risk).toMatchObject({ id: '1.png_risk', patient: '1.png', answer: 'Low' });
    expect([...risk.options].sort()).toEqual(['High', 'Low', 'Medium']);
    expect(
      Object.fromEntries(risk.materials.map(({ title, text }: Record<string, string>) => [title, text])),
    ).toEqual({
      location: 'Abdomen',
      status: 'Healed',
      closure: 'Sutures',
      exudate: 'Non-existent',
      erythema: 'Non-existent',
      edema: 'Uncertain',
    });
    expect(JSON.stringify(risk.materials)).not.toMatch(/Low|Green/);
  });
  it('keep the rows of a picture in one fold and one split', async () => {
    const { items } = await build({ folds: ['3'], fold: ['1'], task: ['risk'] });
    const twins = items.filter(({ patient }) => patient === '2.png');
    expect(twins.map(({ id }) => id)).toEqual(['2.png_risk', '2.png#2_risk']);
    expect(new Set(twins.map(({ split, facets }) => `${split}${facets.fold}`)).size).toBe(1);
    expect(items.filter(({ split }) => split === 'test').every(({ facets }) => facets.fold === '1')).toBe(
      true,
    );
  });
  it('say whose attributes they hold when these are another wound’s', async () => {
    const { items } = await build({ attributes: ['shuffled'], task: ['risk'] });
    for (const { patient, materials } of items)
      for (const { patient: owner } of materials) expect(owner).not.toBe(patient);
    expect((await build({ attributes: ['none'], task: ['risk'] })).items[0].materials).toBeUndefined();
  });
  it('ask certain attributes of pictures, and are read as items of one’s own', async () => {
    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    const pixel = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
      'base64',
    );
    await writeFile(join(pictures, '1.png'), pixel);
    const { out, summary } = await build({ task: ['attributes'], pictures: [pictures] });
    expect(summary.counts).toEqual({
      'wound-closure': 1,
      'wound-erythema': 1,
      'wound-exudate': 1,
      'wound-status': 1,
    });
    const records: unknown[] = [];
    for await (const record of ownItems.records(await openData(out), { mode: 'asked', seed: '1' })) {
      records.push(record);
      const said = ownItems.oracle(record, 'asked');
      expect(
        await ownItems.measure(
          record,
          { text: said, status: 'answered' },
          { protocol: 'strict', mode: 'asked' },
        ),
      ).toMatchObject({ item: { score: 1 } });
      // What the released scorer drops from the denominator counts here as unread and wrong.
      expect(
        await ownItems.measure(
          record,
          { text: 'Z', status: 'unparsed' },
          { protocol: 'strict', mode: 'asked' },
        ),
      ).toMatchObject({ outcome: 'unparsed', item: { score: 0 } });
    }
    expect(records).toHaveLength(4);
  });
  it('refuse what is no sheet of labels, and options that are none', async () => {
    await writeFile(join(folder, 'other.csv'), 'a,b\n1,2\n');
    const request = { out: join(folder, 'o'), seed: '1', protocol: 'strict' as const, progress: silent };
    const signal = new AbortController().signal;
    await expect(
      surgwound.build({ ...request, signal, source: join(folder, 'other.csv'), options: {} }),
    ).rejects.toMatchObject({ code: 'file-corrupt' });
    await expect(build({ task: ['cure'] })).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(build({ fold: ['9'] })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});

const sheet = fileURLToPath(
  new URL('../../../../../shared/data/surgwound-labels/labels.csv', import.meta.url),
);
describe.skipIf(!existsSync(sheet))('the sheet of 686 wounds', () => {
  it('gives as many items of each judgement, of which low risk is always green and high risk mostly red', async () => {
    const { summary, items } = await build({}, sheet);
    expect(summary.counts).toEqual({ 'wound-risk': 686, 'wound-urgency': 686 });
    const answers = new Map(items.map(({ id, answer }) => [id, answer]));
    const cross = (risk: string, urgency: RegExp) =>
      items.filter(
        ({ id, answer, patient, type }) =>
          type === 'wound-risk' &&
          id.endsWith('_risk') &&
          answer === risk &&
          urgency.test(answers.get(`${patient}_urgency`)),
      ).length;
    expect(cross('Low', /Green/)).toBe(573);
    expect(cross('High', /Red/)).toBe(18);
    expect(cross('High', /Yellow|Green/)).toBe(5);
  });
});
