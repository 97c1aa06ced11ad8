// A part of the scan that a call names: a box in voxels or millimetres, a shape on a slice, or a structure.
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import { type Grid, invert, type Vec3, voxelToWorld, voxelVolume } from '../domain/geometry.ts';
import type { ToolContext } from '../domain/tool.ts';
import type { Volume } from '../domain/volume.ts';
import { pixelsIn } from '../imaging/pixel-shapes.ts';
import { sliceOf } from '../imaging/slices.ts';
import { pointInput, sliceInput } from './picture-view.ts';
import { structureInput, structureMask } from './structure-masks.ts';

const ordinate = z.number().min(-1e6).max(1e6);
const place = z.tuple([ordinate, ordinate, ordinate]);

export const voxelBoxInput = z
  .strictObject({
    from: place,
    to: place,
    unit: z
      .enum(['voxel', 'mm'])
      .default('voxel')
      .describe('"voxel": whole indices i, j, k, both ends included; "mm": RAS millimetres of the scan.'),
  })
  .describe('A box in the scan by two opposite corners.');

export const regionInput = {
  box: voxelBoxInput.optional(),
  slice: sliceInput.optional(),
  shape: z
    .strictObject({
      kind: z.enum(['box', 'ellipse']).default('box'),
      points: z.tuple([pointInput, pointInput]),
    })
    .optional()
    .describe('With slice: a box, or the ellipse in it, by two opposite corners in pixels of the slice.'),
  structure: structureInput.optional().describe('A structure’s mask, where masks may be opened.'),
};

export interface RegionChoice {
  readonly box?: z.infer<typeof voxelBoxInput>;
  readonly slice?: z.infer<typeof sliceInput>;
  readonly shape?: {
    readonly kind: 'box' | 'ellipse';
    readonly points: [[number, number], [number, number]];
  };
  readonly structure?: string;
}

/** Voxels that one call looks at, at most. */
const MAX_VOXELS = 1 << 24;

export interface VoxelSample {
  readonly values: Float64Array;
  readonly volumeMm3: number;
  /** What was sampled, for the result. */
  readonly of: Readonly<Record<string, unknown>>;
}

/** The values of the named part of a scan. Errors: `bad-argument`, `limit-exceeded`, and those of masks. */
export async function sampled(
  volume: Volume,
  region: RegionChoice,
  context: ToolContext,
): Promise<VoxelSample> {
  const given = [region.box, region.slice, region.structure].filter((each) => each !== undefined).length;
  if (given !== 1 || (region.shape !== undefined && region.slice === undefined))
    throw new OverreadError(
      'bad-argument',
      'Name one part of the scan: a box, a slice (with a shape on it or whole), or a structure.',
    );
  const { grid, data } = volume;
  const of = (values: Float64Array, what: Record<string, unknown>): VoxelSample => ({
    values,
    volumeMm3: values.length * voxelVolume(grid),
    of: what,
  });
  if (region.structure !== undefined) {
    const { structure, runs } = await structureMask(region.structure, context);
    let n = 0;
    for (let r = 0; r < runs.start.length; r++) n += runs.end[r] - runs.start[r];
    const values = new Float64Array(bounded(n));
    let to = 0;
    for (let r = 0; r < runs.start.length; r++)
      for (let p = runs.start[r]; p < runs.end[r]; p++) values[to++] = data[p];
    return of(values, { structure, masks: context.case.maskSource });
  }
  if (region.slice !== undefined) return of(onSlice(volume, region), { slice: region.slice });
  const bounds = voxelBounds(region.box as z.infer<typeof voxelBoxInput>, grid);
  return of(inBounds(volume, bounds), { voxels: bounds });
}

function onSlice(volume: Volume, { slice, shape }: RegionChoice): Float64Array {
  const { plane, index } = slice as z.infer<typeof sliceInput>;
  const cut = sliceOf(volume, plane, index);
  const corners = shape?.points ?? [
    [0, 0],
    [cut.width, cut.height],
  ];
  const pixels = pixelsIn({ kind: shape?.kind ?? 'box', corners }, cut);
  if (pixels.length === 0)
    throw new OverreadError('bad-argument', 'The shape holds no pixel of the slice: draw it larger.');
  return Float64Array.from(pixels, (pixel) => cut.data[pixel]);
}

export interface VoxelBounds {
  /** First and last voxel, both included. */
  readonly from: Vec3;
  readonly to: Vec3;
}

/**
 * The voxels of a box: whole indices as they are; in mm every voxel whose centre lies between the corners along each
 * voxel axis. Throws `bad-argument` when none of the scan is in it.
 */
export function voxelBounds(box: z.infer<typeof voxelBoxInput>, grid: Grid): VoxelBounds {
  const ends = box.unit === 'mm' ? [toVoxel(box.from, grid), toVoxel(box.to, grid)] : [box.from, box.to];
  const from = [0, 1, 2].map((axis) => Math.max(0, Math.ceil(Math.min(ends[0][axis], ends[1][axis]) - 1e-6)));
  const to = [0, 1, 2].map((axis) =>
    Math.min(grid.shape[axis] - 1, Math.floor(Math.max(ends[0][axis], ends[1][axis]) + 1e-6)),
  );
  if (from.some((first, axis) => first > to[axis]))
    throw new OverreadError(
      'bad-argument',
      `The box holds no voxel of the scan, whose indices go from 0, 0, 0 to ${grid.shape.map((n) => n - 1).join(', ')}.`,
    );
  return { from: from as unknown as Vec3, to: to as unknown as Vec3 };
}

export function toVoxel(millimetres: Vec3, grid: Grid): Vec3 {
  const inverse = invert(grid.affine);
  if (inverse === undefined)
    throw new OverreadError('geometry-invalid', 'The affine of the scan cannot be inverted.');
  return voxelToWorld(inverse, millimetres);
}

export function inBounds({ grid, data }: Volume, { from, to }: VoxelBounds): Float64Array {
  const [ni, nj] = grid.shape;
  const values = new Float64Array(
    bounded((to[0] - from[0] + 1) * (to[1] - from[1] + 1) * (to[2] - from[2] + 1)),
  );
  let at = 0;
  for (let k = from[2]; k <= to[2]; k++)
    for (let j = from[1]; j <= to[1]; j++) {
      const row = (k * nj + j) * ni;
      for (let i = from[0]; i <= to[0]; i++) values[at++] = data[row + i];
    }
  return values;
}

function bounded(voxels: number): number {
  if (voxels <= MAX_VOXELS) return voxels;
  throw new OverreadError(
    'limit-exceeded',
    `That are more than ${MAX_VOXELS} voxels: name a smaller part of the scan.`,
  );
}
