// What the tools measure agrees with numpy, scipy and scikit-image, where those are installed.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { gridOf, type Vec3 } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import type { Tool, ToolContext } from '../domain/tool.ts';
import { encodePng } from '../imaging/write-png.ts';
import { caseOf } from '../measure/testing.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { callTool } from './call.ts';
import { readPictures } from './read-pictures.ts';
import { testAccess, testContext } from './testing.ts';
import { allTools } from './toolkit.ts';

const PYTHON = '/usr/bin/python3';
const HEAD = `import sys, json, numpy as np
from scipy import ndimage
from skimage import transform, draw
input = json.load(sys.stdin)
`;

function there(): boolean {
  try {
    execFileSync(PYTHON, ['-c', HEAD.split('input =')[0]], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function python<T>(script: string, input: unknown): T {
  const options = { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  return JSON.parse(execFileSync(PYTHON, ['-c', HEAD + script], options)) as T;
}

const SHAPE: Vec3 = [17, 14, 11];
const SPACING: Vec3 = [0.8, 1.1, 2.5];

/** Smooth noise in HU on unequal voxels, and two structures where it is high and low. */
function noisy() {
  const draw = random('scipy');
  const n = SHAPE[0] * SHAPE[1] * SHAPE[2];
  const raw = Float64Array.from({ length: n }, () => draw.normal());
  const hounsfield = Int16Array.from(raw, (_, at) => {
    const near = [0, 1, SHAPE[0], SHAPE[0] * SHAPE[1]].map((step) => raw[(at + step) % n]);
    return Math.round(60 * near.reduce((sum, value) => sum + value, 0));
  });
  const labels = Uint8Array.from(hounsfield, (hu) => (hu > 190 ? 1 : hu < -190 ? 2 : 0));
  const [x, y, z] = SPACING;
  const grid = gridOf(SHAPE, [x, 0, 0, -5, 0, y, 0, 3, 0, 0, z, 10, 0, 0, 0, 1]);
  return { ...caseOf(grid, labels, { aorta: 1, postcava: 2 }, hounsfield), hounsfield, labels };
}

async function setting() {
  const { annotation, volume, hounsfield, labels } = noisy();
  const context = await testContext({
    case: testAccess({ annotation: async () => annotation, volume: async () => volume }),
  });
  return {
    context,
    hounsfield,
    labels,
    about: { data: [...hounsfield], labels: [...labels], shape: SHAPE, spacing: SPACING },
  };
}

async function call<T>(context: ToolContext, name: string, args: unknown): Promise<T> {
  const tools = allTools() as readonly Tool[];
  const { result, error } = await callTool(tools, { name, arguments: args, step: 1 }, context);
  if (error !== undefined) throw new Error(error);
  return result as T;
}

/** `a`: the scan as an array of k, j, i. */
const ARRAY = `shape = input['shape'][::-1]
a = np.array(input['data']).reshape(shape)
labels = np.array(input['labels']).reshape(shape)
`;

describe.skipIf(!there())('numpy, scipy and scikit-image (skipped without them)', () => {
  it('give the same mean, deviation and percentiles of a box', async () => {
    const { context, about } = await setting();
    const box = { from: [3, 2, 1], to: [12, 9, 7] };
    const said = await call<Record<string, number>>(context, 'hu_statistics', { box });
    const theirs = python<number[]>(
      `${ARRAY}
b = a[1:8, 2:10, 3:13]
print(json.dumps([b.size, b.mean(), b.std(), *np.percentile(b, [0, 5, 50, 95, 100]).tolist()]))`,
      about,
    );
    expect(said.voxels).toBe(theirs[0]);
    const ours = ['mean', 'sd', 'min', 'p5', 'median', 'p95', 'max'].map((name) => said[name]);
    for (const [at, value] of ours.entries()) expect(value).toBeCloseTo(theirs[at + 1], 4);
    const { counts } = await call<{ counts: number[] }>(context, 'hu_histogram', {
      box,
      from: -300,
      bin_width: 40,
      bins: 15,
    });
    const binned = python<number[]>(
      `${ARRAY}
print(json.dumps(np.bincount(np.floor((a[1:8, 2:10, 3:13].ravel() + 300) / 40).astype(int).clip(0, 15), minlength=16)[:15].tolist()))`,
      about,
    );
    expect(counts.slice(1)).toEqual(binned.slice(1));
  });
  it('find the same pieces', async () => {
    const { context, about } = await setting();
    const { count, components } = await call<{ count: number; components: Record<string, number[]>[] }>(
      context,
      'connected_components',
      { above: 120, box: { from: [0, 0, 0], to: [16, 13, 10] } },
    );
    const theirs = python<{ count: number; sizes: number[]; centroid: number[] }>(
      `${ARRAY}
found, n = ndimage.label(a >= 120, structure=np.ones((3, 3, 3)))
sizes = np.bincount(found.ravel())[1:]
big = 1 + int(np.argmax(sizes))
c = ndimage.center_of_mass(found == big)
print(json.dumps({'count': n, 'sizes': sorted(sizes.tolist(), reverse=True), 'centroid': list(c)[::-1]}))`,
      about,
    );
    expect(count).toBe(theirs.count);
    expect(components.map(({ voxels }) => voxels)).toEqual(theirs.sizes.slice(0, 20));
    for (const axis of [0, 1, 2]) expect(components[0].centroid[axis]).toBeCloseTo(theirs.centroid[axis], 4);
  });
  it('measure the same gap between two structures, voxel against voxel', async () => {
    const { context, about } = await setting();
    const said = await call<Record<string, number>>(context, 'distance', {
      structures: ['aorta', 'postcava'],
    });
    const theirs = python<{ gap: number; centres: number }>(
      `${ARRAY}
s = np.array(input['spacing'])[::-1]
p, q = np.argwhere(labels == 1), np.argwhere(labels == 2)
d = np.maximum(np.abs(p[:, None, :] - q[None, :, :]) - 1, 0) * s
print(json.dumps({'gap': float(np.sqrt((d ** 2).sum(-1)).min()), 'centres': float(np.linalg.norm((p.mean(0) - q.mean(0)) * s))}))`,
      about,
    );
    expect(said.gap_mm).toBeCloseTo(theirs.gap, 5);
    expect(said.centre_to_centre_mm).toBeCloseTo(theirs.centres, 4);
  });
  it('enlarge a picture alike, and see the same pixels in an ellipse', async () => {
    const draw = random('zoom');
    const data = Uint8Array.from({ length: 30 * 20 }, () => draw.int(256));
    const blobs = memoryBlobs();
    const hash = await blobs.put(await encodePng({ width: 30, height: 20, channels: 1, data }));
    const context = await testContext({ pictures: readPictures([{ hash }], blobs) });
    const { image } = await call<{ image: string }>(context, 'zoom_picture', {
      box: [4, 3, 14, 11],
      scale: 3,
    });
    const zoomed = (await context.pictures?.open(image))?.raster.data ?? [];
    const ellipse = await call<{ pixels: number; values: { mean: number } }>(context, 'measure_pixels', {
      kind: 'ellipse',
      points: [
        [5, 2],
        [22, 17],
      ],
    });
    const theirs = python<{ zoomed: number[]; pixels: number; mean: number }>(
      `a = np.array(input).reshape(20, 30).astype(float)
z = transform.resize(a[3:11, 4:14], (24, 30), order=1, mode='edge', anti_aliasing=False, preserve_range=True)
rr, cc = draw.ellipse(9, 13, 7.5, 8.5, shape=a.shape)
print(json.dumps({'zoomed': z.ravel().tolist(), 'pixels': len(rr), 'mean': float(a[rr, cc].mean())}))`,
      [...data],
    );
    expect(zoomed).toHaveLength(theirs.zoomed.length);
    for (const [at, value] of theirs.zoomed.entries())
      expect(Math.abs(zoomed[at] - value)).toBeLessThanOrEqual(0.51);
    expect(ellipse.pixels).toBe(theirs.pixels);
    expect(ellipse.values.mean).toBeCloseTo(theirs.mean, 4);
  });
});
