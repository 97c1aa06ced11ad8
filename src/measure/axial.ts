// The diameters of one connected mask as measurements, with the points that draw them.
import type { Grid } from '../domain/geometry.ts';
import type { Measurement } from '../domain/measurement.ts';
import { chordAcross } from './chord.ts';
import { longest3dDiameter, longestAxialDiameter, perpendicularFeret, planeToWorld } from './diameters.ts';
import { sliceHulls } from './extents.ts';
import { boundsOf, type RunSet } from './runs.ts';
import { type SliceFrame, slicePercent } from './slice-axis.ts';

/** Beyond this tilt of the slices, in degrees, no diameter is called axial. */
export const LARGEST_TILT_DEGREES = 10;

/** Diameters of one connected mask; the perpendiculars and the diameter in space for lesions only. */
export function axialMeasurements(
  runs: RunSet,
  frame: SliceFrame,
  grid: Grid,
  lesion: boolean,
): Measurement[] {
  const bounds = boundsOf(runs);
  if (bounds === undefined) return [];
  const { affine } = grid;
  const hulls = sliceHulls(runs, bounds, frame);
  const oblique = frame.tilt > LARGEST_TILT_DEGREES;
  const out: Measurement[] = [];
  const axialMethod = 'farthest voxel centres in one axial slice';
  const axial = oblique ? undefined : longestAxialDiameter(hulls, frame, affine);
  const hull = hulls.find(({ slice }) => slice === axial?.slice);
  if (axial === undefined || hull === undefined) {
    const refused = { value: null, unit: 'mm', flags: ['oblique'] };
    out.push({ quantity: 'longest-axial-diameter', ...refused, method: axialMethod });
    if (lesion)
      for (const quantity of ['perpendicular-feret', 'perpendicular-chord'])
        out.push({ quantity, ...refused });
  } else {
    const slice = axial.slice;
    out.push({
      quantity: 'longest-axial-diameter',
      value: axial.length,
      unit: 'mm',
      method: axialMethod,
      points: axial.points.map((p) => [...p] as [number, number, number]),
      slice,
    });
    if (lesion) {
      const world = (p: readonly [number, number]): [number, number, number] => [
        ...planeToWorld(frame, affine, slice, p),
      ];
      const feret = perpendicularFeret(hull, axial, frame);
      out.push({
        quantity: 'perpendicular-feret',
        value: feret.length,
        unit: 'mm',
        method: 'width of the slice across its longest diameter',
        points: [world(feret.from), world(feret.to)],
        slice,
      });
      const chord = chordAcross(runs, bounds, axial, frame);
      out.push({
        quantity: 'perpendicular-chord',
        value: chord.length,
        unit: 'mm',
        method: 'longest chord inside the lesion at right angles to its longest diameter (WHO)',
        points: [world(chord.from), world(chord.to)],
        slice,
      });
      out.push({ quantity: 'slice', value: slice, unit: '1', slice, method: 'native index' });
      out.push({
        quantity: 'slice-percent',
        value: slicePercent(frame, slice),
        unit: '%',
        slice,
        method: '100 × (slices below + 0.5) / slices',
      });
    }
  }
  if (lesion || oblique) {
    const space = longest3dDiameter(hulls, frame, affine);
    if (space !== undefined)
      out.push({
        quantity: 'longest-3d-diameter',
        value: space.length,
        unit: 'mm',
        method: 'farthest voxel centres in space',
        points: space.points.map((p) => [...p] as [number, number, number]),
      });
  }
  return out;
}
