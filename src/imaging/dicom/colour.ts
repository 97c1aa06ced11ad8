// Coded colours to red, green, blue: palettes and the luminance–chrominance models of PS3.3 C.7.6.3.
import { OverreadError } from '../../domain/errors.ts';
import type { VoxelArray } from '../../domain/volume.ts';
import type { DicomFile } from './parse.ts';
import type { PixelHeader } from './pixel-header.ts';
import { lookupTable } from './plane.ts';

export interface RgbPixels {
  /** Interleaved red, green, blue; frames one after another. */
  readonly data: Uint8Array | Uint16Array;
  /** Largest value a channel can take. */
  readonly most: number;
}

const CHANNELS = [
  ['00281101', '00281201'],
  ['00281102', '00281202'],
  ['00281103', '00281203'],
] as const;

function paletteColours(file: DicomFile, data: VoxelArray): RgbPixels {
  const tables = CHANNELS.map(([descriptor, data]) => lookupTable(file, descriptor, data));
  const [red, green, blue] = tables;
  if (red === undefined || green === undefined || blue === undefined)
    throw new OverreadError(
      'format-unsupported',
      `${file.name} has a palette that is missing or segmented: export it as RGB.`,
    );
  // Sixteen-bit palettes are spread over the whole range, so that the high byte is the colour.
  const wide = Math.max(...red.values, ...green.values, ...blue.values) > 255;
  const out = new Uint8Array(data.length * 3);
  for (let n = 0; n < data.length; n++)
    for (const [c, table] of [red, green, blue].entries()) {
      const index = Math.min(table.values.length - 1, Math.max(0, data[n] - table.first));
      out[n * 3 + c] = wide ? table.values[index] >> 8 : table.values[index];
    }
  return { data: out, most: 255 };
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : Math.round(value);
}

/** Full-range or (for YBR_PARTIAL) studio-range BT.601 to RGB. */
function fromLuminance(
  data: ArrayLike<number>,
  out: Uint8Array | Uint16Array,
  most: number,
  partial: boolean,
): void {
  const centre = (most + 1) / 2;
  const [scale, black, gain] = partial ? [255 / 224, (16 * (most + 1)) / 256, 255 / 219] : [1, 0, 1];
  for (let n = 0; n + 2 < data.length; n += 3) {
    const y = (data[n] - black) * gain;
    const cb = (data[n + 1] - centre) * scale;
    const cr = (data[n + 2] - centre) * scale;
    out[n] = clamp(y + 1.402 * cr, most);
    out[n + 1] = clamp(y - 0.344136 * cb - 0.714136 * cr, most);
    out[n + 2] = clamp(y + 1.772 * cb, most);
  }
}

/** True when the object is in colour, palettes included. */
export function isColour(header: PixelHeader): boolean {
  return header.samplesPerPixel >= 3 || header.photometric === 'PALETTE COLOR';
}

/**
 * Stored samples of a colour object as RGB. JPEG 2000's own models (YBR_RCT, YBR_ICT) are undone by its decoder already.
 * Throws `format-unsupported` for colour models that are not known.
 */
export function rgbOf(file: DicomFile, header: PixelHeader, data: VoxelArray): RgbPixels {
  const { photometric, samplesPerPixel, bitsStored } = header;
  if (photometric === 'PALETTE COLOR') return paletteColours(file, data);
  if (samplesPerPixel !== 3 || !(data instanceof Uint8Array || data instanceof Uint16Array))
    throw new OverreadError(
      'format-unsupported',
      `${file.name} has the colour model ${photometric} with ${samplesPerPixel} samples, which Overread does not read: export it as RGB.`,
    );
  const most = 2 ** bitsStored - 1;
  if (photometric.startsWith('YBR_FULL') || photometric.startsWith('YBR_PARTIAL')) {
    const out = data instanceof Uint8Array ? new Uint8Array(data.length) : new Uint16Array(data.length);
    fromLuminance(data, out, most, photometric.startsWith('YBR_PARTIAL'));
    return { data: out, most };
  }
  return { data, most };
}

/** Luminance (BT.601) of RGB pixels, rounded. */
export function luminance(rgb: RgbPixels): Uint8Array | Uint16Array {
  const count = rgb.data.length / 3;
  const out = rgb.data instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count);
  for (let n = 0; n < count; n++)
    out[n] = Math.round(0.299 * rgb.data[3 * n] + 0.587 * rgb.data[3 * n + 1] + 0.114 * rgb.data[3 * n + 2]);
  return out;
}
