// Masks that an outside service sends: one label map, several files in a zip or a multipart reply, as an annotation.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { isVolumeName } from '../imaging/dataset-files.ts';
import type { LabelScheme } from '../knowledge/scheme.ts';
import type { ByteSource } from '../records/source.ts';
import { zipEntries } from '../records/zip-entries.ts';
import type { OutsideReply } from './outside-service.ts';
import { predictedMasks } from './predicted-masks.ts';

export interface ReceivedOptions {
  /** How errors call the sender. */
  readonly name: string;
  readonly scheme?: string | LabelScheme;
  /** What the sender says that its numbers stand for. */
  readonly names?: ReadonlyMap<number, string>;
  readonly volume: Volume;
  readonly origin: { readonly segmenter: string; readonly hash: string };
}

const MAX_FILES = 2000;
const MAX_UNPACKED = 4 * 1024 ** 3;

interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Throws `expert-failed` for a reply without masks, and what reading masks throws. */
export async function receivedMasks(reply: OutsideReply, options: ReceivedOptions): Promise<Annotation> {
  const { name, scheme, volume, origin, names } = options;
  const files = await filesOf(reply, name);
  if (files.length === 0)
    throw new OverreadError(
      'expert-failed',
      `${name} sent ${reply.bytes.length === 0 ? 'nothing' : reply.mediaType || 'something'} and no masks: it must reply with NIfTI, NRRD, DICOM SEG, or a zip of them.`,
    );
  // A scratch folder that only its owner can look into, gone whatever happens.
  const folder = await mkdtemp(join(tmpdir(), 'overread-received-'));
  try {
    for (const file of files) await writeFile(join(folder, file.name), file.bytes, { mode: 0o600 });
    const path = files.length === 1 && !named(files[0].name) ? join(folder, files[0].name) : folder;
    return await predictedMasks(path, scheme, volume, origin, names);
  } catch (cause) {
    if (OverreadError.isInstance(cause) && UNREADABLE.has(cause.code))
      throw new OverreadError('expert-failed', `${name} sent masks that cannot be read: ${cause.message}`, {
        cause,
      });
    throw cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const UNREADABLE: ReadonlySet<string> = new Set([
  'format-unknown',
  'format-unsupported',
  'file-truncated',
  'file-corrupt',
  'limit-exceeded',
  'voxels-not-finite',
  'path-escape',
]);

const UNNAMED = 'masks';
const named = (name: string): boolean => !name.startsWith(`${UNNAMED}.`);

async function filesOf({ bytes, mediaType, contentType }: OutsideReply, sender: string): Promise<SentFile[]> {
  if (bytes.length === 0 || mediaType === 'application/json' || mediaType.startsWith('text/')) return [];
  if (mediaType.startsWith('multipart/')) {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } })
      .formData()
      .catch((cause: unknown) => {
        throw new OverreadError('expert-failed', `${sender} sent a multipart reply that is malformed.`, {
          cause,
        });
      });
    const parts = [...form.values()].filter((part) => typeof part !== 'string');
    const files: SentFile[] = [];
    for (const part of parts) {
      const inner = new Uint8Array(await part.arrayBuffer());
      // One part is a label map, whatever it is called; several are named by what they show.
      if (parts.length === 1) files.push(...(await unpacked(inner)));
      else files.push({ name: safeName(part.name, inner), bytes: inner });
    }
    return distinct(files);
  }
  return distinct(await unpacked(bytes));
}

async function unpacked(bytes: Uint8Array): Promise<SentFile[]> {
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03))
    return [{ name: `${UNNAMED}${endingOf(bytes)}`, bytes }];
  const entries = (await zipEntries(inMemory(bytes))).filter(({ name }) => isVolumeName(name));
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (entries.length > MAX_FILES || size > MAX_UNPACKED)
    throw new OverreadError('limit-exceeded', 'The reply unpacks to more than any case can need.');
  const files: SentFile[] = [];
  for (const entry of entries) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.stream()) chunks.push(chunk);
    const inner = Buffer.concat(chunks);
    files.push({ name: safeName(entry.name, inner), bytes: inner });
  }
  return files;
}

function inMemory(bytes: Uint8Array): ByteSource {
  return {
    name: 'the reply',
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    async *stream(start = 0) {
      yield bytes.subarray(start);
    },
  };
}

/** Nothing of a sent name but its last part's plain characters becomes a path. */
function safeName(sent: string, bytes: Uint8Array): string {
  const plain = basename(sent.replaceAll('\\', '/')).replace(/[^\w.-]+/g, '_');
  const name = plain.replace(/^\.+/, '');
  return isVolumeName(name) ? name : `${name === '' ? 'mask' : name}${endingOf(bytes)}`;
}

function distinct(files: readonly SentFile[]): SentFile[] {
  return [...new Map(files.map((file) => [file.name, file])).values()];
}

function endingOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 132)).toString('latin1');
  if (head.startsWith('NRRD')) return '.nrrd';
  if (head.slice(128, 132) === 'DICM') return '.dcm';
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? '.nii.gz' : '.nii';
}
