// connected_components: the separate pieces of a thresholded part of the scan or picture, or of a structure's mask.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { type Grid, gridOf, voxelToWorld, voxelVolume } from '../../domain/geometry.ts';
import { TOOL_MODES, type Tool, type ToolContext } from '../../domain/tool.ts';
import { components26, inPatientOrder } from '../../measure/components.ts';
import { boundsOf, centroidOf, type RunSet, runsByValue } from '../../measure/runs.ts';
import { pictureInput, scanOf, shown, sliceInput, type View, viewOf } from '../picture-view.ts';
import { structureInput, structureMask } from '../structure-masks.ts';
import { inBounds, voxelBounds, voxelBoxInput } from '../voxel-box.ts';

const level = z.number().min(-1e6).max(1e6);

const input = z.strictObject({
  structure: structureInput.optional().describe('The pieces of this structure’s mask.'),
  box: voxelBoxInput.optional(),
  image: pictureInput.optional(),
  slice: sliceInput.optional(),
  above: level
    .optional()
    .describe('Values of at least this belong to a piece (HU of a CT, grey 0…255 of a picture).'),
  below: level.optional().describe('Values of at most this belong to a piece.'),
  min_voxels: z.int().min(1).max(1e9).default(1).describe('Smaller pieces are only counted.'),
});
type Input = z.infer<typeof input>;

/** Pieces that are listed; the others are counted. */
const LISTED = 20;

const connectedComponents: Tool<Input> = {
  name: 'connected_components',
  description:
    'Finds the separate pieces of a structure’s mask, or of the values between two thresholds in a box of the scan, ' +
    'a slice or a picture. Pieces that touch at a corner are one. The largest come first.',
  input,
  modes: TOOL_MODES,
  group: 'pixels',
  run: async (wanted, context) => {
    const { runs, grid, offset, flat, of } = await maskOf(wanted, context);
    const { components, dropped } = components26(runs, wanted.min_voxels);
    const ordered = inPatientOrder(components, grid.affine);
    return {
      of,
      count: components.length,
      ...(dropped === 0 ? {} : { smaller: dropped }),
      components: ordered.slice(0, LISTED).map(({ runs: piece, voxels }) => {
        const bounds = boundsOf(piece);
        const moved = (at: readonly number[]) => at.map((index, axis) => index + offset[axis]);
        const [ci, cj, ck] = centroidOf(piece);
        const centroid = [ci, cj, ck].map((index, axis) => index + offset[axis]);
        if (flat)
          return {
            pixels: voxels,
            // Edges of pixels, as boxes on pictures are given.
            box: [
              ...moved(bounds?.min ?? []).slice(0, 2),
              ...moved(bounds?.max ?? [])
                .slice(0, 2)
                .map((n) => n + 1),
            ],
            centre: [shown(centroid[0] + 0.5), shown(centroid[1] + 0.5)],
          };
        const world = voxelToWorld(grid.affine, [ci, cj, ck]);
        return {
          voxels,
          volume_cm3: shown((voxels * voxelVolume(grid)) / 1000),
          from: moved(bounds?.min ?? []),
          to: moved(bounds?.max ?? []),
          centroid: centroid.map(shown),
          centroid_mm: world.map(shown),
        };
      }),
    };
  },
};

interface FoundMask {
  readonly runs: RunSet;
  /** Of the runs: for a box, the box's own. */
  readonly grid: Grid;
  readonly offset: readonly [number, number, number];
  /** Pixels of a picture or slice. */
  readonly flat: boolean;
  readonly of: Readonly<Record<string, unknown>>;
}

async function maskOf(wanted: Input, context: ToolContext): Promise<FoundMask> {
  const { structure, box, above, below } = wanted;
  const thresholded = above !== undefined || below !== undefined;
  if ((structure !== undefined) === thresholded)
    throw new OverreadError(
      'bad-argument',
      'Name a structure, or give a threshold above or below (or both).',
    );
  if (structure !== undefined) {
    if (box !== undefined || wanted.image !== undefined || wanted.slice !== undefined)
      throw new OverreadError('bad-argument', 'Name a structure alone: its whole mask is looked at.');
    const mask = await structureMask(structure, context);
    const of = { structure: mask.structure, masks: context.case.maskSource };
    return { runs: mask.runs, grid: mask.grid, offset: [0, 0, 0], flat: false, of };
  }
  const within = (value: number) =>
    (above === undefined || value >= above) && (below === undefined || value <= below);
  if (box === undefined) return flatMask(await viewOf(wanted, context), within);
  if (wanted.image !== undefined || wanted.slice !== undefined)
    throw new OverreadError('bad-argument', 'Name a box, a slice or a picture, not several.');
  const volume = await scanOf(context);
  const bounds = voxelBounds(box, volume.grid);
  const values = inBounds(volume, bounds);
  const shape = [0, 1, 2].map((axis) => bounds.to[axis] - bounds.from[axis] + 1) as unknown as Grid['shape'];
  const affine = [...volume.grid.affine];
  const origin = voxelToWorld(volume.grid.affine, bounds.from);
  for (const row of [0, 1, 2]) affine[row * 4 + 3] = origin[row];
  return {
    runs: runsOf(values, within, shape),
    grid: gridOf(shape, affine),
    offset: [bounds.from[0], bounds.from[1], bounds.from[2]],
    flat: false,
    of: { voxels: bounds, unit: volume.units },
  };
}

function flatMask(view: View, within: (value: number) => boolean): FoundMask {
  const shape = [view.width, view.height, 1] as const;
  // Rows run downwards on a picture: the first of equal pieces is then the uppermost, leftmost.
  const grid = gridOf(shape, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const runs = runsOf(view.values, within, shape);
  return { runs, grid, offset: [0, 0, 0], flat: true, of: { ...view.of, unit: view.unit } };
}

function runsOf(values: ArrayLike<number>, within: (value: number) => boolean, shape: Grid['shape']): RunSet {
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i++) mask[i] = within(values[i]) ? 1 : 0;
  return runsByValue(mask, shape).get(1) ?? { shape, start: new Int32Array(0), end: new Int32Array(0) };
}

export default connectedComponents;
