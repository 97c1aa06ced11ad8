// Where the steps of a gold chain lie: those that look up or compare stand where the steps stand that they rest on.
import type { EvidenceStep } from '../../../domain/question.ts';
import type { Place } from '../shapes/place.ts';
import { measuredPlace, type PlaceFacts, structurePlace } from './region-places.ts';

/** A place for each step; null where the chain touches nothing of the scan. */
export function goldPlaces(evidence: readonly EvidenceStep[], facts: PlaceFacts): (Place | null)[] {
  const own = evidence.map((step) => ownPlace(step, facts) ?? null);
  return own.map((place, at) => {
    if (place !== null) return place;
    if (evidence[at].primitive === 'compare') return together(evidence, own, at);
    return own.slice(at + 1).find((next) => next !== null) ?? own.findLast((next) => next !== null) ?? null;
  });
}

function ownPlace(step: EvidenceStep, facts: PlaceFacts): Place | undefined {
  const { target, measurement_type } = step.arguments ?? {};
  if (target === undefined) return undefined;
  if (step.primitive === 'measure') return measuredPlace(facts, target, measurement_type ?? '');
  return step.primitive === 'segment' ? structurePlace(facts, target) : undefined;
}

/** What is compared, all of it shown where the first of it was measured. */
function together(
  evidence: readonly EvidenceStep[],
  own: readonly (Place | null)[],
  at: number,
): Place | null {
  const before = own.slice(0, at);
  const measured = before.filter((place, i) => place !== null && evidence[i].primitive === 'measure');
  const rests = (measured.length > 0 ? measured : before).filter((place) => place !== null);
  const [first] = rests;
  if (first === undefined) return null;
  return {
    ...first,
    structures: [...new Set(rests.flatMap(({ structures }) => structures ?? []))],
    marks: [
      ...new Map(rests.flatMap(({ marks }) => marks).map((mark) => [JSON.stringify(mark), mark])).values(),
    ],
  };
}
