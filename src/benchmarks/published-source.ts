// A published benchmark as a run's source of questions: records stream in, pictures go to the blobs, references stay out.
import type { QuestionSource } from '../domain/benchmark.ts';
import { contentHash, sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Material } from '../domain/material.ts';
import type { PromptPart, Question } from '../domain/question.ts';
import { shownPicture } from '../imaging/shown-picture.ts';
import type { DataRoot } from '../records/source.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { checkFacets, chosenRecords, type Facets } from './chosen-records.ts';
import type {
  ItemMaterial,
  ItemPart,
  PublishedBenchmark,
  PublishedItem,
  RecordOptions,
} from './published.ts';

export interface PublishedOptions {
  /** Default: the plug-in's first. Throws `bad-argument` for one that it does not have. */
  readonly mode?: string;
  readonly split?: string;
  /** Only items with one of these values of each facet. Throws `bad-argument` for a facet that it does not have. */
  readonly facets?: Facets;
  readonly columns?: Readonly<Record<string, string>>;
  readonly seed?: string;
  readonly signal?: AbortSignal;
}

export interface PublishedSource extends QuestionSource {
  readonly mode: string;
  readonly options: RecordOptions;
}

/** Of each file, this much of both ends goes into the fingerprint; hashing terabytes would take longer than reading. */
const ENDS = 64 << 10;

/**
 * Identity of a release: SHA-256 over names, sizes and both ends (64 KiB) of its files, and what else shapes its
 * questions.
 */
export async function fingerprint(id: string, data: DataRoot, options: RecordOptions): Promise<string> {
  const files: unknown[] = [];
  for (const name of await data.list()) {
    const source = await data.open(name);
    const head = await source.read(0, Math.min(ENDS, source.size));
    const tail = await source.read(Math.max(0, source.size - ENDS), source.size);
    files.push([name, source.size, sha256(head), sha256(tail)]);
  }
  const { mode, split, columns, facets, seed } = options;
  const chosen =
    facets === undefined
      ? {}
      : {
          facets: Object.fromEntries(
            Object.entries(facets).map(([name, values]) => [name, [...values].sort()]),
          ),
        };
  return contentHash({
    ...{ benchmark: id, files, mode, split: split ?? null, columns: columns ?? {}, seed },
    ...chosen,
  });
}

/** The record options of a user's choice. Throws `bad-argument`. */
export function recordOptions(plugin: PublishedBenchmark, options: PublishedOptions): RecordOptions {
  const mode = options.mode ?? plugin.modes[0];
  if (!plugin.modes.includes(mode))
    throw new OverreadError(
      'bad-argument',
      `${plugin.id} has no mode "${mode}": use ${plugin.modes.join(', ')}.`,
    );
  const { split } = options;
  if (split !== undefined && !(split in plugin.card.splits))
    throw new OverreadError(
      'bad-argument',
      `${plugin.id} has no split "${split}": use ${Object.keys(plugin.card.splits).join(', ')}.`,
    );
  const { facets } = options;
  const isChosen = facets !== undefined && Object.keys(facets).length > 0;
  if (isChosen) checkFacets(plugin, facets);
  return {
    mode,
    seed: options.seed ?? '0',
    ...(isChosen ? { facets } : {}),
    ...(split === undefined ? {} : { split }),
    ...(options.columns === undefined ? {} : { columns: options.columns }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/**
 * Opens a release for reading by the run engine. Pictures are stored as they are asked for; nothing that leaves here
 * holds a reference.
 */
export async function openPublished(
  plugin: PublishedBenchmark,
  data: DataRoot,
  blobs: BlobStore,
  chosen: PublishedOptions = {},
): Promise<PublishedSource> {
  const options = recordOptions(plugin, chosen);
  return {
    path: data.path,
    mode: options.mode,
    options,
    manifest: { name: plugin.id, contentHash: await fingerprint(plugin.id, data, options) },
    async *eachQuestion() {
      for await (const { item } of chosenRecords(plugin, data, options)) yield questionOf(item, blobs);
    },
    async count() {
      let count = 0;
      for await (const _ of chosenRecords(plugin, data, options)) count++;
      return count;
    },
    caseOf: ({ caseId, patientId }) => ({ id: caseId, patientId }),
  };
}

/** The item as a question, its pictures stored. A case is what statistics cluster by. */
export async function questionOf(item: PublishedItem, blobs: BlobStore): Promise<Question> {
  const { prompt, licence: _, materials, ...rest } = item;
  const parts: PromptPart[] = [];
  for (const part of prompt) parts.push(await partOf(part, blobs));
  const question = { ...rest, caseId: item.patientId, prompt: parts };
  if (materials === undefined) return question;
  const kept: Material[] = [];
  for (const each of materials) kept.push(await materialOf(each, blobs));
  return { ...question, materials: kept };
}

async function materialOf({ stored, ...rest }: ItemMaterial, blobs: BlobStore): Promise<Material> {
  if (stored === undefined) return rest;
  if (stored.mediaType?.startsWith('audio/') === true)
    return { ...rest, hash: await blobs.put(await stored.load()), mediaType: stored.mediaType };
  const { bytes, mediaType } = await shownPicture(await stored.load(), stored.name);
  return { ...rest, hash: await blobs.put(bytes), mediaType };
}

async function partOf(part: ItemPart, blobs: BlobStore): Promise<PromptPart> {
  if (part.type === 'text') return part;
  if (part.type === 'audio') {
    const { audio } = part;
    return { type: 'audio', hash: await blobs.put(await audio.load()), mediaType: audio.mediaType };
  }
  const { bytes, mediaType } = await shownPicture(await part.image.load(), part.image.name);
  return { type: 'image', hash: await blobs.put(bytes), mediaType };
}
