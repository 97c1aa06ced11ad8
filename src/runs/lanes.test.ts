import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runLanes } from './lanes.ts';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('lanes', () => {
  it('every item is worked on exactly once, with no more under way than there are lanes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (count, lanes) => {
          const seen: number[] = [];
          let underWay = 0;
          let most = 0;
          const exhausted = await runLanes({
            items: numbers(count),
            lanes,
            stopped: () => false,
            work: async (n) => {
              most = Math.max(most, ++underWay);
              await later(n % 2);
              underWay--;
              seen.push(n);
            },
          });
          expect(exhausted).toBe(true);
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
          expect(most).toBeLessThanOrEqual(lanes);
        },
      ),
      { numRuns: 30 },
    );
  });
  it('an error ends them all, after the other lanes have finished what they were at', async () => {
    const finished: number[] = [];
    const work = async (n: number) => {
      if (n === 3) throw new Error('three');
      await later(10);
      finished.push(n);
    };
    await expect(runLanes({ items: numbers(100), lanes: 4, stopped: () => false, work })).rejects.toThrow(
      'three',
    );
    expect(finished.sort()).toEqual([0, 1, 2]);
  });
  it('an error of the stream itself is an error of the work', async () => {
    async function* broken() {
      yield 1;
      throw new Error('line 2 is broken');
    }
    await expect(
      runLanes({ items: broken(), lanes: 3, stopped: () => false, work: async () => {} }),
    ).rejects.toThrow('line 2');
  });
  it('when stopped they take nothing new and say that the stream was not worked off', async () => {
    let stop = false;
    let count = 0;
    const exhausted = await runLanes({
      items: numbers(100),
      lanes: 2,
      stopped: () => stop,
      work: async () => {
        if (++count === 5) stop = true;
      },
    });
    expect(exhausted).toBe(false);
    expect(count).toBeLessThan(8);
  });
});
