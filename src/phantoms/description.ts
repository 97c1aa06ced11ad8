// What a phantom is: shapes with attenuation, drawn in order. The description is the truth.
import type { Phase } from '../domain/case.ts';
import type { Vec3 } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import type { Bounds, Box, Cylinder, Shape } from './shapes.ts';

export interface PhantomGrid {
  /** Voxels along world x, y, z. */
  readonly shape: Vec3;
  /** Voxel size along world x, y, z in mm. */
  readonly spacing: Vec3;
  /** Outer corner of the field of view with the smallest coordinates, in mm. */
  readonly origin: Vec3;
  /** Axis codes in which the volume is stored, e.g. "RAS", "LPS", "IPL". */
  readonly axes: string;
}

/** An organ, its shapes disjoint; lesions lie inside it and belong to it. */
export interface OrganDescription {
  readonly id: StructureId;
  readonly shapes: readonly Shape[];
  readonly hu: number;
  /** Parts cut out of the organ by boxes, open-ended where they reach its surface. */
  readonly parts?: readonly { readonly id: StructureId; readonly within: Bounds }[];
}

/** A vessel; it displaces whatever it runs through. Its lumen is a cylinder, or a box in voxel-exact phantoms. */
export interface VesselDescription {
  readonly id: StructureId;
  readonly shape: Cylinder | Box;
  readonly hu: number;
}

export interface LesionDescription {
  /** Kind, e.g. "liver_tumor"; "liver_lesion" is a lesion of unsaid kind. */
  readonly structure: StructureId;
  readonly organ: StructureId;
  readonly shapes: readonly Shape[];
  readonly hu: number;
  /** Structures that it touches by construction; the degrees of a vessel's outline where shapes do not tell them. */
  readonly touches: readonly { readonly structure: StructureId; readonly degrees?: number }[];
}

export interface PhantomDescription {
  readonly grid: PhantomGrid;
  readonly phase: Phase;
  readonly sex: 'F' | 'M';
  readonly ageYears: number;
  /** Not annotated: drawn first, in order. */
  readonly background: readonly { readonly shape: Shape; readonly hu: number }[];
  readonly organs: readonly OrganDescription[];
  readonly vessels: readonly VesselDescription[];
  readonly lesions: readonly LesionDescription[];
  /** Structures that were looked for, present or not. */
  readonly annotated: readonly StructureId[];
  /** Standard deviation of the noise in HU; 0: none, and attenuations are stored as real numbers. */
  readonly noiseHu: number;
  readonly seed: string;
}
