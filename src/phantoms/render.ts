// Draws a phantom's description onto its voxel grid: a voxel belongs to a shape when its centre does.
import type { Vec3 } from '../domain/geometry.ts';
import { gridOf } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import type { StructureId } from '../domain/structures.ts';
import type { Annotation, LabelLayer, SourceInfo, Volume } from '../domain/volume.ts';
import type { PhantomDescription, PhantomGrid } from './description.ts';
import { boundsOf, columnOf, type Shape } from './shapes.ts';

const AIR = -1000;

/** How the stored order of voxels relates to world axes. */
interface Frame {
  /** Voxels along world x, y, z. */
  readonly size: Vec3;
  /** Step in memory, in voxels, from one voxel to the next along world x, y, z. */
  readonly stride: Vec3;
  /** Memory index of the voxel with the smallest world coordinates. */
  readonly first: number;
  readonly grid: Volume['grid'];
}

const AXIS: Readonly<Record<string, readonly [axis: number, sign: 1 | -1]>> = {
  R: [0, 1],
  L: [0, -1],
  A: [1, 1],
  P: [1, -1],
  S: [2, 1],
  I: [2, -1],
};

export function frameOf({ shape, spacing, origin, axes }: PhantomGrid): Frame {
  const order = [...axes].map((code) => AXIS[code]);
  const stored = order.map(([axis]) => shape[axis]) as unknown as Vec3;
  const affine = new Array<number>(16).fill(0);
  affine[15] = 1;
  const stride: [number, number, number] = [0, 0, 0];
  let first = 0;
  let step = 1;
  for (const [position, [axis, sign]] of order.entries()) {
    affine[axis * 4 + position] = sign * spacing[axis];
    const start = sign > 0 ? 0 : shape[axis] - 1;
    affine[axis * 4 + 3] = origin[axis] + (start + 0.5) * spacing[axis];
    stride[axis] = sign * step;
    if (sign < 0) first += (shape[axis] - 1) * step;
    step *= stored[position];
  }
  return { size: shape, stride, first, grid: gridOf(stored, affine) };
}

/** Calls `mark` with the memory index of every voxel whose centre lies in the shape (half-open upwards in z). */
function draw(
  shape: Shape,
  { origin, spacing }: PhantomGrid,
  frame: Frame,
  mark: (index: number) => void,
): void {
  const { min, max } = boundsOf(shape);
  const range = (axis: number, low: number, high: number): [number, number] => [
    Math.max(0, Math.ceil((low - origin[axis]) / spacing[axis] - 0.5)),
    Math.min(frame.size[axis], Math.ceil((high - origin[axis]) / spacing[axis] - 0.5)),
  ];
  const [x0, x1] = range(0, min[0], max[0]);
  const [y0, y1] = range(1, min[1], max[1]);
  for (let iy = y0; iy < y1; iy++)
    for (let ix = x0; ix < x1; ix++) {
      const x = origin[0] + (ix + 0.5) * spacing[0];
      const y = origin[1] + (iy + 0.5) * spacing[1];
      const column = columnOf(shape, x, y);
      if (column === undefined) continue;
      const [z0, z1] = range(2, column[0], column[1]);
      let index = frame.first + ix * frame.stride[0] + iy * frame.stride[1] + z0 * frame.stride[2];
      for (let iz = z0; iz < z1; iz++, index += frame.stride[2]) mark(index);
    }
}

/** The scan and its annotation. Annotated structures without a voxel are labels without voxels. */
export function renderPhantom(
  description: PhantomDescription,
  hash: string,
): { volume: Volume; annotation: Annotation } {
  const { grid: phantomGrid, noiseHu } = description;
  const frame = frameOf(phantomGrid);
  const count = frame.size[0] * frame.size[1] * frame.size[2];
  const tissue = new Float32Array(count);
  const paint = (shape: Shape, mark: (index: number) => void) => draw(shape, phantomGrid, frame, mark);
  tissue.fill(AIR);
  for (const { shape, hu } of description.background)
    paint(shape, (index) => {
      tissue[index] = hu;
    });
  const whole = layerOf(count);
  for (const { id, shapes, hu } of description.organs) {
    const value = whole.valueOf(id);
    for (const shape of shapes)
      paint(shape, (index) => {
        tissue[index] = hu;
        whole.data[index] = value;
      });
  }
  const parts = layerOf(count);
  const typed = layerOf(count);
  const union = layerOf(count);
  for (const { structure, organ, shapes, hu } of description.lesions) {
    const all = `${lesionFamily(organ)}_lesion`;
    const unionValue = union.valueOf(all);
    const value = structure === all ? 0 : typed.valueOf(structure);
    for (const shape of shapes)
      paint(shape, (index) => {
        tissue[index] = hu;
        union.data[index] = unionValue;
        if (value > 0) typed.data[index] = value;
      });
  }
  for (const { id, shape, hu } of description.vessels) {
    const value = whole.valueOf(id);
    paint(shape, (index) => {
      tissue[index] = hu;
      whole.data[index] = value;
      typed.data[index] = 0;
      union.data[index] = 0;
    });
  }
  for (const { id, shapes, parts: described = [] } of description.organs) {
    const organValue = whole.valueOf(id);
    for (const part of described) {
      const value = parts.valueOf(part.id);
      for (const shape of shapes) {
        const piece = clip(shape, part.within);
        if (piece !== undefined)
          paint({ kind: 'box', ...piece }, (index) => {
            if (whole.data[index] === organValue) parts.data[index] = value;
          });
      }
    }
  }
  const data = noiseHu > 0 ? withNoise(tissue, noiseHu, description.seed) : tissue;
  const source: SourceInfo = { format: 'phantom', hash, axes: phantomGrid.axes, notes: [] };
  const drawn = [whole, parts, typed, union];
  for (const id of description.annotated)
    if (!isDerived(id) && drawn.every((layer) => !layer.has(id)))
      (id.endsWith('_lesion') ? union : isLesion(id) ? typed : whole).valueOf(id);
  return {
    volume: { grid: frame.grid, data, units: 'HU', source: { ...source, facts: factsOf(description) } },
    annotation: {
      grid: frame.grid,
      layers: drawn.map((layer) => layer.layer()).filter((layer) => layer.labels.length > 0),
      annotated: [...description.annotated],
      scheme: 'phantom',
      origin: { kind: 'annotated' },
      unknown: [],
      source,
    },
  };
}

/** Whole HU, as scanners store them: rounded only after the noise, which leaves means as they were. */
function withNoise(tissue: Float32Array, sd: number, seed: string): Int16Array {
  const noise = random(seed, 'noise');
  return Int16Array.from(tissue, (hu) => Math.round(hu + noise.normal() * sd));
}

/** Both kidneys have their lesions in one family. */
export function lesionFamily(organ: StructureId): string {
  return organ.startsWith('kidney') ? 'kidney' : organ;
}

/** "kidney" is both sides together and has no mask of its own. */
function isDerived(id: StructureId): boolean {
  return id === 'kidney';
}

function isLesion(id: StructureId): boolean {
  return /_(tumor|cyst|pdac|pnet)$/.test(id);
}

function factsOf({ phase, sex, ageYears }: PhantomDescription): Record<string, string | number> {
  return { modality: 'CT', phase, sex, ageYears, scanner: 'phantom' };
}

function clip(shape: Shape, within: { readonly min: Vec3; readonly max: Vec3 }) {
  const { min, max } = boundsOf(shape);
  const low = min.map((value, axis) => Math.max(value, within.min[axis])) as unknown as Vec3;
  const high = max.map((value, axis) => Math.min(value, within.max[axis])) as unknown as Vec3;
  return low.every((value, axis) => value < high[axis]) ? { min: low, max: high } : undefined;
}

function layerOf(count: number) {
  const data = new Uint8Array(count);
  const values = new Map<StructureId, number>();
  return {
    data,
    has: (id: StructureId) => values.has(id),
    valueOf(id: StructureId): number {
      const known = values.get(id);
      if (known !== undefined) return known;
      values.set(id, values.size + 1);
      return values.size;
    },
    layer: (): LabelLayer => ({
      data,
      labels: [...values].map(([structure, value]) => ({ value, structure, name: structure })),
    }),
  };
}
