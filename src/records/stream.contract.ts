// What every reader of records must do: resume anywhere, survive any damage, keep to its limit.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { collect, memorySource } from './testing/memory-source.ts';

export interface StreamContract<T> {
  readonly fileName: string;
  /** Contents of random files. */
  readonly records: fc.Arbitrary<readonly T[]>;
  /** A file of these records, as somebody else would write it. */
  write(records: readonly T[]): Uint8Array | Promise<Uint8Array>;
  stream(source: ByteSource, options?: StreamOptions): AsyncIterable<Streamed<T>>;
  /** Whether a file cut off between records can be told from a whole one. */
  readonly knowsItsEnd: boolean;
  /** Whether what is left of a record that was cut off may look whole, as "12" of "123" does. Default false. */
  readonly cutLooksWhole?: boolean;
  /** Random files for each test. Default 60. */
  readonly runs?: number;
}

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
const values = <T>(records: readonly Streamed<T>[]) => records.map(({ value }) => value);

export function streamContract<T>(label: string, contract: StreamContract<T>): void {
  const { fileName, write, stream } = contract;
  const numRuns = (contract.runs ?? 60) * Number(process.env.FUZZ ?? 1);

  describe(`${label}: a stream of records`, () => {
    it('yields what was written, whatever the chunks', async () => {
      await fc.assert(
        fc.asyncProperty(contract.records, sizes, async (records, chunks) => {
          const { records: found, error } = await collect(
            stream(memorySource(fileName, await write(records), chunks)),
          );
          expect(error).toBeUndefined();
          expect(values(found)).toEqual(records);
          expect(found.map(({ next }) => next.index)).toEqual(records.map((_, at) => at + 1));
          expect(found.every(({ next }) => next.file === fileName)).toBe(true);
        }),
        { numRuns },
      );
    });

    it('goes on after any record as if it had never stopped', async () => {
      await fc.assert(
        fc.asyncProperty(contract.records, sizes, fc.nat(), async (records, chunks, pick) => {
          const bytes = await write(records);
          const { records: whole } = await collect(stream(memorySource(fileName, bytes, chunks)));
          if (whole.length === 0) return;
          const stop = pick % whole.length;
          // A cursor is kept as JSON.
          const from = JSON.parse(JSON.stringify(whole[stop].next)) as StreamOptions['from'];
          const { records: rest, error } = await collect(
            stream(memorySource(fileName, bytes, chunks), { from }),
          );
          expect(error).toBeUndefined();
          expect(rest).toEqual(whole.slice(stop + 1));
        }),
        { numRuns },
      );
    });

    it('cut off at any byte: only whole records, and a typed error', async () => {
      await fc.assert(
        fc.asyncProperty(contract.records, sizes, fc.nat(), async (records, chunks, pick) => {
          const bytes = await write(records);
          if (bytes.length === 0) return;
          const cut = bytes.subarray(0, pick % bytes.length);
          const { records: found, error } = await collect(stream(memorySource(fileName, cut, chunks)));
          const sure = contract.cutLooksWhole && error === undefined ? found.slice(0, -1) : found;
          expect(values(sure)).toEqual(records.slice(0, sure.length));
          if (error !== undefined) {
            expect(OverreadError.isInstance(error) && error.code).toMatch(/^file-(truncated|corrupt)$/);
            expect((error as Error).message).toContain(fileName);
          } else if (contract.knowsItsEnd) expect(found).toHaveLength(records.length);
        }),
        { numRuns },
      );
    });

    it('damaged at any bytes: nothing but typed errors, and an end', async () => {
      const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(contract.records, damage, async (records, changes) => {
          const bytes = new Uint8Array(await write(records));
          if (bytes.length === 0) return;
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          const { error } = await collect(stream(memorySource(fileName, bytes), { maxRecordBytes: 1 << 20 }));
          if (error !== undefined && !OverreadError.isInstance(error)) throw error;
        }),
        { numRuns: numRuns * 3 },
      );
    });

    it('refuses a cursor of another file', async () => {
      const from = { file: 'another', offset: 1, index: 1 };
      const { error } = await collect(stream(memorySource(fileName, await write([])), { from }));
      expect(error).toMatchObject({ code: 'bad-argument' });
    });
  });
}
