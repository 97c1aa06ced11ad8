// Places lesions: inside their organ and part, apart from one another, and touching what they are meant to touch.
import { OverreadError } from '../domain/errors.ts';
import type { Vec3 } from '../domain/geometry.ts';
import type { Random } from '../domain/random.ts';
import type { StructureId } from '../domain/structures.ts';
import { PANCREAS } from './anatomy.ts';
import type { LesionDescription, OrganDescription, PhantomGrid, VesselDescription } from './description.ts';
import { boundsOf, type Cylinder, type Ellipsoid, embracedDegrees, gapBetween, isInside } from './shapes.ts';

/** What a recipe asks for. */
export interface LesionRequest {
  readonly structure: StructureId;
  readonly organ: StructureId;
  /** Part of the organ that holds it whole; absent: anywhere. */
  readonly part?: StructureId;
  /** Half-axes in mm. */
  readonly radii: Vec3;
  readonly hu: number;
  /** Lies on the flat side of the pancreas that this organ lies against. */
  readonly against?: StructureId;
  /** Vessels that it embraces, by how many degrees of their outline. */
  readonly embraces?: readonly { readonly vessel: StructureId; readonly degrees: number }[];
}

/** Lesions lie at least this far apart in mm, so that no voxel grid joins them. */
const LEAST_GAP = 10;
const TRIES = 1500;
const ROUNDS = 12;

interface Placed {
  readonly lesions: LesionDescription[];
  readonly vessels: VesselDescription[];
}

/**
 * All lesions of a phantom, largest first so that the small ones find room, and vessels moved to those they embrace.
 * When the last ones find no room, all are placed anew.
 */
export function placeLesions(
  requests: readonly LesionRequest[],
  organs: readonly OrganDescription[],
  vessels: readonly VesselDescription[],
  grid: PhantomGrid,
  rng: Random,
): Placed {
  for (let round = 1; ; round++) {
    try {
      return placeOnce(requests, organs, vessels, grid, rng.fork(`round ${round}`));
    } catch (error) {
      if (round === ROUNDS) throw error;
    }
  }
}

function placeOnce(
  requests: readonly LesionRequest[],
  organs: readonly OrganDescription[],
  vessels: readonly VesselDescription[],
  grid: PhantomGrid,
  rng: Random,
): Placed {
  const placed: { description: LesionDescription; shape: Ellipsoid }[] = [];
  let moved = [...vessels];
  const size = ({ radii }: LesionRequest) => radii[0] * radii[1] * radii[2];
  for (const request of [...requests].sort((a, b) => size(b) - size(a))) {
    const others = placed.map(({ shape }) => shape);
    const shape = findPlace(request, organs, others, grid, rng);
    for (const [position, { vessel, degrees }] of (request.embraces ?? []).entries()) {
      const side = position - ((request.embraces?.length ?? 1) - 1) / 2;
      moved = moved.map((v) =>
        v.id === vessel && v.shape.kind === 'cylinder'
          ? { ...v, shape: embracedVessel(shape, v.shape, degrees, side * 18) }
          : v,
      );
    }
    placed.push({
      shape,
      description: {
        structure: request.structure,
        organ: request.organ,
        shapes: [shape],
        hu: request.hu,
        touches: request.against === undefined ? [] : [{ structure: request.against }],
      },
    });
  }
  return { lesions: placed.map(({ description }) => description), vessels: moved };
}

function findPlace(
  request: LesionRequest,
  organs: readonly OrganDescription[],
  others: readonly Ellipsoid[],
  grid: PhantomGrid,
  rng: Random,
): Ellipsoid {
  const organ = organs.find(({ id }) => id === request.organ);
  const part = organ?.parts?.find(({ id }) => id === request.part)?.within;
  const outer = organ?.shapes[0];
  if (outer === undefined || outer.kind === 'box')
    throw new OverreadError(
      'internal',
      `A lesion was asked for in ${request.organ}, which has no room for one.`,
    );
  const { min, max } = boundsOf(outer);
  // Room for the centre: inside the organ's bounds and its part, a lesion's half-axis away from planes.
  const low = min.map((value, axis) => Math.max(value, part?.min[axis] ?? -Infinity) + request.radii[axis]);
  const high = max.map((value, axis) => Math.min(value, part?.max[axis] ?? Infinity) - request.radii[axis]);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const at = (axis: number) =>
      high[axis] > low[axis] ? rng.uniform(low[axis], high[axis]) : (low[axis] + high[axis]) / 2;
    const x = at(0);
    const y = at(1);
    const z = request.against === undefined ? at(2) : levelAgainst(request);
    const shape: Ellipsoid = {
      kind: 'ellipsoid',
      center: [x, y, toSliceCentre(z, grid)],
      radii: request.radii,
      ...(request.organ === 'pancreas' ? { zMin: PANCREAS.zMin, zMax: PANCREAS.zMax } : {}),
    };
    if (!fits(shape, outer, request)) continue;
    if (others.some((other) => gapBetween(shape, other) < LEAST_GAP)) continue;
    return shape;
  }
  throw new OverreadError(
    'internal',
    `No room was found for a ${request.structure} of ${request.radii.map((r) => r.toFixed(0)).join(' × ')} mm in ${request.part ?? request.organ}.`,
  );
}

/** 3 mm of organ stay around a lesion; the thin pancreas spares 1 mm. */
function fits(shape: Ellipsoid, outer: Ellipsoid | Cylinder, request: LesionRequest): boolean {
  if (outer.kind === 'ellipsoid') return isInside(shape, outer, request.organ === 'pancreas' ? 1 : 3);
  const { min, max } = boundsOf(shape);
  const reach = Math.max(shape.radii[0], shape.radii[1]);
  const off = Math.hypot(shape.center[0] - outer.center[0], shape.center[1] - outer.center[1]);
  return off + reach + 3 <= Math.min(...outer.radii) && min[2] - 3 >= outer.zMin && max[2] + 3 <= outer.zMax;
}

/** The centre's height for a lesion that the flat side of the pancreas cuts at under half of its half-axis. */
function levelAgainst({ against, radii }: LesionRequest): number {
  return against === 'stomach' ? PANCREAS.zMax - 0.4 * radii[2] : PANCREAS.zMin + 0.4 * radii[2];
}

/** Centres lie on the centre of a slice, so that the widest section is one slice and not two. */
function toSliceCentre(z: number, grid: PhantomGrid): number {
  const index = Math.floor((z - grid.origin[2]) / grid.spacing[2]);
  return grid.origin[2] + (index + 0.5) * grid.spacing[2];
}

/** The vessel moved to the back of the lesion, so deep that the wanted part of its outline is inside. */
function embracedVessel(lesion: Ellipsoid, vessel: Cylinder, degrees: number, aside: number): Cylinder {
  const x = lesion.center[0] + aside;
  const at = (y: number): Cylinder => ({ ...vessel, center: [x, y] });
  let outside = lesion.center[1] - lesion.radii[1] - vessel.radii[1];
  let inside = lesion.center[1];
  for (let i = 0; i < 40; i++) {
    const middle = (outside + inside) / 2;
    if (embracedDegrees(lesion, at(middle)) < degrees) outside = middle;
    else inside = middle;
  }
  return at((outside + inside) / 2);
}
