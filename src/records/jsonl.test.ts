import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonlRecords } from './jsonl.ts';
import { streamContract } from './stream.contract.ts';
import { collect, memorySource } from './testing/memory-source.ts';

const text = (...lines: string[]) => Buffer.from(lines.join(''));
// Objects, since a cut number is still a number; −0 is 0 in JSON.
const object = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { maxKeys: 5 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const records = fc.array(object, { maxLength: 12 });
const lines = (values: readonly unknown[]) =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

streamContract('JSON lines', {
  fileName: 'items.jsonl',
  records,
  write: lines,
  stream: jsonlRecords,
  knowsItsEnd: false,
});
streamContract('gzipped JSON lines', {
  fileName: 'items.jsonl.gz',
  records,
  write: (values) => gzipSync(lines(values)),
  stream: jsonlRecords,
  // The stream's own check sum stands at its end.
  knowsItsEnd: true,
});

describe('JSON lines', () => {
  it('need no line end after the last, and may be separated by blank lines and a byte-order mark', async () => {
    const source = memorySource('a.jsonl', text('\ufeff{"a":1}\r\n', '\n', '  \n', '{"b":"ä\\n"}'), [3]);
    const { records, error } = await collect(jsonlRecords(source));
    expect(error).toBeUndefined();
    expect(records.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 'ä\n' }]);
    expect(records[1].next).toEqual({ file: 'a.jsonl', offset: source.size, index: 2 });
  });

  it('take the NaN and Infinity of Python’s writer for null, but not inside texts', async () => {
    const source = memorySource('a.jsonl', text('{"a":NaN,"b":-Infinity,"c":"NaN \\" NaN"}\n'));
    const { records } = await collect(jsonlRecords(source));
    expect(records[0].value).toEqual({ a: null, b: null, c: 'NaN " NaN' });
  });

  it('name file and record where one is damaged or cut off', async () => {
    const damaged = await collect(jsonlRecords(memorySource('a.jsonl', text('{}\n', '{"a":}\n'))));
    expect(damaged.error).toMatchObject({ code: 'file-corrupt', details: { file: 'a.jsonl', record: 2 } });
    const cut = await collect(jsonlRecords(memorySource('a.jsonl', text('{}\n', '{"a":1'))));
    expect(cut.error).toMatchObject({ code: 'file-truncated', details: { file: 'a.jsonl', record: 2 } });
    const latin = await collect(jsonlRecords(memorySource('a.jsonl', Buffer.from([0x22, 0xe4, 0x22, 10]))));
    expect(latin.error).toMatchObject({ code: 'file-corrupt' });
  });

  it('gather no more of a line than the limit, though it never ends', async () => {
    let read = 0;
    const endless = {
      ...memorySource('a.jsonl', new Uint8Array(2)),
      async *stream() {
        for (;;) {
          read += 1000;
          yield new Uint8Array(1000).fill(0x61);
        }
      },
    };
    const { error } = await collect(jsonlRecords(endless, { maxRecordBytes: 10_000 }));
    expect(error).toMatchObject({ code: 'limit-exceeded', details: { option: 'maxRecordBytes', record: 1 } });
    expect(read).toBe(11_000);
  });

  it('that unfold to far more than they weigh stay within the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50 << 20, 0x61));
    const { error } = await collect(
      jsonlRecords(memorySource('a.jsonl.gz', bomb), { maxRecordBytes: 1 << 20 }),
    );
    expect(error).toMatchObject({ code: 'limit-exceeded' });
  });

  it('of several gzip members are read as one', async () => {
    const bytes = Buffer.concat([gzipSync(text('{"a":1}\n')), gzipSync(text('{"a":2}\n'))]);
    const { records } = await collect(jsonlRecords(memorySource('a.jsonl.gz', bytes)));
    expect(records.map(({ value }) => value)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('shorter than the cursor says were changed', async () => {
    const from = { file: 'a.jsonl', offset: 100, index: 3 };
    for (const bytes of [text('{}\n'), gzipSync(text('{}\n'))]) {
      const { error } = await collect(jsonlRecords(memorySource('a.jsonl', bytes), { from }));
      expect(error).toMatchObject({ code: 'file-truncated' });
    }
  });

  it('stop where they are told to', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    const { error } = await collect(jsonlRecords(memorySource('a.jsonl', text('{}\n')), { signal: stop }));
    expect(error).toMatchObject({ message: 'enough' });
  });
});
