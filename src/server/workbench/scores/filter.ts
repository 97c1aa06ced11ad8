// Which reads a filter chooses, as indices of the marks; and where a read's arrows lead.

import { OverreadError } from '../../../domain/errors.ts';
import { STAGES } from '../../../domain/question.ts';
import { parseRungId } from '../../../runs/ladder-run.ts';
import { ERROR_CAUSES } from '../../../scoring/attribution.ts';
import type { Neighbours, Outcome, ReadFilterShape } from '../shapes/reads.ts';
import { type Marks, OUTCOMES, rungName, storedId } from './marks.ts';
import { findText, type Interned, internedAt, textAt } from './packed.ts';

/** What "error" stands for: every read that should have been better. */
const ERRORS: readonly Outcome[] = ['partial', 'wrong', 'unparsed', 'refused', 'failed'];

type Test = (i: number) => boolean;

/** Indices of the reads that a filter chooses, in order. Throws `bad-argument` for a filter that means nothing. */
export function chosenReads(marks: Marks, filter: ReadFilterShape): Int32Array {
  const tests = testsOf(marks, filter);
  const chosen = new Int32Array(marks.size);
  let n = 0;
  for (let i = 0; i < marks.size; i++) if (tests.every((test) => test(i))) chosen[n++] = i;
  return chosen.subarray(0, n);
}

function testsOf(marks: Marks, filter: ReadFilterShape): Test[] {
  const { table, question } = marks;
  const { stage, type, patient, facet, text, rung } = filter;
  const tests: Test[] = [];
  const ofQuestion = (rows: Interned, wanted: (text: string) => boolean): void => {
    // Every distinct text is looked at once, however many questions have it.
    const fits = Uint8Array.from(rows.texts.ends, (_, t) => (wanted(textAt(rows.texts, t)) ? 1 : 0));
    tests.push((i) => fits[rows.at[question[i]]] === 1);
  };
  const outcomes = choices(filter.outcome, [...OUTCOMES, 'error' as const], 'outcome').flatMap((name) =>
    name === 'error' ? ERRORS : [name],
  );
  if (outcomes.length > 0) {
    const wanted = new Set(outcomes.map((name) => OUTCOMES.indexOf(name)));
    tests.push((i) => wanted.has(marks.outcome[i]));
  }
  const causes = choices(filter.cause, ERROR_CAUSES, 'cause').map((name) => ERROR_CAUSES.indexOf(name));
  if (causes.length > 0) tests.push((i) => causes.includes(marks.cause[i] - 1));
  const stages = choices(stage, STAGES, 'stage').map((name) => STAGES.indexOf(name));
  if (stages.length > 0) tests.push((i) => stages.includes(table.stage[question[i]]));
  if (type !== undefined && type !== '') {
    const wanted = new Set(type.split(','));
    ofQuestion(table.types, (name) => wanted.has(name));
  }
  if (patient !== undefined && patient !== '') ofQuestion(table.patients, (id) => id === patient);
  if (facet !== undefined && facet !== '') {
    const at = facet.indexOf('=');
    const name = facet.slice(0, Math.max(0, at));
    if (!Object.hasOwn(table.facets, name)) return [() => false];
    ofQuestion(table.facets[name], (value) => value === facet.slice(at + 1));
  }
  if (text !== undefined && text.trim() !== '') {
    const wanted = text.toLowerCase().trim().split(/\s+/);
    ofQuestion(table.texts, (whole) => {
      const lower = whole.toLowerCase();
      return wanted.every((word) => lower.includes(word));
    });
  }
  if (rung !== undefined && rung !== '') {
    const of = marks.rung;
    tests.push((i) => of !== undefined && rungName(of[i]) === rung);
  }
  return [...tests, ...confidenceTests(marks, filter)];
}

function confidenceTests(marks: Marks, { confidence, coverage }: ReadFilterShape): Test[] {
  const tests: Test[] = [];
  if (confidence !== undefined && confidence !== '') {
    const [from, to] = confidence.split('-').map(Number);
    tests.push((i) => {
      const given = marks.confidence[i];
      return given >= from && (given < to || (to === 1 && given === 1));
    });
  }
  if (coverage !== undefined && coverage !== '') {
    // As the risk–coverage curve counts: reads in the denominator, the surest first, in order where they are as sure.
    const sure = Array.from(marks.confidence.keys()).filter(
      (i) => marks.confidence[i] >= 0 && marks.confidence[i] <= 1 && !Number.isNaN(marks.score[i]),
    );
    sure.sort((a, b) => marks.confidence[b] - marks.confidence[a] || a - b);
    const covered = new Set(sure.slice(0, Math.round(Number(coverage) * sure.length)));
    tests.push((i) => covered.has(i));
  }
  return tests;
}

/** Names with commas between, each one of those that there are. */
function choices<Name extends string>(
  given: string | undefined,
  known: readonly Name[],
  what: string,
): Name[] {
  if (given === undefined || given === '') return [];
  const names = given.split(',');
  const found = known.filter((name) => names.includes(name));
  if (names.every((name) => known.some((one) => one === name))) return found;
  throw new OverreadError('bad-argument', `There is no such ${what}: use ${known.join(', ')}.`);
}

/** A read by the id under which the store has it; −1 when the run has none such. */
export function readAt(marks: Marks, questionId: string, repeat: number): number {
  const rung = marks.rung === undefined ? undefined : parseRungId(questionId);
  const question = findText(marks.table.ids, rung?.questionId ?? questionId);
  const wanted = rung === undefined ? undefined : 2 * rung.steps + (rung.twin ? 1 : 0);
  if (question < 0) return -1;
  return marks.question.findIndex(
    (each, i) => each === question && marks.repeat[i] === repeat && marks.rung?.[i] === wanted,
  );
}

/** Where the arrows of a read lead within the filtered list; from outside of it, to the nearest reads inside. */
export function neighboursOf(marks: Marks, filter: ReadFilterShape, at: number): Neighbours {
  const chosen = chosenReads(marks, filter);
  const errors = new Set(ERRORS.map((name) => OUTCOMES.indexOf(name)));
  const place = (i: number | undefined) =>
    i === undefined ? null : { questionId: storedId(marks, i), repeat: marks.repeat[i] };
  const isError = (i: number) => errors.has(marks.outcome[i]);
  const before = chosen.findLastIndex((i) => i < at);
  const after = chosen.findIndex((i) => i > at);
  const next = after < 0 || at < 0 ? new Int32Array() : chosen.subarray(after);
  const previous = at < 0 ? new Int32Array() : chosen.subarray(0, before + 1);
  return {
    position: chosen.indexOf(at),
    total: chosen.length,
    previous: place(previous.at(-1)),
    next: place(next.at(0)),
    previousError: place(previous.findLast(isError)),
    nextError: place(next.find(isError)),
  };
}

/** Values of the facets of a run, for choosing among them; ids and names with too many values are left out. */
export function facetChoices(marks: Marks): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, rows] of Object.entries(marks.table.facets)) {
    const values = new Set<string>();
    for (let q = 0; q < marks.table.size && values.size <= MOST_VALUES; q++) values.add(internedAt(rows, q));
    values.delete('');
    if (values.size > 1 && values.size <= MOST_VALUES) found[name] = [...values].sort();
  }
  return found;
}
const MOST_VALUES = 400;
