// What a DICOM header promises of its pixels, checked before a byte of them is touched.
import { OverreadError } from '../../domain/errors.ts';
import { number, text } from './attributes.ts';
import type { Element } from './elements.ts';
import type { DicomFile } from './parse.ts';

export interface PixelHeader {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly photometric: string;
  /** True when each frame stores one colour plane after another. */
  readonly planar: boolean;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly kind: 'integer' | 'float' | 'double';
  readonly pixels: Element;
}

const PIXEL_TAGS = [
  ['7fe00010', 'integer'],
  ['7fe00008', 'float'],
  ['7fe00009', 'double'],
] as const;

function missing(name: string, what: string): OverreadError {
  return new OverreadError('file-corrupt', `${name} has pixel data but no valid ${what}: export it again.`);
}

/** True when the object carries image pixels at all. */
export function hasPixels(file: DicomFile): boolean {
  return PIXEL_TAGS.some(([tag]) => file.elements.has(tag));
}

/**
 * Reads the image pixel module.
 * @throws `format-unsupported` for an object without pixels (reports, waveforms, plans …), `file-truncated` when the
 * file breaks off before them, `file-corrupt` when the module makes no sense
 */
export function pixelHeader(file: DicomFile): PixelHeader {
  const { name } = file;
  const found = PIXEL_TAGS.find(([tag]) => file.elements.has(tag));
  const pixels = found === undefined ? undefined : file.elements.get(found[0]);
  if (found === undefined || pixels === undefined) {
    if (file.brokenAt !== undefined)
      throw new OverreadError('file-truncated', `${name} breaks off before its pixel data: copy it again.`);
    const modality = text(file, '00080060') ?? text(file.meta, '00020002') ?? 'unknown';
    throw new OverreadError(
      'format-unsupported',
      `${name} is a DICOM object without image pixels (${modality}): choose an image.`,
    );
  }
  const kind = found[1];
  const us = (tag: string) => number(file, tag, 'US');
  const rows = us('00280010') ?? 0;
  const columns = us('00280011') ?? 0;
  if (rows < 1 || columns < 1) throw missing(name, 'rows and columns');
  const samplesPerPixel = us('00280002') ?? 1;
  if (samplesPerPixel < 1 || samplesPerPixel > 4) throw missing(name, 'samples per pixel');
  const bitsAllocated = us('00280100') ?? (kind === 'float' ? 32 : kind === 'double' ? 64 : 0);
  const allowed = kind === 'integer' ? [1, 8, 16, 32] : kind === 'float' ? [32] : [64];
  if (!allowed.includes(bitsAllocated)) {
    if (bitsAllocated === 0) throw missing(name, 'bits allocated');
    throw new OverreadError(
      'format-unsupported',
      `${name} has ${bitsAllocated} bits allocated for each sample, which Overread does not read: transcode it.`,
    );
  }
  const bitsStored = us('00280101') ?? bitsAllocated;
  if (bitsStored < 1 || bitsStored > bitsAllocated) throw missing(name, 'bits stored');
  const highBit = us('00280102') ?? bitsStored - 1;
  const frames = Number(text(file, '00280008') ?? 1);
  if (!Number.isInteger(frames) || frames < 0) throw missing(name, 'number of frames');
  return {
    rows,
    columns,
    // Zero frames stand in files of writers that meant one.
    frames: Math.max(1, frames),
    samplesPerPixel,
    photometric: text(file, '00280004') ?? (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB'),
    planar: samplesPerPixel > 1 && us('00280006') === 1,
    bitsAllocated,
    bitsStored,
    highBit: highBit >= bitsStored - 1 && highBit < bitsAllocated ? highBit : bitsStored - 1,
    signed: us('00280103') === 1,
    kind,
    pixels,
  };
}
