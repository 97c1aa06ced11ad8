import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerFiles, scriptJson } from './answer-files.ts';

/** What a page would be handed by the export's files. */
async function answered(
  out: string,
): Promise<Record<string, { json?: unknown; deflated?: string; type?: string }>> {
  const index: { overreadExport?: { files: Record<string, string> } } = {};
  runInNewContext(await readFile(join(out, 'data/index.js'), 'utf8'), index);
  const answers: Record<string, { json?: unknown }> = {};
  for (const file of Object.values(index.overreadExport?.files ?? {}))
    if (file.endsWith('.js'))
      runInNewContext(await readFile(join(out, file), 'utf8'), {
        overreadAnswer: (path: string, answer: { json?: unknown }) => {
          answers[path] = answer;
        },
      });
  return answers;
}

test('an answer is handed over under its address, whatever order its parameters were asked in', async () => {
  const out = await mkdtemp(join(tmpdir(), 'overread-snapshot-'));
  const files = answerFiles(out);
  await files.json('/api/x?b=2&a=1', { text: '</script><script>alert(1)</script>\u2028' });
  await files.bytes('/api/y', Uint8Array.of(1, 2, 3), 'int16');
  expect(files.has('/api/x?a=1&b=2')).toBe(true);
  await files.finish();
  const answers = await answered(out);
  expect(answers['/api/x?a=1&b=2'].json).toEqual({ text: '</script><script>alert(1)</script>\u2028' });
  expect([...inflateSync(Buffer.from(answers['/api/y'].deflated ?? '', 'base64'))]).toEqual([1, 2, 3]);
});

test('whatever a model wrote, no part of it can end the script that holds it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const script = scriptJson({ text });
      expect(script).not.toContain('<');
      expect(runInNewContext(`(${script}).text`)).toBe(text);
    }),
  );
});
