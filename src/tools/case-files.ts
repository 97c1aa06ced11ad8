// The files of a benchmark's case on this machine, found through sources.json and loaded when asked for.
import { isAbsolute, join } from 'node:path';
import type { CaseRecord } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { findLayout, type LayoutCase, type LayoutOptions } from '../imaging/layout.ts';
import { matchGeometry } from '../imaging/match-geometry.ts';
import { applyScheme, chooseScheme } from '../knowledge/scheme.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';

export interface CaseFiles {
  /** The scan, or undefined when the case has masks only. */
  volume(): Promise<Volume | undefined>;
  /** The annotation in canonical structures, on the scan's grid where there is a scan. */
  annotation(): Promise<Annotation>;
  /** The same on its own grid: for who reads the scan elsewhere, and brings both together by `matchGeometry`. */
  ownAnnotation(): Promise<Annotation>;
}

/** What is needed of a benchmark to find the files of its cases. */
export type CaseSources = Pick<BenchmarkFolder, 'path' | 'source'>;

/** Cases of a source by item, listed once per benchmark: a layout has to walk its folder to find one. */
const listed = new WeakMap<CaseSources, Map<string, Promise<ReadonlyMap<string, LayoutCase>>>>();

/**
 * The case's files, or undefined when this machine does not have them. Volumes are loaded once and kept as long as
 * the result is; annotations are loaded at every call, since they are only needed to derive something small.
 * @param options for the layout; those of a benchmark's first call hold for all of its cases
 * Errors on loading: `file-not-found`, `file-corrupt` when a file is no longer the one the benchmark was built
 * from, and whatever the file's reader says.
 */
export function caseFiles(
  benchmark: CaseSources,
  record: CaseRecord,
  options: LayoutOptions = {},
): CaseFiles | undefined {
  const source = benchmark.source(record.id);
  if (source === undefined) return undefined;
  let volume: Promise<Volume | undefined> | undefined;
  const files: CaseFiles = {
    volume: () => {
      volume ??= found().then(async (item) => {
        if (!item.hasImage || record.imageHash === undefined) return undefined;
        const loaded = await item.loadVolume();
        assertSame(loaded.source.hash, record.imageHash, 'scan');
        return loaded;
      });
      return volume;
    },
    annotation: async () => {
      const annotation = await files.ownAnnotation();
      const scan = await files.volume();
      return scan === undefined ? annotation : matchGeometry(annotation, scan);
    },
    ownAnnotation: async () => {
      const raw = await (await found()).loadAnnotation();
      assertSame(raw.source.hash, record.annotationHash, 'annotation');
      return applyScheme(raw, await chooseScheme(raw, source.scheme));
    },
  };
  const found = async (): Promise<LayoutCase> => {
    const path = isAbsolute(source.path) ? source.path : join(benchmark.path, source.path);
    const item = (await casesAt(benchmark, path, source.layout, options)).get(source.item);
    if (item === undefined)
      throw new OverreadError(
        'file-not-found',
        `The files of case ${record.id} are no longer where the benchmark found them: put them back or build it again.`,
      );
    return item;
  };
  return files;
}

function casesAt(
  benchmark: CaseSources,
  path: string,
  layoutId: string,
  options: LayoutOptions,
): Promise<ReadonlyMap<string, LayoutCase>> {
  const byPath = listed.get(benchmark) ?? new Map<string, Promise<ReadonlyMap<string, LayoutCase>>>();
  listed.set(benchmark, byPath);
  const key = `${layoutId}\u0000${path}`;
  const known = byPath.get(key);
  if (known !== undefined) return known;
  const cases = list(path, layoutId, options);
  byPath.set(key, cases);
  cases.catch(() => byPath.delete(key));
  return cases;
}

async function list(
  path: string,
  layoutId: string,
  options: LayoutOptions,
): Promise<ReadonlyMap<string, LayoutCase>> {
  const items = new Map<string, LayoutCase>();
  for await (const item of (await findLayout(path, layoutId)).cases(path, options))
    items.set(item.item, item);
  return items;
}

function assertSame(hash: string, expected: string, what: string): void {
  if (hash === expected) return;
  throw new OverreadError(
    'file-corrupt',
    `The ${what} of this case is not the one that the benchmark was built from: restore it or build the benchmark again.`,
  );
}
