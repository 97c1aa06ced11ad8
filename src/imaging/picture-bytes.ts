// A picture's pixels out of its encoded bytes, as a viewer shows them: 8 bits, grey or RGB.
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';

const MAX_PIXELS = 1 << 26;

/**
 * Pixels of PNG, JPEG or anything else that `shownPicture` gives; grey pictures have one channel, others three.
 * Throws `file-corrupt`, and `limit-exceeded` for more than 2^26 pixels.
 */
export async function rasterOfBytes(bytes: Uint8Array): Promise<Raster & { data: Uint8Array }> {
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: MAX_PIXELS });
    const { channels: stored = 3, space } = await image.metadata();
    const grey = stored < 3 || space === 'b-w' || space === 'grey16';
    const { data, info } = await image
      .autoOrient()
      .flatten({ background: 'black' })
      .toColourspace(grey ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      channels: info.channels as 1 | 3,
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
  } catch (cause) {
    if (/pixel limit/i.test(messageOf(cause)))
      throw new OverreadError(
        'limit-exceeded',
        'The picture has too many pixels to be opened: scale it down.',
        {
          cause,
        },
      );
    throw new OverreadError('file-corrupt', 'The picture cannot be opened: it is damaged or no picture.', {
      cause,
    });
  }
}
