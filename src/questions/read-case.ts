// One case of a source, from its files to its public record, measurements and candidate questions.
import { ageBandOf, type CaseRecord } from '../domain/case.ts';
import { axisCodes } from '../domain/geometry.ts';
import type { MeasurementSet, RuleSet } from '../domain/measurement.ts';
import { random } from '../domain/random.ts';
import type { LayoutCase } from '../imaging/layout.ts';
import { matchGeometry } from '../imaging/match-geometry.ts';
import type { CriteriaSet } from '../knowledge/criteria.ts';
import { applyScheme, chooseScheme } from '../knowledge/scheme.ts';
import { measureCase } from '../measure/measure.ts';
import { pseudonym } from '../privacy/pseudonym.ts';
import { askCase, type Candidate, lookedFor } from './ask.ts';
import type { OptionValues, QuestionType } from './question-type.ts';

export interface ReadCaseOptions {
  readonly seed: string;
  /** Under which pseudonyms are made. */
  readonly secret: string;
  readonly scheme?: string;
  readonly rules: RuleSet;
  readonly criteria: CriteriaSet;
  readonly types: readonly QuestionType[];
  readonly options: OptionValues;
  readonly splits: Splits;
  /** Licence of cases whose source names none. */
  readonly licence?: string;
}

/** Shares of patients; they need not add up to 1. */
export interface Splits {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Everything of a case that goes into a benchmark, as plain JSON. */
export interface CaseResult {
  readonly record: CaseRecord;
  readonly scheme: string;
  readonly measurements: MeasurementSet;
  readonly candidates: Candidate[];
  readonly skipped: { type: string; reason: string }[];
}

/** The split of a patient: by keyed hash, so that it does not change when others join. */
export function splitOf(patientId: string, seed: string, splits: Splits): CaseRecord['split'] {
  const total = splits.train + splits.validation + splits.test;
  const ticket = random(seed, 'split', patientId).next() * total;
  if (ticket < splits.train) return 'train';
  return ticket < splits.train + splits.validation ? 'validation' : 'test';
}

/** Reads, measures and asks one case. Rejects with the reader's OverreadError when it cannot be read. */
export async function readCase(item: LayoutCase, options: ReadCaseOptions): Promise<CaseResult> {
  const { secret, seed } = options;
  const raw = await item.loadAnnotation();
  const scheme = await chooseScheme(raw, options.scheme ?? item.impliedScheme);
  const volume = item.hasImage ? await item.loadVolume() : undefined;
  const labelled = applyScheme(raw, scheme);
  const annotation = volume === undefined ? labelled : matchGeometry(labelled, volume);
  const measurements = lookedFor(
    measureCase(annotation, volume, { rules: options.rules }),
    annotation.annotated,
  );
  const { facts } = item;
  const patientId = pseudonym(secret, 'patient', item.patient);
  const ageBand = facts.ageYears === undefined ? undefined : ageBandOf(facts.ageYears);
  const licence = facts.licence ?? options.licence;
  const { shape, spacing, affine } = annotation.grid;
  const record: CaseRecord = {
    id: pseudonym(secret, 'case', item.item),
    patientId,
    modality: facts.modality ?? textFact(volume?.source.facts?.modality) ?? 'CT',
    shape: [...shape],
    spacing: [...spacing],
    axes: axisCodes(affine),
    ...(facts.sex === undefined ? {} : { sex: facts.sex }),
    ...(ageBand === undefined ? {} : { ageBand }),
    phase: facts.phase ?? 'unknown',
    ...(facts.scanner === undefined ? {} : { scanner: facts.scanner }),
    ...(volume === undefined ? {} : { imageHash: volume.source.hash }),
    annotationHash: raw.source.hash,
    split: splitOf(patientId, seed, options.splits),
    ...(licence === undefined ? {} : { licence }),
  };
  const { candidates, skipped } = askCase(measurements, record, options);
  return { record, scheme: scheme.id, measurements, candidates, skipped };
}

function textFact(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
