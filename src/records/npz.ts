// NumPy archives (.npz) such as MedMNIST's: arrays by name, rows of several arrays as records.
import { OverreadError } from '../domain/errors.ts';
import { gatherer } from './flow.ts';
import { MAX_NPY_HEAD, type NpyHead, type NpyValues, npyHead, npyValues } from './npy.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { MAX_RECORD_BYTES, startOf, tooLong, truncated } from './stream-errors.ts';
import { type ZipEntry, zipEntries } from './zip-entries.ts';

export interface NpyArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Rows first (C order). */
  readonly data: NpyValues;
}

export interface NpzOptions extends StreamOptions {
  /** Arrays of which one row each makes a record; they must have equally many. Default: all of the archive. */
  readonly arrays?: readonly string[];
}

const shortName = (name: string) => name.replace(/\.npy$/, '');

async function entriesOf(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const entries = await zipEntries(source);
  return new Map(
    entries.filter(({ name }) => name.endsWith('.npy')).map((entry) => [shortName(entry.name), entry]),
  );
}

function entryNamed(entries: ReadonlyMap<string, ZipEntry>, array: string, name: string): ZipEntry {
  const entry = entries.get(array);
  if (entry === undefined)
    throw new OverreadError(
      'file-corrupt',
      `${name} has no array "${array}" (it has ${[...entries.keys()].join(', ').slice(0, 400)}): it is another file, or another version of the release.`,
    );
  return entry;
}

/** Bytes of an array in order: its head, then as many as are asked for at a time. */
interface ArrayFlow {
  readonly head: NpyHead;
  take(bytes: number, record: number): Promise<Buffer>;
  skip(bytes: number, record: number): Promise<void>;
  close(): Promise<void>;
}

async function openArray(entry: ZipEntry, label: string, limit: number): Promise<ArrayFlow> {
  const chunks = entry.stream()[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();
  let at = 0;
  const next = async (): Promise<boolean> => {
    const { done, value } = await chunks.next();
    if (done) return false;
    chunk = value;
    at = 0;
    return true;
  };
  const each = async (bytes: number, record: number, use: (from: number, to: number) => void) => {
    for (let left = bytes; left > 0; ) {
      while (at === chunk.length) if (!(await next())) throw truncated(label, record);
      const to = Math.min(chunk.length, at + left);
      use(at, to);
      left -= to - at;
      at = to;
    }
  };
  const start: Uint8Array[] = [];
  let held = 0;
  while (held < MAX_NPY_HEAD && (await next())) {
    start.push(chunk);
    held += chunk.length;
  }
  chunk = Buffer.concat(start);
  const head = npyHead(chunk, label);
  at = head.length;
  const promised = head.length + head.shape.reduce((product, size) => product * size, head.itemBytes);
  if (promised > entry.size)
    throw new OverreadError(
      'file-truncated',
      `${label} promises ${promised} bytes and holds ${entry.size}: copy it again.`,
    );
  return {
    head,
    async take(bytes, record) {
      if (bytes > limit) throw tooLong(label, record, limit);
      const gathered = gatherer(limit, () => tooLong(label, record, limit));
      await each(bytes, record, (from, to) => gathered.add(chunk, from, to));
      return gathered.take();
    },
    skip: (bytes, record) => each(bytes, record, () => {}),
    async close() {
      await chunks.return?.();
    },
  };
}

/** Names and heads of the arrays. */
export async function npzArrays(source: ByteSource): Promise<ReadonlyMap<string, NpyHead>> {
  const heads = new Map<string, NpyHead>();
  for (const [array, entry] of await entriesOf(source)) {
    const flow = await openArray(entry, `${source.name} (${array})`, 0);
    await flow.close();
    heads.set(array, flow.head);
  }
  return heads;
}

/**
 * One array, whole. Throws `limit-exceeded` beyond `maxBytes` (default 512 MiB), `format-unsupported` for columns-first
 * order, `file-corrupt`, `file-truncated`.
 */
export async function npzArray(source: ByteSource, array: string, maxBytes = 512 << 20): Promise<NpyArray> {
  const entry = entryNamed(await entriesOf(source), array, source.name);
  const label = `${source.name} (${array})`;
  const flow = await openArray(entry, label, maxBytes);
  try {
    checkOrder(flow.head, label);
    const { shape, dtype, itemBytes } = flow.head;
    const bytes = await flow.take(
      shape.reduce((product, size) => product * size, itemBytes),
      0,
    );
    return { dtype, shape, data: npyValues(flow.head, bytes, label) };
  } finally {
    await flow.close();
  }
}

function checkOrder({ fortran }: NpyHead, label: string): void {
  if (fortran)
    throw new OverreadError('format-unsupported', `${label} lies columns first: save it in C order.`);
}

/** One row of each array, by its name; `shape` is that of a row. */
export type NpzRow = Readonly<Record<string, NpyArray>>;

/**
 * Rows of several arrays side by side, without any array whole in memory. A cursor's `offset` is a row number.
 * @throws `file-corrupt`, `file-truncated`, `limit-exceeded`, `format-unsupported`
 */
export async function* npzRecords(
  source: ByteSource,
  options: NpzOptions = {},
): AsyncGenerator<Streamed<NpzRow>> {
  const { name } = source;
  const start = startOf(source, options);
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const entries = await entriesOf(source);
  const names = options.arrays ?? [...entries.keys()];
  const flows: (readonly [string, ArrayFlow])[] = [];
  try {
    for (const array of names)
      flows.push([array, await openArray(entryNamed(entries, array, name), `${name} (${array})`, limit)]);
    const [first] = flows;
    if (first === undefined) return;
    const rows = first[1].head.shape[0] ?? 0;
    for (const [array, { head }] of flows) {
      checkOrder(head, `${name} (${array})`);
      if (head.shape.length === 0 || head.shape[0] !== rows)
        throw new OverreadError(
          'file-corrupt',
          `${name} has ${rows} rows in "${first[0]}" and ${head.shape[0] ?? 'no'} in "${array}": choose arrays that belong together.`,
        );
    }
    const bytesOf = ({ head }: ArrayFlow) =>
      head.shape.slice(1).reduce((product, size) => product * size, head.itemBytes);
    for (const [, flow] of flows) await flow.skip(Math.min(start.offset, rows) * bytesOf(flow), start.index);
    for (let row = start.offset; row < rows; row++) {
      options.signal?.throwIfAborted();
      const value: Record<string, NpyArray> = {};
      for (const [array, flow] of flows) {
        const { dtype, shape } = flow.head;
        const bytes = await flow.take(bytesOf(flow), row);
        value[array] = {
          dtype,
          shape: shape.slice(1),
          data: npyValues(flow.head, bytes, `${name} (${array})`),
        };
      }
      yield { value, next: { file: name, offset: row + 1, index: row + 1 } };
    }
  } finally {
    for (const [, flow] of flows) await flow.close();
  }
}
