// Redacts a file or a folder of pages, DICOM files and reports into a new folder, with an account of what was removed.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import { looksLikeDicom } from '../imaging/dicom/parse.ts';
import type { BurnedInScope } from './burned-in.ts';
import type { Term } from './detect.ts';
import { keywordOf } from './dicom/dictionary.ts';
import type { ProfileOptions } from './dicom/profile.ts';
import { redactDicom } from './dicom/redact-dicom.ts';
import { type Ocr, type OcrLayout, openOcr } from './ocr.ts';
import { type DocumentRedaction, redactJson, redactJsonLines, redactPlainText } from './redact-document.ts';
import { pictureRaster, redactPicture } from './redact-picture.ts';

export interface RedactOptions {
  readonly source: string;
  /** A new or empty folder. */
  readonly out: string;
  /** Of pseudonyms, UIDs, date shifts and the hashes in the report. Default: random, so that no later run matches. */
  readonly secret?: string;
  readonly profile?: ProfileOptions;
  /** What is painted over in DICOM pixels; "keep" does not look at them. Default "text". */
  readonly pixels?: BurnedInScope | 'keep';
  /** Frames of a DICOM file to look at. Default 3. */
  readonly framesRead?: number;
  /** Names and numbers that are to go wherever they stand. */
  readonly terms?: readonly Term[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One thing that was removed: never its value, but a keyed hash of it, so that equal ones can be counted. */
export interface RemovedItem {
  readonly category: string;
  /** A detector's name, or what was done to an attribute. */
  readonly how: string;
  /** The attribute in a DICOM header; "pixels"; "text". */
  readonly where: string;
  readonly hash: string;
}

export interface RedactedFile {
  /** Name below the output folder: numbers, since file names identify too. */
  readonly name: string;
  /** Keyed hash of the name it had below the source. */
  readonly source: string;
  readonly kind: 'dicom' | 'picture' | 'text' | 'json';
  readonly removed: readonly RemovedItem[];
  /** Places painted over. */
  readonly painted: number;
  readonly remarks: readonly string[];
}

/** `name` is told to the caller only: the account beside the output has the hash. */
export interface LeftFile {
  readonly name: string;
  readonly source: string;
  readonly code: string;
  readonly reason: string;
}

export interface RedactReport {
  readonly files: readonly RedactedFile[];
  /** Files that were not redacted, and so are not in the output. */
  readonly left: readonly LeftFile[];
  /** Removed items by category over all files. */
  readonly counts: Readonly<Record<string, number>>;
}

const TEXT = new Set(['.txt', '.md', '.text', '.rpt']);
const REPORT = 'redaction.json';

/**
 * Redacts everything under `source` into `out`, which is there whole or not at all; originals are only read. A file that
 * cannot be read or is of no known kind is listed in `left` and never copied. Throws `bad-argument`, `file-not-found`,
 * `dependency-missing` (OCR is needed for pictures), `write-failed`.
 */
export async function redactPath(options: RedactOptions): Promise<RedactReport> {
  const source = resolve(options.source);
  if (!existsSync(source))
    throw new OverreadError('file-not-found', `${basename(source)} does not exist: check the path.`);
  const target = resolve(options.out);
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new OverreadError(
      'bad-argument',
      `"${basename(target)}" is not empty: name a new folder to write to.`,
    );
  if (`${source}${sep}`.startsWith(`${target}${sep}`) || `${target}${sep}`.startsWith(`${source}${sep}`))
    throw new OverreadError(
      'bad-argument',
      'The output lies within the source or around it: name another folder.',
    );
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.partial`);
  const readers = ocrPool();
  try {
    await mkdir(partial, { recursive: true });
    const report = await redactInto(partial, source, options, readers);
    const account = {
      ...report,
      left: report.left.map(({ source: hash, code, reason }) => ({ source: hash, code, reason })),
    };
    await writeFile(join(partial, REPORT), `${JSON.stringify(account, null, 2)}\n`);
    if (existsSync(target)) await rmdir(target);
    await rename(partial, target);
    return report;
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (OverreadError.isInstance(cause)) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new OverreadError(
      'write-failed',
      `"${basename(target)}" cannot be written (${code}): choose another folder.`,
      { cause },
    );
  } finally {
    await readers.close();
  }
}

interface OcrPool {
  get(layout: OcrLayout): Promise<Ocr>;
  close(): Promise<void>;
}

function ocrPool(): OcrPool {
  const open = new Map<OcrLayout, Promise<Ocr>>();
  return {
    get(layout) {
      const known = open.get(layout) ?? openOcr({ layout });
      open.set(layout, known);
      return known;
    },
    async close() {
      for (const ocr of open.values()) await ocr.then((one) => one.close()).catch(() => {});
    },
  };
}

async function filesUnder(source: string): Promise<string[]> {
  if (!(await stat(source)).isDirectory()) return [source];
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function redactInto(
  folder: string,
  source: string,
  options: RedactOptions,
  readers: OcrPool,
): Promise<RedactReport> {
  const secret = options.secret ?? randomBytes(32).toString('hex');
  const hash = (value: string) => createHmac('sha256', secret).update(value).digest('hex').slice(0, 16);
  const paths = await filesUnder(source);
  if (paths.length === 0)
    throw new OverreadError('bad-argument', `There is no file to redact in "${basename(source)}".`);
  const files: RedactedFile[] = [];
  const left: RedactReport['left'][number][] = [];
  options.progress.start('files', paths.length);
  for (const path of paths) {
    options.signal.throwIfAborted();
    const name = relative(dirname(source), path);
    try {
      const done = await redactFile(path, { ...options, secret }, readers);
      const written = `${done.kind}-${String(files.length + 1).padStart(6, '0')}${done.extension}`;
      await writeFile(join(folder, written), done.content);
      files.push({
        name: written,
        source: hash(name),
        kind: done.kind,
        removed: done.removed.map(({ value, ...item }) => ({ ...item, hash: hash(value) })),
        painted: done.painted,
        remarks: done.remarks,
      });
    } catch (error) {
      if (OverreadError.isInstance(error) && error.code === 'dependency-missing') throw error;
      if (!OverreadError.isInstance(error) && (error as NodeJS.ErrnoException).syscall === 'write')
        throw error;
      const code = OverreadError.isInstance(error) ? error.code : 'file-unreadable';
      // Reasons name the file, and file names may identify: the report has its hash instead.
      const reason = messageOf(error).replaceAll(basename(path), 'the file');
      left.push({ name, source: hash(name), code, reason });
    }
    options.progress.advance(1);
  }
  options.progress.finish();
  const counts: Record<string, number> = {};
  for (const { removed } of files)
    for (const { category } of removed) counts[category] = (counts[category] ?? 0) + 1;
  return { files, left, counts };
}

interface Done {
  readonly kind: RedactedFile['kind'];
  readonly extension: string;
  readonly content: Uint8Array | string;
  readonly removed: readonly (Omit<RemovedItem, 'hash'> & { readonly value: string })[];
  readonly painted: number;
  readonly remarks: readonly string[];
}

async function redactFile(
  path: string,
  options: RedactOptions & { readonly secret: string },
  readers: OcrPool,
): Promise<Done> {
  const bytes = new Uint8Array(await readFile(path));
  const name = basename(path);
  const extension = extname(name).toLowerCase();
  const { terms = [] } = options;
  if (isPicture(bytes)) {
    const raster = await pictureRaster(bytes, name);
    const { png, found, boxes, words } = await redactPicture(raster, await readers.get('page'), { terms });
    return {
      ...{ kind: 'picture', extension: '.png', content: png, painted: boxes },
      removed: found.map(({ category, detector, value }) => ({
        category,
        how: detector,
        where: 'pixels',
        value,
      })),
      remarks: words === 0 ? ['no text was read: look at the picture'] : [],
    };
  }
  if (TEXT.has(extension))
    return documentDone('text', '.txt', redactPlainText(decoded(bytes, name), { terms }));
  if (extension === '.json')
    return documentDone('json', '.json', redactJson(decoded(bytes, name), name, { terms }));
  if (extension === '.jsonl')
    return documentDone('json', '.jsonl', redactJsonLines(decoded(bytes, name), name, { terms }));
  if (looksLikeDicom(bytes.subarray(0, 256))) return dicomDone(bytes, name, options, readers);
  const wanted =
    extension === '.pdf'
      ? 'draw its pages as PNG files first'
      : 'convert it to PNG, JPEG, TIFF, DICOM, text or JSON';
  throw new OverreadError('format-unsupported', `${name} is of a kind that cannot be redacted: ${wanted}.`);
}

async function dicomDone(
  bytes: Uint8Array,
  name: string,
  options: RedactOptions & { readonly secret: string },
  readers: OcrPool,
): Promise<Done> {
  const { pixels = 'text', framesRead, profile = {} } = options;
  const done = await redactDicom(bytes, {
    ...profile,
    secret: options.secret,
    name,
    ...(pixels === 'keep' ? {} : { ocr: await readers.get('sparse'), scope: pixels }),
    ...(framesRead === undefined ? {} : { framesRead }),
    ...(options.terms === undefined ? {} : { terms: options.terms }),
  });
  return {
    ...{ kind: 'dicom', extension: '.dcm', content: done.bytes, painted: done.boxes, remarks: done.remarks },
    removed: [
      ...done.header.map(({ tag, treatment, category, value }) => ({
        category,
        how: treatment,
        where: keywordOf(tag),
        value,
      })),
      ...done.pixels.map(({ category, value }) => ({ category, how: 'burned-in', where: 'pixels', value })),
    ],
  };
}

function documentDone(kind: 'text' | 'json', extension: string, { text, found }: DocumentRedaction): Done {
  return {
    ...{ kind, extension, content: text, painted: 0, remarks: [] },
    removed: found.map(({ category, detector, value }) => ({
      category,
      how: detector,
      where: 'text',
      value,
    })),
  };
}

function isPicture(bytes: Uint8Array): boolean {
  const starts = (...head: number[]) => head.every((byte, n) => bytes[n] === byte);
  return (
    starts(0x89, 0x50, 0x4e, 0x47) ||
    starts(0xff, 0xd8, 0xff) ||
    starts(0x49, 0x49, 0x2a, 0) ||
    starts(0x4d, 0x4d, 0, 0x2a)
  );
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name} is no UTF-8 text: save it as UTF-8.`, { cause });
  }
}
