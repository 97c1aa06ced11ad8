// Asking a case everything it supports: each type's drafts with their gold answers, or the reason why there are none.
import type { CaseRecord } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import type { MeasurementSet, RuleSet } from '../domain/measurement.ts';
import { type EvidenceStep, STAGES } from '../domain/question.ts';
import { type CriteriaSet, criteriaSet } from '../knowledge/criteria.ts';
import { goldOf } from './gold.ts';
import {
  type Assumption,
  type Concluded,
  type OptionValues,
  optionReader,
  type QuestionType,
} from './question-type.ts';
import { questionTypes } from './types/registry.generated.ts';

/** Every question type, in the order of the hierarchy, then by id. */
export function allTypes(): QuestionType[] {
  const types = Object.values(questionTypes) as QuestionType[];
  return types.sort(
    (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

/** The type of that id, or undefined. */
export function typeOf(id: string): QuestionType | undefined {
  return Object.hasOwn(questionTypes, id)
    ? (questionTypes as Readonly<Record<string, QuestionType>>)[id]
    : undefined;
}

/** Types by id or stage name ("measurement"); all of them without names. Throws `bad-argument` for a strange name. */
export function typesNamed(names?: readonly string[]): QuestionType[] {
  const all = allTypes();
  if (names === undefined || names.length === 0) return all;
  for (const name of names)
    if (!all.some((type) => type.id === name || type.stage === name))
      throw new OverreadError(
        'bad-argument',
        `There is no question type or stage "${name}": use ${STAGES.join(', ')} or a type id such as ${all[0].id}.`,
      );
  return all.filter((type) => names.includes(type.id) || names.includes(type.stage));
}

/** The assumptions of the types, with the values that hold. Throws `bad-argument` for an option nobody has. */
export function assumptionsOf(types: readonly QuestionType[], values: OptionValues = {}): Assumption[] {
  const known = allTypes().flatMap((type) => type.assumptions);
  for (const [name, value] of Object.entries(values)) {
    const assumption = known.find((a) => a.name === name);
    if (assumption === undefined)
      throw new OverreadError(
        'bad-argument',
        `There is no option "${name}": see docs/questions.md for the options of each question type.`,
      );
    if (typeof value !== typeof assumption.value)
      throw new OverreadError('bad-argument', `The option "${name}" wants a ${typeof assumption.value}.`);
  }
  return types
    .flatMap((type) => type.assumptions)
    .map((assumption) => ({ ...assumption, value: values[assumption.name] ?? assumption.value }));
}

/** Criteria that go with a rule set unless others are named. */
export function defaultCriteria(rules: RuleSet): string {
  return rules === 'radgpt' ? 'radgpt' : 'guideline';
}

/** A question with its answer, before wording and options. */
export interface Candidate {
  readonly type: string;
  readonly slots: Readonly<Record<string, string>>;
  readonly unit?: string;
  readonly context?: string;
  readonly conclusion: Concluded;
  readonly evidence: EvidenceStep[];
  readonly flags: string[];
}

export interface AskOptions {
  readonly rules: RuleSet;
  readonly criteria: CriteriaSet;
  readonly types?: readonly QuestionType[];
  readonly options?: OptionValues;
}

/** All questions that a case supports, and for each type without one the reason. */
export function askCase(
  set: MeasurementSet,
  record: Pick<CaseRecord, 'phase' | 'modality'>,
  { rules, criteria, types = allTypes(), options = {} }: AskOptions,
): { candidates: Candidate[]; skipped: { type: string; reason: string }[] } {
  const candidates: Candidate[] = [];
  const skipped: { type: string; reason: string }[] = [];
  for (const type of types) {
    const drafts = type.draft({ set, record, rules, criteria, option: optionReader(type, options) });
    if ('skipped' in drafts) {
      skipped.push({ type: type.id, reason: drafts.skipped });
      continue;
    }
    let reason: string | undefined;
    const before = candidates.length;
    for (const draft of drafts) {
      const gold = goldOf(type, draft.slots, set, criteria);
      if ('error' in gold) {
        reason ??= gold.error;
        continue;
      }
      candidates.push({
        type: type.id,
        slots: draft.slots,
        ...(draft.unit === undefined ? {} : { unit: draft.unit }),
        ...(draft.context === undefined ? {} : { context: draft.context }),
        conclusion: gold.conclusion,
        evidence: gold.evidence,
        flags: [...(draft.flags ?? []), ...(gold.conclusion.flags ?? [])],
      });
    }
    if (candidates.length === before)
      skipped.push({ type: type.id, reason: reason ?? 'the case offers nothing to ask about' });
  }
  return { candidates, skipped };
}

/** What can be asked of a case: the number of questions of each type, or why there are none. For `overread inspect`. */
export function whatCanBeAsked(
  set: MeasurementSet,
  record: Pick<CaseRecord, 'phase' | 'modality'>,
  criteria: CriteriaSet = criteriaSet(defaultCriteria(set.rules)),
): { type: string; stage: QuestionType['stage']; questions: number; reason?: string }[] {
  const { candidates, skipped } = askCase(set, record, { rules: set.rules, criteria });
  return allTypes().map(({ id, stage }) => {
    const questions = candidates.filter((candidate) => candidate.type === id).length;
    const reason = skipped.find((entry) => entry.type === id)?.reason;
    return { type: id, stage, questions, ...(reason === undefined ? {} : { reason }) };
  });
}

/**
 * The measurements without unions that nobody looked for: where only tumors were annotated ("kits19"), there is a
 * derived region of all kidney lesions, but whether the kidneys have others (cysts) is unknown.
 * @param annotated structures that the annotation says were looked for
 */
export function lookedFor(set: MeasurementSet, annotated: readonly string[]): MeasurementSet {
  const known = new Set(annotated);
  const unknown = set.regions.filter(
    ({ kind, structure }) => kind === 'lesion' && structure.endsWith('_lesion') && !known.has(structure),
  );
  if (unknown.length === 0) return set;
  return {
    ...set,
    regions: set.regions.filter((region) => !unknown.includes(region)),
    notes: [
      ...set.notes,
      ...unknown.map(
        ({ structure }) => `${structure}: not all kinds were looked for, so nothing is said of their union`,
      ),
    ],
  };
}
