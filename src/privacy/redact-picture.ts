// A page or picture (PNG, JPEG, TIFF) without the identifiers that can be read on it.
import { OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';
import { encodePng } from '../imaging/write-png.ts';
import type { PhiCategory } from './categories.ts';
import type { Term } from './detect.ts';
import type { Ocr } from './ocr.ts';
import { detectOnPage, grown } from './page-text.ts';
import { painted } from './paint.ts';

export interface PictureRedaction {
  /** PNG without any metadata of the original. */
  readonly png: Uint8Array;
  readonly found: readonly {
    readonly category: PhiCategory;
    readonly detector: string;
    readonly value: string;
  }[];
  readonly boxes: number;
  readonly words: number;
}

/** Around a word that was read, since a recogniser's boxes cut the rims of letters. */
const RIM = 3;
/** Pages smaller than this are enlarged for reading: letters of ten pixels are read badly. */
const LEAST_SIDE = 1400;

/** 8-bit pixels of a picture, upright, on white where it is transparent. Throws `file-corrupt`. */
export async function pictureRaster(bytes: Uint8Array, name: string): Promise<Raster> {
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(bytes, { failOn: 'error' });
    const { pages = 1, channels = 3 } = await image.metadata();
    if (pages > 1)
      throw new OverreadError(
        'format-unsupported',
        `${name} has ${pages} pages: split it into single ones first.`,
      );
    const upright = image.autoOrient().flatten({ background: 'white' });
    const { data, info } = await upright
      .toColourspace(channels < 3 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      channels: info.channels as 1 | 3,
      data: new Uint8Array(data),
    };
  } catch (cause) {
    if (OverreadError.isInstance(cause)) throw cause;
    throw new OverreadError('file-corrupt', `${name} cannot be decoded as a picture: copy it again.`, {
      cause,
    });
  }
}

/**
 * Reads the page, and paints over (in black) every word of an identifier. Metadata (EXIF, text chunks) do not survive.
 * @param ocr a recogniser for pages
 */
export async function redactPicture(
  raster: Raster,
  ocr: Ocr,
  options: { readonly terms?: readonly Term[] } = {},
): Promise<PictureRedaction> {
  const { default: sharp } = await import('sharp');
  const { width, height, channels, data } = raster;
  const scale = Math.min(3, Math.max(1, Math.ceil(LEAST_SIDE / Math.max(width, height, 1) - 0.5)));
  const png = await sharp(data, { raw: { width, height, channels } })
    .resize(width * scale, height * scale, { kernel: 'cubic' })
    .greyscale()
    .png({ compressionLevel: 1 })
    .toBuffer();
  const page = await ocr.read(png);
  const findings = detectOnPage(page, options);
  const boxes = findings.flatMap((finding) =>
    finding.boxes.map(({ left, top, right, bottom }) =>
      grown({ left: left / scale, top: top / scale, right: right / scale, bottom: bottom / scale }, RIM),
    ),
  );
  return {
    png: await encodePng(painted(raster, boxes, 0)),
    found: findings.map(({ category, detector, words }) => ({
      category,
      detector,
      value: words.map(({ text }) => text).join(' '),
    })),
    boxes: boxes.length,
    words: page.lines.flat().length,
  };
}
