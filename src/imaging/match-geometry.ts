// Brings an annotation onto its image's grid, or says by how many millimetres they disagree.
import { OverreadError } from '../domain/errors.ts';
import {
  type Affine,
  compose,
  cornerDistance,
  type Grid,
  invert,
  sameGrid,
  type Vec3,
} from '../domain/geometry.ts';
import type { SourceInfo } from '../domain/volume.ts';
import { rasGridOf } from './canonical.ts';
import { resample } from './resample.ts';

type LabelData = Uint8Array | Uint16Array | Int32Array;

/** RawAnnotation and Annotation both are. */
interface Labelled {
  readonly grid: Grid;
  readonly layers: readonly { readonly data: LabelData }[];
  readonly source: SourceInfo;
}

export interface MatchOptions {
  /** Corners this far apart still count as the same grid. Default: a quarter of the image's smallest spacing. */
  readonly toleranceMm?: number;
}

/**
 * The annotation on the volume's grid. Same grid: as it is, on the image's affine. Other grid in the same space:
 * labels by nearest neighbour, with a note. Throws `geometry-mismatch` with the distance in mm when they do not
 * describe the same space: grids of one size placed differently, or labels that lie outside the image.
 */
export function matchGeometry<A extends Labelled>(
  annotation: A,
  volume: { readonly grid: Grid },
  options: MatchOptions = {},
): A {
  const tolerance = options.toleranceMm ?? Math.min(...volume.grid.spacing) / 4;
  if (sameGrid(annotation.grid, volume.grid, tolerance)) {
    const apart = cornerDistance(annotation.grid, volume.grid);
    if (apart === 0) return annotation;
    const note = `Mask and image differ by ${apart.toFixed(3)} mm and were taken as one grid.`;
    return { ...annotation, grid: volume.grid, ...(apart > 1e-3 ? { source: noted(annotation, note) } : {}) };
  }
  const apart = disagreement(annotation, volume.grid);
  if (apart > tolerance)
    throw new OverreadError(
      'geometry-mismatch',
      `Mask and image lie ${apart.toFixed(1)} mm apart in space: check that they belong together.`,
      { details: { millimetres: apart, mask: annotation.grid.shape, image: volume.grid.shape } },
    );
  const layers = annotation.layers.map((layer) => ({
    ...layer,
    data: resample({ grid: annotation.grid, data: layer.data }, volume.grid, 'nearest').data,
  }));
  const note = `The mask (${annotation.grid.shape.join(' × ')}) was resampled onto the image's grid (${volume.grid.shape.join(' × ')}) by nearest neighbour.`;
  return { ...annotation, grid: volume.grid, layers, source: noted(annotation, note) };
}

function noted(annotation: Labelled, note: string): SourceInfo {
  return { ...annotation.source, notes: [...annotation.source.notes, note] };
}

/**
 * By how many mm two grids fail to share a space. Grids of one size and spacing (in closest RAS order) must coincide
 * to half a voxel, since a mask of the image's own size that lies elsewhere has lost its geometry; any other mask may
 * lie where it wants as long as its labelled voxels are inside the image.
 */
function disagreement(annotation: Labelled, image: Grid): number {
  const a = rasGridOf(annotation.grid);
  const b = rasGridOf(image);
  const alike = a.shape.every(
    (n, axis) => n === b.shape[axis] && Math.abs(a.spacing[axis] / b.spacing[axis] - 1) < 0.01,
  );
  if (alike) {
    const apart = cornerDistance(a, b);
    return apart <= Math.min(...b.spacing) / 2 ? 0 : apart;
  }
  return outsideBy(annotation, image);
}

/** Largest distance in mm by which labelled voxels (all voxels of an empty mask) lie outside the image's box. */
function outsideBy({ grid, layers }: Labelled, image: Grid): number {
  const inverse = invert(image.affine);
  if (inverse === undefined)
    throw new OverreadError(
      'geometry-invalid',
      'The affine of the image cannot be inverted: write its geometry again.',
    );
  const toImage = compose(inverse, grid.affine);
  const box = labelBox(grid, layers) ?? [
    [0, 0, 0],
    [grid.shape[0] - 1, grid.shape[1] - 1, grid.shape[2] - 1],
  ];
  let worst = 0;
  for (let corner = 0; corner < 8; corner++) {
    const voxel = [0, 1, 2].map((axis) => box[(corner >> axis) & 1][axis]) as unknown as Vec3;
    const at = transformed(toImage, voxel);
    const out = at.map((index, axis) => {
      // A labelled voxel may stand out by its own size: slices of mask and image need not share their centres.
      const slack = 0.5 + Math.max(...[0, 1, 2].map((c) => Math.abs(toImage[axis * 4 + c])));
      const over = Math.max(-index, index - (image.shape[axis] - 1)) - slack;
      return Math.max(0, over) * image.spacing[axis];
    });
    worst = Math.max(worst, Math.hypot(...out));
  }
  return worst;
}

function transformed(m: Affine, [i, j, k]: Vec3): [number, number, number] {
  return [
    m[0] * i + m[1] * j + m[2] * k + m[3],
    m[4] * i + m[5] * j + m[6] * k + m[7],
    m[8] * i + m[9] * j + m[10] * k + m[11],
  ];
}

/** Inclusive voxel bounds of everything that is not 0. */
function labelBox(grid: Grid, layers: Labelled['layers']): [Vec3, Vec3] | undefined {
  const [ni, nj, nk] = grid.shape;
  const low: [number, number, number] = [ni, nj, nk];
  const high: [number, number, number] = [-1, -1, -1];
  for (const { data } of layers)
    for (let k = 0, row = 0; k < nk; k++)
      for (let j = 0; j < nj; j++, row += ni) {
        let i = 0;
        while (i < ni && data[row + i] === 0) i++;
        if (i === ni) continue;
        let last = ni - 1;
        while (data[row + last] === 0) last--;
        low[0] = Math.min(low[0], i);
        high[0] = Math.max(high[0], last);
        low[1] = Math.min(low[1], j);
        high[1] = Math.max(high[1], j);
        low[2] = Math.min(low[2], k);
        high[2] = Math.max(high[2], k);
      }
  return high[0] < 0 ? undefined : [low, high];
}
