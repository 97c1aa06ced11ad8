// What a question type is: which questions a case supports, the tool calls that settle one, and what follows from them.
import type { CaseRecord, Phase } from '../domain/case.ts';
import type { MeasurementSet, RuleSet } from '../domain/measurement.ts';
import type { AnswerKind, Primitive, Question, Stage } from '../domain/question.ts';
import type { CriteriaSet } from '../knowledge/criteria.ts';
import { subtypeOf } from '../scoring/subtypes.ts';
import type { Choices } from './choices.ts';
import { Unanswerable } from './tool-results.ts';

/** A point that the literature leaves open, decided by us: named, documented, recorded in every manifest. */
export interface Assumption {
  /** "<type id>.<option>", e.g. "kidney-volume-comparison.tie-percent"; also the name under which it is set. */
  readonly name: string;
  readonly value: string | number | boolean;
  readonly why: string;
  readonly assumed: true;
}

/** Values of named options, by assumption name. What is not named keeps its default. */
export type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** What a type may know of a case when it decides which questions to ask. */
export interface DraftFacts {
  readonly record: Pick<CaseRecord, 'phase' | 'modality'>;
  readonly set: MeasurementSet;
  readonly criteria: CriteriaSet;
  readonly rules: RuleSet;
  /** The value of one of the type's own assumptions, by the part of its name after the dot. */
  option(name: string): string | number | boolean;
}

/** One question that a case supports, before its answer is known. */
export interface Draft {
  /** Public, and enough to plan and conclude: everything a rule needs that no tool answers stands here. */
  readonly slots: Readonly<Record<string, string>>;
  /** UCUM unit of a numeric answer. */
  readonly unit?: string;
  /** A sentence that makes the question fair, e.g. the tie tolerance. Shown to readers. */
  readonly context?: string;
  /** Kept with the key, e.g. "steatosis-rule-on-enhanced-ct". */
  readonly flags?: readonly string[];
}

/** Why a case supports no question of a type: one clause without case data, so that cases can be counted by it. */
export interface Skipped {
  readonly skipped: string;
}

/** A tool call that settles part of a question; `arguments` are those of the tool itself. */
export interface PlannedStep {
  readonly primitive: Exclude<Primitive, 'compare'>;
  readonly tool: 'segment_organ' | 'measure' | 'lookup_medical_knowledge';
  readonly arguments: Readonly<Record<string, string>>;
}

/** What the results of a plan amount to. */
export interface Concluded {
  /** Canonical answer text; also the text of the right option. */
  readonly answer: string;
  /** Unrounded-to-display value in the question's unit, for numeric answers. */
  readonly value?: number;
  /** How the answer follows from the steps, without giving it away: the text of the closing "compare" step. */
  readonly derivation?: string;
  readonly flags?: readonly string[];
}
export type Conclusion = Concluded | { readonly error: string };

export type Slots = Readonly<Record<string, string>>;

export interface QuestionType {
  readonly id: string;
  /** Name in the published taxonomy. */
  readonly published: string;
  readonly stage: Stage;
  readonly answerKind: Exclude<AnswerKind, 'text'>;
  /** Published primitive chain. `plan` may need one more call where no published tool tells the fact. */
  readonly chain: readonly Primitive[];
  /** One sentence for the documentation. */
  readonly definition: string;
  readonly assumptions: readonly Assumption[];
  draft(facts: DraftFacts): Draft[] | Skipped;
  /** The tool calls, in order. Pure: it needs the public slots only. Empty for a question without slots. */
  plan(slots: Slots): PlannedStep[];
  /**
   * The answer that follows from tool results (in the order of the plan). Pure, and never throws: a result that
   * does not hold what the rule needs gives `{error}`. Works on oracle and predicted results alike.
   */
  conclude(slots: Slots, results: readonly unknown[]): Conclusion;
  /** At least three own wordings; the builder takes one by seed. */
  wordings(slots: Slots): readonly string[];
  choices(slots: Slots, conclusion: Concluded): Choices;
}

/** What a type's file states; the published facts are joined by id. */
export interface TypeStatement
  extends Omit<QuestionType, 'published' | 'stage' | 'answerKind' | 'chain' | 'assumptions' | 'conclude'> {
  /** Options of this type, by the part of the name after the dot. */
  readonly assumptions?: Readonly<
    Record<string, { readonly value: string | number | boolean; readonly why: string }>
  >;
  /** May throw `Unanswerable`. */
  conclude(slots: Slots, results: readonly unknown[]): Concluded;
}

/** Joins a type's statement with the published facts of its subtype. */
export function questionType(statement: TypeStatement): QuestionType {
  const subtype = subtypeOf(statement.id);
  if (!subtype) throw new Error(`"${statement.id}" is not one of the published subtypes`);
  const { published, stage, answerKind, chain } = subtype;
  const assumptions = Object.entries(statement.assumptions ?? {}).map(
    ([name, { value, why }]): Assumption => ({ name: `${statement.id}.${name}`, value, why, assumed: true }),
  );
  return {
    ...statement,
    published,
    stage,
    answerKind,
    chain,
    assumptions,
    // Imported questions do not say what they are about in slots, so nothing can be planned for them.
    plan: (slots) => (Object.keys(slots).length === 0 ? [] : statement.plan(slots)),
    conclude(slots, results) {
      if (Object.keys(slots).length === 0) return { error: 'the question does not say what it is about' };
      try {
        return statement.conclude(slots, results);
      } catch (error) {
        if (error instanceof Unanswerable) return { error: error.message };
        throw error;
      }
    },
  };
}

/** Reads one of the type's options: the given value, or its default. */
export function optionReader(type: QuestionType, values: OptionValues): DraftFacts['option'] {
  return (name) => {
    const full = `${type.id}.${name}`;
    const assumption = type.assumptions.find((a) => a.name === full);
    if (!assumption) throw new Error(`"${full}" is not an option of ${type.id}`);
    return values[full] ?? assumption.value;
  };
}

/** The option of a question that a conclusion points at: the equal text, or for numbers the nearest value. */
export function optionLetter(
  question: Pick<Question, 'options' | 'answerKind'>,
  conclusion: Concluded,
): string {
  const same = question.options.find((o) => o.text === conclusion.answer);
  if (same) return same.letter;
  if (question.answerKind !== 'numeric' || conclusion.value === undefined) return '';
  const { value } = conclusion;
  const distance = (text: string) => Math.abs(Number(text) - value);
  const sorted = [...question.options].sort((a, b) => distance(a.text) - distance(b.text));
  return sorted[0]?.letter ?? '';
}

export type { Phase };
