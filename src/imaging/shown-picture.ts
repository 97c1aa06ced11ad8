// Encoded pictures as a model may be sent them: PNG or JPEG, upright, with nothing in the file but the picture.
import { OverreadError } from '../domain/errors.ts';
import { readBitmap } from './bitmap.ts';
import { looksLikeDicom } from './dicom/parse.ts';
import { dicomRaster } from './dicom/pictures.ts';
import { bareJpeg } from './jpeg-segments.ts';
import { barePng } from './png-chunks.ts';
import { encodePng } from './write-png.ts';

export interface ShownPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg';
}

export interface ShownOptions {
  /** Most pixels of a picture. Default 2^28. */
  readonly maxPixels?: number;
  /** Most bytes of its file. Default 256 MiB. */
  readonly maxBytes?: number;
}

const MAX_PIXELS = 1 << 28;
const MAX_BYTES = 256 << 20;

const starts = (bytes: Uint8Array, text: string, at = 0) =>
  Buffer.from(
    bytes.buffer,
    bytes.byteOffset + at,
    Math.max(0, Math.min(text.length, bytes.length - at)),
  ).equals(Buffer.from(text, 'latin1'));

/** Formats besides PNG and JPEG that libvips may open. Not SVG, which can name other files. */
const isOther = (bytes: Uint8Array) =>
  starts(bytes, 'GIF8') ||
  (starts(bytes, 'RIFF') && starts(bytes, 'WEBP', 8)) ||
  starts(bytes, 'II*\0') ||
  starts(bytes, 'II+\0') ||
  starts(bytes, 'MM\0*') ||
  starts(bytes, 'MM\0+');

function tooMany(name: string, maxPixels: number): OverreadError {
  return new OverreadError(
    'limit-exceeded',
    `${name} has more than ${maxPixels} pixels, too many to be shown: scale it down.`,
    { details: { option: 'maxPixels', limit: maxPixels } },
  );
}

/** Decoded wholly and encoded as PNG, turned upright, colours as the file's profile means them. */
async function redrawn(bytes: Uint8Array, name: string, maxPixels: number): Promise<ShownPicture> {
  const { default: sharp } = await import('sharp');
  try {
    // The size is checked below, with our own words, before any pixel is decoded.
    const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: false });
    const { width, height, space } = await image.metadata();
    if (width * height > maxPixels) throw tooMany(name, maxPixels);
    const upright = image.autoOrient();
    const png = await (space === 'cmyk' ? upright : upright.keepIccProfile()).png().toBuffer();
    return { bytes: png, mediaType: 'image/png' };
  } catch (cause) {
    if (OverreadError.isInstance(cause)) throw cause;
    const truncated = /truncat|premature end|unexpected end/i.test(String(cause));
    throw new OverreadError(
      truncated ? 'file-truncated' : 'file-corrupt',
      truncated ? `${name} ends early: copy it again.` : `${name} is a damaged picture: copy it again.`,
      { cause },
    );
  }
}

/**
 * PNG and JPEG with their pixels' bytes unchanged, but without EXIF, XMP, IPTC, comments, texts, times, thumbnails and
 * whatever follows their end; turned by their EXIF orientation, where they have one, and then as PNG. Damaged ones that
 * can be decoded all the same, WebP, GIF (first frame), TIFF, BMP and DICOM (first frame, in its own window) as PNG.
 * What is burnt into the pixels stays.
 * @throws `format-unsupported`, `file-corrupt`, `file-truncated`, `limit-exceeded`, naming the picture
 */
export async function shownPicture(
  bytes: Uint8Array,
  name: string,
  options: ShownOptions = {},
): Promise<ShownPicture> {
  const { maxPixels = MAX_PIXELS, maxBytes = MAX_BYTES } = options;
  if (bytes.length > maxBytes)
    throw new OverreadError(
      'limit-exceeded',
      `${name} has ${bytes.length} bytes, more than the ${maxBytes} that are shown: scale it down.`,
      { details: { option: 'maxBytes', limit: maxBytes } },
    );
  const png = starts(bytes, '\x89PNG\r\n\x1a\n');
  if (png || starts(bytes, '\xff\xd8\xff')) {
    const bare = png ? barePng(bytes) : bareJpeg(bytes);
    if (bare !== undefined && bare.width * bare.height > maxPixels) throw tooMany(name, maxPixels);
    if (bare === undefined || bare.orientation !== 1 || bare.width * bare.height === 0)
      return redrawn(bytes, name, maxPixels);
    return { bytes: bare.bytes, mediaType: png ? 'image/png' : 'image/jpeg' };
  }
  if (isOther(bytes)) return redrawn(bytes, name, maxPixels);
  if (starts(bytes, 'BM')) {
    try {
      const raster = readBitmap(bytes, maxPixels);
      if (raster !== undefined) return { bytes: await encodePng(raster), mediaType: 'image/png' };
    } catch (error) {
      if (error instanceof RangeError) throw tooMany(name, maxPixels);
      throw error;
    }
    throw new OverreadError(
      'file-corrupt',
      `${name} is a bitmap that is damaged or of a rare kind: save it as PNG.`,
    );
  }
  if (looksLikeDicom(bytes)) {
    const raster = await dicomRaster(bytes, { name, maxVoxels: maxPixels });
    return { bytes: await encodePng(raster), mediaType: 'image/png' };
  }
  throw new OverreadError(
    'format-unsupported',
    `${name} is no picture that can be read: give PNG, JPEG, TIFF, WebP, GIF, BMP or DICOM.`,
  );
}
