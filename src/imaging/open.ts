// Opens any image or annotation: the format is chosen by what the file holds, not only by its name.
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import type { RawAnnotation, Volume } from '../domain/volume.ts';
import { fileError, readHead } from './file-bytes.ts';
import type { Format, Probe } from './format.ts';
import { formats } from './formats/registry.generated.ts';
import type { ReadOptions } from './limits.ts';

const SNIFFED_BYTES = 4096;

/** Formats that take the path for their own, the surest first. Throws `format-unknown` when there is none. */
export async function formatsOf(path: string): Promise<{ format: Format; confidence: number }[]> {
  const full = resolve(path);
  const name = basename(full);
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(full)).isDirectory();
  } catch (error) {
    throw fileError(full, error);
  }
  const head = isDirectory ? new Uint8Array() : await readHead(full, SNIFFED_BYTES);
  const found: { format: Format; confidence: number }[] = [];
  for (const format of Object.values(formats) as Format[]) {
    const confidence = await format.sniff(head, name, isDirectory, full);
    if (confidence > 0) found.push({ format, confidence });
  }
  if (found.length === 0) {
    const tried = (Object.values(formats) as Format[]).map(({ id }) => id).join(', ');
    throw new OverreadError(
      'format-unknown',
      `${name} is in no format that can be read (tried ${tried}): convert it to NIfTI or DICOM.`,
    );
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}

/**
 * Reads an image: a file, a folder or a zip.
 * Throws `file-not-found`, `format-unknown`, `format-unsupported`, `file-truncated`, `file-corrupt`,
 * `limit-exceeded`, `geometry-invalid`.
 */
export async function openVolume(path: string, options: ReadOptions = {}): Promise<Volume> {
  for (const { format } of await formatsOf(path))
    if (format.readVolume !== undefined) return typed(path, format.readVolume(resolve(path), options));
  throw new OverreadError('format-unsupported', `${basename(path)} holds no image: give the scan's file.`);
}

/**
 * Reads an annotation: a label map, DICOM SEG or RTSTRUCT.
 * Throws as openVolume does, and `voxels-not-finite` or `format-unsupported` for voxels that cannot be labels.
 */
export async function openAnnotation(path: string, options: ReadOptions = {}): Promise<RawAnnotation> {
  for (const { format } of await formatsOf(path))
    if (format.readAnnotation !== undefined)
      return typed(path, format.readAnnotation(resolve(path), options));
  throw new OverreadError(
    'format-unsupported',
    `${basename(path)} holds no annotation: give the mask's file.`,
  );
}

/** Format and header facts, without reading voxels. */
export async function probe(path: string, options: ReadOptions = {}): Promise<Probe> {
  const [{ format }] = await formatsOf(path);
  return typed(path, format.probe(resolve(path), options));
}

/** Whatever a reader throws leaves as an OverreadError; an abort stays an abort. */
async function typed<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (OverreadError.isInstance(error)) throw error;
    if (error instanceof Error && error.name === 'AbortError')
      throw new OverreadError('cancelled', `Reading ${basename(path)} was cancelled.`, { cause: error });
    if (error instanceof RangeError && /allocation|array length|array buffer/i.test(error.message))
      throw new OverreadError(
        'limit-exceeded',
        `${basename(path)} does not fit in memory: cut it to the part that matters or use a machine with more memory.`,
        { cause: error },
      );
    throw new OverreadError('file-corrupt', `${basename(path)} cannot be read: it is damaged or unusual.`, {
      cause: error,
    });
  }
}
