// How much a reader may take in: bounds that stop gzip bombs and headers that promise the moon.
import { OverreadError } from '../domain/errors.ts';
import type { Grid } from '../domain/geometry.ts';
import type { LabelMemory } from './label-memory.ts';
import type { StoredType } from './voxels.ts';

/** What every reader accepts. All members are optional; the defaults are in READ_LIMITS. */
export interface ReadOptions {
  /** Most bytes of voxels that one image or label map may hold once decompressed. Default 8 GiB. */
  readonly maxBytes?: number;
  /** Most voxels of one image or label map. Default 2^31 − 1. */
  readonly maxVoxels?: number;
  /**
   * Largest ratio of decompressed to compressed bytes. Deflate itself cannot pass 1032, and an empty mask comes
   * close to it, so the default of 1100 only stops what lies; lower it for files you do not trust.
   */
  readonly maxRatio?: number;
  /** What a layout or the user knows the scan to be, e.g. "CT": decides the unit of the voxels. */
  readonly modality?: string;
  /** DICOM: which series of several, by its number in the list of the `several-series` error or its UID. */
  readonly series?: number | string;
  /** DICOM: spread slices whose spacing varies evenly instead of refusing them. Default false. */
  readonly acceptIrregular?: boolean;
  readonly signal?: AbortSignal;
  /** Lends the memory of label maps; whoever passes it calls its `release` once they are done with. */
  readonly memory?: LabelMemory;
  /** Follows images while they are unpacked. Formats that have nothing to tell before the end do not call it. */
  readonly sink?: VoxelSink;
}

/** An image of which nothing but its header is known. */
export interface ArrivingVoxels {
  readonly grid: Grid;
  readonly type: StoredType;
  /** Bytes of header and voxels, and where the voxels begin among them. */
  readonly length: number;
  readonly from: number;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly modality?: string;
}

/**
 * Takes the voxels of compressed images while they are unpacked, so that the first slices can be shown before the last
 * is there. Told only of voxels that are their own values, in this machine's byte order.
 */
export interface VoxelSink {
  /** Gives the memory, blank, that the bytes are unpacked into; undefined where it does not care. */
  begin(image: ArrivingVoxels): Uint8Array | undefined;
  /** So many of the bytes are there, from the first on. */
  filled(bytes: number): void;
}

/** A positive number in the environment, for the command line and its threads. */
function fromEnvironment(name: string): number | undefined {
  const value = Number(process.env[name]);
  return value > 0 ? value : undefined;
}

/** Defaults; OVERREAD_MAX_BYTES, OVERREAD_MAX_VOXELS and OVERREAD_MAX_RATIO in the environment set others. */
export const READ_LIMITS: {
  readonly maxBytes: number;
  readonly maxVoxels: number;
  readonly maxRatio: number;
} = {
  maxBytes: fromEnvironment('OVERREAD_MAX_BYTES') ?? 8 * 2 ** 30,
  maxVoxels: fromEnvironment('OVERREAD_MAX_VOXELS') ?? 2 ** 31 - 1,
  maxRatio: fromEnvironment('OVERREAD_MAX_RATIO') ?? 1100,
};

/**
 * Throws `limit-exceeded`, naming the option to raise, when an array of `voxels` voxels of `bytesPerVoxel` is
 * larger than the options allow. `name` is the base name of the file.
 */
export function checkSize(name: string, voxels: number, bytesPerVoxel: number, options: ReadOptions): void {
  const maxVoxels = options.maxVoxels ?? READ_LIMITS.maxVoxels;
  if (voxels > maxVoxels)
    throw new OverreadError(
      'limit-exceeded',
      `${name} holds ${voxels} voxels, more than the ${maxVoxels} allowed: raise maxVoxels (OVERREAD_MAX_VOXELS) if you trust it.`,
      { details: { option: 'maxVoxels', limit: maxVoxels, value: voxels } },
    );
  checkBytes(name, voxels * bytesPerVoxel, options);
}

/** Throws `limit-exceeded` when `bytes` decompressed bytes are more than `maxBytes`. */
export function checkBytes(name: string, bytes: number, options: ReadOptions): void {
  const maxBytes = options.maxBytes ?? READ_LIMITS.maxBytes;
  if (bytes > maxBytes)
    throw new OverreadError(
      'limit-exceeded',
      `${name} needs ${bytes} bytes once decompressed, more than the ${maxBytes} allowed: raise maxBytes (OVERREAD_MAX_BYTES) if you trust it.`,
      { details: { option: 'maxBytes', limit: maxBytes, value: bytes } },
    );
}

/** Throws `limit-exceeded` when decompressing `compressed` bytes into `decompressed` passes `maxRatio`. */
export function checkRatio(
  name: string,
  compressed: number,
  decompressed: number,
  options: ReadOptions,
): void {
  const maxRatio = options.maxRatio ?? READ_LIMITS.maxRatio;
  // Small archives may reach any ratio without harm.
  if (decompressed > 2 ** 20 && decompressed > maxRatio * compressed)
    throw new OverreadError(
      'limit-exceeded',
      `${name} would grow ${Math.round(decompressed / Math.max(1, compressed))}-fold on decompressing, more than the ${maxRatio} allowed: raise maxRatio (OVERREAD_MAX_RATIO) if you trust it.`,
      { details: { option: 'maxRatio', limit: maxRatio } },
    );
}
