// Bytes of a file, gunzipped when they are gzip, never more of them than the caller expects.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { constants, createUnzip, gunzipSync, unzip } from 'node:zlib';
import { sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { inflateSparse } from './inflate-sparse.ts';
import type { LabelMemory } from './label-memory.ts';
import { checkRatio, READ_LIMITS, type ReadOptions } from './limits.ts';
import { copyOccupied, type Spans } from './occupied.ts';

/** Deflate cannot do better than this, so a file that promises more is truncated or lies. */
const DEFLATE_RATIO = 1032;
/** Small enough for the processor's cache, large enough that the calls between chunks do not count. */
const LARGEST_CHUNK = 2 ** 19;
/**
 * The C library maps a request of this size to fresh zero pages, which take up memory only once written; a smaller one
 * may get recycled memory, cleared by writing all of it. From SMALL on that is worth addresses nobody uses.
 */
const FRESH_PAGES = 2 ** 25 + 2 ** 16;
const SMALL = 2 ** 22;
/** Growth from which stepping over blank stretches is faster than zlib, which writes them; images grow less. */
const SPARSE_RATIO = 30;
/** Positions up to here are integers to the processor. */
const SPARSE_LIMIT = 2 ** 30;

/** The error of the operating system as one of ours. */
export function fileError(path: string, error: unknown): OverreadError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const name = basename(path);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new OverreadError('file-not-found', `${name} does not exist: check the path.`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM')
    return new OverreadError('file-unreadable', `${name} may not be read: check its permissions.`, {
      cause: error,
    });
  return new OverreadError(
    'file-unreadable',
    `${name} cannot be read (${code ?? 'unknown error'}): check it.`,
    {
      cause: error,
    },
  );
}

/** Up to `length` bytes from `start`; fewer where the file ends. */
export async function readRange(path: string, start: number, length: number): Promise<Buffer<ArrayBuffer>> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const bytes = Buffer.from(new ArrayBuffer(length));
    let filled = 0;
    while (filled < length) {
      // One read may return at most 2 GiB.
      const { bytesRead } = await file.read(
        bytes,
        filled,
        Math.min(length - filled, 2 ** 30),
        start + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await file?.close();
  }
}

/** The whole file. Throws `file-not-found`, `file-unreadable`, or `limit-exceeded` for one over `maxBytes`. */
export async function readFileBytes(path: string, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const size = await fileSize(path);
  if (size > maxBytes)
    throw new OverreadError(
      'limit-exceeded',
      `${basename(path)} has ${size} bytes, more than the ${maxBytes} allowed: raise maxBytes (OVERREAD_MAX_BYTES) if you trust it.`,
      { details: { option: 'maxBytes', limit: maxBytes, value: size } },
    );
  return readRange(path, 0, size);
}

/** Size of a file. Throws also for pipes and devices, on which a read might wait for ever. */
export async function fileSize(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  if (!found.isFile())
    throw new OverreadError('file-unreadable', `${basename(path)} is no regular file: give a file on disk.`);
  return found.size;
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The first `length` bytes that a gzip stream starting with `compressed` unfolds to; fewer if it ends there.
 * Throws `file-corrupt`.
 */
export function gunzipHead(compressed: Uint8Array, length: number, name: string): Uint8Array {
  // A mask's first 4 KiB may unfold to 4 MiB of zeros, so little is tried first; a long name or comment in the gzip
  // header may need more.
  for (const size of [128, 1024, 8192, 131_072]) {
    try {
      const head = gunzipSync(compressed.subarray(0, size), { finishFlush: constants.Z_SYNC_FLUSH });
      if (head.length >= length || size >= compressed.length) return head.subarray(0, length);
    } catch (error) {
      throw zlibError(name, error);
    }
  }
  return new Uint8Array();
}

function zlibError(name: string, error: unknown): OverreadError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'Z_BUF_ERROR')
    return new OverreadError(
      'file-truncated',
      `${name} ends in the middle of its compressed stream: copy it again.`,
      {
        cause: error,
      },
    );
  return new OverreadError('file-corrupt', `${name} is not a sound compressed stream: copy it again.`, {
    cause: error,
  });
}

const tooLarge = (error: unknown) =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_BUFFER_TOO_LARGE';

/** What `gunzipExactly` unpacked. */
export interface Unpacked {
  readonly bytes: Buffer;
  /** The stream held more than was asked for. */
  readonly surplus: boolean;
  /** Where the bytes may be anything but 0, when it came out on the way. */
  readonly spans?: Spans;
}

/** Where bytes go while they are unpacked, and who is told of them. */
export interface UnpackTo {
  /** Blank memory of the expected length; undefined: memory of one's own. */
  begin(hash: string): Uint8Array | undefined;
  filled(bytes: number): void;
}

function blankBytes(length: number): Buffer {
  return Buffer.from(new ArrayBuffer(length < SMALL ? length : Math.max(length, FRESH_PAGES)), 0, length);
}

/**
 * Unfolds gzip or zlib to exactly `expected` bytes and stops there: what lies beyond is not unfolded.
 * Comes in chunks that stay in the processor's cache; blank stretches of the result never take up memory.
 * `memory` lends where they go; only for bytes that nobody writes to. `into` is where they go, told as they come.
 * Throws `file-truncated`, `file-corrupt` or `limit-exceeded`.
 */
export async function gunzipExactly(
  compressed: Uint8Array,
  expected: number,
  name: string,
  options: ReadOptions,
  memory?: LabelMemory,
  into?: { readonly bytes: Buffer; filled(bytes: number): void },
): Promise<Unpacked> {
  if (expected > DEFLATE_RATIO * compressed.length + 1024) throw tooShort(name, expected, undefined);
  checkRatio(name, compressed.length, expected, options);
  if (
    into === undefined &&
    isGzip(compressed) &&
    expected > SPARSE_RATIO * compressed.length &&
    expected <= SPARSE_LIMIT
  ) {
    const lent = memory?.lend(expected);
    const bytes = lent ?? blankBytes(expected);
    const spans = inflateSparse(compressed, bytes);
    if (lent !== undefined) memory?.wrote(spans);
    if (spans !== undefined) return { bytes, surplus: false, spans };
    // Several members, surplus or damage: zlib says which.
  }
  const bytes = into?.bytes ?? blankBytes(expected);
  let filled = 0;
  let surplus = false;
  const stream = createUnzip({ chunkSize: Math.min(Math.max(64, expected + 1), LARGEST_CHUNK) });
  try {
    stream.end(compressed);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const held = Math.min(chunk.length, expected - filled);
      copyOccupied(chunk.subarray(0, held), bytes, filled);
      filled += held;
      into?.filled(filled);
      surplus = chunk.length > held;
      if (surplus) break;
    }
  } catch (error) {
    throw zlibError(name, error);
  } finally {
    stream.destroy();
  }
  if (filled < expected) throw tooShort(name, expected, filled);
  return { bytes, surplus };
}

/** Unfolds gzip or zlib wholly, up to `maxBytes`. For formats that do not say their size beforehand. */
export async function gunzipAll(
  compressed: Uint8Array,
  maxBytes: number,
  name: string,
  options: ReadOptions,
): Promise<Buffer> {
  const bound = Math.min(
    maxBytes,
    Math.max(2 ** 20, (options.maxRatio ?? DEFLATE_RATIO) * compressed.length),
  );
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      unzip(compressed, { maxOutputLength: bound }, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
  } catch (error) {
    if (!tooLarge(error)) throw zlibError(name, error);
    throw new OverreadError(
      'limit-exceeded',
      `${name} unfolds to more than ${bound} bytes: raise maxBytes or maxRatio (OVERREAD_MAX_BYTES, OVERREAD_MAX_RATIO) if you trust it.`,
      { details: { option: 'maxBytes', limit: bound } },
    );
  }
}

export function tooShort(name: string, expected: number, held: number | undefined): OverreadError {
  const rest = held === undefined ? 'cannot hold that many' : `holds ${held}`;
  return new OverreadError(
    'file-truncated',
    `${name} promises ${expected} bytes and ${rest}: copy it again.`,
    { details: { expected, held } },
  );
}

/** Bytes of a file with their hash, gunzipped to the `expected` bytes when they are gzip. */
export async function readExactly(
  path: string,
  expected: number,
  options: ReadOptions,
  memory?: LabelMemory,
  to?: UnpackTo,
): Promise<Unpacked & { hash: string }> {
  const name = basename(path);
  const stored = await readFileBytes(path, options.maxBytes ?? READ_LIMITS.maxBytes);
  options.signal?.throwIfAborted();
  const hash = sha256(stored);
  if (isGzip(stored)) {
    const given = to?.begin(hash);
    const into = given && {
      bytes: Buffer.from(given.buffer, given.byteOffset, expected),
      filled: (bytes: number) => to?.filled(bytes),
    };
    return { ...(await gunzipExactly(stored, expected, name, options, memory, into)), hash };
  }
  if (stored.length < expected) throw tooShort(name, expected, stored.length);
  return { bytes: stored.subarray(0, expected), surplus: stored.length > expected, hash };
}

/** First `length` bytes of a file, gunzipped when it is gzip. */
export async function readHead(path: string, length: number): Promise<Uint8Array> {
  const size = await fileSize(path);
  const start = await readRange(path, 0, Math.min(size, Math.max(length, 4096)));
  if (!isGzip(start)) return start.subarray(0, length);
  const head = gunzipHead(start, length, basename(path));
  if (head.length >= length || size <= start.length) return head;
  return gunzipHead(await readRange(path, 0, Math.min(size, 131_072)), length, basename(path));
}
