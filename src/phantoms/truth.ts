// What is true of a phantom, worked out from its description alone: closed forms and integrals over shapes.
import type { Phase } from '../domain/case.ts';
import type { Vec3 } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import type { LesionDescription, PhantomDescription } from './description.ts';
import { lesionFamily } from './render.ts';
import {
  type Bounds,
  boundsOf,
  EVERYWHERE,
  embracedDegrees,
  type Shape,
  volumeInCylinder,
  volumeOf,
  volumeWithin,
} from './shapes.ts';

export interface StructureTruth {
  /** Lesions included, vessels that run through it excluded. 0: looked for and absent. */
  readonly volumeCm3: number;
  /** Lesions excluded; null for an absent structure. */
  readonly meanHu: number | null;
  /** The first or last layer of voxels belongs to it. */
  readonly touchesFace: boolean;
  /** Its smallest extent in voxels. */
  readonly voxelsAcross: number;
}

export interface LesionTruth {
  readonly structure: StructureId;
  /** "kidney_left", "liver" … */
  readonly organ: StructureId;
  readonly volumeCm3: number;
  readonly meanHu: number;
  /** Between the farthest points of one axial slice; between voxel centres where it is made of boxes. */
  readonly longestAxialDiameterMm: number;
  /** 0-based slice through its widest section, counted from the feet. */
  readonly sliceFromFeet: number;
  /** Parts of its organ that it lies in, largest fraction of its volume first. */
  readonly location: readonly { readonly structure: StructureId; readonly fraction: number }[];
  /** Structures that it shares a surface with; all others are at least a voxel away. */
  readonly adjacent: readonly StructureId[];
  /** Degrees of the outline of each annotated vessel that it embraces in its widest axial section. */
  readonly vesselDegrees: Readonly<Record<StructureId, number>>;
}

export interface PhantomTruth {
  readonly phase: Phase;
  readonly sex: 'F' | 'M';
  readonly ageYears: number;
  readonly slices: number;
  /** Every annotated structure, parts and lesion kinds included. */
  readonly structures: Readonly<Record<StructureId, StructureTruth>>;
  /** Largest first. A lesion of a part of an organ ("kidney_left") counts for the family ("kidney"). */
  readonly lesions: readonly LesionTruth[];
  readonly noiseHu: number;
}

const ABSENT: StructureTruth = { volumeCm3: 0, meanHu: null, touchesFace: false, voxelsAcross: 0 };

export function truthOf(description: PhantomDescription): PhantomTruth {
  const lesions = description.lesions
    .map((lesion) => lesionTruth(lesion, description))
    .sort((a, b) => b.volumeCm3 - a.volumeCm3);
  const structures: Record<StructureId, StructureTruth> = {};
  for (const id of description.annotated) structures[id] = ABSENT;
  for (const { id, shapes, hu, parts = [] } of description.organs) {
    structures[id] = {
      volumeCm3: remaining(shapes, description) / 1000,
      meanHu: hu,
      ...extentOf(shapes, description),
    };
    for (const part of parts) {
      const volume = sum(
        shapes,
        (shape) => volumeWithin(shape, part.within) - displaced(shape, description, part.within),
      );
      structures[part.id] = { ...ABSENT, volumeCm3: volume / 1000, meanHu: hu };
    }
  }
  for (const { id, shape, hu } of description.vessels)
    structures[id] = {
      volumeCm3: volumeOf(shape) / 1000,
      meanHu: hu,
      ...extentOf([shape], description),
    };
  const left = structures.kidney_left;
  const right = structures.kidney_right;
  if (left !== undefined && right !== undefined)
    structures.kidney = together(
      left,
      right,
      (id) =>
        structures[id].volumeCm3 -
        sum(
          lesions.filter((lesion) => lesion.organ === id),
          (lesion) => lesion.volumeCm3,
        ),
    );
  for (const id of description.annotated) {
    const own = lesions.filter(
      (lesion) => lesion.structure === id || `${lesionFamily(lesion.organ)}_lesion` === id,
    );
    if (own.length === 0) continue;
    const volumeCm3 = sum(own, (lesion) => lesion.volumeCm3);
    const [{ meanHu: base }] = own;
    const meanHu = base + sum(own, (lesion) => lesion.volumeCm3 * (lesion.meanHu - base)) / volumeCm3;
    structures[id] = { ...ABSENT, volumeCm3, meanHu };
  }
  return {
    phase: description.phase,
    sex: description.sex,
    ageYears: description.ageYears,
    slices: description.grid.shape[2],
    structures,
    lesions,
    noiseHu: description.noiseHu,
  };
}

/** Both kidneys as one; their attenuation weighed by the volume outside lesions. */
function together(
  left: StructureTruth,
  right: StructureTruth,
  tissue: (id: StructureId) => number,
): StructureTruth {
  const [a, b] = [tissue('kidney_left'), tissue('kidney_right')];
  return {
    volumeCm3: left.volumeCm3 + right.volumeCm3,
    meanHu: a + b === 0 ? null : (a * (left.meanHu ?? 0) + b * (right.meanHu ?? 0)) / (a + b),
    touchesFace: left.touchesFace || right.touchesFace,
    voxelsAcross: Math.min(left.voxelsAcross, right.voxelsAcross),
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** mm³ of a shape that vessels displace, inside a box. */
function displaced(shape: Shape, { vessels }: PhantomDescription, within: Bounds = EVERYWHERE): number {
  return sum(vessels, ({ shape: lumen }) => {
    if (lumen.kind === 'cylinder') return volumeInCylinder(shape, lumen, within);
    const inBoth = boundsOf(lumen);
    return volumeWithin(shape, {
      min: inBoth.min.map((low, axis) => Math.max(low, within.min[axis])) as unknown as Vec3,
      max: inBoth.max.map((high, axis) => Math.min(high, within.max[axis])) as unknown as Vec3,
    });
  });
}

/** mm³ of disjoint shapes once vessels have displaced them. */
function remaining(shapes: readonly Shape[], description: PhantomDescription): number {
  return sum(shapes, (shape) => volumeOf(shape) - displaced(shape, description));
}

function extentOf(
  shapes: readonly Shape[],
  { grid }: PhantomDescription,
): Pick<StructureTruth, 'touchesFace' | 'voxelsAcross'> {
  let touchesFace = false;
  let voxelsAcross = 0;
  for (const shape of shapes) {
    const { min, max } = boundsOf(shape);
    const sizes = [0, 1, 2].map((axis) => {
      const low = (min[axis] - grid.origin[axis]) / grid.spacing[axis];
      const high = (max[axis] - grid.origin[axis]) / grid.spacing[axis];
      if (low <= 0.5 || high > grid.shape[axis] - 0.5) touchesFace = true;
      return high - low;
    });
    voxelsAcross = Math.max(voxelsAcross, Math.min(...sizes));
  }
  return { touchesFace, voxelsAcross };
}

function lesionTruth(lesion: LesionDescription, description: PhantomDescription): LesionTruth {
  const { shapes, organ } = lesion;
  const parts = description.organs.find(({ id }) => id === organ)?.parts ?? [];
  const inParts = parts.map((part) => ({
    structure: part.id,
    volume: sum(shapes, (shape) => volumeWithin(shape, part.within)),
  }));
  const total = sum(inParts, ({ volume }) => volume);
  const sided = organ.startsWith('kidney_') ? [{ structure: organ, fraction: 1 }] : [];
  const vesselDegrees: Record<StructureId, number> = {};
  for (const { id, shape } of description.vessels) {
    const declared = lesion.touches.find((touch) => touch.structure === id)?.degrees;
    vesselDegrees[id] =
      declared ??
      Math.max(
        0,
        ...shapes.map((s) =>
          s.kind === 'ellipsoid' && shape.kind === 'cylinder' ? embracedDegrees(s, shape) : 0,
        ),
      );
  }
  const embraced = Object.keys(vesselDegrees).filter((id) => vesselDegrees[id] > 0);
  return {
    structure: lesion.structure,
    organ,
    volumeCm3: remaining(shapes, description) / 1000,
    meanHu: lesion.hu,
    longestAxialDiameterMm: longestAxial(shapes, description),
    sliceFromFeet: sliceOf(shapes[0], description),
    location: [
      ...sided,
      ...inParts
        .filter(({ volume }) => volume > total * 1e-6)
        .map(({ structure, volume }) => ({ structure, fraction: volume / total })),
    ].sort((a, b) => b.fraction - a.fraction),
    adjacent: [...new Set([...lesion.touches.map(({ structure }) => structure), ...embraced])],
    vesselDegrees,
  };
}

function sliceOf(shape: Shape, { grid }: PhantomDescription): number {
  const { min, max } = boundsOf(shape);
  const z = shape.kind === 'ellipsoid' ? shape.center[2] : (min[2] + max[2]) / 2;
  return Math.floor((z - grid.origin[2]) / grid.spacing[2]);
}

/** Twice the longer axial half-axis of an ellipsoid; for boxes the farthest voxel centres of one slice. */
function longestAxial(shapes: readonly Shape[], { grid }: PhantomDescription): number {
  const [first] = shapes;
  if (shapes.length === 1 && first.kind !== 'box') return 2 * Math.max(first.radii[0], first.radii[1]);
  const boxes = shapes.map(boundsOf);
  const levels = [...new Set(boxes.flatMap(({ min, max }) => [min[2], max[2]]))].sort((a, b) => a - b);
  let longest = 0;
  for (const level of levels) {
    const here = boxes.filter(({ min, max }) => min[2] <= level && level < max[2]);
    const corners = here.flatMap(({ min, max }) =>
      [min[0] + grid.spacing[0] / 2, max[0] - grid.spacing[0] / 2].flatMap((x) =>
        [min[1] + grid.spacing[1] / 2, max[1] - grid.spacing[1] / 2].map((y) => [x, y]),
      ),
    );
    for (const [x, y] of corners)
      for (const [u, v] of corners) longest = Math.max(longest, Math.hypot(x - u, y - v));
  }
  return longest;
}
