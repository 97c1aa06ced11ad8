// Reads a case's masks into shared memory, on the scan's grid. Runs in a thread of its own.
import { OverreadError } from '../../../domain/errors.ts';
import type { Grid } from '../../../domain/geometry.ts';
import { structureName, structureOf } from '../../../domain/structures.ts';
import type { Annotation, LabelLayer, Volume } from '../../../domain/volume.ts';
import { annotationOf, openSegmenter } from '../../../experts/segmenter.ts';
import { matchGeometry } from '../../../imaging/match-geometry.ts';
import { boundsOf, runsByValue, voxelCount } from '../../../measure/runs.ts';
import type { ScanStructure } from '../shapes/scan.ts';
import type { CaseFilesAt, MaskOrder } from './job.ts';
import { filesOf } from './load-image.ts';
import { type LoadedMasks, shared } from './loaded.ts';

/**
 * @param scanGrid the scan's grid, asked for when the masks are read; undefined for a case with masks only
 * Errors: what reading masks throws, `geometry-mismatch`, `expert-failed`.
 */
export async function loadMasks(
  at: CaseFilesAt,
  order: MaskOrder,
  scanGrid: () => Promise<Grid | undefined>,
): Promise<LoadedMasks> {
  return packed(order.kind === 'kept' ? annotationOf(order.bytes) : await drawn(at, order, scanGrid));
}

async function drawn(
  at: CaseFilesAt,
  order: Exclude<MaskOrder, { kind: 'kept' }>,
  scanGrid: () => Promise<Grid | undefined>,
): Promise<Annotation> {
  const own = await filesOf(at)?.ownAnnotation();
  if (own === undefined)
    throw new OverreadError(
      'file-not-found',
      'The masks of this case are gone: put them back where they were.',
    );
  const grid = await scanGrid();
  const annotation = grid === undefined ? own : matchGeometry(own, { grid });
  if (order.kind === 'annotated') return annotation;
  const segmenter = await openSegmenter(order.written);
  if (segmenter.hash !== order.hash)
    throw new OverreadError(
      'expert-failed',
      'The segmenter of this run works otherwise now than it did then, so its masks cannot be made again.',
    );
  return segmenter.segment({
    annotation,
    ...(grid === undefined ? {} : { volume: gridOnly(grid) }),
    seed: order.seed,
    caseId: at.record.id,
    item: at.source.item,
  });
}

/** For segmenters that look at masks alone. */
function gridOnly(grid: Grid): Volume {
  const source = { format: 'none', hash: '', axes: '', notes: [] };
  return { grid, data: new Int16Array(0), units: 'arbitrary', source };
}

const ORDER: readonly ScanStructure['kind'][] = ['tissue', 'organ', 'vessel', 'part', 'lesion', 'other'];

/** Layers of 8 or 16 bits with the structures in them, counted. */
export function packed({ grid, layers }: Annotation): LoadedMasks {
  const structures: ScanStructure[] = [];
  const plain = layers.map((layer, number) => {
    const { data, labels } = narrow(layer);
    const byValue = runsByValue(data, grid.shape);
    for (const { value, structure } of labels) {
      const runs = byValue.get(value);
      const bounds = runs && boundsOf(runs);
      structures.push({
        structure,
        name: structureName(structure),
        kind: structureOf(structure)?.kind ?? 'other',
        layer: number,
        value,
        voxels: runs === undefined ? 0 : voxelCount(runs),
        ...(bounds === undefined ? {} : { bounds: { min: [...bounds.min], max: [...bounds.max] } }),
      });
    }
    return data;
  });
  structures.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const held = plain.map(shared);
  return {
    grid,
    layers: held,
    type: held.some((data) => data instanceof Uint16Array) ? 'uint16' : 'uint8',
    structures,
    bytes: held.reduce((sum, data) => sum + data.byteLength, 0),
  };
}

/** Labels beyond 16 bits are numbered anew. */
function narrow({ data, labels }: LabelLayer): {
  data: Uint8Array | Uint16Array;
  labels: LabelLayer['labels'];
} {
  if (!(data instanceof Int32Array)) return { data, labels };
  const number = new Map(labels.map(({ value }, position) => [value, position + 1]));
  const out = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) out[i] = number.get(data[i]) ?? 0;
  return { data: out, labels: labels.map((label, position) => ({ ...label, value: position + 1 })) };
}
