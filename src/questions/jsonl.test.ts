import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { linesOf, readJsonl, writeJsonl } from './jsonl.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-jsonl-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'records.jsonl');

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('records as lines', () => {
  it('come back whatever characters they hold, the separators of Unicode included', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\u2028b', '\u2029', '\r\n', '\u0085'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ text }), { maxLength: 5 }), async (records) => {
        const writer = writeJsonl(path, 'canary');
        for (const record of records) await writer.write(record);
        await writer.close();
        // JSON text has no lone surrogates to lose: they are written as escapes.
        expect(await all(readJsonl(path, z.object({ text: z.string() }), 'canary'))).toEqual(records);
      }),
      { numRuns: 40 },
    );
  });

  it('say where their bytes lie, across chunks, without a last line feed, and after Windows line ends', async () => {
    const long = `"${'é'.repeat(200_000)}"`;
    writeFileSync(path, `{"canary":"c"}\r\n\n${long}\n"last"`);
    const bytes = readFileSync(path);
    const lines = await all(linesOf(path));
    expect(lines.map(({ line }) => line)).toEqual([1, 3, 4]);
    for (const { text, offset, length } of lines)
      expect(bytes.subarray(offset, offset + length).toString()).toBe(text);
    expect(lines[1].text).toBe(long);
    expect(lines[2].text).toBe('"last"');
  });

  it('of endless length are refused before they fill the memory', async () => {
    writeFileSync(path, '{"canary":"c"}\n');
    appendFileSync(path, 'x'.repeat(300_000));
    await expect(all(linesOf(path, 200_000))).rejects.toMatchObject({ code: 'limit-exceeded' });
    appendFileSync(path, '\n"short"\n');
    await expect(all(linesOf(path, 299_999))).rejects.toMatchObject({
      code: 'limit-exceeded',
      message: expect.stringContaining('line 2'),
    });
    expect(await all(linesOf(path, 300_000))).toHaveLength(3);
  });

  it('of a file that is not there are a sentence', async () => {
    await expect(all(linesOf(join(folder, 'none.jsonl')))).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
