// A criterion: a clinical rule as data, with named thresholds, where it applies, and where it comes from.
import type { Phase } from '../domain/case.ts';

export type CriteriaSetId = 'published' | 'radgpt' | 'guideline';

/** The side of a threshold on which the finding is present. */
export type Comparison = '<' | '<=' | '>' | '>=';

export interface Criterion {
  /** Kebab-case; the same in every set where the rule has the same meaning. Its words are a good query for it. */
  readonly id: string;
  readonly title: string;
  /** The rule in one or two sentences, in this project's own words: what a look-up returns. */
  readonly statement: string;
  /** Named numbers; the suffix names the unit (`upper_cm3`, `g1_hu`, `t1_cm`, `t4_contact_deg`, `sd_ratio`). */
  readonly thresholds: Readonly<Record<string, number>>;
  /** UCUM unit of each threshold. */
  readonly units: Readonly<Record<string, string>>;
  /** For thresholds that split present from absent: the side on which the finding is present. */
  readonly comparisons: Readonly<Record<string, Comparison>>;
  readonly applicability: {
    /** The rule holds in these contrast phases only; absent: in all. */
    readonly phases?: readonly Phase[];
    readonly modality?: 'CT';
    readonly note?: string;
  };
  /** Tells apart rules that do not differ in numbers alone, e.g. "nccn" and "radgpt" resectability. */
  readonly rule?: string;
  readonly source: string;
  readonly set: CriteriaSetId;
  readonly version: string;
  /** As the look-up matches them; the published set's are case-sensitive facts of the release. */
  readonly keywords: readonly string[];
  /** Why this entry is a choice of this project and not the source's own statement. */
  readonly assumed?: string;
}

export interface CriteriaSet {
  readonly id: CriteriaSetId;
  readonly title: string;
  readonly version: string;
  /** How `lookupKnowledge` matches: the released scoring with its faults, or this project's ranking. */
  readonly matching: 'published' | 'strict';
  readonly criteria: readonly Criterion[];
}

/** What the author of an entry writes; the rest is derived. */
export interface CriterionEntry {
  readonly id: string;
  readonly title: string;
  readonly statement: string;
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly comparisons?: Readonly<Record<string, Comparison>>;
  readonly applicability?: Criterion['applicability'];
  readonly rule?: string;
  readonly source: string;
  readonly keywords: readonly string[];
  readonly assumed?: string;
}

const UNIT_OF_SUFFIX: Readonly<Record<string, string>> = {
  cm3: 'cm3',
  cm: 'cm',
  mm: 'mm',
  mm3: 'mm3',
  hu: "[hnsf'U]",
  percent: '%',
  deg: 'deg',
};

/** UCUM unit named by a threshold's suffix; a pure number has "1". */
export function unitOfThreshold(name: string): string {
  return UNIT_OF_SUFFIX[name.slice(name.lastIndexOf('_') + 1)] ?? '1';
}

/** A set out of its entries; the order is kept, since the published look-up breaks ties by it. */
export function defineCriteria(
  set: Omit<CriteriaSet, 'criteria'>,
  entries: readonly CriterionEntry[],
): CriteriaSet {
  const criteria = entries.map((entry): Criterion => {
    const thresholds = entry.thresholds ?? {};
    const units = Object.fromEntries(Object.keys(thresholds).map((name) => [name, unitOfThreshold(name)]));
    return {
      ...entry,
      thresholds,
      units,
      comparisons: entry.comparisons ?? {},
      applicability: entry.applicability ?? {},
      set: set.id,
      version: set.version,
    };
  });
  return { ...set, criteria };
}

/** Entries of `base` that `own` does not replace, marked as borrowed. */
export function borrowed(
  base: CriteriaSet,
  own: readonly CriterionEntry[],
  why: string,
): readonly CriterionEntry[] {
  const replaced = new Set(own.map((entry) => entry.id));
  return base.criteria
    .filter((criterion) => !replaced.has(criterion.id))
    .map(({ id, title, statement, thresholds, comparisons, applicability, rule, source, keywords }) => ({
      id,
      title,
      statement,
      thresholds,
      comparisons,
      applicability,
      ...(rule === undefined ? {} : { rule }),
      source,
      keywords,
      assumed: why,
    }));
}

/** Whether a value lies on the finding's side of a threshold. */
export function meets(value: number, comparison: Comparison, threshold: number): boolean {
  if (comparison === '<') return value < threshold;
  if (comparison === '<=') return value <= threshold;
  if (comparison === '>') return value > threshold;
  return value >= threshold;
}
