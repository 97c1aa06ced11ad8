// NRRD, attached or detached, and 3D Slicer's segmentations in it (.seg.nrrd).
import { basename } from 'node:path';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes, gridOf } from '../../domain/geometry.ts';
import type { RawAnnotation, VoxelArray } from '../../domain/volume.ts';
import { detachedFile } from '../detached.ts';
import { fileSize, gunzipExactly, readFileBytes, readRange, tooShort } from '../file-bytes.ts';
import type { Format } from '../format.ts';
import { checkSize, READ_LIMITS, type ReadOptions } from '../limits.ts';
import { isNrrd, NRRD_HEADER_BYTES, type NrrdHeader, parseNrrd } from '../nrrd-header.ts';
import { annotationFrom, type StoredImage, volumeFrom } from '../stored-image.ts';
import { textVoxels } from '../text-voxels.ts';
import { BYTES_PER_VOXEL, voxelsOf } from '../voxels.ts';

async function headerOf(path: string): Promise<NrrdHeader> {
  const head = await readRange(path, 0, Math.min(await fileSize(path), NRRD_HEADER_BYTES));
  return parseNrrd(head, basename(path));
}

async function readStored(path: string, options: ReadOptions): Promise<StoredImage & { header: NrrdHeader }> {
  const header = await headerOf(path);
  const name = basename(path);
  const [i, j, k] = header.shape;
  const count = i * j * k * header.components;
  const size = BYTES_PER_VOXEL[header.type];
  checkSize(name, count, size, options);
  const dataPath = header.dataFile === undefined ? path : detachedFile(path, header.dataFile);
  const file = await readFileBytes(dataPath, options.maxBytes ?? READ_LIMITS.maxBytes);
  const hashes = [sha256(file)];
  if (dataPath !== path) hashes.push(sha256(await readFileBytes(path, NRRD_HEADER_BYTES)));
  const stored = skipped(
    dataPath === path ? file.subarray(header.dataStart) : file,
    header,
    count * size,
    name,
  );
  const data = await decoded(stored, header, count, name, options);
  return {
    format: 'nrrd',
    name,
    shape: header.shape,
    affine: header.affine,
    data,
    hashes,
    notes: header.notes,
    labelNames: segmentsOf(header).get(0),
    header,
  };
}

/** Lines and bytes that the header says to leave out before the voxels. */
function skipped(bytes: Uint8Array, header: NrrdHeader, expected: number, name: string): Uint8Array {
  let rest = bytes;
  for (let line = 0; line < header.lineSkip; line++) {
    const newline = rest.indexOf(10);
    if (newline < 0) throw tooShort(name, expected, 0);
    rest = rest.subarray(newline + 1);
  }
  // For compressed voxels the bytes to skip lie within the unfolded stream.
  if (header.encoding === 'gzip') return rest;
  if (header.byteSkip >= 0) return rest.subarray(header.byteSkip);
  if (header.encoding !== 'raw' || rest.length < expected) throw tooShort(name, expected, rest.length);
  return rest.subarray(rest.length - expected);
}

async function decoded(
  stored: Uint8Array,
  header: NrrdHeader,
  count: number,
  name: string,
  options: ReadOptions,
): Promise<VoxelArray> {
  const expected = count * BYTES_PER_VOXEL[header.type];
  if (header.encoding === 'ascii') return textVoxels(stored, count, header.type, name);
  let bytes = stored;
  if (header.encoding === 'gzip') {
    const skip = Math.max(0, header.byteSkip);
    bytes = (await gunzipExactly(stored, skip + expected, name, options)).bytes.subarray(skip);
  } else if (header.encoding === 'hex') {
    const digits = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('latin1');
    bytes = Buffer.from(digits.replace(/\s+/g, ''), 'hex');
  }
  if (bytes.length < expected) throw tooShort(name, expected, bytes.length);
  return voxelsOf(bytes.subarray(0, expected), header.type, header.littleEndian, name);
}

/** Names of 3D Slicer's segments by layer and label value. */
function segmentsOf(header: NrrdHeader): Map<number, Map<number, string>> {
  const layers = new Map<number, Map<number, string>>();
  for (const [key, name] of header.keys) {
    const segment = /^Segment(\d+)_Name$/.exec(key)?.[1];
    if (segment === undefined) continue;
    const value = Number(header.keys.get(`Segment${segment}_LabelValue`) ?? Number(segment) + 1);
    const layer = Number(header.keys.get(`Segment${segment}_Layer`) ?? 0);
    if (!Number.isInteger(value) || value < 1) continue;
    const names = layers.get(layer) ?? new Map<number, string>();
    layers.set(layer, names.set(value, name));
  }
  return layers;
}

/** Layers of a segmentation are interleaved voxel by voxel: each becomes an array of its own. */
async function readAnnotation(path: string, options: ReadOptions): Promise<RawAnnotation> {
  const stored = await readStored(path, options);
  const { components } = stored.header;
  if (components === 1) return annotationFrom(stored);
  const segments = segmentsOf(stored.header);
  const layers = Array.from({ length: components }, (_, layer) => {
    const voxels = stored.data.length / components;
    const data = new (stored.data.constructor as new (length: number) => VoxelArray)(voxels);
    for (let i = 0; i < voxels; i++) data[i] = stored.data[i * components + layer];
    return annotationFrom({ ...stored, data, labelNames: segments.get(layer) });
  });
  return { ...layers[0], layers: layers.flatMap((annotation) => annotation.layers) };
}

const nrrd: Format = {
  id: 'nrrd',
  summary: 'NRRD (.nrrd, .nhdr with its data file; raw, gzip, text or hex), 3D Slicer segmentations',
  sniff(head, name, isDirectory) {
    if (isDirectory) return 0;
    return isNrrd(head) ? 1 : /\.(nrrd|nhdr)$/i.test(name) ? 0.5 : 0;
  },
  async readVolume(path, options) {
    const stored = await readStored(path, options);
    if (stored.header.components > 1)
      throw new OverreadError(
        'format-unsupported',
        `${stored.name} holds ${stored.header.components} values in each voxel: save one of them as an image.`,
      );
    return volumeFrom(stored, options);
  },
  readAnnotation,
  async probe(path) {
    const header = await headerOf(path);
    const { shape, spacing, affine } = gridOf(header.shape, header.affine);
    const segments = [...segmentsOf(header).values()].some((names) => names.size > 0);
    return {
      format: 'nrrd',
      shape,
      spacing,
      affine,
      axes: axisCodes(affine),
      dataType: header.type,
      holds: segments || header.components > 1 ? 'annotation' : 'either',
      facts: { encoding: header.encoding },
      notes: header.notes,
    };
  },
};

export default nrrd;
