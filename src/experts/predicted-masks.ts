// Masks that another program left behind: one label map, or a folder with one mask per structure.
import { join } from 'node:path';
import { contentHash } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Annotation, RawAnnotation, Volume } from '../domain/volume.ts';
import { entriesOf, isVolumeName, stemOf } from '../imaging/dataset-files.ts';
import { maskStack } from '../imaging/mask-stack.ts';
import { matchGeometry } from '../imaging/match-geometry.ts';
import { openAnnotation } from '../imaging/open.ts';
import { applyScheme, chooseScheme } from '../knowledge/scheme.ts';

async function rawMasks(path: string): Promise<RawAnnotation> {
  const names = (await entriesOf(path)).files.filter(isVolumeName);
  if (names.length === 0) return openAnnotation(path);
  if (names.length === 1) {
    // A folder with one file is a label map, unless it holds a single label: then its name says what that is.
    const only = await openAnnotation(join(path, names[0]));
    if (only.layers.reduce((sum, layer) => sum + layer.labels.length, 0) > 1) return only;
  }
  const stack = maskStack();
  const hashes: string[] = [];
  let first: RawAnnotation | undefined;
  for (const name of names) {
    const mask = await openAnnotation(join(path, name));
    first ??= mask;
    hashes.push(mask.source.hash);
    for (const layer of mask.layers) stack.add(stemOf(name), mask.grid, layer.data);
  }
  if (first === undefined) throw new OverreadError('file-not-found', 'The folder of masks is empty.');
  const source = { ...first.source, hash: contentHash(hashes), format: 'mask-folder' };
  return { grid: first.grid, layers: stack.layers(), source };
}

/**
 * The masks at `path` with canonical structures, on the volume's grid where there is one.
 * Errors: `file-not-found`, `scheme-unknown`, `geometry-mismatch`, and what the reader of the format throws.
 */
export async function predictedMasks(
  path: string,
  scheme: string | undefined,
  volume: Volume | undefined,
  origin: { readonly segmenter: string; readonly hash: string },
): Promise<Annotation> {
  const raw = await rawMasks(path);
  const annotation: Annotation = {
    ...applyScheme(raw, await chooseScheme(raw, scheme)),
    origin: { kind: 'predicted', ...origin },
  };
  return volume === undefined ? annotation : matchGeometry(annotation, volume);
}
