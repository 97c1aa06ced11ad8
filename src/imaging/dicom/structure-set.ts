// RTSTRUCT objects: planar contours filled slice by slice on the grid of the images they were drawn on.
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes, type Grid, invert, voxelToWorld } from '../../domain/geometry.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import { checkSize, type ReadOptions } from '../limits.ts';
import { items, numbers, text } from './attributes.ts';
import type { DataSet } from './elements.ts';
import { labelLayers } from './label-layers.ts';
import { type DicomFile, parseDicom } from './parse.ts';
import { togglePolygon } from './polygon-fill.ts';

/** A contour's points in voxel coordinates of the grid. */
interface Contour {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Mean slice coordinate, and how far its points stray from it. */
  readonly z: number;
  readonly spread: number;
}

/** A contour further than this from a slice's centre belongs to no slice. */
const OFF_SLICE = 0.5;

/** A region of interest as the object names it. */
interface Roi {
  readonly value: number;
  readonly name?: string;
  readonly contours: readonly DataSet[];
}

function roisOf(file: DicomFile): Roi[] {
  const names = new Map(
    items(file, '30060020').map((item) => [text(item, '30060022'), text(item, '30060026')]),
  );
  const drawn = new Map(
    items(file, '30060039').map((item) => [text(item, '30060084'), items(item, '30060040')]),
  );
  const rois: Roi[] = [];
  for (const key of new Set([...names.keys(), ...drawn.keys()])) {
    const value = Number(key);
    if (!Number.isInteger(value)) continue;
    const name = names.get(key);
    rois.push({ value, contours: drawn.get(key) ?? [], ...(name === undefined ? {} : { name }) });
  }
  rois.sort((a, b) => a.value - b.value);
  // A label map has no room for number 0 or for very large ones.
  const fits = rois.every(({ value }) => value >= 1 && value <= 65535);
  return fits ? rois : rois.map((roi, index) => ({ ...roi, value: index + 1 }));
}

/** Contour points (DICOM's axes: left, posterior, superior) as voxel coordinates. */
function contourOf(points: readonly number[], inverse: readonly number[]): Contour {
  const count = Math.floor(points.length / 3);
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  let sum = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let n = 0; n < count; n++) {
    const [i, j, k] = voxelToWorld(inverse, [-points[3 * n], -points[3 * n + 1], points[3 * n + 2]]);
    x[n] = i;
    y[n] = j;
    sum += k;
    low = Math.min(low, k);
    high = Math.max(high, k);
  }
  return { x, y, z: sum / count, spread: high - low };
}

/** Counts of what could not be drawn, for the notes. */
interface Skipped {
  open: number;
  outside: number;
  oblique: number;
}

function fillRoi(
  roi: Roi,
  grid: Grid,
  inverse: readonly number[],
  skipped: Skipped,
): Map<number, Uint8Array> {
  const [columns, rows, slices] = grid.shape;
  const masks = new Map<number, Uint8Array>();
  for (const item of roi.contours) {
    const kind = text(item, '30060042') ?? 'CLOSED_PLANAR';
    const points = numbers(item, '30060050', 'DS');
    if (!/^CLOSED_?PLANAR(_?XOR)?$/.test(kind) || points.length < 9) {
      skipped.open += 1;
      continue;
    }
    const contour = contourOf(points, inverse);
    const slice = Math.round(contour.z);
    if (contour.spread > 1) skipped.oblique += 1;
    else if (slice < 0 || slice >= slices || Math.abs(contour.z - slice) > OFF_SLICE) skipped.outside += 1;
    else {
      const mask = masks.get(slice) ?? new Uint8Array(columns * rows);
      masks.set(slice, mask);
      togglePolygon(mask, columns, rows, contour.x, contour.y);
    }
  }
  return masks;
}

/**
 * Draws a parsed structure set on a grid, usually that of the series it references. In each slice, contours of one
 * region combine by the even–odd rule, so that a contour inside another is a hole; a voxel is inside when its
 * centre is. Contours between two slices go to the nearer one; nothing is interpolated between slices.
 */
export function structureSetOf(
  file: DicomFile,
  grid: Grid,
  hash: string,
  options: ReadOptions = {},
): RawAnnotation {
  const inverse = invert(grid.affine);
  if (inverse === undefined)
    throw new OverreadError(
      'geometry-invalid',
      `The images of ${file.name} have no valid affine: export them again.`,
    );
  const rois = roisOf(file);
  if (rois.length === 0)
    throw new OverreadError(
      'format-unsupported',
      `${file.name} holds no region of interest: give an RTSTRUCT with contours.`,
    );
  const [columns, rows, slices] = grid.shape;
  checkSize(file.name, columns * rows * slices, 1, options);
  const layers = labelLayers(columns * rows * slices, Math.max(...rois.map(({ value }) => value)));
  const skipped: Skipped = { open: 0, outside: 0, oblique: 0 };
  for (const roi of rois) {
    options.signal?.throwIfAborted();
    const masks = fillRoi(roi, grid, inverse, skipped);
    const { value, name } = roi;
    const voxels = [...masks].map(([slice, mask]) => {
      const base = slice * columns * rows;
      const inside = new Int32Array(mask.reduce((sum, set) => sum + set, 0));
      let at = 0;
      for (let n = 0; n < mask.length; n++) if (mask[n] === 1) inside[at++] = base + n;
      return inside;
    });
    layers.add(name === undefined ? { value } : { value, name }, voxels);
  }
  const notes = [...file.notes];
  if (skipped.open > 0)
    notes.push(`${skipped.open} points and open contours enclose nothing and were left out`);
  if (skipped.outside > 0) notes.push(`${skipped.outside} contours lie outside the images and were left out`);
  if (skipped.oblique > 0)
    notes.push(`${skipped.oblique} contours are not parallel to the slices and were left out`);
  const facts = { modality: 'RTSTRUCT', regions: rois.length };
  return {
    grid,
    layers: layers.result(),
    source: { format: 'dicom-rtstruct', hash, axes: axisCodes(grid.affine), notes, facts },
  };
}

/** Reads an RTSTRUCT file's bytes onto a grid. `name` is its base name, for messages. */
export function readStructureSet(
  bytes: Uint8Array,
  name: string,
  grid: Grid,
  options: ReadOptions = {},
): RawAnnotation {
  return structureSetOf(parseDicom(bytes, name, options), grid, sha256(bytes), options);
}
