// render_slice: a picture of one slice of the scan, windowed, zoomed, with masks on it where masks may be opened.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { type Grid, voxelToWorld } from '../../domain/geometry.ts';
import { TOOL_MODES, type Tool, type ToolContext } from '../../domain/tool.ts';
import type { Raster } from '../../domain/volume.ts';
import { cropRaster, rectAround } from '../../imaging/crop-raster.ts';
import { overlay, PALETTE } from '../../imaging/overlay.ts';
import { scaled, squarePixels } from '../../imaging/raster-size.ts';
import { type Slice, sliceAxis, sliceCount, sliceOf, voxelAt, windowed } from '../../imaging/slices.ts';
import { maskOnSlice } from '../../measure/mask-slice.ts';
import { checkSize, picturesOf, planeInput, scanOf, shown, windowFor, windowInput } from '../picture-view.ts';
import { structureInput, structureMask } from '../structure-masks.ts';
import { toVoxel } from '../voxel-box.ts';

const edge = z.number().min(0).max(100_000);

const input = z.strictObject({
  plane: planeInput.default('axial'),
  index: z
    .int()
    .min(0)
    .max(100_000)
    .optional()
    .describe('0-based voxel index across the plane, as in bounding boxes. Default: the middle slice.'),
  mm: z
    .number()
    .min(-1e6)
    .max(1e6)
    .optional()
    .describe('In place of index: position in RAS mm (axial: superior, coronal: anterior, sagittal: right).'),
  window: windowInput.optional(),
  box: z
    .tuple([edge, edge, edge, edge])
    .optional()
    .describe('Part to show: x0, y0, x1, y1 in pixels of the whole slice. Default: all of it.'),
  overlay: z.array(structureInput).max(8).default([]).describe('Structures whose outlines are drawn on it.'),
  size: z.int().min(64).max(1024).default(512).describe('Longest edge of the picture in pixels.'),
});

const renderSlice: Tool<z.infer<typeof input>> = {
  name: 'render_slice',
  description:
    'Draws a slice of the scan as radiologists see it (patient’s right on the left), with a window, a zoom and ' +
    'outlines of structures. Returns the picture and how its pixels relate to the slice.',
  input,
  modes: TOOL_MODES,
  needsScan: true,
  group: 'pixels',
  run: async (wanted, context) => {
    const volume = await scanOf(context);
    const index = indexOf(volume.grid, wanted);
    const slice = sliceOf(volume, wanted.plane, index);
    checkSize(slice);
    const window = windowFor(volume, wanted.window);
    const box = rectAround(wanted.box ?? [0, 0, slice.width, slice.height], slice);
    if (box === undefined)
      throw new OverreadError(
        'bad-argument',
        `The box shows nothing of the slice, which is ${slice.width} × ${slice.height} pixels.`,
      );
    const { raster, legend } = await withMasks(windowed(slice, window), slice, wanted.overlay, context);
    const picture = fitted(cropRaster(raster, box), wanted.size);
    const [x, y, z] = voxelToWorld(volume.grid.affine, voxelAt(slice, 0, 0));
    return {
      image: await picturesOf(context).keep(picture, 'render_slice'),
      width: picture.width,
      height: picture.height,
      plane: wanted.plane,
      index,
      slices: sliceCount(volume.grid, wanted.plane),
      mm: shown({ sagittal: x, coronal: y, axial: z }[wanted.plane]),
      window: { level: shown(window.level), width: shown(window.width), unit: volume.units },
      box: [box.left, box.top, box.right, box.bottom],
      pixels_per_slice_pixel: [
        shown(picture.width / (box.right - box.left)),
        shown(picture.height / (box.bottom - box.top)),
      ],
      ...(picture.spacing === undefined ? {} : { mm_per_pixel: shown(picture.spacing[0]) }),
      ...(legend.length === 0 ? {} : { legend, masks: context.case.maskSource }),
    };
  },
};

function indexOf(grid: Grid, { plane, index, mm }: z.infer<typeof input>): number {
  if (index !== undefined && mm !== undefined)
    throw new OverreadError('bad-argument', 'Give index or mm, not both.');
  const count = sliceCount(grid, plane);
  if (mm === undefined) return index ?? Math.floor(count / 2);
  // Along the middle of the scan, where an oblique slice crosses the wanted position.
  const middle = voxelToWorld(grid.affine, [
    (grid.shape[0] - 1) / 2,
    (grid.shape[1] - 1) / 2,
    (grid.shape[2] - 1) / 2,
  ]);
  const at: [number, number, number] = [...middle];
  at[{ sagittal: 0, coronal: 1, axial: 2 }[plane]] = mm;
  const found = Math.round(toVoxel(at, grid)[sliceAxis(grid, plane)]);
  if (found >= 0 && found < count) return found;
  throw new OverreadError('bad-argument', `The scan has no ${plane} slice at ${mm} mm: give an index.`);
}

async function withMasks(
  raster: Raster,
  slice: Slice,
  structures: readonly string[],
  context: ToolContext,
): Promise<{ raster: Raster; legend: { structure: string; colour: string }[] }> {
  const legend: { structure: string; colour: string }[] = [];
  if (structures.length === 0) return { raster, legend };
  const marks = [];
  for (const [order, name] of structures.entries()) {
    const { structure, runs } = await structureMask(name, context);
    const colour = PALETTE[order % PALETTE.length];
    legend.push({ structure, colour: `rgb(${colour.join(',')})` });
    const data = maskOnSlice(runs, slice);
    marks.push({ slice: { width: slice.width, height: slice.height, data }, outline: true, colour });
  }
  return { raster: overlay(raster, marks), legend };
}

/** Square pixels, the longest edge as wanted. */
function fitted(raster: Raster, size: number): Raster {
  const square = squarePixels(raster, { longestEdge: size });
  const by = size / Math.max(square.width, square.height);
  const edgeOf = (n: number) => Math.max(1, Math.round(n * by));
  return scaled(square, edgeOf(square.width), edgeOf(square.height));
}

export default renderSlice;
