import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { npyHead } from './npy.ts';
import { npzArray, npzArrays, npzRecords } from './npz.ts';
import { streamContract } from './stream.contract.ts';
import { collect, memorySource } from './testing/memory-source.ts';
import { npy, npz } from './testing/npz-writer.ts';

interface Row {
  readonly pixels: readonly number[];
  readonly label: number;
}

const rows = fc.array(
  fc.record({
    pixels: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 }),
    label: fc.integer({ min: -1000, max: 1000 }),
  }),
  { maxLength: 20 },
);
const archive = (all: readonly Row[], compressed: boolean) =>
  npz(
    {
      test_images: npy('|u1', [all.length, 2, 3], Uint8Array.from(all.flatMap(({ pixels }) => pixels))),
      test_labels: npy('<i8', [all.length, 1], new BigInt64Array(all.map(({ label }) => BigInt(label)))),
    },
    compressed,
  );

for (const compressed of [false, true])
  streamContract<Row>(`rows of a NumPy archive, ${compressed ? 'deflated' : 'stored'}`, {
    fileName: 'data.npz',
    records: rows,
    write: (all) => archive(all, compressed),
    async *stream(source, options) {
      for await (const { value, next } of npzRecords(source, {
        ...options,
        arrays: ['test_images', 'test_labels'],
      })) {
        const [label] = value.test_labels.data as Float64Array;
        yield { value: { pixels: [...(value.test_images.data as Uint8Array)], label }, next };
      }
    },
    knowsItsEnd: true,
    runs: 25,
  });

const source = (bytes: Uint8Array) => memorySource('data.npz', bytes);

describe('a NumPy archive', () => {
  it.each([
    ['|i1', new Int8Array([-3, 5])],
    ['<u2', new Uint16Array([65535, 1])],
    ['<i2', new Int16Array([-2, 2])],
    ['<u4', new Uint32Array([4294967295, 0])],
    ['<i4', new Int32Array([-7, 7])],
    ['<f4', new Float32Array([0.5, -0.25])],
    ['<f8', new Float64Array([Math.PI, -0])],
    ['|b1', new Uint8Array([0, 1])],
  ])('holds numbers of kind %s', async (dtype, values) => {
    const { data } = await npzArray(source(npz({ a: npy(dtype, [2], values) }, true)), 'a');
    expect(data).toEqual(values);
  });

  it('holds big-endian numbers and texts', async () => {
    const bytes = npz(
      {
        big: npy('>i2', [2], new Uint8Array([1, 2, 255, 254])),
        text: npy('<U2', [2], new Uint32Array([0x1fa7b, 0, 0x61, 0x62])),
      },
      false,
    );
    expect((await npzArray(source(bytes), 'big')).data).toEqual(new Int16Array([258, -2]));
    expect((await npzArray(source(bytes), 'text')).data).toEqual(['🩻', 'ab']);
    expect([...(await npzArrays(source(bytes)))].map(([name, { shape }]) => [name, shape])).toEqual([
      ['big', [2]],
      ['text', [2]],
    ]);
  });

  it('with Python objects, columns first or integers beyond 2^53 is refused', async () => {
    const head = (text: string) => {
      const bytes = Buffer.alloc(10 + text.length);
      bytes.write('\x93NUMPY\x01\x00', 'latin1');
      bytes.writeUInt16LE(text.length, 8);
      bytes.write(text, 10);
      return bytes;
    };
    expect(() => npyHead(head("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"), 'a')).toThrow(
      /Python objects/,
    );
    const columns = head("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }\n");
    await expect(
      npzArray(source(npz({ a: Buffer.concat([columns, Buffer.alloc(4)]) }, false)), 'a'),
    ).rejects.toMatchObject({ code: 'format-unsupported' });
    const large = npy('<i8', [1], new BigInt64Array([2n ** 60n]));
    await expect(npzArray(source(npz({ a: large }, false)), 'a')).rejects.toMatchObject({
      code: 'format-unsupported',
    });
  });

  it('that promises more than it holds, or more than the limit, is given no memory', async () => {
    const lying = npy('|u1', [1_000_000_000_000], new Uint8Array(4));
    await expect(npzArray(source(npz({ a: lying }, false)), 'a')).rejects.toMatchObject({
      code: 'file-truncated',
    });
    const large = npz({ a: npy('|u1', [2_000_000], new Uint8Array(2_000_000)) }, true);
    await expect(npzArray(source(large), 'a', 1_000_000)).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('whose arrays do not go together, or that lacks one, says so', async () => {
    const bytes = npz(
      { a: npy('|u1', [2], new Uint8Array(2)), b: npy('|u1', [3], new Uint8Array(3)) },
      false,
    );
    expect((await collect(npzRecords(source(bytes)))).error).toMatchObject({ code: 'file-corrupt' });
    const { error } = await collect(npzRecords(source(bytes), { arrays: ['c'] }));
    expect(error).toMatchObject({ message: expect.stringContaining('it has a, b') });
  });

  it('with a name that leads out of it is refused', async () => {
    const bytes = npz({ '../a': npy('|u1', [1], new Uint8Array(1)) }, false);
    await expect(npzArrays(source(bytes))).rejects.toMatchObject({ code: 'path-escape' });
  });

  const python = '/usr/bin/python3';
  const hasNumpy = (() => {
    try {
      execFileSync(python, ['-c', 'import numpy'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  it.skipIf(!hasNumpy)('written by NumPy itself comes out the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-npz-'));
    try {
      const path = join(folder, 'a.npz');
      execFileSync(python, [
        '-c',
        `import numpy as n; n.savez_compressed(${JSON.stringify(path)}, train_images=n.arange(24, dtype='u1').reshape(4, 2, 3), train_labels=n.array([[3], [1], [4], [1]]))`,
      ]);
      const { records } = await collect(npzRecords(source(readFileSync(path))));
      expect(records.map(({ value }) => [...(value.train_images.data as Uint8Array)])).toEqual(
        [0, 6, 12, 18].map((first) => [0, 1, 2, 3, 4, 5].map((at) => first + at)),
      );
      expect(records.map(({ value }) => value.train_labels.data[0])).toEqual([3, 1, 4, 1]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
