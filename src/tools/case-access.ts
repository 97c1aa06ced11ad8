// Case access: what tools may reach of one case, in oracle, predicted or vision mode. No way leads to another case.
import type { CaseRecord } from '../domain/case.ts';
import { contentHash } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { type MeasurementSet, measurementSet, type RuleSet } from '../domain/measurement.ts';
import type { CaseAccess, ToolMode } from '../domain/tool.ts';
import type { Annotation } from '../domain/volume.ts';
import type { Segmenter } from '../experts/segmenter.ts';
import { encodePng } from '../imaging/write-png.ts';
import { measureCase } from '../measure/measure.ts';
import { lookedFor } from '../questions/ask.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';
import { type CaseFiles, caseFiles } from './case-files.ts';
import { cropOrgans } from './organ-crop.ts';
import { extentsOf, type OrganExtent, organExtents } from './organ-extents.ts';
import { organsOfCrop } from './target.ts';

export interface CaseAccessOptions {
  readonly blobs: BlobStore;
  /** Whose masks are measured in predicted mode and cut around in vision mode. */
  readonly segmenter?: Segmenter;
  /** Where measurements on predicted masks are kept between runs, by the hashes of what they came from. */
  readonly cache?: Pick<Store, 'cached' | 'cache'>;
}

const ANNOTATED = 'annotated';

/** Raised when measuring changes, so that cached measurements on predicted masks are made anew. */
const MEASURE_VERSION = 1;

/** Under which a store keeps what was measured on a segmenter's masks of a case. */
export function predictedMeasurementsKey(
  segmenterHash: string,
  of: {
    readonly record: Pick<CaseRecord, 'annotationHash' | 'imageHash'> | undefined;
    /** Of the masks: the benchmark's seed and the case, with a slash between. */
    readonly seed: string;
    readonly rules: RuleSet;
  },
): string {
  return contentHash({
    kind: 'predicted-measurements',
    version: MEASURE_VERSION,
    annotation: of.record?.annotationHash,
    image: of.record?.imageHash ?? null,
    segmenter: segmenterHash,
    seed: of.seed,
    rules: of.rules,
  });
}

/**
 * Opens one case. Oracle mode answers from the benchmark's own measurements; predicted mode measures a segmenter's
 * masks; vision mode measures nothing and cuts pictures around organ masks.
 * Errors: `benchmark-invalid` for a case that the benchmark does not have, `bad-argument` for predicted mode without
 * a segmenter. Loading errors come from the methods.
 */
export function openCaseAccess(
  benchmark: BenchmarkFolder,
  caseId: string,
  mode: ToolMode,
  options: CaseAccessOptions,
): CaseAccess {
  const record = benchmark.cases.get(caseId);
  if (record === undefined)
    throw new OverreadError(
      'benchmark-invalid',
      `The benchmark has no case ${caseId}: build it again or copy it anew.`,
    );
  const { segmenter } = options;
  if (mode === 'predicted' && segmenter === undefined)
    throw new OverreadError('bad-argument', 'Predicted mode needs a segmenter: name one with --segmenter.');
  const files = caseFiles(benchmark, record);
  const predicted = mode !== 'oracle' && segmenter !== undefined;

  const annotation = async (): Promise<Annotation> => {
    const here = present(files, caseId);
    if (!predicted || segmenter === undefined) return here.annotation();
    return segmenter.segment({
      annotation: await here.annotation(),
      volume: await here.volume(),
      seed: `${benchmark.manifest.seed}/${caseId}`,
      caseId,
      item: benchmark.source(caseId)?.item,
      patientId: record.patientId,
    });
  };

  async function predictedMeasurements(by: Segmenter): Promise<MeasurementSet> {
    const { rules } = benchmark.manifest;
    const key = predictedMeasurementsKey(by.hash, {
      record,
      seed: `${benchmark.manifest.seed}/${caseId}`,
      rules,
    });
    const kept = await options.cache?.cached(key);
    if (kept !== undefined) return measurementSet.parse(JSON.parse(kept));
    const masks = await annotation();
    // As the builder measures, so that oracle and predicted mode differ in nothing but the masks.
    const measured = lookedFor(
      measureCase(masks, await present(files, caseId).volume(), { rules }),
      masks.annotated,
    );
    await options.cache?.cache(key, JSON.stringify(measured), { patientId: record?.patientId });
    return measured;
  }

  const measurements = once(() => {
    if (mode === 'vision')
      throw new OverreadError('not-allowed', 'Nothing is measured in vision mode: look at the pictures.');
    return segmenter === undefined || mode === 'oracle'
      ? benchmark.measurements(caseId)
      : predictedMeasurements(segmenter);
  });
  const extents = once(async (): Promise<ReadonlyMap<string, OrganExtent>> => {
    if (files === undefined || record.imageHash === undefined) return new Map();
    return organExtents(await annotation());
  });

  return {
    record,
    maskSource:
      predicted && segmenter !== undefined ? `${segmenter.id} ${segmenter.hash.slice(0, 12)}` : ANNOTATED,
    measurements,
    volume: async () => files?.volume(),
    annotation: async () => {
      if (mode === 'vision')
        throw new OverreadError('not-allowed', 'Masks are not opened in vision mode: look at the pictures.');
      return annotation();
    },
    availableCrops: async () => [...(await extents()).keys()].sort(),
    crop: async (organ) => {
      const names = organsOfCrop(organ);
      const volume = names === undefined ? undefined : await files?.volume();
      if (names === undefined || volume === undefined) return undefined;
      const lying = await extents();
      const organs = names.map((name) => extentsOf(lying, name));
      if (organs.some((extent) => extent.length === 0)) return undefined;
      const raster = cropOrgans(volume, organs);
      return { hash: await options.blobs.put(await encodePng(raster)), raster, organ: names.join('_') };
    },
  };
}

/**
 * A function that opens cases as a run needs them: undefined when predicted or vision mode would need files that
 * are not on this machine.
 */
export function caseOpener(
  benchmark: BenchmarkFolder,
  options: CaseAccessOptions,
): (caseId: string, mode: ToolMode) => Promise<CaseAccess | undefined> {
  return async (caseId, mode) => {
    if (mode !== 'oracle' && benchmark.source(caseId) === undefined) return undefined;
    return openCaseAccess(benchmark, caseId, mode, options);
  };
}

function present(files: CaseFiles | undefined, caseId: string): CaseFiles {
  if (files !== undefined) return files;
  throw new OverreadError(
    'file-not-found',
    `The files of case ${caseId} are not on this machine: build the benchmark from its source here.`,
  );
}

/** Computed at the first call and kept; a failure is kept too, so that a broken file is not read for every question. */
function once<T>(compute: () => Promise<T> | T): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= Promise.resolve().then(compute);
    return value;
  };
}
