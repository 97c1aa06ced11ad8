import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../../domain/progress.ts';
import { random } from '../../../domain/random.ts';
import type { Protocol } from '../../../domain/report.ts';
import { tinyEncoderFiles } from '../../../experts/testing/tiny-onnx.ts';
import { openData } from '../../../records/data-root.ts';
import { npy } from '../../../records/testing/npz-writer.ts';
import { checkData } from '../../data-check.ts';
import mediconfusion from '../../published/mediconfusion/index.ts';
import type { PublishedBenchmark } from '../../published.ts';
import { atCosine } from './check.ts';
import builder from './index.ts';
import type { MinedPicture } from './pictures.ts';
import { keyOrder, questionFor } from './questions.ts';
import { confusablePairs, type SearchOptions, type Vectors, vectorStack } from './search.ts';

const stack = (rows: readonly (readonly number[])[]): Vectors => {
  const vectors = vectorStack(rows.length, 'x');
  for (const row of rows) {
    const length = Math.hypot(...row);
    vectors.add(Float32Array.from(row, (value) => value / length));
  }
  return vectors.all();
};
const rows = (count: number, dims: number, seed: string) => {
  const rng = random(seed);
  return Array.from({ length: count }, () => Array.from({ length: dims }, () => rng.normal()));
};
const limits: SearchOptions = { above: 0.9, below: 0.75, keep: 1000 };

describe('the search for confusable pairs', () => {
  it('finds every planted pair among unit vectors, and no decoy that is alike to both encoders', async () => {
    const rng = random('planted');
    const [alike, apart] = [rows(600, 64, 'a'), rows(600, 64, 'b')];
    const planted: string[] = [];
    for (let n = 0; n < 40; n++) {
      const [first, second] = [n * 7, 300 + n * 5];
      alike[second] = atCosine(alike[first], 0.92 + 0.001 * n, rng);
      const decoy = n % 2 === 1;
      apart[second] = atCosine(apart[first], decoy ? 0.8 : 0.4, rng);
      if (!decoy) planted.push(`${first} ${second}`);
    }
    const { pairs, found } = await confusablePairs(stack(alike), stack(apart), limits);
    expect(found).toBe(planted.length);
    expect(pairs.map(({ first, second }) => `${first} ${second}`).sort()).toEqual(planted.sort());
    for (const { alike: cosine, apart: other } of pairs) {
      expect(cosine).toBeGreaterThan(0.9199);
      expect(other).toBeCloseTo(0.4, 5);
    }
  });

  it('agrees with comparing all pairs, whatever the sizes and thresholds', async () => {
    const brute = ({ dims, data }: Vectors, i: number, j: number): number => {
      let sum = 0;
      for (let k = 0; k < dims; k++) sum += data[i * dims + k] * data[j * dims + k];
      return sum;
    };
    const size = fc.integer({ min: 2, max: 150 });
    const dims = fc.integer({ min: 1, max: 20 });
    const cosine = fc.double({ min: -0.5, max: 0.9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(size, dims, dims, cosine, cosine, fc.nat(), async (n, da, db, above, below, seed) => {
        const [a, b] = [stack(rows(n, da, `a${seed}`)), stack(rows(n, db, `b${seed}`))];
        const expected: string[] = [];
        for (let i = 0; i < n; i++)
          for (let j = i + 1; j < n; j++)
            if (brute(a, i, j) >= above && brute(b, i, j) < below) expected.push(`${i} ${j}`);
        const { pairs, found } = await confusablePairs(a, b, { above, below, keep: 1e6 });
        expect(found).toBe(expected.length);
        expect(pairs.map(({ first, second }) => `${first} ${second}`).sort()).toEqual(expected.sort());
      }),
      { numRuns: 25 },
    );
  });

  it('keeps those with the largest distance between the cosines, and counts the rest', async () => {
    const [a, b] = [stack(rows(80, 3, 'a')), stack(rows(80, 3, 'b'))];
    const all = await confusablePairs(a, b, { above: 0.5, below: 0.5, keep: 1e6 });
    const few = await confusablePairs(a, b, { above: 0.5, below: 0.5, keep: 7 });
    expect(few.found).toBe(all.found);
    expect(few.pairs).toEqual(all.pairs.slice(0, 7));
    const gaps = all.pairs.map(({ alike, apart }) => alike - apart);
    expect(gaps).toEqual([...gaps].sort((x, y) => y - x));
  });

  it('leaves excluded pairs out, and stops when it is told to', async () => {
    const same = stack([
      [1, 0],
      [1, 0.01],
      [1, 0.02],
    ]);
    const other = stack([
      [1, 0],
      [0, 1],
      [-1, 0],
    ]);
    const excluded = (first: number, second: number) => first === 0 && second === 1;
    const { pairs } = await confusablePairs(same, other, { ...limits, excluded });
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([
      [0, 2],
      [1, 2],
    ]);
    await expect(confusablePairs(same, other, { ...limits, signal: AbortSignal.abort() })).rejects.toThrow();
    const uneven = vectorStack(2, 'onnx/x');
    uneven.add(new Float32Array(3));
    expect(() => uneven.add(new Float32Array(4))).toThrow(/of 3 and of 4/);
  });
});

describe('questions for pairs', () => {
  const picture = (caption: string | undefined, asked: Record<string, string> = {}): MinedPicture => ({
    ...{ name: 'x', hash: 'x', categories: [], load: async () => new Uint8Array() },
    asked: new Map(Object.entries(asked).map(([question, answer]) => [question, { question, answer }])),
    ...(caption === undefined ? {} : { caption }),
  });
  it('a question asked of both and answered differently goes before captions', () => {
    const [a, b] = [
      picture('one', { 'is it ct': 'Yes', 'is there a mass in the liver': 'yes', side: 'left' }),
      picture('two', { 'is it ct': 'yes', 'is there a mass in the liver': 'No', side: 'right' }),
    ];
    expect(questionFor(a, b)).toEqual({ question: 'is there a mass in the liver', answers: ['yes', 'No'] });
    expect(questionFor(picture('one\n  line'), b)?.answers).toEqual(['one line', 'two']);
    expect(questionFor(picture('Two.'), b)).toBeUndefined();
    expect(questionFor(picture(undefined), b)).toBeUndefined();
  });
  it('half of the keys are A then B, whatever the number', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.string(), (pairs, seed) => {
        const order = keyOrder(pairs, seed);
        expect(order).toHaveLength(pairs);
        expect(Math.abs(pairs - 2 * order.filter(Boolean).length)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the builder', () => {
  let folder = '';
  let builds = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confusable-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Pictures of one colour, of which the tiny encoder sees nothing else; the second encoder is a file of vectors. */
  async function write(): Promise<void> {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(folder, 'pictures'));
    await mkdir(join(folder, 'encoder'));
    for (const [name, bytes] of Object.entries(tinyEncoderFiles()))
      await writeFile(join(folder, 'encoder', name), bytes);
    const lines: string[] = [];
    const table = ['file,text,group,who,terms'];
    for (let at = 0; at < 8; at++) {
      const red = at < 6;
      const background = red ? { r: 200 + at, g: 10, b: 0 } : { r: 0, g: 0, b: 200 + at };
      const png = await sharp({ create: { width: 12, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
      await writeFile(join(folder, 'pictures', `${at}.png`), png);
      if (at === 0) await writeFile(join(folder, 'pictures', '9-again.png'), png);
      const vector = [0, 0, 0, 0];
      vector[at % 3] = 1;
      if (at !== 7) lines.push(JSON.stringify({ image: `${at}.png`, embedding: vector }));
      if (at !== 5) table.push(`${at}.png,shade ${at},Red;Chest,p${at % 2},CC0-1.0`);
    }
    lines.push(JSON.stringify({ image: '9-again.png', embedding: [1, 0, 0, 0] }));
    await writeFile(join(folder, 'vectors.jsonl'), lines.join('\n'));
    await writeFile(join(folder, 'pictures', 'texts.csv'), table.join('\n'));
  }
  const make = async (options: Record<string, string[]> = {}, protocol: Protocol = 'strict') => {
    const out = join(folder, `out-${++builds}`);
    const summary = await builder.build({
      ...{ source: join(folder, 'pictures'), out, seed: '3', protocol, progress: silent },
      signal: new AbortController().signal,
      options: {
        similar: [`onnx/${join(folder, 'encoder')}`],
        apart: [`embeddings/${join(folder, 'vectors.jsonl')}`],
        table: ['texts.csv'],
        column: ['picture=file', 'caption=text', 'category=group', 'patient=who', 'licence=terms'],
        ...options,
      },
    });
    return { out, summary };
  };

  it('mines with an ONNX model and a file of vectors, and writes what the benchmark reads', async () => {
    await write();
    const { out, summary } = await make({}, 'published');
    // Six red pictures, of which two each share the other encoder's vector: 15 − 3 pairs; number 5 has no caption.
    expect(summary.counts).toEqual({ 'confusable pairs': 12, 'pairs with a question': 8 });
    expect(Object.fromEntries(summary.skipped.map(({ reason, count }) => [reason, count]))).toEqual({
      'the same picture under another name': 1,
      'an encoder has no vector for the picture': 1,
      'the pair has no caption and no shared question that tell its pictures apart': 4,
    });
    const check = await checkData(mediconfusion as unknown as PublishedBenchmark, await openData(out));
    expect([check.complete, check.records, check.pictures, check.missingPictures]).toEqual([true, 16, 16, 0]);
    const keys: string[] = [];
    for await (const { item, reference } of mediconfusion.records(await openData(out), {
      mode: 'mc',
      seed: '0',
    })) {
      expect(item.licence).toBe('CC0-1.0');
      expect(reference.categories).toEqual(['Red', 'Chest']);
      expect(reference.options[reference.letter]).toMatch(/^shade \d$/);
      if (reference.place === 1) keys.push(reference.letter);
    }
    expect(keys.filter((letter) => letter === 'A')).toHaveLength(4);
    const written = await readFile(join(out, 'encoders.json'), 'utf8');
    expect(written).not.toContain(folder);
    expect((await make({}, 'published')).summary.contentHash).toBe(summary.contentHash);
  });

  it('takes vectors of a plain .npy array, a row for each file in the order of their names', async () => {
    await write();
    // Names in order: 0 … 7, then 9-again, which is 0 once more.
    const apart = Float32Array.from(
      [0, 1, 2, 0, 1, 2, 0, 0, 0].flatMap((one) => [0, 1, 2].map((at) => Number(at === one))),
    );
    await writeFile(join(folder, 'apart.npy'), npy('<f4', [9, 3], apart));
    const { summary } = await make({ apart: [`embeddings/${join(folder, 'apart.npy')}`] }, 'published');
    expect(summary.counts['confusable pairs']).toBe(12);
    await writeFile(join(folder, 'apart.npy'), npy('<f4', [8, 3], apart.subarray(0, 24)));
    await expect(make({ apart: [`embeddings/${join(folder, 'apart.npy')}`] })).rejects.toThrow(
      /one row for each picture/,
    );
  });

  it('strict: no pair of one patient, and no picture in more than two pairs', async () => {
    await write();
    const { out } = await make();
    const dataset = JSON.parse(await readFile(join(out, 'dataset.json'), 'utf8')) as Record<
      string,
      { im_1: string; im_2: string; question: string }
    >;
    const uses = new Map<string, number>();
    for (const { im_1, im_2 } of Object.values(dataset)) {
      expect((Number.parseInt(im_1, 10) + Number.parseInt(im_2, 10)) % 2).toBe(1);
      for (const name of [im_1, im_2]) uses.set(name, (uses.get(name) ?? 0) + 1);
    }
    expect(uses.size).toBeGreaterThan(2);
    expect(Math.max(...uses.values())).toBeLessThanOrEqual(2);
  });

  it('without captions the pairs are listed and nothing is asked', async () => {
    await write();
    const { out, summary } = await make({ table: [], column: [] });
    expect(summary.items).toBe(0);
    expect(summary.files).toEqual(['encoders.json', 'pairs.jsonl']);
    const lines = (await readFile(join(out, 'pairs.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(12);
    expect(JSON.parse(lines[0])).toMatchObject({ asked: false });
  });

  it.each([
    [{ similar: [] }, /Give --similar/],
    [{ similar: ['clip'] }, /names no encoder/],
    [{ above: ['2'] }, /Give --above/],
    [{ column: ['mood=x'] }, /Give --column/],
    [{ table: ['other.csv'] }, /no table other.csv/],
    [{ below: ['-1'] }, /No two of 7 pictures/],
  ])('%j is an error that says what to do', async (options, message) => {
    await write();
    await expect(make(options as unknown as Record<string, string[]>)).rejects.toThrow(message);
  });
});
