import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyOccupied, elementSpans, occupiedSpans, rememberSpans } from './occupied.ts';

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

  it('known by bytes of a file is known by voxels, wherever those begin', () => {
    fc.assert(
      fc.property(marked, fc.integer({ min: 0, max: 3 }), (data, header) => {
        const bytes = new Uint8Array(data.byteLength + header);
        bytes.set(new Uint8Array(data.buffer), header);
        const rest = Uint16Array.from(data);
        for (const [from, to] of elementSpans(occupiedSpans(bytes), header, 2)) rest.fill(0, from, to);
        expect(rest.every((v) => v === 0)).toBe(true);
      }),
    );
  });

  it('is not looked for again once a reader has said where it is', () => {
    const labels = Uint8Array.of(0, 0, 1, 0);
    rememberSpans(labels, [[2, 3]]);
    expect(occupiedSpans(labels)).toEqual([[2, 3]]);
    expect(occupiedSpans(labels.slice())).toEqual([[0, 4]]);
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
