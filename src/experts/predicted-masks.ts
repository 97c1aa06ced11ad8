// Masks that another program left behind: one label map, or a folder with one mask per structure.
import { join } from 'node:path';
import { contentHash } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Annotation, RawAnnotation, Volume } from '../domain/volume.ts';
import { entriesOf, isVolumeName, stemOf } from '../imaging/dataset-files.ts';
import { maskStack } from '../imaging/mask-stack.ts';
import { matchGeometry } from '../imaging/match-geometry.ts';
import { openAnnotation } from '../imaging/open.ts';
import { applyScheme, chooseScheme, type LabelScheme } from '../knowledge/scheme.ts';

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
 * The masks at `path` with canonical structures, on the volume's grid where there is one. `names` are what numbers stand
 * for that the file itself does not name.
 * Errors: `file-not-found`, `scheme-unknown`, `geometry-mismatch`, and what the reader of the format throws.
 */
export async function predictedMasks(
  path: string,
  scheme: string | LabelScheme | undefined,
  volume: Volume | undefined,
  origin: { readonly segmenter: string; readonly hash: string },
  names?: ReadonlyMap<number, string>,
): Promise<Annotation> {
  const annotation = await predictedAnnotation(named(await rawMasks(path), names), scheme, origin);
  return volume === undefined ? annotation : matchGeometry(annotation, volume);
}

/** Masks as they were received, with canonical structures and a predicted origin. Errors: `scheme-unknown`. */
export async function predictedAnnotation(
  raw: RawAnnotation,
  scheme: string | LabelScheme | undefined,
  origin: { readonly segmenter: string; readonly hash: string },
): Promise<Annotation> {
  const chosen =
    scheme === undefined || typeof scheme === 'string' ? await chooseScheme(raw, scheme) : scheme;
  return { ...applyScheme(raw, chosen), origin: { kind: 'predicted', ...origin } };
}

/** Labels that have numbers only get the names that their maker gives these elsewhere. */
function named(raw: RawAnnotation, names: ReadonlyMap<number, string> | undefined): RawAnnotation {
  if (names === undefined) return raw;
  const layers = raw.layers.map(({ data, labels }) => ({
    data,
    labels: labels.map((label) => {
      const name = label.name ?? names.get(label.value);
      return name === undefined ? label : { ...label, name };
    }),
  }));
  return { ...raw, layers };
}

/** "1:liver+2:liver_tumor" as a scheme of its own. Throws `bad-argument`. */
export function inlineScheme(labels: string | undefined): LabelScheme | undefined {
  if (labels === undefined || labels === '') return undefined;
  const pairs = labels.split('+').map((pair) => {
    const [, value, structure] = /^\s*(\d+)\s*:\s*([\w-]+)\s*$/.exec(pair) ?? [];
    if (structure === undefined)
      throw new OverreadError(
        'bad-argument',
        `labels is written 1:liver+2:liver_tumor, and "${pair}" is no such pair.`,
      );
    return { value: Number(value), structure };
  });
  return {
    id: 'labels',
    summary: 'labels as they were written',
    labels: pairs,
    annotated: [...new Set(pairs.map(({ structure }) => structure))],
  };
}
