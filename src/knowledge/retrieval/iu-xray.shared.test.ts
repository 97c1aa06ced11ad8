// Search over the 587 real reports of IU-Xray, where they lie beside this repository.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { letterVector } from './letter-tokens.ts';
import { readPassages } from './passage-files.ts';
import { passageIndex } from './passage-index.ts';

const file = fileURLToPath(new URL('../../../../shared/data/iu-xray-vqa/iuxray_test.jsonl', import.meta.url));
let folder = '';
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(file))('real reports', () => {
  it('are found by their own words, and never for the patient whose they are', async () => {
    folder = await mkdtemp(join(tmpdir(), 'iu-xray-'));
    await mkdir(join(folder, 'radiology'));
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as { image: string; report: string });
    const films = new Map(rows.map(({ image, report }) => [image, report]));
    const lines = [...films].map(([id, text]) => JSON.stringify({ id, text, patient: id.split('/')[0] }));
    await writeFile(join(folder, 'radiology', 'reports.jsonl'), lines.join('\n'));
    const { passages } = await readPassages(folder);
    expect(passages).toHaveLength(587);
    const encoder = { id: 'l', hash: 'l', text: async (texts: readonly string[]) => texts.map(letterVector) };
    for (const options of [{ method: 'bm25' as const }, { method: 'vectors' as const, encoder }]) {
      const index = await passageIndex(passages, options);
      for (const { text, patientId } of passages.filter((_, at) => at % 23 === 0)) {
        const [first] = await index.search({ text, k: 1 });
        if (options.method === 'vectors')
          expect(letterVector(first.passage.text)).toEqual(letterVector(text));
        const others = await index.search({
          text,
          k: 5,
          ...(patientId === undefined ? {} : { notOf: patientId }),
        });
        expect(others).toHaveLength(5);
        expect(others.map(({ passage }) => passage.patientId)).not.toContain(patientId);
      }
    }
  });
});
