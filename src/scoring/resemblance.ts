// What another patient's answer is worth: the line to which a control on somebody else's results falls.
import type { Key, Question } from '../domain/question.ts';

interface Answers {
  readonly all: Map<string, number>;
  readonly byPatient: Map<string, Map<string, number>>;
}

const total = (counts: ReadonlyMap<string, number> | undefined): number =>
  counts === undefined ? 0 : [...counts.values()].reduce((a, b) => a + b, 0);

/**
 * Expected multiple-choice accuracy (0…1) of answering each question with the key of a random question of the same
 * type about another patient; an answer that is not among the options counts as a guess. Where answers are not level,
 * this lies above one over the options; where they are exactly level a little below, since the own one is not among the
 * others. Null when no type has two patients.
 */
export function resemblance(questions: readonly Question[], keys: ReadonlyMap<string, Key>): number | null {
  const types = new Map<string, Answers>();
  for (const { id, type, patientId } of questions) {
    const answer = keys.get(id)?.answer;
    if (answer === undefined) continue;
    const answers = types.get(type) ?? { all: new Map(), byPatient: new Map() };
    types.set(type, answers);
    const own = answers.byPatient.get(patientId) ?? new Map<string, number>();
    answers.byPatient.set(patientId, own);
    for (const counts of [answers.all, own]) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  let sum = 0;
  let asked = 0;
  for (const { id, type, patientId, options } of questions) {
    const answer = keys.get(id)?.answer;
    const answers = types.get(type);
    if (answer === undefined || answers === undefined || options.length === 0) continue;
    const own = answers.byPatient.get(patientId);
    const others = total(answers.all) - total(own);
    if (others === 0) continue;
    const given = (text: string) => (answers.all.get(text) ?? 0) - (own?.get(text) ?? 0);
    const shown = options.reduce((n, { text }) => n + given(text), 0);
    sum += (given(answer) + (others - shown) / options.length) / others;
    asked++;
  }
  return asked === 0 ? null : sum / asked;
}
