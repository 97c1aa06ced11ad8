// Putting a question: its wording and options by seed, and its key.
import type { CaseRecord } from '../domain/case.ts';
import { contentHash } from '../domain/content-hash.ts';
import type { RuleSet } from '../domain/measurement.ts';
import type { Key, Question } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import type { Candidate } from './ask.ts';
import { type Choices, closedOptions, drawnOptions, numericOptions } from './choices.ts';
import { type LatticeGrid, snapTo } from './lattice.ts';
import type { QuestionType } from './question-type.ts';
import type { TypeSpread } from './spread.ts';

/** Stable id of a question: the case, the type and what it is asked about. */
export function questionId(caseId: string, type: string, slots: Readonly<Record<string, string>>): string {
  return `q-${contentHash({ caseId, type, slots }).slice(0, 20)}`;
}

/** Names of a closed set of classes: who answers in free form must know how they are called. Always in one order. */
function possibleAnswers({ answerKind }: QuestionType, choices: Choices): string | undefined {
  if (answerKind !== 'categorical' || choices.kind !== 'closed') return undefined;
  return `Possible answers: ${choices.texts.join('; ')}.`;
}

/** The question as readers see it and its key. Wording, letters and wrong options follow from the seed and the id. */
export function pose(
  candidate: Candidate,
  type: QuestionType,
  record: Pick<CaseRecord, 'id' | 'patientId' | 'split'> & LatticeGrid,
  { seed, rules }: { readonly seed: string; readonly rules: RuleSet },
  spread: TypeSpread,
): { question: Question; key: Key } {
  const { slots, unit, context, conclusion, evidence, flags } = candidate;
  const id = questionId(record.id, type.id, slots);
  const stream = random(seed, 'question', id);
  const choices = type.choices(slots, conclusion);
  const told = [context, possibleAnswers(type, choices)].filter((part) => part !== undefined).join(' ');
  const { options, letter } =
    choices.kind === 'closed'
      ? closedOptions(conclusion.answer, choices.texts, stream)
      : choices.kind === 'drawn'
        ? drawnOptions(conclusion.answer, choices.pool, choices.count, spread, stream)
        : numericOptions(
            conclusion.value ?? Number.NaN,
            choices,
            stream,
            spread,
            choices.lattice && snapTo(choices.lattice, record, rules),
          );
  return {
    question: {
      id,
      caseId: record.id,
      patientId: record.patientId,
      stage: type.stage,
      type: type.id,
      answerKind: type.answerKind,
      text: stream.fork('wording').pick(type.wordings(slots)),
      ...(unit === undefined ? {} : { unit }),
      options,
      slots: { ...slots },
      split: record.split,
      ...(told === '' ? {} : { context: told }),
    },
    key: {
      questionId: id,
      answer: conclusion.answer,
      ...(conclusion.value === undefined ? {} : { value: conclusion.value }),
      letter,
      evidence,
      assumed: type.assumptions.map((assumption) => assumption.name),
      flags,
    },
  };
}
