import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyOccupied, occupiedSpans } from './occupied.ts';

/** Mostly background, with marks at and around the ends of blocks. */
const marked = fc
  .record({ length: fc.nat(40_000), marks: fc.array(fc.nat(39_999), { maxLength: 12 }) })
  .map(({ length, marks }) => {
    const data = new Uint16Array(length);
    for (const at of marks) {
      if (at < length) data[at] = 1 + (at % 65_535);
      const edge = 2048 * (at % 20) - (at % 2);
      if (edge >= 0 && edge < length) data[edge] = 256;
    }
    return data;
  });

describe('the background', () => {
  it('lies outside of the spans, all of it 0; each span is apart from the next', () => {
    fc.assert(
      fc.property(marked, (data) => {
        let last = -1;
        for (const [from, to] of occupiedSpans(data)) {
          expect(from).toBeGreaterThan(last);
          expect(data.subarray(Math.max(0, last), from).every((v) => v === 0)).toBe(true);
          expect(data.subarray(from, to).some((v) => v !== 0)).toBe(true);
          last = to;
        }
        expect(data.subarray(Math.max(0, last)).every((v) => v === 0)).toBe(true);
      }),
    );
  });

  it('of −0 is no background: its sign is a bit', () => {
    expect(occupiedSpans(Float32Array.of(0, -0))).toEqual([[0, 2]]);
  });

  it('left out of a copy makes the same copy', () => {
    fc.assert(
      fc.property(marked, fc.nat(9), (data, at) => {
        const from = Buffer.from(data.buffer);
        const to = Buffer.alloc(from.length + at);
        copyOccupied(from, to, at);
        expect(to.subarray(at).equals(from)).toBe(true);
      }),
    );
  });
});
