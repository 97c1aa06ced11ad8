// Which case is meant, whose masks go with it, and the version under which a browser may keep its slices.
import type { CaseRecord, CaseSource } from '../../../domain/case.ts';
import { contentHash } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { BenchmarkFolder } from '../../../questions/benchmark-folder.ts';
import type { WorkbenchContext } from '../context.ts';
import { benchmarkIdOf } from '../library/library.ts';
import { type MaskPlan, masksOfRun } from './run-masks.ts';

/** A case of a benchmark; with `run`, the masks are those that the run's reader was given. */
export type PixelPlace =
  | { readonly benchmark: string; readonly caseId: string; readonly run?: undefined }
  | { readonly run: string; readonly caseId: string };

export interface FoundPlace {
  readonly folder: BenchmarkFolder;
  readonly record: CaseRecord;
  readonly source: CaseSource;
  readonly masks: MaskPlan;
  /** Of the scan alone, and of the scan with its masks: slices are served under both. */
  readonly versions: { readonly scan: string; readonly whole: string };
}

/**
 * Errors: `file-not-found` for a benchmark, case or run that is not known, one without scans, and files that are not
 * on this machine; `run-unknown`.
 */
export async function findPlace(context: WorkbenchContext, place: PixelPlace): Promise<FoundPlace> {
  const run = place.run === undefined ? undefined : await context.store.run(place.run);
  if (place.run !== undefined && run === undefined)
    throw new OverreadError('run-unknown', 'The store holds no such run: look at the list of runs.');
  const id = place.run === undefined ? place.benchmark : benchmarkIdOf(run?.benchmarkHash ?? '');
  const opened = await context.library.open(id);
  if (opened.kind === 'published')
    throw new OverreadError(
      'file-not-found',
      'A published benchmark has no scans to leaf through: look at the pictures of its questions.',
    );
  const { folder } = opened;
  const record = folder.cases.get(place.caseId);
  if (record === undefined)
    throw new OverreadError('file-not-found', 'The benchmark has no such case: look at its list of cases.');
  const source = folder.source(place.caseId);
  if (source === undefined)
    throw new OverreadError(
      'file-not-found',
      'The files of this case are not on this machine: build the benchmark from its source here.',
    );
  const masks: MaskPlan =
    run === undefined ? { kind: 'annotated' } : await masksOfRun(run, folder, record, source);
  const image = record.imageHash ?? null;
  const { shape } = record;
  const scan = versionOf({ image, shape });
  const whole = versionOf({
    image,
    shape,
    annotation: record.annotationHash,
    scheme: source.scheme,
    masks: masks.kind === 'predicted' ? { segmenter: masks.segmenterHash, seed: masks.seed } : masks.kind,
  });
  return { folder, record, source, masks, versions: { scan, whole } };
}

/** Raised when slices of the same files change, so that browsers let go of the old ones. */
const CUT_VERSION = 1;

function versionOf(facts: Readonly<Record<string, unknown>>): string {
  return contentHash({ kind: 'pixels', version: CUT_VERSION, ...facts }).slice(0, 32);
}
