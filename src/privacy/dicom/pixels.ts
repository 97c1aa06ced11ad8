// Burned-in text in DICOM pixels: found in some frames, painted over in all, and the pixel module kept true.
import type { VoxelArray } from '../../domain/volume.ts';
import { isColour, rgbOf } from '../../imaging/dicom/colour.ts';
import type { Element } from '../../imaging/dicom/elements.ts';
import type { DicomFile } from '../../imaging/dicom/parse.ts';
import { dicomRaster } from '../../imaging/dicom/pictures.ts';
import { hasPixels } from '../../imaging/dicom/pixel-header.ts';
import { maskStored } from '../../imaging/dicom/real-values.ts';
import { storedPixels } from '../../imaging/dicom/stored-samples.ts';
import { EXPLICIT_LITTLE, transferSyntaxOf } from '../../imaging/dicom/transfer-syntax.ts';
import { type BurnedIn, type BurnedInScope, burnedInText } from '../burned-in.ts';
import type { Term } from '../detect.ts';
import type { Box, Ocr } from '../ocr.ts';
import { shortElement, textElement } from './encode.ts';

export interface CleanedPixels {
  /** Attributes that replace the file's; undefined removes one. */
  readonly elements: ReadonlyMap<string, Element | undefined>;
  readonly transferSyntax: string;
  readonly found: BurnedIn['found'];
  readonly boxes: number;
  readonly framesRead: number;
  readonly frames: number;
}

export interface PixelOptions {
  readonly ocr: Ocr;
  readonly terms: readonly Term[];
  readonly scope: BurnedInScope;
  /** Frames to look at, spread evenly; text is painted over in all frames. Default 3. */
  readonly framesRead?: number;
}

const OLD_OVERLAY = /^60[0-9a-f]{2}0102$/;

/**
 * Finds and paints over burned-in text. When there is none, and no JPEG segment carries a comment, the pixels stay as
 * they are coded; otherwise they are decoded and written uncompressed (colours as RGB).
 */
export async function cleanPixels(
  file: DicomFile,
  bytes: Uint8Array,
  options: PixelOptions,
): Promise<CleanedPixels> {
  const frames = Math.max(1, Number(valueText(file.elements.get('00280008'))) || 1);
  const look = framesToRead(frames, options.framesRead ?? 3);
  const boxes: Box[] = [];
  const found: BurnedIn['found'][number][] = [];
  for (const frame of look) {
    const raster = await dicomRaster(bytes, { frame, name: file.name });
    const burned = await burnedInText(raster, options.ocr, options);
    boxes.push(...burned.boxes);
    found.push(...burned.found);
  }
  const summary = { found, boxes: boxes.length, framesRead: look.length, frames };
  return { ...(await painted(file, boxes)), ...summary };
}

/** The pixels as they are, without comments and without old overlays in unused bits. */
export async function keptPixels(file: DicomFile): Promise<CleanedPixels> {
  return { ...(await painted(file, [])), found: [], boxes: 0, framesRead: 0, frames: 0 };
}

function framesToRead(frames: number, most: number): number[] {
  if (frames <= most) return Array.from({ length: frames }, (_, n) => n);
  const step = most === 1 ? 0 : (frames - 1) / (most - 1);
  return [...new Set(Array.from({ length: most }, (_, n) => Math.round(n * step)))];
}

function valueText(element: Element | undefined): string {
  return element === undefined ? '' : Buffer.from(element.value).toString('latin1').trim();
}

async function painted(
  file: DicomFile,
  boxes: readonly Box[],
): Promise<Pick<CleanedPixels, 'elements' | 'transferSyntax'>> {
  const pixels = file.elements.get('7fe00010');
  const overlaid = [...file.elements.keys()].some((tag) => OLD_OVERLAY.test(tag));
  const coded = pixels?.fragments !== undefined;
  if (
    !hasPixels(file) ||
    pixels === undefined ||
    (boxes.length === 0 && !overlaid && (!coded || !commented(pixels)))
  )
    return { elements: new Map(), transferSyntax: coded ? file.transferSyntax : EXPLICIT_LITTLE };
  const { header, data } = await storedPixels(file);
  const elements = new Map<string, Element | undefined>([
    ['7fe00001', undefined],
    ['7fe00002', undefined],
    ['7fe00003', undefined],
  ]);
  if (!transferSyntaxOf(file.transferSyntax).lossless) elements.set('00282110', textElement('CS', '01'));
  const { rows, columns, frames } = header;
  if (isColour(header)) {
    const rgb = rgbOf(file, header, data);
    fill(rgb.data, { rows, columns, frames, samples: 3 }, boxes, 0);
    const deep = rgb.data instanceof Uint16Array;
    const stored = deep ? Math.round(Math.log2(rgb.most + 1)) : 8;
    elements
      .set('00280002', shortElement(3))
      .set('00280004', textElement('CS', 'RGB'))
      .set('00280006', shortElement(0))
      .set('00280100', shortElement(deep ? 16 : 8))
      .set('00280101', shortElement(stored))
      .set('00280102', shortElement(stored - 1))
      .set('00280103', shortElement(0))
      .set('7fe00010', pixelElement(rgb.data));
    for (const tag of [
      '00281101',
      '00281102',
      '00281103',
      '00281201',
      '00281202',
      '00281203',
      '00281221',
      '00281222',
      '00281223',
      '00281199',
    ])
      elements.set(tag, undefined);
  } else {
    maskStored(data, header);
    fill(
      data,
      { rows, columns, frames, samples: header.samplesPerPixel },
      boxes,
      darkest(data, header.photometric),
    );
    elements
      .set('00280102', shortElement(header.bitsStored - 1))
      .set('7fe00010', pixelElement(data, header.bitsAllocated));
  }
  return { elements, transferSyntax: EXPLICIT_LITTLE };
}

/** Black: the least value, or the greatest where grey scales are inverted. */
function darkest(data: VoxelArray, photometric: string): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return photometric === 'MONOCHROME1' ? high : low;
}

function fill(
  data: VoxelArray,
  size: { rows: number; columns: number; frames: number; samples: number },
  boxes: readonly Box[],
  value: number,
): void {
  const { rows, columns, frames, samples } = size;
  for (const box of boxes) {
    const [left, right] = [Math.max(0, box.left), Math.min(columns, box.right)];
    if (left >= right) continue;
    for (let frame = 0; frame < frames; frame++)
      for (let y = Math.max(0, box.top); y < Math.min(rows, box.bottom); y++) {
        const at = (frame * rows + y) * columns;
        data.fill(value, (at + left) * samples, (at + right) * samples);
      }
  }
}

function pixelElement(data: VoxelArray, bitsAllocated = data.BYTES_PER_ELEMENT * 8): Element {
  if (bitsAllocated === 1) return { vr: 'OB', value: packed(data) };
  const value = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { vr: bitsAllocated > 8 ? 'OW' : 'OB', value };
}

/** One bit per sample, first sample lowest. */
function packed(data: VoxelArray): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / 8));
  for (let n = 0; n < data.length; n++) if (data[n] !== 0) out[n >> 3] |= 1 << (n & 7);
  return out;
}

/** True when a JPEG stream's header holds a comment or an application segment other than JFIF's and Adobe's. */
function commented({ fragments = [] }: Element): boolean {
  return fragments.slice(1).some(({ value }) => {
    if (value[0] !== 0xff) return false;
    for (let at = 2; at + 4 <= value.length && value[at] === 0xff; ) {
      const marker = value[at + 1];
      if (marker === 0xda || marker === 0x93) return false;
      // COM of JPEG and of JPEG 2000, and APP1 to APP13 and APP15.
      if (marker === 0xfe || marker === 0x64 || (marker >= 0xe1 && marker <= 0xef && marker !== 0xee))
        return true;
      at += 2 + value[at + 2] * 256 + value[at + 3];
    }
    return false;
  });
}
