// A published item's own pictures, changed for the controls: blank, mirrored, in another order, another patient's.
import { messageOf, OverreadError } from '../domain/errors.ts';
import { random } from '../domain/random.ts';
import type { ReadTask } from '../domain/reader.ts';
import { pictureSize } from '../imaging/picture-size.ts';
import { encodePng } from '../imaging/write-png.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { leastRecent } from './least-recent.ts';
import type { OtherPictures } from './reader-plugin.ts';
import type { ShownImage } from './volume-images.ts';

/** Why a control has nothing to show. */
export interface Unshown {
  readonly unsupported: string;
}

/** Pictures to show in place of an item's own, in the order of its prompt; there is at least one. */
export type PictureChange = (
  images: readonly ShownImage[],
  task: ReadTask,
) => Promise<readonly ShownImage[] | Unshown>;

/** Changed pictures that are kept by name: the same picture is asked about many times. */
const KEPT = 256;

async function stored(blobs: BlobStore, hash: string): Promise<Uint8Array> {
  const bytes = await blobs.get(hash);
  if (bytes !== undefined) return bytes;
  throw new OverreadError(
    'store-failed',
    'A picture of this item is no longer stored: read the release again without --resume.',
  );
}

/** Every picture through `change`, its bytes stored anew as PNG. */
function repainted(blobs: BlobStore, change: (bytes: Uint8Array) => Promise<Uint8Array>): PictureChange {
  const kept = leastRecent<string>(KEPT);
  return async (images) => {
    const shown: ShownImage[] = [];
    for (const { hash, caption } of images) {
      const changed = await kept.get(hash, async () => blobs.put(await change(await stored(blobs, hash))));
      shown.push({ hash: changed, mediaType: 'image/png', caption });
    }
    return shown;
  };
}

/** As many pictures of the same size, in one mid grey. */
export function blankPictures(blobs: BlobStore): PictureChange {
  return repainted(blobs, async (bytes) => {
    const { width, height } = pictureSize(bytes) ?? { width: 1, height: 1 };
    return encodePng({ width, height, channels: 1, data: new Uint8Array(width * height).fill(128) });
  });
}

/** Left and right exchanged in every picture, as it is seen (a JPEG's rotation applied first). */
export function mirroredPictures(blobs: BlobStore): PictureChange {
  return repainted(blobs, async (bytes) => {
    const { default: sharp } = await import('sharp');
    try {
      const upright = await sharp(bytes).autoOrient().toBuffer();
      return await sharp(upright).flop().png().toBuffer();
    } catch (cause) {
      throw new OverreadError(
        'file-corrupt',
        `A picture cannot be decoded (${messageOf(cause)}): copy the release again.`,
        { cause },
      );
    }
  });
}

/** The same pictures in another order; one alone has none. */
export const shuffledPictures: PictureChange = async (images, { question }) => {
  const hashes = new Set(images.map(({ hash }) => hash));
  if (hashes.size < 2)
    return { unsupported: 'This item shows a single picture, which has no order to be shuffled.' };
  const rng = random(question.id, 'pictures');
  for (;;) {
    const order = rng.shuffle(images);
    if (order.some(({ hash }, at) => hash !== images[at].hash)) return order;
  }
};

/** Another patient's pictures, as many. */
export function otherPatientsPictures(others: OtherPictures | undefined): PictureChange {
  return async (_, { question }) => {
    const found = await others?.instead(question);
    if (found === undefined)
      return { unsupported: 'No other patient of this benchmark has as many pictures to show instead.' };
    return found.images.map((image) => ({ ...image, caption: '', patientId: found.patientId }));
  };
}
