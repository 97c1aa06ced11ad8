// Which questions a study asks, and in which order each person reads them.
import type { Question } from '../../../domain/question.ts';
import { random } from '../../../domain/random.ts';
import type { StudyQuestions } from '../shapes/room.ts';

type Chooses = Omit<StudyQuestions, 'benchmark'>;
type Asked = Pick<Question, 'id' | 'caseId' | 'stage' | 'type' | 'split'>;

/** In the order given. A limit is filled case by case in drawn order; of the last case as many as still fit. */
export function chooseQuestions<Q extends Asked>(all: Iterable<Q>, wanted: Chooses): Q[] {
  const { stages, types, splits, list, limit, seed } = wanted;
  const ids = list === undefined ? undefined : new Set(list);
  const found: Q[] = [];
  for (const question of all) {
    if (ids !== undefined && !ids.has(question.id)) continue;
    if (stages !== undefined && stages.length > 0 && !stages.includes(question.stage)) continue;
    if (types !== undefined && types.length > 0 && !types.includes(question.type)) continue;
    if (splits !== undefined && splits.length > 0 && !splits.includes(question.split)) continue;
    found.push(question);
  }
  if (limit === undefined || found.length <= limit) return found;
  const draw = random(seed, 'study');
  const byCase = Map.groupBy(found, ({ caseId }) => caseId);
  const kept = new Set<string>();
  for (const caseId of draw.shuffle([...byCase.keys()]))
    for (const { id } of draw.shuffle(byCase.get(caseId) ?? [])) if (kept.size < limit) kept.add(id);
  return found.filter(({ id }) => kept.has(id));
}

/** Everybody's own order, another in each arm: cases shuffled with their questions, or all questions. */
export function readingOrder(
  questions: readonly Pick<Question, 'id' | 'caseId'>[],
  by: { readonly seed: string; readonly person: string; readonly arm: string; readonly keepCases: boolean },
): string[] {
  const draw = random(by.seed, 'order', by.person, by.arm);
  if (!by.keepCases) return draw.shuffle(questions).map(({ id }) => id);
  const byCase = Map.groupBy(questions, ({ caseId }) => caseId);
  return draw
    .shuffle([...byCase.keys()])
    .flatMap((caseId) => draw.shuffle(byCase.get(caseId) ?? []).map(({ id }) => id));
}

/** The arms in the order in which the next person reads them: turned so that each comes first as often. */
export function armOrder(
  arms: readonly string[],
  assignment: 'fixed' | 'crossover',
  before: readonly (readonly string[])[],
): string[] {
  if (assignment === 'fixed') return [...arms];
  const first = arms.map((arm) => before.filter((order) => order[0] === arm).length);
  const turn = first.indexOf(Math.min(...first));
  return [...arms.slice(turn), ...arms.slice(0, turn)];
}
