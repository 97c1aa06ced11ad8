// Passages out of a user's own files: JSON lines, Markdown and plain text in pieces, pictures of pages with their text.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import type { Passage } from '../../domain/expert.ts';
import { openData, readWhole } from '../../records/data-root.ts';
import { jsonlRecords } from '../../records/jsonl.ts';
import type { DataRoot } from '../../records/source.ts';
import { type ChunkOptions, chunksOf, DEFAULT_CHUNKS } from './chunks.ts';
import { type MemoryBudget, memoryBudget, textBytes } from './memory.ts';

/** A line of a file of passages. `picture` is named within the folder. */
export const passageLine = z.object({
  id: z.union([z.string().min(1).max(500), z.number()]).transform(String),
  text: z.string().default(''),
  source: z.string().optional(),
  domain: z.string().optional(),
  patient: z.union([z.string(), z.number()]).transform(String).optional(),
  picture: z.string().optional(),
});

export interface LocalPassage extends Passage {
  /** Bytes of its picture, read when they are wanted. */
  readonly picture?: () => Promise<Uint8Array>;
}

export interface PassageFileOptions {
  /** How texts are cut. Default 400 characters, 50 of them repeated. JSON lines and pages are never cut. */
  readonly chunks?: ChunkOptions;
  readonly memory?: MemoryBudget;
  /** Reads the text of a page's picture that has no text file beside it. Absent: such a page has no text. */
  readonly ocr?: (png: Uint8Array) => Promise<string>;
  readonly signal?: AbortSignal;
}

export interface LocalPassages {
  readonly passages: readonly LocalPassage[];
  /** SHA-256 over names, texts and pictures, in order. */
  readonly hash: string;
}

const TEXT = /\.(md|markdown|txt)$/i;
const LINES = /\.jsonl(\.gz)?$/i;
const PICTURE = /\.(png|jpe?g|webp|tiff?)$/i;
/** Longest text file that is read as a whole. */
const LONGEST_TEXT = 64 << 20;
const LONGEST_LINE = 16 << 20;
const stem = (name: string): string => name.replace(/\.[^./]+$/, '');

/**
 * Reads a file or a folder, names in order. In a folder the first folder below it names the domain of texts and pages
 * ("radiology/film-reading.md"). A picture's text is the file of the same name with .txt or .md.
 * @throws `file-not-found`, `format-unknown` when there is nothing to read, `file-corrupt` naming file and record,
 *   `limit-exceeded`, `path-escape`
 */
export async function readPassages(path: string, options: PassageFileOptions = {}): Promise<LocalPassages> {
  const { memory = memoryBudget(), signal } = options;
  const data = await openData(path);
  const names = await data.list();
  const pages = new Set(names.filter((name) => PICTURE.test(name)).map(stem));
  const listed = new Set<string>();
  const passages: LocalPassage[] = [];
  const ids = new Set<string>();
  const hash = createHash('sha256');
  const add = (passage: LocalPassage, where: string, pictureHash = ''): void => {
    if (ids.has(passage.id))
      throw new OverreadError(
        'file-corrupt',
        `${where}: the id "${passage.id.slice(0, 80)}" is there twice.`,
      );
    ids.add(passage.id);
    memory.take(textBytes(passage.text) + textBytes(passage.source));
    const { id, text, source, domain = null, patientId = null } = passage;
    hash.update(`${JSON.stringify([id, text, source, domain, patientId, pictureHash])}\n`);
    passages.push(passage);
  };
  for (const name of names.filter((each) => LINES.test(each)))
    for await (const found of linesOf(data, name, options)) {
      if (found.picture !== undefined) listed.add(found.picture);
      add(...(await passageOf(found, data)));
    }
  for (const name of names) {
    signal?.throwIfAborted();
    if (PICTURE.test(name) && !listed.has(name)) {
      const bytes = await readWhole(data, name);
      const text = await pageText(data, name, names, bytes, options.ocr);
      add(
        { ...aboutFile(name), id: name, text, picture: () => readWhole(data, name) },
        name,
        createHash('sha256').update(bytes).digest('hex'),
      );
    } else if (TEXT.test(name) && !pages.has(stem(name)))
      for (const passage of await piecesOf(data, name, options.chunks ?? DEFAULT_CHUNKS)) add(passage, name);
  }
  if (passages.length === 0)
    throw new OverreadError(
      'format-unknown',
      `"${basename(path)}" holds no passages: give .jsonl lines, .md or .txt texts, or pictures of pages.`,
    );
  return { passages, hash: hash.digest('hex') };
}

interface FoundLine {
  readonly line: z.infer<typeof passageLine>;
  readonly picture?: string;
  readonly where: string;
  readonly file: string;
}

async function* linesOf(
  data: DataRoot,
  file: string,
  { signal }: PassageFileOptions,
): AsyncGenerator<FoundLine> {
  let record = 0;
  const stream = jsonlRecords(await data.open(file), {
    maxRecordBytes: LONGEST_LINE,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { value } of stream) {
    record++;
    const where = `${basename(file)}, record ${record}`;
    const read = passageLine.safeParse(value);
    if (!read.success) {
      const [{ path, message }] = read.error.issues;
      throw new OverreadError('file-corrupt', `${where}: "${path.join('.')}" is wrong (${message}).`);
    }
    const { picture } = read.data;
    const below = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
    yield {
      line: read.data,
      where,
      file,
      ...(picture === undefined ? {} : { picture: `${below}${picture}` }),
    };
  }
}

async function passageOf(
  { line, picture, where, file }: FoundLine,
  data: DataRoot,
): Promise<[passage: LocalPassage, where: string, pictureHash: string]> {
  const { id, text, source = basename(file), domain, patient } = line;
  if (text.trim() === '' && picture === undefined)
    throw new OverreadError('file-corrupt', `${where}: it has neither text nor picture.`);
  const passage = {
    ...{ id, text, source },
    ...(domain === undefined ? {} : { domain }),
    ...(patient === undefined ? {} : { patientId: patient }),
  };
  if (picture === undefined) return [passage, where, ''];
  const pictureHash = createHash('sha256')
    .update(await readWhole(data, picture))
    .digest('hex');
  return [{ ...passage, picture: () => readWhole(data, picture) }, where, pictureHash];
}

/** Where a file stands, and of what domain it is. */
function aboutFile(name: string): Pick<Passage, 'source' | 'domain'> {
  const [first, ...rest] = name.split('/');
  return rest.length === 0 ? { source: name } : { source: name, domain: first };
}

async function textOf(data: DataRoot, name: string): Promise<string> {
  const source = await data.open(name);
  if (source.size > LONGEST_TEXT)
    throw new OverreadError(
      'limit-exceeded',
      `${basename(name)} is longer than 64 MiB: split it into several files.`,
    );
  return new TextDecoder().decode(await source.read(0, source.size));
}

async function piecesOf(data: DataRoot, name: string, options: ChunkOptions): Promise<LocalPassage[]> {
  const chunks = chunksOf(await textOf(data, name), options);
  return chunks.map(({ text, start, end }) => ({
    ...aboutFile(name),
    id: `${name}#${start}`,
    text,
    source: `${name}, characters ${start + 1}–${end}`,
  }));
}

async function pageText(
  data: DataRoot,
  name: string,
  names: readonly string[],
  bytes: Uint8Array,
  ocr: PassageFileOptions['ocr'],
): Promise<string> {
  const beside = names.find((other) => TEXT.test(other) && stem(other) === stem(name));
  if (beside !== undefined) return (await textOf(data, beside)).trim();
  return ocr === undefined ? '' : (await ocr(bytes)).trim();
}
