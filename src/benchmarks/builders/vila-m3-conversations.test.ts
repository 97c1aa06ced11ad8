import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTag } from '../../agents/readers/vila-m3/tag.ts';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import { phantomCohort, writeCohort } from '../../phantoms/cohort.ts';
import { ownItem } from '../published/own-items/format.ts';
import { colouredPixels, saidLegend } from '../vila-m3/check.ts';
import { type Conversation, countPieces, tumourAnswer } from '../vila-m3/compile.ts';
import builder from './vila-m3-conversations.ts';

const shared = fileURLToPath(new URL('../../../../shared/data/ct-abdomen-totalseg/', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conversations-'));
});
afterAll(() => rm(folder, { recursive: true }));

let runs = 0;
async function build(source: string, options: Record<string, readonly string[]> = {}) {
  const out = join(folder, `out-${++runs}`);
  const summary = await builder.build({
    source,
    out,
    seed: '7',
    protocol: 'strict',
    options,
    progress: { start() {}, advance() {}, finish() {} },
    signal: new AbortController().signal,
  });
  const text = await readFile(join(out, 'conversations.json'), 'utf8');
  const items = (await readFile(join(out, 'items.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
  return {
    out,
    summary,
    conversations: JSON.parse(text) as Conversation[],
    items: items.map((line) => ownItem.parse(JSON.parse(line))),
  };
}

/** Every picture has its place, turns alternate from the human's, and the model's first turn asks for one expert. */
function expectStructure({ image, conversations }: Conversation): void {
  expect(conversations.map(({ from }) => from)).toEqual(
    conversations.length === 2 ? ['human', 'gpt'] : ['human', 'gpt', 'human', 'gpt'],
  );
  expect(conversations.map(({ value }) => value.match(/<image>/g)?.length ?? 0).reduce((a, b) => a + b)).toBe(
    image.length,
  );
  expect(readTag(conversations[1].value, ['VISTA3D']).ok).toBe(true);
}

describe('conversations of phantoms', () => {
  let made: Awaited<ReturnType<typeof build>>;
  beforeAll(async () => {
    const source = join(folder, 'phantoms');
    await writeCohort(source, phantomCohort({ seed: 5, cases: 6, shape: [64, 64, 48] }));
    made = await build(source, { 'min-pixels': ['2'] });
  });
  it('hold requests, namings and tumours with and without', () => {
    expect(Object.keys(made.summary.counts)).toEqual(
      expect.arrayContaining(['segmentation request', 'tumor: no', 'tumor: yes', 'what is it']),
    );
    for (const conversation of made.conversations) expectStructure(conversation);
  });
  it('say yes exactly where the legend names something', () => {
    const tumours = made.conversations.filter(({ conversations }) =>
      /tumor>|tumor\)>/.test(conversations[1].value),
    );
    expect(tumours.length).toBeGreaterThan(4);
    for (const conversation of tumours)
      expect(/^yes/.test(conversation.conversations[3].value)).toBe(saidLegend(conversation).length > 0);
  });
  it('colour pixels for every line of the legend, and only those differ from the plain picture', async () => {
    for (const conversation of made.conversations.filter(({ image }) => image.length === 2).slice(0, 8)) {
      const [base, drawn] = await Promise.all(
        conversation.image.map(async (name) => rasterOfBytes(await readFile(join(made.out, name)))),
      );
      const covered = new Uint8Array(base.width * base.height);
      for (const { colour } of saidLegend(conversation)) {
        const pixels = colouredPixels(base, drawn, colour);
        expect(pixels.some((one) => one === 1)).toBe(true);
        for (const [at, one] of pixels.entries()) if (one === 1) covered[at] = 1;
      }
      for (const [at, one] of covered.entries())
        if (one === 0) expect(drawn.data[at * 3]).toBe(base.data[at * base.channels]);
    }
  });
  it('are also items of one’s own, without a name of the source', () => {
    expect(made.items.length).toBe(made.summary.items);
    for (const { options, answer, pictures } of made.items) {
      expect(options).toContain(answer);
      expect(pictures).toHaveLength(1);
    }
    expect(JSON.stringify([made.items, made.conversations])).not.toMatch(/phantom-\d/);
  });
});

describe('answers', () => {
  it('count pieces that touch at edges, of all masks of the group together', () => {
    // Two pixels of the tumour side by side with the second mask's, and one apart.
    const slice = (data: number[]) => ({ width: 6, height: 1, data: Uint8Array.from(data) });
    const mask = (structure: string, data: number[]) => ({ name: structure, structure, slice: slice(data) });
    const annotated = {
      picture: { width: 6, height: 1, channels: 1 as const, data: new Uint8Array(6) },
      modality: 'CT',
      masks: [
        mask('pancreas_pdac', [1, 1, 0, 0, 0, 0]),
        mask('pancreas_pnet', [0, 0, 1, 0, 0, 1]),
        mask('pancreas_lesion', [1, 1, 1, 1, 1, 1]),
      ],
    };
    expect(countPieces(annotated, 'pancreatic tumor')).toBe(2);
    expect(countPieces(annotated, 'hepatic tumor')).toBe(0);
    expect([0, 1, 2].map(tumourAnswer)).toEqual(['no', 'yes, there is 1', 'yes, there are 2']);
  });
});

describe.skipIf(!existsSync(shared))('conversations of a real CT', () => {
  it('colour the organs on their largest slice as its label map has them', async () => {
    const { conversations, out } = await build(shared, {
      image: [join(shared, 'example_ct_sm.nii.gz')],
      mask: [join(shared, 'example_seg.nii.gz')],
      scheme: ['totalsegmentator'],
      slices: ['6'],
    });
    for (const conversation of conversations) expectStructure(conversation);
    // Nobody looked for tumours: no question may be asked of them.
    expect(conversations.some(({ conversations: [, said] }) => /tumor|lesion/.test(said.value))).toBe(false);
    const naming = conversations.filter(({ image }) => image.length === 2);
    expect(naming.length).toBeGreaterThan(5);
    const liver = naming.find((each) => saidLegend(each).some(({ name }) => name === 'liver'));
    if (liver === undefined) throw new Error('No slice with the liver was named.');
    const [base, drawn] = await Promise.all(
      liver.image.map(async (name) => rasterOfBytes(await readFile(join(out, name)))),
    );
    const { colour = '' } = saidLegend(liver).find(({ name }) => name === 'liver') ?? {};
    const pixels = colouredPixels(base, drawn, colour).reduce((sum, one) => sum + one, 0);
    // The liver has 38634 voxels on 30 slices; a slice of it has at least a few hundred.
    expect(pixels).toBeGreaterThan(300);
    expect(base.width).toBe(122);
  });
});
