import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SoftMask } from '../../domain/expert.ts';
import { bestMatching } from '../../scoring/detection/assignment.ts';
import { maskBox, maskConfidence, unionOf } from './confidence.ts';
import { readChoice, readReview } from './coordination.ts';
import { readEntities } from './entities.ts';
import { cosine, likenessOf, type TextVectors } from './matching.ts';
import { ratesText, reviewRates } from './review-rates.ts';
import { answerReward, entityReward } from './rewards.ts';
import { maskPicture, viewPicture } from './views.ts';
import { majority } from './vote.ts';

function soft(width: number, height: number, at: (x: number, y: number) => number): SoftMask {
  return {
    width,
    height,
    probability: Float32Array.from({ length: width * height }, (_, n) =>
      at(n % width, Math.floor(n / width)),
    ),
  };
}

describe('entities', () => {
  it('are one to five different ones, what is said twice or too much counted apart', () => {
    expect(readEntities('```json\n{"entities": ["Liver", "liver.", "mass"]}\n```')).toEqual({
      ok: true,
      value: { entities: ['liver.', 'mass'], repeats: 1, dropped: 0 },
    });
    expect(readEntities('["a","b","c","d","e","f","g"]')).toMatchObject({
      value: { entities: ['a', 'b', 'c', 'd', 'e'], dropped: 2 },
    });
    for (const bad of ['the liver', '{"entities": []}', '{"entities": [7]}', '[""]', '{}'])
      expect(readEntities(bad).ok).toBe(false);
  });
  it('are read from any reply without an exception', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readEntities(text)));
  });
});

describe('a mask’s confidence', () => {
  it('is 1 where every pixel is decided, 0 where each is a coin toss', () => {
    expect(maskConfidence(soft(4, 4, (x) => (x > 1 ? 1 : 0)))).toBe(1);
    expect(maskConfidence(soft(4, 4, () => 0.5))).toBeCloseTo(0, 12);
  });
  it('of one probability everywhere is 1 − H(p) / ln 2', () => {
    // H(0.1) = 0.3250829733914482 nats; 1 − H / ln 2 = 0.5310044064107188.
    expect(maskConfidence(soft(3, 2, () => 0.1))).toBeCloseTo(0.5310044064107188, 6);
    // Half of the pixels decided, half coin tosses: one half.
    expect(maskConfidence(soft(4, 2, (x) => (x < 2 ? 1 : 0.5)))).toBeCloseTo(0.5, 12);
  });
  it('is the same for a mask and its complement, and falls as probabilities near one half', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (ps) => {
          const of = (change: (p: number) => number) =>
            maskConfidence({ probability: Float32Array.from(ps, change) });
          expect(of((p) => 1 - p)).toBeCloseTo(
            of((p) => p),
            5,
          );
          expect(of((p) => 0.5 + (p - 0.5) / 2)).toBeLessThanOrEqual(of((p) => p) + 1e-9);
        },
      ),
    );
  });
  it('has a box around what is at least a half, and none where nothing is', () => {
    expect(maskBox(soft(10, 8, (x, y) => (x >= 2 && x < 5 && y === 3 ? 0.7 : 0.2)))).toEqual([2, 3, 5, 4]);
    expect(maskBox(soft(3, 3, () => 0.4))).toBeUndefined();
    const both = unionOf([soft(4, 1, (x) => (x === 0 ? 1 : 0)), soft(4, 1, (x) => (x === 3 ? 0.6 : 0))]);
    expect(maskBox(both)).toEqual([0, 0, 4, 1]);
  });
});

describe('views', () => {
  const raster = {
    width: 8,
    height: 4,
    channels: 1 as const,
    data: Uint8Array.from({ length: 32 }, (_, n) => n),
  };
  const mask = soft(8, 4, (x, y) => (x >= 4 && x < 6 && y >= 1 && y < 3 ? 0.9 : 0));
  it('a mask is a picture of its own, black and white, on the picture’s grid', () => {
    const { data, channels } = maskPicture(mask, raster);
    expect(channels).toBe(1);
    expect([...data].map((value, at) => (value === 255 ? at : -1)).filter((at) => at >= 0)).toEqual([
      12, 13, 20, 21,
    ]);
    // A mask of half the size covers the same ground.
    const half = soft(4, 2, (x, y) => (x === 2 && y === 1 ? 1 : 0));
    expect([...maskPicture(half, raster).data].filter((value) => value === 255)).toHaveLength(4);
  });
  it('a crop holds the picture’s own pixels, the global view is white all over', () => {
    const crop = viewPicture('zoom', raster, mask, { margin: 0, edge: 2 });
    expect([...crop.data]).toEqual([12, 13, 20, 21]);
    const global = viewPicture('global', raster, mask, { margin: 0, edge: 2 });
    expect(new Set(global.data)).toEqual(new Set([255]));
  });
});

describe('a vote', () => {
  const letter = (voter: string, letter: string) => ({ voter, answer: { kind: 'choice' as const, letter } });
  it('goes to what most say; of equals to the first in order, and says that it was a tie', () => {
    expect(majority([letter('zoom', 'A'), letter('mask', 'B'), letter('global', 'B')])).toMatchObject({
      winner: 'mask',
      tied: false,
    });
    expect(majority([letter('zoom', 'C'), letter('mask', 'B'), letter('global', 'A')])).toMatchObject({
      winner: 'zoom',
      tied: true,
    });
  });
  it('is not taken part in by what cannot be read', () => {
    expect(majority([{ voter: 'zoom' }, letter('mask', 'B')])).toMatchObject({ winner: 'mask', tied: false });
    expect(majority([{ voter: 'zoom' }])).toBeUndefined();
  });
  it('knows that texts agree but for case and a full stop', () => {
    const text = (voter: number, said: string) => ({ voter, answer: { kind: 'text' as const, text: said } });
    expect(majority([text(1, 'left'), text(2, 'Right lung.'), text(3, 'right  lung')])).toMatchObject({
      winner: 2,
    });
  });
});

describe('matching', () => {
  const permutations = (n: number): number[][] =>
    n === 0
      ? [[]]
      : permutations(n - 1).flatMap((rest) =>
          Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
        );
  it('is as good as the best of all orders, up to six by six', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (rows, columns, stream) => {
          const likeness = Array.from({ length: rows }, () =>
            Array.from({ length: columns }, () => stream.next().value as number),
          );
          const size = Math.max(rows, columns);
          const best = Math.max(
            ...permutations(size).map((order) =>
              order.reduce(
                (sum, column, row) => sum + (row < rows && column < columns ? likeness[row][column] : 0),
                0,
              ),
            ),
          );
          const { pairs, total } = bestMatching(likeness, columns);
          expect(pairs).toHaveLength(Math.min(rows, columns));
          expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
          expect(total).toBeCloseTo(best, 9);
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** A letter's count is a coordinate: an encoder whose cosines can be worked out by hand. */
const letters: TextVectors = {
  encode: async (texts) =>
    texts.map((text) =>
      Array.from({ length: 26 }, (_, n) => text.toLowerCase().split(String.fromCharCode(97 + n)).length - 1),
    ),
};

describe('the entity reward', () => {
  const of = (said: readonly string[] | undefined, wanted = ['liver', 'mass']) =>
    entityReward(said, wanted, { vectors: letters });
  it('is 4 for the wanted ones, in any order', async () => {
    expect((await of(['mass', 'liver'])).total).toBeCloseTo(4, 12);
    expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
  });
  it('falls with every entity that is missing, wrong, said again or too many, and is 0 for an unread reply', async () => {
    const whole = (await of(['liver', 'mass'])).total;
    expect((await of(['liver'])).total).toBeLessThan(whole);
    expect((await of(['liver', 'mass', 'xyz'])).total).toBeLessThan(whole);
    expect((await of(['liver', 'mass', 'mass'])).repeats).toBe(0.5);
    expect((await of(['liver', 'mass', 'mass', 'liver'])).repeats).toBeCloseTo(1 / 3, 12);
    expect((await of(['a', 'b', 'c', 'd', 'e', 'f'])).count).toBe(0);
    expect((await of([])).count).toBe(0);
    expect((await of(undefined)).total).toBe(0);
  });
  it('divides by the longer list unless the pairs are asked for, which pays for naming one thing only', async () => {
    expect((await of(['liver'])).likeness).toBeCloseTo(0.5, 12);
    expect(
      (await entityReward(['liver'], ['liver', 'mass'], { vectors: letters, over: 'pairs' })).likeness,
    ).toBeCloseTo(1, 12);
  });
  it('does not fall when an entity is replaced by the wanted one that it is matched with', async () => {
    const wanted = ['liver', 'mass', 'cyst'];
    const words = fc.uniqueArray(fc.constantFrom('bone', 'gas', 'node', 'duct', 'slit'), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(words, fc.nat(3), async (said: string[], at) => {
        const { pairs } = bestMatching(await likenessOf(said, wanted, letters), wanted.length);
        const [row, column] = pairs[at % pairs.length];
        const before = await of(said, wanted);
        const after = await of(said.with(row, wanted[column]), wanted);
        expect(after.total).toBeGreaterThanOrEqual(before.total - 1e-12);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the answer reward', () => {
  it('adds a quarter at most for length, whatever the length', () => {
    const of = (right: boolean, format: boolean, length: number) =>
      answerReward({ right, format, reasoning: 'x'.repeat(length) }, { length: 100 });
    expect(of(true, true, 100)).toBe(2.25);
    expect(of(true, true, 100_000)).toBe(2.25);
    expect(of(false, true, 50)).toBe(1.125);
    expect(of(false, false, 0)).toBe(0);
    // A long wrong answer never beats a short right one.
    expect(of(false, true, 100)).toBeLessThan(of(true, true, 0));
  });
});

describe('a coordinator’s reply', () => {
  it('names an entity and a view that are there', () => {
    expect(readChoice('{"entity": 2, "view": "mask"}', 2)).toEqual({
      ok: true,
      value: { entity: 2, view: 'mask', reason: '' },
    });
    expect(readChoice('{"entity": 3, "view": "mask"}', 2).ok).toBe(false);
    expect(readChoice('{"entity": 1, "view": "sonar"}', 2).ok).toBe(false);
    expect(readChoice('{"entity": null, "view": "zoom"}', 0)).toMatchObject({
      value: { view: 'global', entity: null },
    });
    expect(readReview('{"verdict": "keep"}', 2)).toMatchObject({ value: { verdict: 'keep' } });
    expect(readReview('{"verdict": "rerun", "entity": 1, "view": "zoom"}', 2)).toMatchObject({
      value: { verdict: 'rerun' },
    });
    expect(readReview('{"verdict": "rerun"}', 2).ok).toBe(false);
    expect(readReview('fine', 2).ok).toBe(false);
  });
});

describe('what a review did', () => {
  it('is told as both rates: as many mended as broken is not nothing', () => {
    const of = (before: boolean, after: boolean, n: number) =>
      Array.from({ length: n }, () => ({ rightBefore: before, rightAfter: after }));
    const rates = reviewRates([
      ...of(true, true, 80),
      ...of(false, true, 5),
      ...of(true, false, 5),
      ...of(false, false, 10),
    ]);
    expect(rates).toMatchObject({
      n: 100,
      fixed: { count: 5, share: 0.05 },
      broken: { count: 5, share: 0.05 },
    });
    // Clopper–Pearson for 5 of 100.
    expect(rates.fixed.ci95[0]).toBeCloseTo(0.0164, 3);
    expect(rates.fixed.ci95[1]).toBeCloseTo(0.1128, 3);
    expect(ratesText(rates)).toBe('fixed 5.0 % (5 of 100), broken 5.0 % (5 of 100)');
  });
});
