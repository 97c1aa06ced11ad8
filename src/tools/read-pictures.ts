// The pictures of one read: those its question shows, and those that tools of the read make. No other stored one opens.
import { OverreadError } from '../domain/errors.ts';
import type { ToolPictures } from '../domain/tool.ts';
import type { Raster } from '../domain/volume.ts';
import { rasterOfBytes } from '../imaging/picture-bytes.ts';
import { encodePng } from '../imaging/write-png.ts';
import type { BlobStore } from '../storage/blobs.ts';

/** @param shown by content hash, in the order of the question */
export function readPictures(
  shown: readonly { readonly hash: string; readonly mediaType?: string }[],
  blobs: BlobStore,
): ToolPictures {
  const known = new Map<string, { hash: string; mediaType: string; madeBy?: string }>(
    shown.map(({ hash, mediaType = 'image/png' }) => [hash, { hash, mediaType }]),
  );
  // PNG does not say how large a pixel is; null where two pictures of the same pixels disagree.
  const spacings = new Map<string, Raster['spacing'] | null>();
  return {
    list: () => [...known.values()],
    async open(hash) {
      const entry = known.get(hash);
      if (entry === undefined)
        throw new OverreadError(
          'not-allowed',
          'No picture of this question has that hash: name one that was shown or that a tool returned.',
        );
      const bytes = async () => {
        const found = await blobs.get(hash);
        if (found !== undefined) return found;
        throw new OverreadError(
          'file-not-found',
          'A picture of this question is missing: open the case again.',
        );
      };
      const raster = await rasterOfBytes(await bytes());
      const spacing = spacings.get(hash) ?? undefined;
      return {
        raster: spacing === undefined ? raster : { ...raster, spacing },
        stored: { hash, mediaType: entry.mediaType, bytes },
      };
    },
    async keep(raster, madeBy) {
      const hash = await blobs.put(await encodePng(raster));
      if (!known.has(hash)) known.set(hash, { hash, mediaType: 'image/png', madeBy });
      const { spacing } = raster;
      const before = spacings.get(hash);
      const agree = before === undefined || (spacing?.every((mm, axis) => mm === before?.[axis]) ?? false);
      spacings.set(hash, agree ? (spacing ?? null) : null);
      return hash;
    },
    admit(hash, mediaType, madeBy) {
      if (!known.has(hash)) known.set(hash, { hash, mediaType, madeBy });
    },
  };
}
