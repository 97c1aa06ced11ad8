// Phantoms made of blocks of voxels, so that every value is a count.
import type { Vec3 } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import type { LesionDescription, OrganDescription, PhantomDescription } from './description.ts';
import { lesionFamily } from './render.ts';
import { type Box, FAR } from './shapes.ts';

/** Voxel ranges along x, y, z: first voxel and one past the last. */
export type Block = readonly [
  readonly [number, number],
  readonly [number, number],
  readonly [number, number],
];

export interface BlockLesion {
  readonly structure: StructureId;
  readonly organ: StructureId;
  readonly blocks: readonly Block[];
  readonly hu?: number;
  readonly touches?: LesionDescription['touches'];
}

export interface BlockCase {
  readonly id: string;
  readonly about: string;
  /** Edge of a cubic voxel in mm. */
  readonly voxel: number;
  readonly shape?: Vec3;
  readonly phase?: PhantomDescription['phase'];
  readonly organs: Readonly<
    Record<StructureId, { readonly block: Block; readonly more?: Block; readonly hu: number }>
  >;
  /** Liver segments as slabs along x, from voxel to voxel. */
  readonly segments?: Readonly<Record<StructureId, readonly [number, number]>>;
  readonly vessels?: Readonly<Record<StructureId, Block>>;
  readonly lesions?: readonly BlockLesion[];
  /** Looked for and absent, beside what is drawn. */
  readonly absent?: readonly StructureId[];
}

const SHAPE: Vec3 = [40, 32, 24];
/** A block of `size` voxels from a corner. */
export function at([x, y, z]: Vec3, [nx, ny, nz]: Vec3): Block {
  return [
    [x, x + nx],
    [y, y + ny],
    [z, z + nz],
  ];
}

/** The description of a phantom of blocks: no noise, no background. */
export function describeBlocks(one: BlockCase): PhantomDescription {
  const { voxel, shape = SHAPE, segments = {}, lesions = [], vessels = {}, absent = [] } = one;
  const box = (block: Block): Box => ({
    kind: 'box',
    min: block.map(([from]) => from * voxel) as unknown as Vec3,
    max: block.map(([, to]) => to * voxel) as unknown as Vec3,
  });
  const parts = Object.entries(segments).map(([id, [from, to]]) => ({
    id,
    within: { min: [from * voxel, -FAR, -FAR] as Vec3, max: [to * voxel, FAR, FAR] as Vec3 },
  }));
  const organs = Object.entries(one.organs).map(
    ([id, { block, more, hu }]): OrganDescription => ({
      id,
      shapes: more === undefined ? [box(block)] : [box(block), box(more)],
      hu,
      ...(id === 'liver' && parts.length > 0 ? { parts } : {}),
    }),
  );
  const unions = lesions.map(({ organ }) => `${lesionFamily(organ)}_lesion`);
  const drawn = [
    ...organs.map(({ id }) => id),
    ...parts.map(({ id }) => id),
    ...Object.keys(vessels),
    ...lesions.map(({ structure }) => structure),
    ...unions,
  ];
  return {
    grid: { shape, spacing: [voxel, voxel, voxel], origin: [0, 0, 0], axes: 'RAS' },
    phase: one.phase ?? 'portal-venous',
    sex: 'F',
    ageYears: 60,
    background: [],
    organs,
    vessels: Object.entries(vessels).map(([id, block]) => ({ id, shape: box(block), hu: 150 })),
    lesions: lesions.map(({ structure, organ, blocks, hu = 50, touches = [] }) => ({
      structure,
      organ,
      shapes: blocks.map(box),
      hu,
      touches,
    })),
    annotated: [...new Set([...drawn, ...absent])],
    noiseHu: 0,
    seed: one.id,
  };
}
