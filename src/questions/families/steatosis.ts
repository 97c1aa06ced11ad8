// Fat in an organ by attenuation: rules made for unenhanced CT, with the spleen as reference.
import type { Draft, DraftFacts, PlannedStep, Skipped } from '../question-type.ts';
import { lookUp, measure, segment } from './steps.ts';
import { skip, unenhancedOnly, whyNoAttenuation } from './structures.ts';

export const STEATOSIS_FLAG = 'steatosis-rule-on-enhanced-ct';

/** One question about an organ against the spleen, or why none. */
export function draftAgainstSpleen(
  facts: DraftFacts,
  organ: string,
  more: Partial<Draft> = {},
): Draft[] | Skipped {
  const why = whyNoAttenuation(facts.set, organ) ?? whyNoAttenuation(facts.set, 'spleen');
  if (why !== undefined) return skip(why);
  const phase = unenhancedOnly(facts, STEATOSIS_FLAG);
  if ('skipped' in phase) return phase;
  return [{ ...more, slots: { target: organ, reference: 'spleen', ...more.slots }, flags: phase.flags }];
}

export const planAgainst = (criterion: string, target: string, reference: string): PlannedStep[] => [
  lookUp(criterion),
  segment(target),
  measure(target, 'mean_hu'),
  segment(reference),
  measure(reference, 'mean_hu'),
];
