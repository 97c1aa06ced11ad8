// Files that ITK writes have the same voxels and geometry here, whatever their type, spacing and direction.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImageNode } from '@itk-wasm/image-io';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../domain/random.ts';
import { openVolume } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-itk-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TYPES = [
  ['int8', Int8Array],
  ['uint8', Uint8Array],
  ['int16', Int16Array],
  ['uint16', Uint16Array],
  ['int32', Int32Array],
  ['float32', Float32Array],
  ['float64', Float64Array],
] as const;

/** A rotation by a seeded angle about one of the three axes. */
function directionOf(seed: number): number[] {
  const draw = random(seed, 'direction');
  const angle = draw.uniform(-3, 3);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return draw.pick([
    [1, 0, 0, 0, c, -s, 0, s, c],
    [c, 0, s, 0, 1, 0, -s, 0, c],
    [c, -s, 0, s, c, 0, 0, 0, 1],
  ]);
}

describe.each(['nrrd', 'mha', 'nii'])('ITK writes .%s', (ending) => {
  it.each(TYPES)('of %s', async (componentType, array) => {
    const seed = componentType.length + ending.length;
    const draw = random(seed, componentType, ending);
    const direction = directionOf(seed);
    const spacing = [draw.uniform(0.3, 5), draw.uniform(0.3, 5), draw.uniform(0.3, 5)];
    const origin = [draw.uniform(-200, 200), draw.uniform(-200, 200), draw.uniform(-200, 200)];
    const data = new array(60).map((_, i) => i * 2);
    const path = join(folder, `${componentType}.${ending}`);
    await writeImageNode(
      {
        imageType: { dimension: 3, componentType, pixelType: 'Scalar', components: 1 },
        name: 'test',
        size: [3, 4, 5],
        spacing,
        origin,
        direction: Float64Array.from(direction),
        data,
        metadata: new Map(),
      },
      path,
      { useCompression: componentType !== 'int8' },
    );
    const read = await openVolume(path);
    expect(read.grid.shape).toEqual([3, 4, 5]);
    expect(read.data).toEqual(data);
    // ITK's world is LPS: two rows change sign.
    for (let row = 0; row < 3; row++) {
      const sign = row < 2 ? -1 : 1;
      for (let axis = 0; axis < 3; axis++)
        expect(read.grid.affine[row * 4 + axis]).toBeCloseTo(
          sign * direction[row * 3 + axis] * spacing[axis],
          3,
        );
      expect(read.grid.affine[row * 4 + 3]).toBeCloseTo(sign * origin[row], 3);
    }
  });
});
