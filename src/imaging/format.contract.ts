// What every file format owes: imported by each format's test.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { isGzip } from './file-bytes.ts';
import type { Format } from './format.ts';
import { formats } from './formats/registry.generated.ts';

export interface FormatSamples {
  /** Writes a small image and returns its path. */
  volume?(): string | Promise<string>;
  /** Writes a small annotation and returns its path. */
  annotation?(): string | Promise<string>;
}

function headOf(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return (isGzip(bytes) ? gunzipSync(bytes) : bytes).subarray(0, 4096);
}

/** Registers the tests that any format must pass, on samples of its own. */
export function formatContract(format: Format, samples: FormatSamples): void {
  describe(`the format ${format.id}`, () => {
    it('is registered under its id and says what it is', () => {
      expect((formats as Record<string, Format>)[format.id]).toBe(format);
      expect(format.summary.length).toBeGreaterThan(5);
    });

    it('leaves foreign content and folders alone', async () => {
      const noise = new TextEncoder().encode('a shopping list, no image at all\n');
      expect(await format.sniff(noise, 'list.txt', false, 'list.txt')).toBe(0);
      expect(await format.sniff(new Uint8Array(), 'empty', false, 'empty')).toBe(0);
    });

    if (samples.volume !== undefined) {
      const make = samples.volume;
      it('knows its image by content, whatever its name', async () => {
        const path = await make();
        expect(await format.sniff(headOf(path), 'renamed.bin', false, path)).toBeGreaterThanOrEqual(0.9);
      });

      it('reads as many voxels as its header says, and the same twice', async () => {
        const path = await make();
        const first = await format.readVolume?.(path, {});
        const second = await format.readVolume?.(path, {});
        const [i, j, k] = first?.grid.shape ?? [0, 0, 0];
        expect(first?.data.length).toBe(i * j * k);
        expect(second).toEqual(first);
        expect(first?.source.format).toBe(format.id);
        expect(first?.source.hash).toMatch(/^[0-9a-f]{64}$/);
        const said = await format.probe(path, {});
        expect(said.shape).toEqual(first?.grid.shape);
        if (said.affine !== undefined) expect(said.affine).toEqual(first?.grid.affine);
      });

      it('stops at maxVoxels', async () => {
        const path = await make();
        await expect(format.readVolume?.(path, { maxVoxels: 1 })).rejects.toMatchObject({
          code: 'limit-exceeded',
        });
      });

      it('throws typed errors for a file cut short', async () => {
        const path = await make();
        const bytes = readFileSync(path);
        const folder = await mkdtemp(join(tmpdir(), 'overread-cut-'));
        try {
          for (const share of [0, 0.1, 0.3, 0.6, 0.9]) {
            const cut = join(folder, `cut${extname(basename(path))}`);
            await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * share)));
            const error = await format.readVolume?.(cut, {}).then(
              () => undefined,
              (thrown: unknown) => thrown,
            );
            expect(OverreadError.isInstance(error)).toBe(true);
          }
        } finally {
          await rm(folder, { recursive: true });
        }
      });
    }

    if (samples.annotation !== undefined) {
      const make = samples.annotation;
      it('reads labels that occur, ascending, never 0', async () => {
        const raw = await format.readAnnotation?.(await make(), {});
        expect(raw?.layers.length).toBeGreaterThan(0);
        for (const { data, labels } of raw?.layers ?? []) {
          const values = labels.map(({ value }) => value);
          expect(values).toEqual([...values].sort((a, b) => a - b));
          expect(values).not.toContain(0);
          const present = new Set(data);
          present.delete(0);
          for (const value of present) expect(values).toContain(value);
        }
      });
    }
  });
}
