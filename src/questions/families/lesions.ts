// Shared by types about the lesions of an organ: which lesion kinds a case lets one ask about.
import type { MeasurementSet } from '../../domain/measurement.ts';
import type { Draft, Skipped } from '../question-type.ts';
import { draftEach } from './measured.ts';
import { annotated, lesionCount, organOf, partsOf, REASONS, whyNoAttenuation } from './structures.ts';

/** Against a target without enough counted lesions. */
export function fewerThan(set: MeasurementSet, least: number): (target: string) => string | undefined {
  return (target) => {
    if (lesionCount(set, target) >= least) return undefined;
    return least === 1 ? REASONS.noLesion : `fewer than ${least} lesions are annotated`;
  };
}

/** One question for each annotated lesion kind that passes `why`. */
export function draftLesions(
  set: MeasurementSet,
  targets: readonly string[],
  why: (target: string) => string | undefined,
  draft: (target: string) => Draft,
): Draft[] | Skipped {
  return draftEach(
    targets.filter((target) => annotated(set, target)),
    why,
    draft,
    'no lesion kind is annotated',
  );
}

/** Against a lesion kind whose organ has fewer than two annotated parts. */
export function withoutParts(set: MeasurementSet): (target: string) => string | undefined {
  return (target) =>
    partsOf(set, organOf(target)).length > 1 ? undefined : 'the parts of the organ are not annotated';
}

/** Against a lesion kind whose own or whose organ's attenuation is unknown. */
export function withoutAttenuation(set: MeasurementSet): (target: string) => string | undefined {
  return (target) => whyNoAttenuation(set, target) ?? whyNoAttenuation(set, organOf(target));
}

/** The first reason of several checks. */
export function firstOf(
  ...checks: readonly ((target: string) => string | undefined)[]
): (target: string) => string | undefined {
  return (target) => {
    for (const check of checks) {
      const reason = check(target);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
