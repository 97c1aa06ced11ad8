// Two films of one patient: how one was turned and shifted is found, and so is what is new.
import { describe, expect, it } from 'vitest';
import type { Tool } from '../domain/tool.ts';
import type { Raster, Volume } from '../domain/volume.ts';
import { encodePng } from '../imaging/write-png.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { callTool } from './call.ts';
import { readPictures } from './read-pictures.ts';
import { boxPatient, testAccess, testContext } from './testing.ts';
import { toolContract } from './tool.contract.ts';
import compareTimepoints from './toolset/compare-timepoints.ts';

const tool = compareTimepoints as Tool;

toolContract(tool, {
  good: { image: 1, earlier: 2 },
  bad: [{}, { image: 1 }, { earlier: 99 }, { earlier: 2, likeness: 'magic' }],
});

const [WIDTH, HEIGHT] = [200, 160];

/** A film of unequal blobs, of which one is new where `nodule` says; `at` says where a pixel shows the chest. */
function film(
  at: (x: number, y: number) => [number, number],
  nodule: boolean,
  size = [WIDTH, HEIGHT],
): Raster {
  const blobs = [
    [60, 50, 22, 90],
    [140, 70, 30, 70],
    [90, 120, 14, 110],
    [40, 110, 10, 60],
    [165, 130, 9, 80],
    ...(nodule ? [[120, 30, 5, 80]] : []),
  ];
  const data = new Uint8Array(size[0] * size[1]);
  for (let py = 0; py < size[1]; py++)
    for (let px = 0; px < size[0]; px++) {
      const [x, y] = at(px + 0.5, py + 0.5);
      const bright = blobs.reduce(
        (sum, [bx, by, width, height]) =>
          sum + height * Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / (2 * width * width)),
        30,
      );
      data[py * size[0] + px] = Math.min(255, Math.round(bright));
    }
  return { width: size[0], height: size[1], channels: 1, data };
}

async function compare(later: Raster, earlier: Raster, args: Record<string, unknown> = {}) {
  const blobs = memoryBlobs();
  const hashes = [await blobs.put(await encodePng(later)), await blobs.put(await encodePng(earlier))];
  const pictures = readPictures(
    hashes.map((hash) => ({ hash })),
    blobs,
  );
  const context = await testContext({ pictures });
  const call = { name: tool.name, arguments: { image: 1, earlier: 2, ...args }, step: 1 };
  const { result } = await callTool([tool], call, context);
  return { result: result as Result, pictures };
}

interface Result {
  readonly image: string;
  readonly moved: { right: number; down: number; clockwise_degrees: number; unit: string };
  readonly agreement: { before: number; after: number };
  readonly earlier_fitted: { gain: number; offset: number };
  readonly difference: { mean_absolute: number };
  readonly largest_change: { box: number[]; mean_difference: number };
  readonly assumed?: string;
}

/** The film turned clockwise about its middle and then shifted. */
const turned =
  (degrees: number, right: number, down: number) =>
  (x: number, y: number): [number, number] => {
    const a = (-degrees * Math.PI) / 180;
    const [dx, dy] = [x - right - WIDTH / 2, y - down - HEIGHT / 2];
    return [
      WIDTH / 2 + Math.cos(a) * dx - Math.sin(a) * dy,
      HEIGHT / 2 + Math.sin(a) * dx + Math.cos(a) * dy,
    ];
  };
const straight = (x: number, y: number): [number, number] => [x, y];

describe('two pictures', () => {
  it('says how far to the right the later film lies', async () => {
    const { result } = await compare(film(turned(0, 12, -5), false), film(straight, false));
    expect(result.moved.right).toBeCloseTo(12, 0);
    expect(result.moved.down).toBeCloseTo(-5, 0);
    expect(result.moved).toMatchObject({ unit: 'px' });
    expect(Math.abs(result.moved.clockwise_degrees)).toBeLessThan(0.1);
    expect(result.agreement.after).toBeGreaterThan(0.995);
    expect(result.agreement.before).toBeLessThan(result.agreement.after);
  });
  it('says that it is turned clockwise', async () => {
    const { result } = await compare(film(turned(9, 0, 0), false), film(straight, false));
    expect(result.moved.clockwise_degrees).toBeCloseTo(9, 0);
    expect(Math.hypot(result.moved.right, result.moved.down)).toBeLessThan(0.5);
  });
  it('finds the nodule that is new, although the film is turned, shifted and brighter', async () => {
    const later = film(turned(6, 8, 4), true);
    const brighter = {
      ...later,
      data: (later.data as Uint8Array).map((grey) => Math.min(255, 0.8 * grey + 40)),
    };
    const { result, pictures } = await compare(brighter, film(straight, false));
    // Where 120, 30 of the chest lies on the later film.
    const a = (6 * Math.PI) / 180;
    const [dx, dy] = [120 - WIDTH / 2, 30 - HEIGHT / 2];
    const x = WIDTH / 2 + 8 + Math.cos(a) * dx - Math.sin(a) * dy;
    const y = HEIGHT / 2 + 4 + Math.sin(a) * dx + Math.cos(a) * dy;
    const [x0, y0, x1, y1] = result.largest_change.box;
    expect(x).toBeGreaterThan(x0 - 4);
    expect(x).toBeLessThan(x1 + 4);
    expect(y).toBeGreaterThan(y0 - 4);
    expect(y).toBeLessThan(y1 + 4);
    expect(result.largest_change.mean_difference).toBeGreaterThan(15);
    expect(result.earlier_fitted.gain).toBeCloseTo(0.8, 1);
    // Grey is unchanged, the nodule brighter.
    const { raster } = await pictures.open(result.image);
    expect(raster.data[Math.round(y) * WIDTH + Math.round(x)]).toBeGreaterThan(170);
    expect(Math.abs(raster.data[100 * WIDTH + 100] - 128)).toBeLessThan(6);
  });
  it('takes films of other sizes to show as wide a field, and says so', async () => {
    const half = film((x, y) => [2 * x, 2 * y], false, [WIDTH / 2, HEIGHT / 2]);
    const { result } = await compare(film(straight, false), half);
    expect(result.assumed).toMatch(/equally wide field/);
    expect(Math.hypot(result.moved.right, result.moved.down)).toBeLessThan(0.5);
    expect(result.agreement.after).toBeGreaterThan(0.995);
  });
});

describe('two scans', () => {
  it('finds a shift of the grid in mm, and the lesion that has gone', async () => {
    const now = boxPatient(0).volume;
    const then = boxPatient(5).volume;
    // The earlier scan was stored 2 mm to the right and 1 mm lower.
    const affine = [...then.grid.affine];
    affine[3] += 2;
    affine[11] -= 1;
    const earlier: Volume = { ...then, grid: { ...then.grid, affine } };
    const context = await testContext({
      case: testAccess({ volume: async () => now, earlier: async () => earlier }),
    });
    const { result } = await callTool([tool], { name: tool.name, arguments: {}, step: 1 }, context);
    const { moved, largest_change, difference } = result as {
      moved: { degrees: number; shift_mm: number[] };
      largest_change: { from_mm: number[]; to_mm: number[]; mean_difference: number };
      difference: { unit: string };
    };
    [-2, 0, 1].forEach((mm, axis) => {
      expect(Math.abs(moved.shift_mm[axis] - mm)).toBeLessThan(0.35);
    });
    expect(moved.degrees).toBeLessThan(1.5);
    expect(difference.unit).toBe('HU');
    // The lesion lies at 4…8 on every axis; it was 60 HU darker than the liver.
    expect(largest_change.mean_difference).toBeGreaterThan(30);
    largest_change.from_mm.forEach((mm, axis) => {
      expect(mm).toBeLessThanOrEqual(8);
      expect(largest_change.to_mm[axis]).toBeGreaterThanOrEqual(4);
    });
  });
});
