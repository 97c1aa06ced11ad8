// Volumes as pictures for a model: resolved once per case and kept while its questions are asked.
import type { ReadTask } from '../domain/reader.ts';
import type { Volume } from '../domain/volume.ts';
import { type ImageBudget, type MessageImage, resolveVolume } from '../experts/volume-message.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { leastRecent } from './least-recent.ts';

export type { ImageBudget } from '../experts/volume-message.ts';

/** A picture as kept: the bytes lie in the blob store under `hash`, and the gateway puts them in when it calls. */
export interface ShownImage {
  readonly hash: string;
  /** Default image/png. */
  readonly mediaType?: string;
  readonly caption: string;
  /** Whose picture it is, when it is another patient's. */
  readonly patientId?: string;
}

export interface VolumeImagesOptions {
  readonly blobs: BlobStore;
  readonly budget: ImageBudget;
  /** The volume to show for a task; default: the case's own. Undefined when there is none. */
  readonly volumeOf?: (task: ReadTask) => Promise<Volume | undefined>;
  /** Whose volume that is, when it is another patient's. */
  readonly patientOf?: (task: ReadTask) => Promise<string | undefined>;
  /** Applied to the pictures before they are kept. */
  readonly repaint?: (images: readonly MessageImage[]) => Promise<readonly MessageImage[]>;
  /** Cases whose list of pictures is kept. Default 64: only hashes and captions are. */
  readonly capacity?: number;
}

/** Pictures for a task's case, or undefined when the case has no scan on this machine. */
export function volumeImages(
  options: VolumeImagesOptions,
): (task: ReadTask) => Promise<readonly ShownImage[] | undefined> {
  const { blobs, budget, repaint } = options;
  const volumeOf =
    options.volumeOf ?? ((task: ReadTask) => task.access?.volume() ?? Promise.resolve(undefined));
  const kept = leastRecent<readonly ShownImage[] | undefined>(options.capacity ?? 64);
  return (task) =>
    kept.get(task.case.id, async () => {
      const volume = await volumeOf(task);
      if (volume === undefined) return undefined;
      const { images } = await resolveVolume(volume, budget);
      const painted = repaint === undefined ? images : await repaint(images);
      const patientId = await options.patientOf?.(task);
      const shown: ShownImage[] = [];
      for (const { png, caption } of painted)
        shown.push({
          hash: await blobs.put(png),
          caption,
          ...(patientId === undefined ? {} : { patientId }),
        });
      return shown;
    });
}
