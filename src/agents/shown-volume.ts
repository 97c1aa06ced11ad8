// Which volume a direct reader is shown: the case's own, a changed one, another patient's, or grey in its place.
import { contentHash, sha256 } from '../domain/content-hash.ts';
import type { PromptPart } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import type { ReadTask } from '../domain/reader.ts';
import type { Volume } from '../domain/volume.ts';
import { DEFAULT_IMAGE_BUDGET, type MessageImage } from '../experts/volume-message.ts';
import { pictureSize } from '../imaging/picture-size.ts';
import { encodePng } from '../imaging/write-png.ts';
import { nextOfAnotherPatient } from './other-patient.ts';
import type { PictureChange, Unshown } from './picture-changes.ts';
import type { PluginContext } from './reader-plugin.ts';
import { type ShownImage, type VolumeImagesOptions, volumeImages } from './volume-images.ts';

export function ownImages(
  context: PluginContext,
  change: Pick<VolumeImagesOptions, 'volumeOf' | 'patientOf' | 'repaint'> & {
    /** What becomes of a published item's own pictures. Default: they are shown as they are. */
    readonly released?: PictureChange;
  } = {},
): (task: ReadTask) => Promise<readonly ShownImage[] | Unshown | undefined> {
  const { released, ...volume } = change;
  const ofVolume = volumeImages({
    blobs: context.blobs,
    budget: context.imageBudget ?? DEFAULT_IMAGE_BUDGET,
    ...volume,
  });
  return async (task) => {
    if (task.question.prompt === undefined) return ofVolume(task);
    const images = releasedImages(task.question.prompt);
    if (released === undefined) return images;
    if (images.length === 0) return { unsupported: 'This item shows no picture that could be changed.' };
    return released(images, task);
  };
}

/** The pictures of a published item, in the order of its prompt. */
export function releasedImages(prompt: readonly PromptPart[]): ShownImage[] {
  return prompt.flatMap((part) =>
    part.type === 'image' ? [{ hash: part.hash, mediaType: part.mediaType, caption: '' }] : [],
  );
}

/** The case's own volume, changed; one case is changed the same way for all its questions. */
export function changedVolume(change: (volume: Volume, seed: string) => Volume) {
  return async (task: ReadTask): Promise<Volume | undefined> => {
    const volume = await task.access?.volume();
    return volume === undefined ? undefined : change(volume, task.case.id);
  };
}

/** The scan of the next patient in a seeded order of the benchmark's cases with a scan, and who that is. */
export function otherPatient({
  others,
}: PluginContext): Required<Pick<VolumeImagesOptions, 'volumeOf' | 'patientOf'>> {
  const otherCase = async (task: ReadTask) => {
    const withImage = ((await others?.cases()) ?? []).filter((other) => other.hasImage);
    return nextOfAnotherPatient(random('wrong patient').shuffle(withImage), task.case);
  };
  return {
    volumeOf: async (task) => {
      const other = await otherCase(task);
      return other === undefined ? undefined : (await others?.open(other.id, 'vision'))?.volume();
    },
    patientOf: async (task) => (await otherCase(task))?.patientId,
  };
}

/** The same pictures in one mid grey: number, sizes and captions stay. */
export async function blankImages(images: readonly MessageImage[]): Promise<readonly MessageImage[]> {
  const bySize = new Map<string, Uint8Array>();
  const blank: MessageImage[] = [];
  for (const image of images) {
    const { width, height } = pictureSize(image.png) ?? { width: 1, height: 1 };
    const size = contentHash({ width, height });
    const png =
      bySize.get(size) ??
      (await encodePng({ width, height, channels: 1, data: new Uint8Array(width * height).fill(128) }));
    bySize.set(size, png);
    blank.push({ png, hash: sha256(png), caption: image.caption });
  }
  return blank;
}
