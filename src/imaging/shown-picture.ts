// Encoded pictures as a model may be sent them: PNG and JPEG as they are, anything else as PNG.
import { OverreadError } from '../domain/errors.ts';

export interface ShownPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg';
}

const MAX_PIXELS = 1 << 28;

/**
 * PNG and JPEG bytes unchanged; WebP, GIF (first frame), TIFF and BMP re-encoded as PNG.
 * Throws `format-unsupported` or `file-corrupt`, naming the picture.
 */
export async function shownPicture(bytes: Uint8Array, name: string): Promise<ShownPicture> {
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47)
    return { bytes, mediaType: 'image/png' };
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return { bytes, mediaType: 'image/jpeg' };
  const { default: sharp } = await import('sharp');
  try {
    const png = await sharp(bytes, { limitInputPixels: MAX_PIXELS }).png().toBuffer();
    return { bytes: png, mediaType: 'image/png' };
  } catch (cause) {
    throw new OverreadError('format-unsupported', `${name} is no picture that can be read: copy it again.`, {
      cause,
    });
  }
}
