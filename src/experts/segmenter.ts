// Segmenters: whoever draws the masks of predicted mode, behind one interface, each result kept by its inputs' hashes.
import { gunzipSync, gzipSync } from 'node:zlib';
import { contentHash } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Annotation, LabelLayer, Volume } from '../domain/volume.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';
import type { Fetch } from './direct-fetch.ts';
import { segmenters } from './segmenters/registry.generated.ts';

export interface SegmentInput {
  /** The annotated masks, where there are any: noise is applied to them, nothing else looks at them. */
  readonly annotation?: Annotation;
  readonly volume?: Volume;
  readonly seed: string;
  /** How the case is called: its id in the benchmark, and its name in the source. */
  readonly caseId?: string;
  readonly item?: string;
  /** Ties the kept result to a patient, so that a purge finds it. */
  readonly patientId?: string;
  readonly signal?: AbortSignal;
}

export interface Segmenter {
  readonly id: string;
  /** Changes with everything that shapes the result but the input. */
  readonly hash: string;
  /** Its masks lie on disk already: keeping them once more would help nobody. */
  readonly onDisk?: boolean;
  /** Asked before a run: throws one sentence when it cannot work now. Absent: nothing to ask. */
  health?(signal?: AbortSignal): Promise<void>;
  close?(): Promise<void>;
  /** Masks with canonical structures and a predicted origin. Errors: `expert-failed` and what reading masks throws. */
  segment(input: SegmentInput): Promise<Annotation>;
}

/** A segmenter plug-in: one file in segmenters/, default export, file name = id. */
export interface SegmenterPlugin {
  readonly id: string;
  readonly summary: string;
  /** What is written after the colon without a name: "command:TotalSegmentator". */
  readonly positional?: string;
  /** Options by name, each with what it does and its default. */
  readonly options: Readonly<Record<string, string>>;
  /** `options` holds only names that are declared. Errors: `bad-argument`. */
  create(
    options: Readonly<Record<string, string>>,
    deps: Pick<SegmenterDeps, 'fetch'>,
  ): Segmenter | Promise<Segmenter>;
}

export interface SegmenterDeps {
  /** Reaches addresses of the trust list and nothing else. Absent: segmenters behind an address are refused. */
  readonly fetch?: Fetch;
  /** Where results are kept … */
  readonly blobs?: BlobStore;
  /** … and where it is written down which result lies under which hash. Both or neither. */
  readonly index?: Pick<Store, 'cached' | 'cache'>;
}

/** Every segmenter plug-in by id. */
export function segmenterPlugins(): readonly SegmenterPlugin[] {
  return Object.values(segmenters) as SegmenterPlugin[];
}

/** "noise:sd=2,drop=0.3" into plug-in and options. Errors: `bad-argument` that lists what there is. */
export function parseSegmenter(written: string): {
  plugin: SegmenterPlugin;
  options: Record<string, string>;
} {
  const colon = written.indexOf(':');
  const id = colon < 0 ? written : written.slice(0, colon);
  const plugin = segmenterPlugins().find((candidate) => candidate.id === id);
  if (plugin === undefined)
    throw new OverreadError(
      'bad-argument',
      `There is no segmenter "${id}": use one of ${segmenterPlugins()
        .map((known) => known.id)
        .join(', ')}.`,
    );
  const options: Record<string, string> = {};
  const parts = colon < 0 ? [] : written.slice(colon + 1).split(',');
  for (const part of parts) {
    const equals = part.indexOf('=');
    // "https://host/segment?model=liver" is a value, although it has a "=" in it.
    const named = equals > 0 && /^\s*[\w-]+\s*$/.test(part.slice(0, equals));
    const positional = !named && equals !== 0 && part !== '' ? plugin.positional : undefined;
    const name = positional ?? part.slice(0, Math.max(0, equals)).trim();
    if (!(name in plugin.options))
      throw new OverreadError(
        'bad-argument',
        `The segmenter ${id} has no option "${name === '' ? part : name}": it takes ${Object.keys(plugin.options).join(', ')}.`,
      );
    options[name] = (positional === undefined ? part.slice(equals + 1) : part).trim();
  }
  return { plugin, options };
}

/**
 * Opens a segmenter as it is written on the command line: `noise:sd=2`, `mask-file:FOLDER`,
 * `command:TotalSegmentator`. With blobs and an index its results are kept.
 */
export async function openSegmenter(written: string, deps: SegmenterDeps = {}): Promise<Segmenter> {
  const { plugin, options } = parseSegmenter(written);
  return keptSegmenter(await plugin.create(options, deps), deps);
}

/** Under which a kept result is found: its segmenter's hash, the hashes of scan and annotation, the case and the seed. */
export function segmentationKey(
  segmenterHash: string,
  of: Pick<SegmentInput, 'caseId' | 'item' | 'seed'> & {
    readonly image?: string;
    readonly annotation?: string;
  },
): string {
  return contentHash({
    kind: 'segmentation',
    version: 1,
    segmenter: segmenterHash,
    image: of.image ?? null,
    annotation: of.annotation ?? null,
    case: [of.caseId ?? null, of.item ?? null],
    seed: of.seed,
  });
}

/** The same segmenter, asked once per input: results lie in the blobs under the hashes of image and annotation. */
export function keptSegmenter(segmenter: Segmenter, { blobs, index }: SegmenterDeps): Segmenter {
  if (blobs === undefined || index === undefined || segmenter.onDisk === true) return segmenter;
  return {
    ...segmenter,
    async segment(input) {
      const key = segmentationKey(segmenter.hash, {
        ...input,
        image: input.volume?.source.hash,
        annotation: input.annotation?.source.hash,
      });
      const hash = await index.cached(key);
      const bytes = hash === undefined ? undefined : await blobs.get(hash);
      if (bytes !== undefined) return annotationOf(bytes);
      const result = await segmenter.segment(input);
      const stored = await blobs.put(annotationBytes(result));
      await index.cache(key, stored, { patientId: input.patientId, blobs: [stored] });
      return result;
    },
  };
}

const ARRAYS = { Uint8Array, Uint16Array, Int32Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** An annotation as bytes: a line of JSON, then the layers' voxels, gzipped together. Same annotation, same bytes. */
export function annotationBytes(annotation: Annotation): Uint8Array {
  const layers = annotation.layers.map(({ data, labels }) => ({
    type: data.constructor.name as ArrayName,
    length: data.length,
    labels,
  }));
  const head = Buffer.from(`${JSON.stringify({ ...annotation, layers })}\n`);
  const bodies = annotation.layers.map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  const bytes = gzipSync(Buffer.concat([head, ...bodies]), { level: 1 });
  bytes[9] = 255;
  return bytes;
}

/** Errors: `file-corrupt`. */
export function annotationOf(bytes: Uint8Array): Annotation {
  try {
    const plain = gunzipSync(bytes);
    const end = plain.indexOf(10);
    const head = JSON.parse(plain.subarray(0, end).toString()) as Omit<Annotation, 'layers'> & {
      layers: { type: ArrayName; length: number; labels: LabelLayer['labels'] }[];
    };
    let at = end + 1;
    const layers = head.layers.map(({ type, length, labels }) => {
      const size = length * ARRAYS[type].BYTES_PER_ELEMENT;
      // A copy, so that 2- and 4-byte values are aligned.
      const body = Uint8Array.from(plain.subarray(at, at + size));
      at += size;
      return { data: new ARRAYS[type](body.buffer), labels };
    });
    return { ...head, layers };
  } catch (cause) {
    throw new OverreadError('file-corrupt', 'A kept segmentation is damaged: delete it and segment again.', {
      cause,
    });
  }
}
