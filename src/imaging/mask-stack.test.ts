import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { maskStack } from './mask-stack.ts';

const grid = gridOf([20, 1, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
const masks = fc.array(fc.uint8Array({ minLength: 20, maxLength: 20, max: 1 }), {
  minLength: 1,
  maxLength: 8,
});

describe('maskStack', () => {
  it('every mask comes out as it went in', () => {
    fc.assert(
      fc.property(masks, (drawn) => {
        const stack = maskStack();
        drawn.forEach((mask, index) => {
          stack.add(`mask ${index}`, grid, mask);
        });
        const layers = stack.layers();
        drawn.forEach((mask, index) => {
          const found = layers.flatMap(({ data, labels }) =>
            labels
              .filter(({ name }) => name === `mask ${index}`)
              .map(({ value }) => data.map((v) => (v === value ? 1 : 0))),
          );
          expect(found.map((voxels) => [...voxels])).toEqual([[...mask]]);
        });
      }),
    );
  });

  it('masks that do not touch need one layer, up to 255 of them', () => {
    const stack = maskStack();
    for (let index = 0; index < 300; index++) stack.add(String(index), grid, new Uint8Array(20));
    expect(stack.layers().map(({ labels }) => labels.length)).toEqual([255, 45]);
  });

  it('another shape is named', () => {
    const stack = maskStack();
    stack.add('liver', grid, new Uint8Array(20));
    expect(() => stack.add('spleen', gridOf([19, 1, 1], grid.affine), new Uint8Array(19))).toThrow(
      /spleen has 19 × 1 × 1/,
    );
  });
});
