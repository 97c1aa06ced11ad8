// What every dataset layout owes: imported by each layout's test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { findLayout, type Layout, type LayoutCase, type LayoutOptions } from './layout.ts';
import { layouts } from './layouts/registry.generated.ts';

export interface LayoutSample {
  /** A folder in the layout with at least two cases that can be read, and one whose annotation cannot. */
  readonly path: string;
  readonly cases: number;
  /** Item of the case that cannot be read. */
  readonly broken: string;
}

export async function casesOf(layout: Layout, path: string, options?: LayoutOptions): Promise<LayoutCase[]> {
  const cases: LayoutCase[] = [];
  for await (const one of layout.cases(path, options)) cases.push(one);
  return cases;
}

/** Registers the tests that any layout must pass, on a dataset that its test has written. */
export function layoutContract(layout: Layout, sample: () => LayoutSample | Promise<LayoutSample>): void {
  describe(`the layout ${layout.id}`, () => {
    it('is registered under its id and found by it', async () => {
      expect((layouts as Record<string, Layout>)[layout.id]).toBe(layout);
      expect(await findLayout('anywhere', layout.id)).toBe(layout);
    });

    it('is what auto finds for its own data, and nothing for an empty folder', async () => {
      const { path } = await sample();
      expect((await findLayout(path)).id).toBe(layout.id);
      const empty = mkdtempSync(join(tmpdir(), 'overread-empty-'));
      expect(await layout.detect(empty)).toBe(0);
      rmSync(empty, { recursive: true });
    });

    it('lists every case once, in the same order each time', async () => {
      const { path, cases } = await sample();
      const items = (await casesOf(layout, path)).map(({ item }) => item);
      expect(items).toHaveLength(cases);
      expect(new Set(items).size).toBe(cases);
      expect((await casesOf(layout, path)).map(({ item }) => item)).toEqual(items);
    });

    it('a case that cannot be read does not stop the others', async () => {
      const { path, cases, broken } = await sample();
      const outcomes = new Map<string, unknown>();
      for (const one of await casesOf(layout, path))
        outcomes.set(
          one.item,
          await one.loadAnnotation().then(
            () => 'read',
            (error: unknown) => (OverreadError.isInstance(error) ? 'typed error' : error),
          ),
        );
      expect(outcomes.get(broken)).toBe('typed error');
      expect([...outcomes.values()].filter((outcome) => outcome === 'read')).toHaveLength(cases - 1);
    });

    it('says beforehand whether a case has an image', async () => {
      const { path, broken } = await sample();
      for (const one of await casesOf(layout, path)) {
        if (one.item === broken) continue;
        if (one.hasImage) expect((await one.loadVolume()).data.length).toBeGreaterThan(0);
        else await expect(one.loadVolume()).rejects.toMatchObject({ code: 'file-not-found' });
      }
    });
  });
}
