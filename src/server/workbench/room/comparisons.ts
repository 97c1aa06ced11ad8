// Arms against one another and people against models, over readers and patients: scores, and areas under the curve.
import { auroc } from '../../../scoring/classification/ranking.ts';
import { jackknifeAuc, jackknifeMean } from '../../../scoring/statistics/jackknife.ts';
import { compareReadings, type Jackknifed, type ReaderTest } from '../../../scoring/statistics/mrmc.ts';
import type { ComparisonResult, TestResult } from '../shapes/room-results.ts';
import type { Asked, AskedQuestion } from './result-source.ts';
import type { Track } from './tracks.ts';

type Figure = ComparisonResult['figure'];

/** One side of a comparison for each reader. */
interface Sides {
  readonly names: readonly string[];
  readonly a: readonly Track[];
  readonly b: readonly Track[];
}

export interface ComparisonOptions {
  readonly arms: readonly string[];
  readonly people: readonly Track[];
  readonly models: readonly Track[];
  readonly asked: Asked;
}

export function comparisonsOf({ arms, people, models, asked }: ComparisonOptions): ComparisonResult[] {
  const results: ComparisonResult[] = [];
  const finished = (track: Track): boolean => asked.questions.every(({ id }) => track.rows.has(id));
  const inArm = (arm: string): Track[] => people.filter((track) => track.arm === arm && finished(track));
  const add = (a: string, b: string, against: 'arm' | 'model', sides: Sides, none: string) => {
    for (const figure of ['score', 'auc'] as const)
      results.push({ a, b, against, ...compared(figure, sides, asked, none) });
  };
  arms.forEach((a, i) => {
    for (const b of arms.slice(i + 1)) {
      const second = new Map(inArm(b).map((track) => [track.person, track]));
      const both = inArm(a).flatMap((track) => {
        const other = second.get(track.person);
        return other === undefined ? [] : [{ track, other }];
      });
      const sides = {
        names: both.map(({ track }) => track.name),
        a: both.map(({ track }) => track),
        b: both.map(({ other }) => other),
      };
      add(a, b, 'arm', sides, 'Nobody has finished both arms yet.');
    }
    for (const model of models) {
      const own = inArm(a);
      const sides = { names: own.map(({ name }) => name), a: own, b: own.map(() => model) };
      add(a, model.name, 'model', sides, 'Nobody has finished this arm yet.');
    }
  });
  return results;
}

type Compared = Omit<ComparisonResult, 'a' | 'b' | 'against'>;

function compared(figure: Figure, sides: Sides, asked: Asked, none: string): Compared {
  const tracks = [...sides.a, ...sides.b];
  const common = asked.questions.filter(
    ({ id, positive }) =>
      tracks.every(({ scores }) => scores.has(id)) && (figure === 'score' || positive !== undefined),
  );
  const numbers = new Map<number, number>();
  for (const { patient } of common) if (!numbers.has(patient)) numbers.set(patient, numbers.size);
  const patients = numbers.size;
  const counts = { figure, readers: sides.a.length, patients, questions: common.length };
  const why = reasonAgainst(figure, sides, common, numbers, none);
  if (why !== null)
    return {
      ...counts,
      ...{ valueA: null, valueB: null, difference: null, byReader: [] },
      ...{ randomReadersRandomCases: null, fixedReadersRandomCases: null, randomReadersFixedCases: null },
      why,
    };
  const of = (track: Track) => figureOf(figure, track, common, numbers);
  const first = sides.a.map(of);
  const second = sides.b.map(of);
  const found = compareReadings(first, second);
  return {
    ...counts,
    valueA: mean(first),
    valueB: mean(second),
    difference: found.difference,
    byReader: sides.names.map((name, j) => ({
      name,
      a: first[j].value,
      b: second[j].value,
      difference: found.byReader[j],
    })),
    randomReadersRandomCases: shown(found.randomReadersRandomCases),
    fixedReadersRandomCases: shown(found.fixedReadersRandomCases),
    randomReadersFixedCases: shown(found.randomReadersFixedCases),
    why: null,
  };
}

function reasonAgainst(
  figure: Figure,
  { a, b }: Sides,
  common: readonly AskedQuestion[],
  numbers: ReadonlyMap<number, number>,
  none: string,
): string | null {
  if (a.length === 0) return none;
  const problem = [...a, ...b].find((track) => track.problem !== undefined)?.problem;
  if (common.length === 0)
    return problem ?? (figure === 'auc' ? NO_AREA : 'No question was answered and scored on both sides.');
  if (numbers.size < 2) return 'All questions are of one patient: nothing can be said of others.';
  if (figure === 'score') return null;
  // With one patient left out there must still be a yes and a no.
  for (const left of numbers.keys())
    for (const wanted of [true, false])
      if (!common.some(({ patient, positive }) => patient !== left && positive === wanted)) return NO_AREA;
  return null;
}

const NO_AREA = 'The area under the curve wants yes/no questions with both answers in several patients.';

function figureOf(
  figure: Figure,
  track: Track,
  common: readonly AskedQuestion[],
  numbers: ReadonlyMap<number, number>,
): Jackknifed {
  const patient = common.map((question) => numbers.get(question.patient) ?? 0);
  if (figure === 'score')
    return jackknifeMean(
      common.map(({ id }) => track.scores.get(id) ?? 0),
      patient,
      numbers.size,
    );
  return jackknifeAuc(
    common.map(({ id, positive }, i) => ({
      rating: track.ratings.get(id) ?? 0.5,
      positive: positive === true,
      patient: patient[i],
    })),
    numbers.size,
  );
}

const mean = (of: readonly Jackknifed[]): number => of.reduce((sum, { value }) => sum + value, 0) / of.length;

const shown = (test: ReaderTest | null): TestResult | null => (test === null ? null : { ...test });

/** Area under the curve of what one reader answered; null without both kinds of key. */
export function areaOf(track: Track, asked: Asked): number | null {
  return auroc(
    asked.questions.flatMap(({ id, positive }) =>
      positive === undefined || !track.rows.has(id)
        ? []
        : [{ score: track.ratings.get(id) ?? 0.5, positive }],
    ),
  );
}
