// 2D pictures: PNG, JPEG and TIFF, 8 or 16 bits, as grey images of one slice.
import { basename } from 'node:path';
import type { Metadata, Sharp } from 'sharp';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Raster } from '../../domain/volume.ts';
import { readFileBytes } from '../file-bytes.ts';
import type { Format } from '../format.ts';
import { checkSize, READ_LIMITS, type ReadOptions } from '../limits.ts';
import { annotationFrom, type StoredImage, volumeFrom } from '../stored-image.ts';

/** Image right is the patient's left and image bottom posterior, as in an axial slice; pictures say no more. */
const PICTURE_AFFINE = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function startsWith(head: Uint8Array, ...bytes: number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

const isPicture = (head: Uint8Array) =>
  startsWith(head, 0x89, 0x50, 0x4e, 0x47) ||
  startsWith(head, 0xff, 0xd8, 0xff) ||
  startsWith(head, 0x49, 0x49, 0x2a, 0) ||
  startsWith(head, 0x49, 0x49, 0x2b, 0) ||
  startsWith(head, 0x4d, 0x4d, 0, 0x2a) ||
  startsWith(head, 0x4d, 0x4d, 0, 0x2b);

async function decode<T>(
  path: string,
  options: ReadOptions,
  work: (image: Sharp, said: Metadata, bytes: Buffer) => Promise<T>,
): Promise<T> {
  const bytes = await readFileBytes(path, options.maxBytes ?? READ_LIMITS.maxBytes);
  const name = basename(path);
  // Loaded when a picture is opened: most runs never need libvips.
  const { default: sharp } = await import('sharp');
  try {
    // The size is checked below, with our own words, before any pixel is decoded.
    const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: false });
    const said = await image.metadata();
    checkSize(name, said.width * said.height, (said.channels ?? 1) * 2, options);
    return await work(image, said, bytes);
  } catch (error) {
    if (OverreadError.isInstance(error)) throw error;
    const truncated = /truncat|premature end|unexpected end/i.test(String(error));
    throw new OverreadError(
      truncated ? 'file-truncated' : 'file-corrupt',
      `${name} cannot be decoded as a picture: copy it again.`,
      { cause: error },
    );
  }
}

type Decoded = Raster & { readonly hash: string; readonly notes: readonly string[] };

/** Pixels in display order (EXIF rotation applied), alpha dropped; `pages` beyond the first are left out. */
async function pixels(path: string, options: ReadOptions): Promise<Decoded> {
  return decode(path, options, async (image, said, bytes) => {
    const notes: string[] = [];
    if ((said.pages ?? 1) > 1) notes.push(`The first of ${said.pages} pages was read.`);
    if (said.hasAlpha) notes.push('Transparency was left out.');
    const deep = said.depth !== 'uchar';
    const float = said.depth === 'float' || said.depth === 'double';
    let upright = image.autoOrient().removeAlpha();
    // Without this libvips turns 16-bit greys into 8-bit sRGB.
    if (!float)
      upright = upright.toColourspace(
        (said.channels ?? 1) < 3 ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb',
      );
    const { data, info } = await upright
      .raw({ depth: float ? 'float' : deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const count = info.width * info.height * info.channels;
    const own = new Uint8Array(data).buffer;
    const typed = float
      ? new Float32Array(own, 0, count)
      : deep
        ? new Uint16Array(own, 0, count)
        : new Uint8Array(own);
    return {
      width: info.width,
      height: info.height,
      channels: info.channels as 1 | 3 | 4,
      data: typed,
      hash: sha256(bytes),
      notes,
    };
  });
}

/**
 * A picture's pixels with their colours. Throws `file-corrupt`, `file-truncated` or `limit-exceeded`.
 * Pictures rarely tell a true spacing, so there is none.
 */
export async function openRaster(path: string, options: ReadOptions = {}): Promise<Raster> {
  const { width, height, channels, data } = await pixels(path, options);
  return { width, height, channels, data };
}

/** A grey picture as one slice; colours of equal channels count as grey. */
async function readStored(path: string, options: ReadOptions): Promise<StoredImage> {
  const { width, height, channels, data, hash, notes } = await pixels(path, options);
  const name = basename(path);
  let grey = data;
  if (channels > 1) {
    grey = new (data.constructor as new (length: number) => Raster['data'])(width * height);
    for (let pixel = 0; pixel < grey.length; pixel++) {
      const at = pixel * channels;
      if (data[at] !== data[at + 1] || data[at] !== data[at + 2])
        throw new OverreadError(
          'format-unsupported',
          `${name} is a colour picture: save it in grey to read it as an image.`,
        );
      grey[pixel] = data[at];
    }
  }
  return {
    format: 'raster',
    name,
    shape: [width, height, 1],
    affine: PICTURE_AFFINE,
    data: grey,
    hashes: [hash],
    notes: [...notes, 'A picture has no spacing; 1 mm was assumed.'],
  };
}

const raster: Format = {
  id: 'raster',
  summary: 'PNG, JPEG and TIFF pictures, 8 or 16 bits',
  sniff: (head, _name, isDirectory) => (!isDirectory && isPicture(head) ? 0.9 : 0),
  async readVolume(path, options) {
    const stored = await readStored(path, options);
    return volumeFrom(stored, { modality: 'unknown', ...options });
  },
  readAnnotation: async (path, options) => annotationFrom(await readStored(path, options)),
  probe: (path, options) =>
    decode(path, options, async (_image, said) => ({
      format: 'raster',
      shape: [said.autoOrient.width, said.autoOrient.height, 1],
      dataType: said.depth === 'uchar' ? 'uint8' : said.depth === 'ushort' ? 'uint16' : String(said.depth),
      holds: 'either',
      facts: { kind: said.format, channels: said.channels ?? 1 },
      notes: [],
    })),
};

export default raster;
