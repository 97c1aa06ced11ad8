// Single DICOM images as pictures: stored values of every frame, or one frame as it is meant to be shown.
import { OverreadError } from '../../domain/errors.ts';
import type { Raster, VoxelArray } from '../../domain/volume.ts';
import type { ReadOptions } from '../limits.ts';
import { decimals } from './attributes.ts';
import { isColour, rgbOf } from './colour.ts';
import { parseDicom } from './parse.ts';
import { planesOf } from './plane.ts';
import { maskStored, realVoxels } from './real-values.ts';
import { openFrames, storedPixels } from './stored-samples.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

export interface DicomFrames {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  /** Photometric interpretation, e.g. "MONOCHROME2", "YBR_FULL_422". */
  readonly photometric: string;
  readonly bitsStored: number;
  /** Stored values: frames, rows, columns, then samples fastest. Not rescaled; colours as they are coded. */
  readonly data: VoxelArray;
  readonly lossless: boolean;
  readonly transferSyntax: string;
  readonly notes: readonly string[];
}

export interface PictureOptions extends ReadOptions {
  /** Base name for messages. Default "The DICOM file". */
  readonly name?: string;
}

const nameOf = ({ name }: PictureOptions) => name ?? 'The DICOM file';

/**
 * Decodes every frame of a DICOM file's bytes to stored values.
 * @throws `format-unknown`, `format-unsupported`, `file-truncated`, `file-corrupt`, `limit-exceeded`
 */
export async function decodeDicomFrames(
  bytes: Uint8Array,
  options: PictureOptions = {},
): Promise<DicomFrames> {
  const file = parseDicom(bytes, nameOf(options), options);
  const { header, data, lossless } = await storedPixels(file, options);
  const { rows, columns, frames, samplesPerPixel, photometric, bitsStored } = header;
  return {
    ...{ rows, columns, frames, samplesPerPixel, photometric, bitsStored, data, lossless },
    transferSyntax: transferSyntaxOf(file.transferSyntax).name,
    notes: file.notes,
  };
}

/** Linear window of PS3.3 C.11.2.1.2, to 8 bits. */
function windowed(values: VoxelArray, centre: number, width: number, inverted: boolean): Uint8Array {
  const out = new Uint8Array(values.length);
  const w = Math.max(1, width);
  for (let n = 0; n < values.length; n++) {
    const share = w === 1 ? Number(values[n] > centre - 0.5) : (values[n] - (centre - 0.5)) / (w - 1) + 0.5;
    const shown = Math.round(Math.min(1, Math.max(0, share)) * 255);
    out[n] = inverted ? 255 - shown : shown;
  }
  return out;
}

/**
 * One frame as 8-bit picture: colours as RGB; grey values through the file's first window, or from least to
 * greatest when it has none, MONOCHROME1 inverted.
 * @param options.frame counted from 0. Default 0.
 */
export async function dicomRaster(
  bytes: Uint8Array,
  options: PictureOptions & { readonly frame?: number } = {},
): Promise<Raster> {
  const file = parseDicom(bytes, nameOf(options), options);
  const { header, frame } = openFrames(file, options);
  const n = options.frame ?? 0;
  if (!Number.isInteger(n) || n < 0 || n >= header.frames)
    throw new OverreadError(
      'bad-argument',
      `${file.name} has ${header.frames} frames and no frame ${n}: choose one from 0.`,
    );
  const stored = await frame(n);
  const plane = planesOf(file, header.frames)[n];
  const size = { width: header.columns, height: header.rows };
  // Both give the distance between rows first, then that between columns.
  const spacing = plane.spacing === undefined ? {} : { spacing: plane.spacing };
  if (isColour(header)) {
    const { data, most } = rgbOf(file, header, stored);
    const shown = most === 255 ? data : Uint8Array.from(data, (value) => Math.round((value * 255) / most));
    return { ...size, channels: 3, data: shown, ...spacing };
  }
  maskStored(stored, header);
  const real = realVoxels(stored.length);
  real.put(0, stored, plane.rescale);
  const values = real.result();
  const centre = decimals(file, '00281050', 1)?.[0];
  const width = decimals(file, '00281051', 1)?.[0];
  const inverted = header.photometric === 'MONOCHROME1';
  if (centre !== undefined && width !== undefined)
    return { ...size, channels: 1, data: windowed(values, centre, width, inverted), ...spacing };
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = Math.max(high - low, 1);
  return {
    ...size,
    channels: 1,
    data: windowed(values, low + range / 2 + 0.5, range + 1, inverted),
    ...spacing,
  };
}
