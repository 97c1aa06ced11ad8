// KiTS19, KiTS21 and KiTS23: case_00000/{imaging,segmentation}.nii.gz with kits.json, images optional.
import { basename, dirname, join } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import { entriesOf, noImage, readJson } from '../dataset-files.ts';
import type { CaseFacts, Layout, LayoutCase, LayoutOptions } from '../layout.ts';
import { openAnnotation, openVolume } from '../open.ts';

/** Segmentation in a folder of its own, or flat as "kits19_case_00061_segmentation.nii.gz". */
const CASE_FOLDER = /^case_\d{5}$/;
const FLAT = /^(?:(kits\d\d)_)?(case_\d{5})_segmentation\.nii(?:\.gz)?$/i;
const SEGMENTATION = /^segmentation\.nii(\.gz)?$/;
const IMAGING = /^imaging\.nii(\.gz)?$/;

interface Found {
  readonly item: string;
  readonly caseId: string;
  readonly segmentation: string;
  readonly imaging?: string;
  /** "kits19" when the file's own name says so. */
  readonly edition?: string;
}

async function found(path: string): Promise<Found[]> {
  const { files, folders } = await entriesOf(path);
  const cases: Found[] = [];
  if (files.length === 0 && folders.length === 0) {
    const flat = flatCase(dirname(path), basename(path), [basename(path)]);
    return flat === undefined ? [] : [flat];
  }
  for (const name of files) {
    const flat = flatCase(path, name, files);
    if (flat !== undefined) cases.push(flat);
  }
  if (CASE_FOLDER.test(basename(path))) {
    const own = folderCase(path, basename(path), files);
    if (own !== undefined) cases.push(own);
  }
  for (const name of folders.filter((folder) => CASE_FOLDER.test(folder))) {
    const inside = folderCase(join(path, name), name, (await entriesOf(join(path, name))).files);
    if (inside !== undefined) cases.push(inside);
  }
  if (cases.length > 0) return cases;
  // The repository's own root: data/ (2019) or dataset/ (2021, 2023).
  const below = folders.find((name) => name === 'dataset' || name === 'data');
  return below === undefined ? [] : found(join(path, below));
}

function folderCase(folder: string, name: string, files: readonly string[]): Found | undefined {
  const segmentation = files.find((file) => SEGMENTATION.test(file));
  const imaging = files.find((file) => IMAGING.test(file));
  if (segmentation === undefined) return undefined;
  return {
    item: name,
    caseId: name,
    segmentation: join(folder, segmentation),
    imaging: imaging && join(folder, imaging),
  };
}

function flatCase(folder: string, name: string, files: readonly string[]): Found | undefined {
  const match = FLAT.exec(name);
  if (match === null) return undefined;
  const imaging = files.find((file) => file === name.replace('_segmentation', '_imaging'));
  return {
    item: name,
    caseId: match[2].toLowerCase(),
    segmentation: join(folder, name),
    imaging: imaging && join(folder, imaging),
    edition: match[1]?.toLowerCase(),
  };
}

interface Chart {
  readonly case_id?: unknown;
  readonly gender?: unknown;
  readonly age_at_nephrectomy?: unknown;
  readonly tumor_histologic_subtype?: unknown;
}

/** Charts beside the cases, by case id: kits.json, or "kits19_clinical.json" beside flat files of that edition. */
async function chartsOf(folder: string, edition: string | undefined): Promise<Map<string, Chart>> {
  const { files } = await entriesOf(folder);
  const name = files.find(
    (file) =>
      (edition !== undefined && file.startsWith(edition) && file.endsWith('.json')) || file === 'kits.json',
  );
  if (name === undefined) return new Map();
  const list = await readJson(join(folder, name));
  if (!Array.isArray(list)) return new Map();
  const charts = list.filter((chart): chart is Chart => typeof chart === 'object' && chart !== null);
  return new Map(charts.map((chart) => [String(chart.case_id), chart]));
}

function factsOf(chart: Chart | undefined): CaseFacts {
  const age = chart?.age_at_nephrectomy;
  const sex = chart?.gender === 'male' ? 'M' : chart?.gender === 'female' ? 'F' : undefined;
  return {
    modality: 'CT',
    ...(sex === undefined ? {} : { sex }),
    ...(typeof age === 'number' && Number.isFinite(age) ? { ageYears: age } : {}),
    licence: 'CC BY-NC-SA 4.0',
  };
}

/**
 * Which edition's labels a folder holds: its path, a case number that KiTS19 lacks, or the charts' words tell.
 * Without a sign it is kits19, the scheme that claims less: it does not say that cysts were looked for.
 */
function editionOf(path: string, cases: readonly Found[], charts: ReadonlyMap<string, Chart>): string {
  const named = /kits[-_ ]?(19|21|23)/gi;
  const last = [...path.matchAll(named)].at(-1)?.[1];
  if (last !== undefined) return last === '19' ? 'kits19' : 'kits23';
  if (basename(path) === 'dataset') return 'kits23';
  if (cases.some(({ caseId }) => Number(caseId.slice(5)) >= 300)) return 'kits23';
  const words = [...charts.values()].map((chart) => chart.tumor_histologic_subtype);
  return words.includes('chromophobe_rcc') ? 'kits23' : 'kits19';
}

const kits: Layout = {
  id: 'kits',
  summary: 'KiTS19/21/23: case_00000/{imaging,segmentation}.nii.gz with kits.json; images may be missing',
  async detect(path) {
    return (await found(path)).length > 0 ? 0.95 : 0;
  },
  async *cases(path, options: LayoutOptions = {}) {
    const cases = await found(path);
    if (cases.length === 0)
      throw new OverreadError(
        'layout-unknown',
        `${basename(path)} holds no case_00000 folder with a segmentation: check the path or name another layout.`,
      );
    const read = new Map<string, Promise<Map<string, Chart>>>();
    for (const one of cases) {
      const folder = dirname(one.segmentation);
      const root = CASE_FOLDER.test(basename(folder)) ? dirname(folder) : folder;
      const key = `${root}\n${one.edition ?? ''}`;
      // A broken kits.json costs the charts, not the cases.
      const charts = await (read.get(key) ??
        read
          .set(
            key,
            chartsOf(root, one.edition).catch(() => new Map<string, Chart>()),
          )
          .get(key));
      const impliedScheme =
        one.edition === undefined ? editionOf(root, cases, charts ?? new Map()) : schemeOf(one.edition);
      const { imaging } = one;
      yield {
        item: one.item,
        // The cases of KiTS19 recur in the later editions under the same number.
        patient: one.caseId,
        facts: factsOf(charts?.get(one.caseId)),
        hasImage: imaging !== undefined,
        loadVolume: async () => {
          if (imaging === undefined) throw noImage();
          return openVolume(imaging, { ...options, modality: 'CT' });
        },
        loadAnnotation: async () => ({ ...(await openAnnotation(one.segmentation, options)), impliedScheme }),
        impliedScheme,
      } satisfies LayoutCase;
    }
  },
};

function schemeOf(edition: string): string {
  return edition === 'kits19' ? 'kits19' : 'kits23';
}

export default kits;
