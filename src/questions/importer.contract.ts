// What every import format promises.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { openBenchmark } from './benchmark-folder.ts';
import { exportBenchmark } from './export.ts';
import { importBenchmark } from './import.ts';
import type { Importer } from './importer.ts';
import { openKeys } from './keys.ts';
import { verifyBenchmark } from './verify.ts';

/** @param benchmark a folder that the exporter of the same id can write out */
export function importerContract(importer: Importer, benchmark: () => string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'overread-import-'));
  it('takes back what the exporter of its name wrote: questions, options and right answers', async () => {
    const { files } = await exportBenchmark(benchmark(), { to: importer.id, out: join(scratch, 'out') });
    const out = join(scratch, 'back');
    const manifest = await importBenchmark(files[0], { from: importer.id, out, name: 'back' });
    expect(manifest.name).toBe('back');
    await verifyBenchmark(out);
    const [before, after] = [await openBenchmark(benchmark()), await openBenchmark(out)];
    expect(after.manifest.canary).toBe(before.manifest.canary);
    expect(after.cases.size).toBe(new Set((await before.questions()).map(({ caseId }) => caseId)).size);
    const [own, back] = [await before.questions(), await after.questions()];
    const asked = ({ id, type, stage, answerKind, options, unit, split }: (typeof own)[number]) => ({
      id,
      type,
      stage,
      answerKind,
      options,
      unit,
      split,
    });
    expect(back.map(asked)).toEqual(own.map(asked));
    const [ownKeys, backKeys] = [await openKeys(benchmark()), await openKeys(out)];
    for (const { id } of own) {
      const { answer, letter, value } = ownKeys.get(id) ?? {};
      expect(backKeys.get(id)).toMatchObject({ answer, letter, ...(value === undefined ? {} : { value }) });
    }
  });
  it.each([
    ['empty', ''],
    ['nonsense', 'PAR1 {"qid": } , "'],
    ['another format', '<html></html>'],
  ])('refuses a file that is %s, and leaves no folder behind', async (_, content) => {
    const file = join(scratch, 'broken');
    writeFileSync(file, content);
    const out = join(scratch, 'never');
    const error = await importBenchmark(file, { from: importer.id, out }).catch((e: unknown) => e);
    expect(OverreadError.isInstance(error) && error.exitCode).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
}
