// What every export format promises.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readManifest } from './benchmark-folder.ts';
import { type Exporter, exportBenchmark } from './export.ts';

/** @param benchmark a folder with plain keys */
export function exporterContract(exporter: Exporter, benchmark: () => string): void {
  it('says in one line what it writes', () => {
    expect(exporter.summary.length).toBeGreaterThan(20);
    expect(exporter.summary).not.toContain('\n');
  });
  it('writes every question, the canary in every file, and the same bytes each time', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'overread-export-'));
    const { canary, counts } = readManifest(benchmark());
    const first = await exportBenchmark(benchmark(), { to: exporter.id, out: join(scratch, 'a', 'file') });
    const second = await exportBenchmark(benchmark(), { to: exporter.id, out: join(scratch, 'b', 'file') });
    expect(first.questions).toBe(counts.questions);
    expect(first.files.length).toBeGreaterThan(0);
    for (const [i, file] of first.files.entries()) {
      expect(dirname(file)).toBe(join(scratch, 'a'));
      const bytes = readFileSync(file);
      expect(bytes.includes(canary)).toBe(true);
      expect(bytes.equals(readFileSync(second.files[i]))).toBe(true);
    }
  });
}
