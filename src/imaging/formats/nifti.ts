// NIfTI-1 and NIfTI-2: .nii, .nii.gz and .hdr/.img pairs, any byte order, voxel type and axis order.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes, gridOf } from '../../domain/geometry.ts';
import { readExactly, readHead, type UnpackTo } from '../file-bytes.ts';
import type { Format, Probe } from '../format.ts';
import { checkBytes, checkSize, type ReadOptions, type VoxelSink } from '../limits.ts';
import { NIFTI_HEADER_BYTES, type NiftiHeader, parseNifti, recogniseNifti } from '../nifti-header.ts';
import { labelTable } from '../nifti-label-table.ts';
import { elementSpans } from '../occupied.ts';
import { annotationFrom, type StoredImage, volumeFrom } from '../stored-image.ts';
import { BYTES_PER_VOXEL, HOST_IS_LITTLE, voxelsOf } from '../voxels.ts';

const IMAGE_ENDING = /\.img(\.gz)?$/i;
const HEADER_ENDING = /\.hdr(\.gz)?$/i;

/** The header's file for a path that may be the .img of a pair. */
function headerPath(path: string): string {
  if (!IMAGE_ENDING.test(path)) return path;
  const found = [path.replace(IMAGE_ENDING, '.hdr$1'), path.replace(IMAGE_ENDING, '.hdr')].find(existsSync);
  if (found === undefined)
    throw new OverreadError('file-not-found', `${basename(path)} has no .hdr file beside it: add it.`);
  return found;
}

/** The voxels' file for a header of a pair. */
function imagePath(path: string): string {
  const found = [path.replace(HEADER_ENDING, '.img$1'), path.replace(HEADER_ENDING, '.img')].find(existsSync);
  if (found === undefined || found === path)
    throw new OverreadError('file-not-found', `${basename(path)} has no .img file beside it: add it.`);
  return found;
}

async function headerOf(
  path: string,
): Promise<{ header: NiftiHeader; headerHash?: string; voxelsPath: string }> {
  const from = headerPath(path);
  const head = await readHead(from, NIFTI_HEADER_BYTES);
  const header = parseNifti(head, basename(from));
  if (!header.pair) return { header, voxelsPath: from };
  return { header, headerHash: sha256(head), voxelsPath: imagePath(from) };
}

/** Voxels as stored, without slope and intercept. `memory` lends memory for bytes that stay as they are. */
async function readStored(path: string, { memory, sink, ...options }: ReadOptions): Promise<StoredImage> {
  const { header, headerHash, voxelsPath } = await headerOf(path);
  const name = basename(voxelsPath);
  if (header.frames > 1)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds ${header.frames} volumes in one file: split it into one 3D file each.`,
      { details: { frames: header.frames } },
    );
  const [i, j, k] = header.shape;
  const voxels = i * j * k;
  const size = BYTES_PER_VOXEL[header.type];
  checkSize(name, voxels, size, options);
  const expected = header.voxOffset + voxels * size;
  checkBytes(name, expected, options);
  const { bytes, surplus, hash, spans } = await readExactly(
    voxelsPath,
    expected,
    options,
    header.type === 'uint8' && isIdentity(header) ? memory : undefined,
    sink && follow(header, expected, sink, options),
  );
  const data = voxelsOf(bytes.subarray(header.voxOffset, expected), header.type, header.littleEndian, name);
  const labelNames = labelTable(bytes.subarray(header.version === 1 ? 352 : 544, header.voxOffset));
  const notes = [...header.notes];
  if (surplus) notes.push('The file holds more bytes than its header describes; the rest was not read.');
  const { shape, affine, slope, inter } = header;
  const hashes = headerHash === undefined ? [hash] : [headerHash, hash];
  return {
    format: 'nifti',
    name,
    shape,
    affine,
    data,
    ...(spans === undefined ? {} : { spans: elementSpans(spans, header.voxOffset, size) }),
    slope,
    inter,
    hashes,
    notes,
    labelNames,
  };
}

/** Tells a sink of voxels that are what the file stores. */
function follow(
  header: NiftiHeader,
  length: number,
  sink: VoxelSink,
  { modality }: ReadOptions,
): UnpackTo | undefined {
  // A pair's hash is that of two files, and swapped bytes are of no use before they are swapped back.
  if (!isIdentity(header) || header.pair || header.littleEndian !== HOST_IS_LITTLE) return undefined;
  const { shape, affine, type, voxOffset: from } = header;
  // A view of voxels must begin at a multiple of their size, or all of them are copied in the end.
  if (from % BYTES_PER_VOXEL[type] !== 0) return undefined;
  return {
    begin: (hash) => sink.begin({ grid: gridOf(shape, affine), type, length, from, hash, modality }),
    filled: (bytes) => sink.filled(bytes),
  };
}

/** True for voxels that are their own values, and so are never written to. */
function isIdentity({ slope, inter }: NiftiHeader): boolean {
  return slope === 1 && inter === 0;
}

async function probe(path: string): Promise<Probe> {
  const { header } = await headerOf(path);
  const { shape, spacing, affine } = gridOf(header.shape, header.affine);
  return {
    format: 'nifti',
    shape,
    spacing,
    affine,
    axes: axisCodes(affine),
    dataType: header.type,
    holds: 'either',
    facts: { version: header.version, ...(header.frames > 1 ? { frames: header.frames } : {}) },
    notes: header.notes,
  };
}

const nifti: Format = {
  id: 'nifti',
  summary: 'NIfTI-1 and NIfTI-2 (.nii, .nii.gz, .hdr with .img)',
  sniff(head, name, isDirectory) {
    if (isDirectory) return 0;
    if (recogniseNifti(head) !== undefined) return 1;
    // A damaged or truncated header should fail as NIfTI, with NIfTI's words.
    return /\.nii(\.gz)?$/i.test(name) || IMAGE_ENDING.test(name) ? 0.5 : 0;
  },
  readVolume: async (path, { memory: _, ...options }) => volumeFrom(await readStored(path, options), options),
  readAnnotation: async (path, { sink: _, ...options }) => annotationFrom(await readStored(path, options)),
  probe,
};

export default nifti;
