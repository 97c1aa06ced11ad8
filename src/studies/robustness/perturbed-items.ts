// Items whose pictures are perturbed before anybody is asked: words, options and references stay.
import type { PromptPart } from '../../domain/question.ts';
import type { Raster } from '../../domain/volume.ts';
import { modalityKind, type Perturbation } from '../../imaging/perturbation.ts';
import { encodePng } from '../../imaging/write-png.ts';
import type { BlobStore } from '../../storage/blobs.ts';
import type { LoadedItem } from '../ask-items.ts';

/** Facets under which releases name an item's modality. */
const MODALITY_FACETS = ['modality', 'Modality', 'submodality', 'image type'];

/** Whether a perturbation makes sense for an item: its number of pictures, and its modality where that is known. */
export function suits({ question }: LoadedItem, perturbation: Perturbation): boolean {
  const pictures = question.prompt?.filter(({ type }) => type === 'image').length ?? 0;
  if (pictures < perturbation.pictures) return false;
  const named = MODALITY_FACETS.map((facet) => question.facets?.[facet]).find((name) => name !== undefined);
  const kind = modalityKind(named);
  return (
    kind === undefined || perturbation.modalities === undefined || perturbation.modalities.includes(kind)
  );
}

async function rasterOf(bytes: Uint8Array): Promise<Raster> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, channels: info.channels as 1 | 3 | 4, data: new Uint8Array(data) };
}

/** The item with perturbed pictures; the seed is the item's own, so that every severity draws the same noise. */
export async function perturbedItem(
  item: LoadedItem,
  perturbation: Perturbation,
  severity: number,
  { blobs, seed }: { readonly blobs: BlobStore; readonly seed: string },
): Promise<LoadedItem> {
  const prompt = item.question.prompt ?? [];
  const rasters: Raster[] = [];
  for (const part of prompt) {
    if (part.type !== 'image') continue;
    const bytes = await blobs.get(part.hash);
    if (bytes !== undefined) rasters.push(await rasterOf(bytes));
  }
  const changed = perturbation.apply(rasters, severity, `${seed}/${perturbation.id}/${item.question.id}`);
  const pictures: PromptPart[] = [];
  for (const raster of changed)
    pictures.push({ type: 'image', hash: await blobs.put(await encodePng(raster)), mediaType: 'image/png' });
  let next = 0;
  const parts = prompt.map((part) => (part.type === 'image' ? (pictures[next++] ?? part) : part));
  return { ...item, question: { ...item.question, prompt: parts } };
}
