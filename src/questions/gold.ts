// The gold answer: the plan run over the annotated measurements, through the same functions that the tools call.
import type { MeasurementSet } from '../domain/measurement.ts';
import type { EvidenceStep } from '../domain/question.ts';
import type { CriteriaSet } from '../knowledge/criteria.ts';
import { lookupKnowledge } from '../knowledge/lookup.ts';
import { answerMeasure, answerSegment, type MeasurementType } from '../measure/answer.ts';
import type { Concluded, PlannedStep, QuestionType, Slots } from './question-type.ts';
import { evidenceOf } from './statements.ts';

/** What a tool answers to a planned call in oracle mode. */
export function oracleResult(step: PlannedStep, set: MeasurementSet, criteria: CriteriaSet): unknown {
  const { target = '', measurement_type = '', query = '' } = step.arguments;
  if (step.tool === 'segment_organ') return answerSegment(set, target);
  if (step.tool === 'measure') return answerMeasure(set, target, measurement_type as MeasurementType);
  return lookupKnowledge(query, criteria);
}

export type Gold =
  | { readonly conclusion: Concluded; readonly evidence: EvidenceStep[] }
  | { readonly error: string };

/**
 * The answer of a question with its evidence, or why there is none. The last tool step, or the closing "compare" step
 * drawn from the steps before it, is the one that gives the answer.
 */
export function goldOf(type: QuestionType, slots: Slots, set: MeasurementSet, criteria: CriteriaSet): Gold {
  const plan = type.plan(slots);
  const results = plan.map((step) => oracleResult(step, set, criteria));
  const conclusion = type.conclude(slots, results);
  if ('error' in conclusion) return conclusion;
  const evidence = plan.map((step, i) => evidenceOf(step, results[i]));
  if (conclusion.derivation !== undefined)
    evidence.push({
      primitive: 'compare',
      value: conclusion.value ?? conclusion.answer,
      statement: conclusion.derivation,
    });
  return { conclusion, evidence };
}
