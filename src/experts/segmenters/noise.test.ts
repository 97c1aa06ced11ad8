import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { squaredDistances } from '../distance.ts';
import { type Ball, ballCase, LIVER_AND_TUMOR, segmenterContract, voxelsOf } from '../segmenter.contract.ts';
import { openSegmenter } from '../segmenter.ts';

segmenterContract('noise', () => openSegmenter('noise:sd=2,drop=0.5,false=0.5'));

const ball = (radius: number) => (4 / 3) * Math.PI * radius ** 3;

async function noisy(written: string, balls: readonly Ball[] = LIVER_AND_TUMOR, seed = 's') {
  const { annotation } = ballCase(balls);
  return { before: annotation, after: await (await openSegmenter(written)).segment({ annotation, seed }) };
}

describe('distances', () => {
  it('equal the brute force over all voxels, whatever the spacing', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 6 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 4 }),
        ),
        fc.tuple(fc.constantFrom(0.7, 1, 2.5), fc.constantFrom(0.7, 1), fc.constantFrom(1, 5)),
        fc.string(),
        (shape, spacing, seed) => {
          const draw = random(seed);
          const [ni, nj] = shape;
          const inside = Uint8Array.from({ length: ni * nj * shape[2] }, () => (draw.next() < 0.15 ? 1 : 0));
          const got = squaredDistances(inside, shape, spacing);
          const at = (p: number) => [p % ni, Math.floor(p / ni) % nj, Math.floor(p / (ni * nj))];
          for (let p = 0; p < inside.length; p++) {
            let best = Infinity;
            for (let q = 0; q < inside.length; q++)
              if (inside[q] === 1)
                best = Math.min(
                  best,
                  at(p).reduce((sum, v, axis) => sum + ((v - at(q)[axis]) * spacing[axis]) ** 2, 0),
                );
            if (best === Infinity) expect(got[p]).toBe(Infinity);
            else expect(Math.abs(got[p] - best)).toBeLessThan(1e-4 * (1 + best));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('mask noise', () => {
  it('shifts a ball’s radius by the millimetres asked for', async () => {
    const one: Ball[] = [{ structure: 'spleen', centre: [30, 30, 30], radius: 18 }];
    for (const shift of [-6, -3, 3, 6]) {
      const { after } = await noisy(`noise:shift=${shift}`, one);
      const radius = Math.cbrt(voxelsOf(after, 'spleen').size / ((4 / 3) * Math.PI));
      // To within half a voxel: distances are taken between voxel centres.
      expect(Math.abs(radius - (18 + shift))).toBeLessThan(0.5);
    }
  });

  it('shifts equally far in millimetres on voxels that are no cubes', async () => {
    const { annotation } = ballCase(
      [{ structure: 'spleen', centre: [30, 30, 30], radius: 15 }],
      [60, 60, 24],
      [1, 1, 2.5],
    );
    const grown = await (await openSegmenter('noise:shift=5')).segment({ annotation, seed: 's' });
    const voxels = voxelsOf(grown, 'spleen').size * 2.5;
    expect(Math.abs(Math.cbrt(voxels / ((4 / 3) * Math.PI)) - 20)).toBeLessThan(0.7);
  });

  it('gives the rim of a shrunken lesion back to its organ, and takes nothing of a lesion for a grown organ', async () => {
    const { before, after } = await noisy('noise:shift=-2');
    const liver = voxelsOf(after, 'liver');
    const tumor = voxelsOf(after, 'liver_tumor');
    expect(tumor.size).toBeLessThan(voxelsOf(before, 'liver_tumor').size);
    const rim = [...voxelsOf(before, 'liver_tumor')].filter((voxel) => !tumor.has(voxel));
    expect(rim.every((voxel) => liver.has(voxel))).toBe(true);
    const grown = await noisy('noise:shift=2');
    const kept = voxelsOf(grown.after, 'liver_tumor');
    expect([...voxelsOf(before, 'liver_tumor')].every((voxel) => kept.has(voxel))).toBe(true);
  });

  it('drops whole components of lesions, never of organs', async () => {
    const three: Ball[] = [
      { structure: 'liver', centre: [30, 30, 30], radius: 25 },
      ...[18, 30, 42].map((x): Ball => ({ structure: 'liver_tumor', centre: [x, 30, 30], radius: 4 })),
    ];
    const all = await noisy('noise:drop=1', three);
    expect(voxelsOf(all.after, 'liver_tumor').size).toBe(0);
    expect(voxelsOf(all.after, 'liver').size).toBe(
      voxelsOf(all.before, 'liver').size + voxelsOf(all.before, 'liver_tumor').size,
    );
    const each = voxelsOf(all.before, 'liver_tumor').size / 3;
    const left = new Set<number>();
    for (let n = 0; n < 24; n++) {
      const size = voxelsOf((await noisy('noise:drop=0.5', three, `seed ${n}`)).after, 'liver_tumor').size;
      expect(size % each).toBe(0);
      left.add(size / each);
    }
    // Of 24 draws of three coins all four counts come up but for one time in a hundred thousand.
    expect([...left].sort()).toEqual([0, 1, 2, 3]);
  });

  it('invents a component inside the organ, of at most the radius asked for', async () => {
    const { before, after } = await noisy('noise:false=1,radius=5', [
      { structure: 'liver', centre: [30, 30, 30], radius: 20 },
      { structure: 'liver_tumor', centre: [500, 0, 0], radius: 1 },
    ]);
    expect(voxelsOf(before, 'liver_tumor').size).toBe(0);
    const invented = voxelsOf(after, 'liver_tumor');
    const liver = voxelsOf(before, 'liver');
    expect(invented.size).toBeGreaterThan(0);
    expect(invented.size).toBeLessThanOrEqual(ball(5.5));
    expect([...invented].every((voxel) => liver.has(voxel))).toBe(true);
    expect(voxelsOf(after, 'liver')).toEqual(liver);
  });

  it('without any noise is the annotated mask', async () => {
    const { before, after } = await noisy('noise');
    expect(after.layers).toEqual(before.layers);
  });

  it('differs by seed', async () => {
    const a = await noisy('noise:sd=3', LIVER_AND_TUMOR, 'one');
    const b = await noisy('noise:sd=3', LIVER_AND_TUMOR, 'two');
    expect(a.after.layers).not.toEqual(b.after.layers);
  });

  it.each([
    'noise:sd=-1',
    'noise:drop=2',
    'noise:shift=far',
    'noise:sd=',
    'noise:wobble=1',
    'noise:3',
  ])('refuses %s with a sentence', async (written) => {
    await expect(openSegmenter(written)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
