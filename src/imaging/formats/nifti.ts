// NIfTI-1 and NIfTI-2: .nii, .nii.gz and .hdr/.img pairs, any byte order, voxel type and axis order.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes, gridOf } from '../../domain/geometry.ts';
import type { RawAnnotation, SourceInfo, Volume, VoxelArray } from '../../domain/volume.ts';
import { readExactly, readHead } from '../file-bytes.ts';
import type { Format, Probe } from '../format.ts';
import { checkSize, type ReadOptions } from '../limits.ts';
import { NIFTI_HEADER_BYTES, type NiftiHeader, parseNifti, recogniseNifti } from '../nifti-header.ts';
import {
  BYTES_PER_VOXEL,
  countNotFinite,
  labelsOf,
  labelsPresent,
  rescaled,
  unitsOf,
  voxelsOf,
} from '../voxels.ts';

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

async function headerOf(path: string): Promise<{ header: NiftiHeader; voxelsPath: string }> {
  const from = headerPath(path);
  const header = parseNifti(await readHead(from, NIFTI_HEADER_BYTES), basename(from));
  return { header, voxelsPath: header.pair ? imagePath(from) : from };
}

interface Stored {
  readonly header: NiftiHeader;
  readonly data: VoxelArray;
  readonly source: SourceInfo;
  readonly name: string;
}

/** Voxels as stored, without slope and intercept. */
async function readStored(path: string, options: ReadOptions): Promise<Stored> {
  const { header, voxelsPath } = await headerOf(path);
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
  const { bytes, surplus, hash } = await readExactly(voxelsPath, expected, options);
  const data = voxelsOf(bytes.subarray(header.voxOffset, expected), header.type, header.littleEndian, name);
  const notes = [...header.notes];
  if (surplus) notes.push('The file holds more bytes than its header describes; the rest was not read.');
  const source: SourceInfo = { format: 'nifti', hash, axes: axisCodes(header.affine), notes };
  return { header, data, source, name };
}

const withNote = (source: SourceInfo, note: string | undefined): SourceInfo =>
  note === undefined ? source : { ...source, notes: [...source.notes, note] };

async function readVolume(path: string, options: ReadOptions): Promise<Volume> {
  const { header, data: stored, source } = await readStored(path, options);
  const data = rescaled(stored, header.slope, header.inter);
  const notFinite = countNotFinite(data);
  const { units, note } = unitsOf(data, options.modality);
  const counted = notFinite > 0 ? `${notFinite} voxels are NaN or infinite and were kept.` : undefined;
  return {
    grid: gridOf(header.shape, header.affine),
    data,
    units,
    source: withNote(withNote(source, counted), note),
  };
}

async function readAnnotation(path: string, options: ReadOptions): Promise<RawAnnotation> {
  const { header, data: stored, source, name } = await readStored(path, options);
  const data = labelsOf(rescaled(stored, header.slope, header.inter), name);
  return {
    grid: gridOf(header.shape, header.affine),
    layers: [{ data, labels: labelsPresent(data) }],
    source,
  };
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
  readVolume,
  readAnnotation,
  probe,
};

export default nifti;
