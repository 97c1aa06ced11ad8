// The second pass of a build: the chosen candidates become questions and keys, case by case.
import type { RuleSet } from '../domain/measurement.ts';
import type { Key, Question } from '../domain/question.ts';
import { typeOf } from './ask.ts';
import type { CandidateLine } from './candidates.ts';
import { pose, questionId } from './pose.ts';
import type { Row } from './select.ts';
import { newSpread, type TypeSpread } from './spread.ts';

/** Questions and keys in file order; wrong options depend on how the chosen keys of each type are spread. */
export async function* posed(
  lines: AsyncIterable<CandidateLine>,
  chosen: ReadonlySet<string>,
  rows: readonly Row[],
  options: { readonly seed: string; readonly rules: RuleSet },
): AsyncGenerator<{ question: Question; key: Key }> {
  const spreads = spreadsOf(rows.filter(({ id }) => chosen.has(id)));
  for await (const { record, candidates } of lines)
    for (const candidate of candidates) {
      if (!chosen.has(questionId(record.id, candidate.type, candidate.slots))) continue;
      const type = typeOf(candidate.type);
      if (type === undefined) continue;
      yield pose(candidate, type, record, options, spreads.get(type.id) ?? newSpread());
    }
}

function spreadsOf(rows: readonly Row[]): Map<string, TypeSpread> {
  const byType = Map.groupBy(rows, ({ type }) => type);
  return new Map(
    [...byType].map(([type, own]) => {
      const answers = new Map<string, number>();
      for (const { answer, fact = answer } of own) answers.set(fact, (answers.get(fact) ?? 0) + 1);
      return [type, newSpread(answers)];
    }),
  );
}
