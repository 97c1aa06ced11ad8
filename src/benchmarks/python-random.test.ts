import { describe, expect, it } from 'vitest';
import { pythonRandom } from './python-random.ts';

describe('Python’s random', () => {
  // Values of CPython 3.11.
  it('gives the bits, reals and whole numbers of CPython for a seed', () => {
    const zero = pythonRandom(0);
    expect([zero.getrandbits(32), zero.getrandbits(32)]).toEqual([3626764237, 1654615998]);
    const rng = pythonRandom(1024);
    expect(rng.bits32()).toBe(3423310448);
    expect(rng.random()).toBe(0.0191340333484028);
    expect(rng.randrange(1000)).toBe(870);
  });

  it('shuffles as CPython does: the split of a released data set can be made again', () => {
    expect(pythonRandom(1024).shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([
      5, 1, 8, 3, 9, 4, 2, 6, 7, 0,
    ]);
    const names = Array.from({ length: 700 }, (_, at) => `case_${String(at).padStart(5, '0')}.nii.gz`);
    const shuffled = pythonRandom(1024).shuffle(names);
    expect(shuffled.slice(0, 3)).toEqual(['case_00076.nii.gz', 'case_00238.nii.gz', 'case_00307.nii.gz']);
    expect(shuffled.slice(489, 492)).toEqual(['case_00372.nii.gz', 'case_00323.nii.gz', 'case_00657.nii.gz']);
    expect(names[0]).toBe('case_00000.nii.gz');
  });
});
