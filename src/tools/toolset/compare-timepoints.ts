// compare_timepoints: two pictures, or the case's scan and an earlier one, laid upon one another rigidly and compared.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { gridOf, voxelToWorld } from '../../domain/geometry.ts';
import { TOOL_MODES, type Tool, type ToolContext } from '../../domain/tool.ts';
import type { Raster } from '../../domain/volume.ts';
import {
  type Change,
  changeBetween,
  type IntensityMatch,
  matchIntensity,
} from '../../imaging/registration/change.ts';
import { levelsOf, shrunk } from '../../imaging/registration/pyramid.ts';
import {
  aligned,
  type Registered,
  type Registration,
  registerRigid,
} from '../../imaging/registration/register.ts';
import { sliceAxis, sliceOf, windowed } from '../../imaging/slices.ts';
import { checkSize, lumaOf, pictureInput, pictureOf, scanOf, shown, shownAll } from '../picture-view.ts';

const input = z.strictObject({
  image: pictureInput.optional().describe('The later picture: number or hash. Default: the first.'),
  earlier: pictureInput
    .optional()
    .describe('The earlier picture. Without it the case’s scan is compared with its earlier scan.'),
  likeness: z
    .enum(['ncc', 'mi'])
    .default('ncc')
    .describe(
      'ncc: pictures of one kind; mi: where bright and dark mean something else (other sequences, contrast).',
    ),
  match_intensity: z
    .boolean()
    .optional()
    .describe('Fit gain and offset of the earlier one first. Default: true, but false for HU.'),
});
type Input = z.infer<typeof input>;

/** Voxels of a scan that are compared; larger scans are brought down to it by block means. */
const COMPARED_VOXELS = 1 << 20;
const MAX_PIXELS = 1 << 22;

const compareTimepoints: Tool<Input> = {
  name: 'compare_timepoints',
  description:
    'Lays an earlier picture (or scan) upon a later one by turning and shifting it, says how well they agree before ' +
    'and after, what changed and where most, and shows the difference: grey is unchanged, brighter is brighter now.',
  input,
  modes: TOOL_MODES,
  group: 'pixels',
  run: async (wanted, context) =>
    wanted.earlier === undefined && wanted.image === undefined
      ? betweenScans(wanted, context)
      : betweenPictures(wanted, context),
};

async function betweenPictures(wanted: Input, context: ToolContext): Promise<Record<string, unknown>> {
  if (wanted.earlier === undefined)
    throw new OverreadError('bad-argument', 'Name the earlier picture too, by its number or hash.');
  const now = await pictureOf(wanted.image, context);
  const before = await pictureOf(wanted.earlier, context);
  for (const { raster } of [now, before]) {
    checkSize(raster);
    if (raster.width * raster.height > MAX_PIXELS)
      throw new OverreadError(
        'limit-exceeded',
        `Pictures of more than ${MAX_PIXELS} pixels are not aligned: zoom first.`,
      );
  }
  const known = now.raster.spacing !== undefined && before.raster.spacing !== undefined;
  const same = now.raster.width === before.raster.width && now.raster.height === before.raster.height;
  // Sizes in mm that are not known: both are taken to show as wide a field.
  const later = pictureGrid(now.raster, known ? now.raster.spacing : [1, 1]);
  const earlier = pictureGrid(
    before.raster,
    known
      ? before.raster.spacing
      : [now.raster.height / before.raster.height, now.raster.width / before.raster.width],
  );
  const registration = registerRigid(later, earlier, { likeness: wanted.likeness });
  const laid = aligned(earlier, later.grid, registration.transform, Number.NaN);
  const { change, match } = changed(later, laid, wanted.match_intensity ?? true);
  const [x, y] = registration.transform.shift;
  const { from, to } = change.largest;
  return {
    of: { image: now.hash, earlier: before.hash },
    // The inverse of what takes the later picture to the earlier: how the earlier one was moved.
    moved: {
      right: shown(0 - x),
      down: shown(0 - y),
      unit: known ? 'mm' : 'px',
      clockwise_degrees: shown(0 - registration.degrees),
    },
    ...(known || same ? {} : { assumed: 'Both pictures show an equally wide field.' }),
    ...agreement(registration, change, match, 'grey'),
    largest_change: {
      box: [from[0], from[1], to[0] + 1, to[1] + 1],
      mean_difference: shown(change.largest.mean),
    },
    ...(await differencePicture(change, later, 256, context)),
  };
}

async function betweenScans(wanted: Input, context: ToolContext): Promise<Record<string, unknown>> {
  const scan = await scanOf(context);
  const before = await context.case.earlier?.();
  if (before === undefined)
    throw new OverreadError('not-allowed', 'This case has no earlier scan: name two pictures to compare.');
  if (before.units !== scan.units)
    throw new OverreadError(
      'geometry-mismatch',
      'The two scans are in different units: they cannot be compared.',
    );
  const small = (volume: Registered) =>
    shrunk(volume, levelsOf(volume.grid, COMPARED_VOXELS).at(-1) ?? [1, 1, 1]);
  const [later, earlier] = [small(scan), small(before)];
  const registration = registerRigid(later, earlier, { likeness: wanted.likeness });
  const laid = aligned(earlier, later.grid, registration.transform, Number.NaN);
  const { change, match } = changed(later, laid, wanted.match_intensity ?? scan.units !== 'HU');
  const { from, to } = change.largest;
  const corner = (index: readonly number[]) =>
    voxelToWorld(later.grid.affine, [index[0], index[1], index[2]]).map(shown);
  return {
    moved: {
      ...shownAll({ degrees: registration.degrees }),
      shift_mm: registration.transform.shift.map((mm) => shown(0 - mm)),
    },
    compared_at_mm: later.grid.spacing.map(shown),
    ...agreement(registration, change, match, scan.units),
    largest_change: { from_mm: corner(from), to_mm: corner(to), mean_difference: shown(change.largest.mean) },
    ...(context.pictures === undefined
      ? {}
      : await differencePicture(change, later, scan.units === 'HU' ? 400 : 4 * change.sd, context)),
  };
}

function pictureGrid(raster: Raster, spacing: Raster['spacing']): Registered {
  const [dy, dx] = spacing ?? [1, 1];
  // Upper left edges lie upon one another, not the middles of the first pixels.
  const affine = [dx, 0, 0, dx / 2, 0, dy, 0, dy / 2, 0, 0, 1, 0, 0, 0, 0, 1];
  const grid = gridOf([raster.width, raster.height, 1], affine);
  return { grid, data: Float32Array.from(lumaOf(raster)) };
}

function changed(
  later: Registered,
  laid: Registered,
  fit: boolean,
): { change: Change; match: IntensityMatch | undefined } {
  const match = fit ? matchIntensity(later, laid) : undefined;
  const change = changeBetween(later, laid, match);
  if (change !== undefined) return { change, match };
  throw new OverreadError('tool-failed', 'The two could not be laid upon one another: they share no part.');
}

function agreement(
  registration: Registration,
  change: Change,
  match: IntensityMatch | undefined,
  unit: string,
) {
  const { before, after, likeness } = registration;
  return {
    agreement: {
      measure: likeness === 'ncc' ? 'normalised correlation' : 'normalised mutual information − 1',
      ...shownAll({ before: before.likeness, after: after.likeness, overlap: after.overlap }),
    },
    ...(match === undefined ? {} : { earlier_fitted: shownAll({ gain: match.gain, offset: match.offset }) }),
    difference: {
      ...shownAll({ mean: change.mean, sd: change.sd, mean_absolute: change.meanAbsolute }),
      unit,
    },
  };
}

/** The slice (or picture) of the difference through the largest change; what was not compared is black. */
async function differencePicture(change: Change, { grid }: Registered, width: number, context: ToolContext) {
  const volume = { grid, data: change.difference };
  const { from, to } = change.largest;
  const axis = sliceAxis(grid, 'axial');
  const flat = grid.shape[2] === 1;
  const window = { level: 0, width: width > 0 ? width : 1 };
  const raster = flat
    ? {
        width: grid.shape[0],
        height: grid.shape[1],
        channels: 1 as const,
        data: Uint8Array.from(change.difference, (d) => grey(d, window.width)),
      }
    : windowed(sliceOf(volume, 'axial', Math.floor((from[axis] + to[axis]) / 2)), window);
  const image = await context.pictures?.keep(raster, 'compare_timepoints');
  return image === undefined ? {} : { image, shown_range: shown(window.width / 2) };
}

function grey(difference: number, width: number): number {
  return Number.isFinite(difference)
    ? Math.max(0, Math.min(255, Math.round(128 + (difference * 255) / width)))
    : 0;
}

export default compareTimepoints;
