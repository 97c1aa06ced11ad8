// One large JSON document, element by element: an array's elements or an object's entries, never the whole of it.
import { OverreadError } from '../domain/errors.ts';
import { type Flow, gatherer, openFlow } from './flow.ts';
import { parseJsonText } from './json-text.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { utf8 } from './split.ts';
import { corrupt, MAX_RECORD_BYTES, startOf, tooLong, truncated } from './stream-errors.ts';

export interface JsonOptions extends StreamOptions {
  /** Keys that lead to the array or object, outermost first. Default: the document itself. */
  readonly path?: readonly string[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = { array: 0x5b, object: 0x7b } as const;
const CLOSE = { array: 0x5d, object: 0x7d } as const;
const MAX_KEY_BYTES = 1 << 20;
/** What precedes JSON in files saved by some editors. */
const BOM = [0xef, 0xbb, 0xbf];

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const endsScalar = (byte: number) =>
  isSpace(byte) || byte === COMMA || byte === CLOSE.array || byte === CLOSE.object || byte === COLON;

/** The next byte that is no white space, not taken; −1 at the end. */
async function peek(flow: Flow): Promise<number> {
  for (;;) {
    while (flow.at < flow.chunk.length) {
      if (!isSpace(flow.chunk[flow.at])) return flow.chunk[flow.at];
      flow.at++;
    }
    if (!(await flow.more())) return -1;
  }
}

type Keep = (chunk: Uint8Array, from: number, to: number) => void;

/** Takes one value, of any kind, and hands on its bytes. False when the stream ends first. */
async function takeValue(flow: Flow, keep: Keep): Promise<boolean> {
  let depth = 0;
  let quoted = false;
  let escaped = false;
  let scalar = false;
  await peek(flow);
  for (;;) {
    const { chunk } = flow;
    const from = flow.at;
    let at = from;
    let done = false;
    while (at < chunk.length && !done) {
      const byte = chunk[at];
      if (quoted) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          quoted = false;
          done = depth === 0;
        }
      } else if (scalar) {
        if (endsScalar(byte)) break;
      } else if (byte === QUOTE) quoted = true;
      else if (byte === OPEN.array || byte === OPEN.object) depth++;
      else if (byte === CLOSE.array || byte === CLOSE.object) done = --depth <= 0;
      else if (depth === 0) scalar = true;
      at++;
    }
    keep(chunk, from, at);
    flow.at = at;
    if (done || (scalar && at < chunk.length)) return true;
    // A number may end with the file, but none of a container's elements can.
    if (!(await flow.more())) return false;
  }
}

interface Place {
  readonly name: string;
  readonly record: number;
}

async function takeKey(flow: Flow, { name, record }: Place): Promise<string> {
  if ((await peek(flow)) !== QUOTE)
    throw flow.at < flow.chunk.length
      ? corrupt(name, record, 'a key is missing where one belongs')
      : truncated(name, record);
  const held = gatherer(MAX_KEY_BYTES, () => tooLong(name, record, MAX_KEY_BYTES));
  if (!(await takeValue(flow, held.add))) throw truncated(name, record);
  let key: unknown;
  try {
    key = JSON.parse(utf8(held.lend()));
  } catch (cause) {
    throw corrupt(name, record, 'a key is no JSON text', cause);
  }
  const colon = await peek(flow);
  if (colon === -1) throw truncated(name, record);
  if (colon !== COLON) throw corrupt(name, record, 'a key has no value');
  flow.at++;
  return String(key);
}

/** Goes to just past the bracket that opens the container at `path`. Values on the way are stepped over unread. */
async function enter(
  flow: Flow,
  name: string,
  path: readonly string[],
  kind: 'array' | 'object',
): Promise<void> {
  const place = { name, record: 0 };
  for (const byte of BOM) if ((await peek(flow)) === byte) flow.at++;
  const expect = async (wanted: 'array' | 'object', where: string) => {
    const found = await peek(flow);
    if (found === -1) throw truncated(name, 0);
    if (found !== OPEN[wanted])
      throw new OverreadError(
        'file-corrupt',
        `${name}${where} holds no JSON ${wanted}: it is another file, or another version of the release.`,
      );
    flow.at++;
  };
  let where = '';
  for (const key of path) {
    await expect('object', where);
    where = where === '' ? `, "${key}"` : `${where}."${key}"`;
    for (let first = true; ; first = false) {
      const byte = await peek(flow);
      if (byte === -1) throw truncated(name, 0);
      if (byte === CLOSE.object)
        throw new OverreadError(
          'file-corrupt',
          `${name} has no${where.slice(1)}: it is another file, or another version of the release.`,
        );
      if (!first) {
        if (byte !== COMMA) throw corrupt(name, 0, 'a comma is missing');
        flow.at++;
      }
      if ((await takeKey(flow, place)) === key) break;
      if (!(await takeValue(flow, () => {}))) throw truncated(name, 0);
    }
  }
  await expect(kind, where);
}

async function* members<T>(
  source: ByteSource,
  options: JsonOptions,
  kind: 'array' | 'object',
  of: (key: string, value: unknown) => T,
): AsyncGenerator<Streamed<T>> {
  const { name } = source;
  const start = startOf(source, options);
  const path = options.path ?? [];
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const flow = openFlow(source, start.offset, options.signal);
  let index = start.index;
  const held = gatherer(limit, () => tooLong(name, index, limit));
  try {
    // A cursor of a stream that has yielded stands behind an element, so inside the container.
    if (start.offset === 0) await enter(flow, name, path, kind);
    for (let first = start.offset === 0; ; first = false) {
      const byte = await peek(flow);
      if (byte === -1) throw truncated(name, index);
      if (byte === CLOSE[kind]) break;
      if (!first) {
        if (byte !== COMMA) throw corrupt(name, index, 'a comma is missing before it');
        flow.at++;
        if ((await peek(flow)) === CLOSE[kind]) throw corrupt(name, index, 'a comma stands before the end');
      }
      const key = kind === 'object' ? await takeKey(flow, { name, record: index }) : '';
      if (!(await takeValue(flow, held.add))) throw truncated(name, index);
      let value: unknown;
      try {
        value = parseJsonText(utf8(held.lend()));
      } catch (cause) {
        throw corrupt(name, index, 'it is not JSON', cause);
      }
      yield {
        value: of(key, value),
        next: { file: name, offset: flow.position(), index: index + 1 },
      };
      index++;
    }
    flow.at++;
    if (path.length === 0 && (await peek(flow)) !== -1)
      throw new OverreadError(
        'file-corrupt',
        `${name} goes on after its JSON ${kind}: read it as JSON lines, or copy it again.`,
      );
  } finally {
    await flow.close();
  }
}

/**
 * Elements of the array that a JSON document is, or holds under `path`.
 * @throws `file-corrupt`, `file-truncated`, `limit-exceeded`, naming file and record
 */
export function jsonElements(
  source: ByteSource,
  options: JsonOptions = {},
): AsyncGenerator<Streamed<unknown>> {
  return members(source, options, 'array', (_, value) => value);
}

/**
 * Entries [key, value] of the object that a JSON document is, or holds under `path`, in the file's order.
 * @throws `file-corrupt`, `file-truncated`, `limit-exceeded`, naming file and record
 */
export function jsonEntries(
  source: ByteSource,
  options: JsonOptions = {},
): AsyncGenerator<Streamed<readonly [key: string, value: unknown]>> {
  return members(source, options, 'object', (key, value) => [key, value] as const);
}
