import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonElements, jsonEntries } from './json.ts';
import { streamContract } from './stream.contract.ts';
import { collect, memorySource } from './testing/memory-source.ts';

const value = fc.jsonValue().map((any) => JSON.parse(JSON.stringify(any)) as unknown);
const elements = fc.array(value, { maxLength: 10 });
const entries = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), value), { maxLength: 8, selector: ([key]) => key })
  .map((pairs) => pairs as (readonly [string, unknown])[]);
// JSON.stringify of an object would sort keys that look like numbers.
const object = (pairs: readonly (readonly [string, unknown])[], space = '') =>
  `{${space}${pairs.map(([key, of]) => `${space}${JSON.stringify(key)}${space}:${space}${JSON.stringify(of)}${space}`).join(',')}}`;

streamContract('elements of a JSON array', {
  fileName: 'items.json',
  records: elements,
  write: (values) => Buffer.from(JSON.stringify(values, null, values.length % 3)),
  stream: jsonElements,
  knowsItsEnd: true,
});
streamContract('elements of a gzipped JSON array', {
  fileName: 'items.json.gz',
  records: elements,
  write: (values) => gzipSync(JSON.stringify(values)),
  stream: jsonElements,
  knowsItsEnd: true,
  runs: 20,
});
streamContract('elements under a path', {
  fileName: 'items.json',
  records: elements,
  write: (values) =>
    Buffer.from(JSON.stringify({ info: { data: ['}', '"', [1]] }, 'a"b': { more: 1, items: values } })),
  stream: (source, options) => jsonElements(source, { ...options, path: ['a"b', 'items'] }),
  // What follows the array is not read.
  knowsItsEnd: true,
});
streamContract('entries of a JSON object', {
  fileName: 'items.json',
  records: entries,
  write: (pairs) => Buffer.from(object(pairs, ' \n\t'.slice(0, pairs.length % 4))),
  stream: jsonEntries,
  knowsItsEnd: true,
});

async function all(text: string, path?: string[]) {
  return collect(jsonElements(memorySource('a.json', Buffer.from(text), [2]), path && { path }));
}

describe('a JSON document', () => {
  it('may begin with a byte-order mark and white space', async () => {
    const { records, error } = await all('\ufeff [ 1 , "]" ]\n ');
    expect(error).toBeUndefined();
    expect(records.map((record) => record.value)).toEqual([1, ']']);
  });

  it('without the array where it should be says what is missing', async () => {
    expect((await all('{"a":1}')).error).toMatchObject({
      code: 'file-corrupt',
      message: expect.stringContaining('holds no JSON array'),
    });
    expect((await all('{"a":{"c":[1]}}', ['a', 'b'])).error).toMatchObject({
      code: 'file-corrupt',
      message: expect.stringContaining('"a"."b"'),
    });
    expect((await all('{"a":"b"}', ['a'])).error).toMatchObject({ code: 'file-corrupt' });
  });

  it.each([
    '[1 2]',
    '[1,]',
    '[,1]',
    '[1}',
    '[tru]',
    '[{"a" 1}]',
    '[1]x',
    '["a":1]',
  ])('that is none, %s, is refused', async (text) => {
    expect((await all(text)).error).toMatchObject({ code: 'file-corrupt' });
  });

  it.each([
    '{"a":1,}',
    '{a:1}',
    '{"a"}',
    '{"a":1 "b":2}',
    '{"a":}',
  ])('with damaged entries, %s, is refused', async (text) => {
    const { error } = await collect(jsonEntries(memorySource('a.json', Buffer.from(text))));
    expect(error).toMatchObject({ code: 'file-corrupt' });
  });

  it('keeps entries whose key JavaScript objects know', async () => {
    const { records } = await collect(
      jsonEntries(memorySource('a.json', Buffer.from('{"__proto__":{"a":1},"2":0,"1":0}'))),
    );
    expect(records.map((record) => record.value[0])).toEqual(['__proto__', '2', '1']);
  });

  it('steps over what lies before its path without gathering it', async () => {
    const big = `{"images":["${'x'.repeat(300_000)}"],"items":[1]}`;
    const { records, error } = await collect(
      jsonElements(memorySource('a.json', Buffer.from(big), [4096]), {
        path: ['items'],
        maxRecordBytes: 100,
      }),
    );
    expect(error).toBeUndefined();
    expect(records).toHaveLength(1);
  });

  it('nested a million deep ends in a typed error', async () => {
    const deep = `[${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}]`;
    const { error } = await collect(
      jsonElements(memorySource('a.json', Buffer.from(deep)), { maxRecordBytes: 1 << 20 }),
    );
    expect(error).toMatchObject({ code: 'limit-exceeded' });
  });
});
