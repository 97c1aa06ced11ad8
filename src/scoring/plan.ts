// What is told on each rung of the ladder: gold statements of the lower steps, and the twin's of another patient.
import type { EvidenceStep, Key, Question } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import { extractNumber } from './published/extract.ts';
import { plain, wordMatches } from './strict/final-text.ts';

export interface PlannedRung {
  /** Steps of evidence given, from 0. */
  readonly steps: number;
  /** True: the statements are another patient's. */
  readonly twin: boolean;
  /** Statements to put before the question, in order. */
  readonly evidence: readonly string[];
}

/**
 * Steps that may be told: those before the last tool step, since that one (or the comparison drawn from it) is the
 * answer, and none from the first step on that already states the answer.
 */
export function tellableSteps(question: Pick<Question, 'answerKind'>, key: Key): EvidenceStep[] {
  const steps = key.evidence.filter((step) => step.primitive !== 'compare').slice(0, -1);
  const stating = steps.findIndex((step) => statesAnswer(question, key, step));
  return stating < 0 ? steps : steps.slice(0, stating);
}

function statesAnswer(question: Pick<Question, 'answerKind'>, key: Key, step: EvidenceStep): boolean {
  if (question.answerKind === 'numeric') {
    // A count may stand in the words of an earlier step ("a mask in 3 separate lesions").
    const answers = [key.value, extractNumber(key.answer)].filter((value) => value !== undefined);
    const told = typeof step.value === 'number' ? [step.value] : [];
    for (const match of step.statement.replace(/(\d),(?=\d{3})/g, '$1').matchAll(/-?\d+(?:\.\d+)?/g))
      told.push(Number(match[0]));
    return told.some((number) =>
      answers.some((value) => Math.abs(number - value) <= 1e-6 * Math.max(1, Math.abs(value))),
    );
  }
  const answer = plain(key.answer);
  if (typeof step.value === 'string' && plain(step.value) === answer) return true;
  // Yes and no are words of any sentence; a category's own text in a statement gives the answer away.
  return question.answerKind === 'categorical' && wordMatches(plain(step.statement), answer).length > 0;
}

/**
 * The rungs of one question: one without evidence, then one more step each, and from one step on a twin with as many
 * steps of `otherKey`, a key of the same type from another patient. Without `otherKey` there are no twins.
 */
export function ladderPlan(question: Pick<Question, 'answerKind'>, key: Key, otherKey?: Key): PlannedRung[] {
  const own = tellableSteps(question, key);
  const other = otherKey === undefined ? [] : tellableSteps(question, otherKey);
  const rungs: PlannedRung[] = [{ steps: 0, twin: false, evidence: [] }];
  for (let steps = 1; steps <= own.length; steps++) {
    const told = (list: readonly EvidenceStep[]) => list.slice(0, steps).map((step) => step.statement);
    rungs.push({ steps, twin: false, evidence: told(own) });
    if (steps <= other.length) rungs.push({ steps, twin: true, evidence: told(other) });
  }
  return rungs;
}

/**
 * The question whose evidence serves as twin: another patient's, of the same type, with the same slots if there is
 * one; drawn by seed. Prefers a different answer, since evidence that leads to the same answer shows nothing.
 */
export function twinOf(
  question: Question,
  candidates: readonly Question[],
  keys: ReadonlyMap<string, Key>,
  seed: string,
): Question | undefined {
  const others = candidates.filter(
    (other) => other.type === question.type && other.patientId !== question.patientId && keys.has(other.id),
  );
  const alike = others.filter((other) => sameSlots(other.slots, question.slots));
  const answer = keys.get(question.id)?.answer;
  const differing = (list: readonly Question[]) =>
    list.filter((other) => keys.get(other.id)?.answer !== answer);
  const pool = [differing(alike), alike, differing(others), others].find((list) => list.length > 0);
  return pool === undefined ? undefined : random(seed, 'twin', question.id).pick(pool);
}

function sameSlots(a: Question['slots'], b: Question['slots']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
