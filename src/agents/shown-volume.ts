// Which volume a direct reader is shown: the case's own, a changed one, another patient's, or grey in its place.
import { contentHash, sha256 } from '../domain/content-hash.ts';
import type { PromptPart } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import type { ReadTask } from '../domain/reader.ts';
import type { Volume } from '../domain/volume.ts';
import { DEFAULT_IMAGE_BUDGET, type MessageImage } from '../experts/volume-message.ts';
import { encodePng } from '../imaging/write-png.ts';
import { nextOfAnotherPatient } from './other-patient.ts';
import type { PluginContext } from './reader-plugin.ts';
import { type ShownImage, type VolumeImagesOptions, volumeImages } from './volume-images.ts';

export function ownImages(
  context: PluginContext,
  change: Pick<VolumeImagesOptions, 'volumeOf' | 'patientOf' | 'repaint'> = {},
): (task: ReadTask) => Promise<readonly ShownImage[] | undefined> {
  const ofVolume = volumeImages({
    blobs: context.blobs,
    budget: context.imageBudget ?? DEFAULT_IMAGE_BUDGET,
    ...change,
  });
  return async (task) =>
    task.question.prompt === undefined ? ofVolume(task) : releasedImages(task.question.prompt);
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
    const { width, height } = pngSize(image.png);
    const size = contentHash({ width, height });
    const png =
      bySize.get(size) ??
      (await encodePng({ width, height, channels: 1, data: new Uint8Array(width * height).fill(128) }));
    bySize.set(size, png);
    blank.push({ png, hash: sha256(png), caption: image.caption });
  }
  return blank;
}

/** Width and height from a PNG's first chunk. */
export function pngSize(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
