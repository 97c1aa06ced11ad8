// A DICOM series, from files to a Volume: headers first, one stack chosen, then pixels file by file.
import { createHash } from 'node:crypto';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes } from '../../domain/geometry.ts';
import type { IntensityUnit, Volume, VoxelArray } from '../../domain/volume.ts';
import { checkSize, type ReadOptions } from '../limits.ts';
import { isColour, luminance, rgbOf } from './colour.ts';
import { chooseStack, type FrameRef, type Stack, stacksOf } from './groups.ts';
import { type Instance, instanceOf, isSegmentation } from './instance.ts';
import { type DicomFile, looksLikeDicom, parseDicom } from './parse.ts';
import { maskStored, type RealVoxels, realVoxels } from './real-values.ts';
import { remarksOn } from './remarks.ts';
import { type DicomSource, dicomSources } from './sources.ts';
import { type StackGeometry, stackGeometry } from './stack-geometry.ts';
import { openFrames } from './stored-samples.ts';

export type DicomOptions = ReadOptions;

/** What a folder, zip or file list holds, from headers alone. */
export interface Scan {
  readonly images: readonly Instance[];
  /** Objects without pixels, and segmentations. */
  readonly others: readonly Instance[];
  /** Files that are not DICOM, or too damaged to say what they are. */
  readonly unreadable: readonly { readonly source: DicomSource; readonly error: OverreadError }[];
}

/** Most headers end well before this; a longer one is read with the whole file. */
const HEADER_BYTES = 65536;

/** Everything before the pixels; undefined for a file that is not DICOM. */
export async function headerOf(source: DicomSource, options: ReadOptions): Promise<DicomFile | undefined> {
  const untilPixels = { ...options, untilPixels: true };
  const head = await source.head?.(HEADER_BYTES);
  if (head !== undefined) {
    if (!looksLikeDicom(head)) return undefined;
    if (head.length < HEADER_BYTES) return parseDicom(head, source.name, untilPixels);
    // A deflated data set cannot be judged by its beginning, and errors are those of the whole file.
    const start = await Promise.resolve()
      .then(() => parseDicom(head, source.name, untilPixels))
      .catch(() => undefined);
    if (start?.stoppedAt !== undefined && start.brokenAt === undefined) return start;
  }
  const bytes = await source.read();
  return looksLikeDicom(bytes) ? parseDicom(bytes, source.name, untilPixels) : undefined;
}

/** Reads the headers of all sources. Files that are not DICOM are passed over. */
export async function scanSources(sources: readonly DicomSource[], options: ReadOptions = {}): Promise<Scan> {
  const images: Instance[] = [];
  const others: Instance[] = [];
  const unreadable: { source: DicomSource; error: OverreadError }[] = [];
  for (const source of sources) {
    options.signal?.throwIfAborted();
    try {
      const bytes = await source.read();
      if (!looksLikeDicom(bytes)) continue;
      const instance = instanceOf(parseDicom(bytes, source.name, { ...options, untilPixels: true }), source);
      (instance.isImage && !isSegmentation(instance) ? images : others).push(instance);
    } catch (error) {
      if (!OverreadError.isInstance(error) || error.code === 'limit-exceeded' || error.code === 'path-escape')
        throw error;
      unreadable.push({ source, error });
    }
  }
  return { images, others, unreadable };
}

function unitsOf(stack: Stack, options: ReadOptions): IntensityUnit {
  const [{ instance, plane }] = stack.frames;
  const modality = instance.modality || options.modality;
  const type = plane.rescale.type?.toUpperCase();
  if (modality === 'CT' && (type === undefined || type === 'HU' || type === 'HOUNSFIELD')) return 'HU';
  if (modality === 'PT' && instance.facts.pixelUnits === 'GML') return 'SUV';
  return 'arbitrary';
}

/** Values of one frame as one channel, masked to their stored bits. */
async function decodeInto(
  bytes: Uint8Array,
  wanted: readonly { readonly ref: FrameRef; readonly slice: number }[],
  voxels: RealVoxels,
  options: ReadOptions,
  notes: Set<string>,
  facts: Record<string, number>,
): Promise<void> {
  const { source, rows, columns } = wanted[0].ref.instance;
  const file = parseDicom(bytes, source.name, options);
  const { header, lossless, frame } = openFrames(file, options);
  if (header.rows !== rows || header.columns !== columns)
    throw new OverreadError('file-corrupt', `${source.name} changed while it was read: try again.`);
  const remarks = remarksOn(file, header, lossless, wanted[0].ref.plane.rescale);
  for (const note of remarks.notes) notes.add(note);
  Object.assign(facts, remarks.facts);
  const size = rows * columns;
  const colour = isColour(header);
  if (colour) notes.add('colours were turned into luminance');
  for (const { ref, slice } of wanted) {
    if (ref.frame >= header.frames)
      throw new OverreadError('file-corrupt', `${source.name} changed while it was read: try again.`);
    const stored = await frame(ref.frame);
    if (colour) voxels.put(slice * size, luminance(rgbOf(file, header, stored)), { slope: 1, intercept: 0 });
    else {
      maskStored(stored, header);
      voxels.put(slice * size, stored, ref.plane.rescale);
    }
  }
}

/** Fills a missing slice by linear interpolation between its neighbours, rounded in integer volumes. */
function fillMissing(data: VoxelArray, missing: readonly number[], size: number): void {
  const absent = new Set(missing);
  const whole = !(data instanceof Float32Array || data instanceof Float64Array);
  for (const slice of missing) {
    let below = slice - 1;
    while (absent.has(below)) below -= 1;
    let above = slice + 1;
    while (absent.has(above)) above += 1;
    const weight = (slice - below) / (above - below);
    for (let n = 0; n < size; n++) {
      const value = (1 - weight) * data[below * size + n] + weight * data[above * size + n];
      data[slice * size + n] = whole ? Math.round(value) : value;
    }
  }
}

function geometryNotes({ tilt, missing, notes }: StackGeometry): {
  notes: string[];
  facts: Record<string, number>;
} {
  const out = [...notes];
  const facts: Record<string, number> = {};
  if (tilt > 0.1) {
    facts.gantryTilt = Math.round(tilt * 100) / 100;
    out.push(`slices are sheared by a gantry tilt of ${facts.gantryTilt} degrees; the affine keeps it`);
  }
  if (missing.length > 0) {
    facts.missingSlices = missing.length;
    const shown = missing.slice(0, 10).join(', ') + (missing.length > 10 ? ' …' : '');
    const slices = missing.length === 1 ? '1 slice is' : `${missing.length} slices are`;
    out.push(`${slices} missing (k = ${shown}) and interpolated between neighbours`);
  }
  return { notes: out, facts };
}

/** Reads the pixels of a stack. */
export async function stackVolume(stack: Stack, name: string, options: DicomOptions = {}): Promise<Volume> {
  const geometry = stackGeometry(stack.frames, name, options.acceptIrregular ?? false);
  const { grid, slice } = geometry;
  const size = grid.shape[0] * grid.shape[1];
  checkSize(name, size * grid.shape[2], 2, options);
  const voxels = realVoxels(size * grid.shape[2]);
  const notes = new Set([...stack.notes, ...stack.frames.flatMap(({ instance }) => instance.notes)]);
  const bySource = new Map<DicomSource, { ref: FrameRef; slice: number }[]>();
  for (const [n, ref] of stack.frames.entries()) {
    const list = bySource.get(ref.instance.source) ?? [];
    list.push({ ref, slice: slice[n] });
    bySource.set(ref.instance.source, list);
  }
  const hashes: string[] = [];
  const facts: Record<string, number> = {};
  for (const [source, wanted] of bySource) {
    options.signal?.throwIfAborted();
    const bytes = await source.read();
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
    await decodeInto(bytes, wanted, voxels, options, notes, facts);
  }
  const data = voxels.result();
  if (geometry.missing.length > 0) fillMissing(data, geometry.missing, size);
  const said = geometryNotes(geometry);
  const [{ instance }] = stack.frames;
  const hash =
    hashes.length === 1 ? hashes[0] : createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
  return {
    grid,
    data,
    units: unitsOf(stack, options),
    source: {
      format: stack.frames.length === 1 || bySource.size === 1 ? 'dicom' : 'dicom-series',
      hash,
      axes: axisCodes(grid.affine),
      notes: [...notes, ...said.notes],
      facts: { ...instance.facts, ...facts, ...said.facts },
    },
  };
}

/** Runs `use` with the stacks of a path, and closes the path's sources afterwards. */
export async function withStacks<T>(
  path: string | readonly string[],
  options: DicomOptions,
  use: (stacks: Stack[], scan: Scan, name: string) => Promise<T>,
): Promise<T> {
  const { sources, name, close } = await dicomSources(path, options);
  try {
    const scan = await scanSources(sources, options);
    if (scan.images.length + scan.others.length === 0 && scan.unreadable.length > 0)
      throw scan.unreadable[0].error;
    return await use(stacksOf(scan.images), scan, name);
  } finally {
    close();
  }
}

/**
 * Reads a DICOM series from a folder (recursively), a zip, a file or a list of files.
 * @throws `several-series` (choose with `series`), `geometry-invalid`, `format-unsupported`, `file-truncated`,
 * `file-corrupt`, `path-escape`, `limit-exceeded`, `file-not-found`
 */
export async function readDicomVolume(
  path: string | readonly string[],
  options: DicomOptions = {},
): Promise<Volume> {
  return await withStacks(path, options, async (stacks, { others, unreadable }, name) => {
    if (stacks.length === 0 && others.some(({ broken }) => broken))
      throw new OverreadError('file-truncated', `${name} breaks off before its pixels: copy it again.`);
    const volume = await stackVolume(chooseStack(stacks, options.series, name), name, options);
    if (unreadable.length === 0) return volume;
    const note = `${unreadable.length} damaged files were passed over`;
    return { ...volume, source: { ...volume.source, notes: [...volume.source.notes, note] } };
  });
}
