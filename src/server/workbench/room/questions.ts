// The questions of a study: of a release only those are loaded with their pictures, however large it is.
import type { Question } from '../../../domain/question.ts';
import type { OpenedBenchmark, ReleasedBenchmark } from '../library/library.ts';
import type { KeptStudy } from './kept.ts';
import type { Room } from './room.ts';

/** What a choice goes by. */
export type LightQuestion = Pick<
  Question,
  'id' | 'caseId' | 'patientId' | 'stage' | 'type' | 'split' | 'answerKind'
>;

/** All questions of a benchmark, in file order, without what they show. */
export async function lightQuestions(opened: OpenedBenchmark): Promise<LightQuestion[]> {
  if (opened.kind === 'built') return [...(await opened.questions()).values()];
  const all: LightQuestion[] = [];
  for await (const { item } of await recordsOf(opened)) {
    const { id, patientId, stage, type, split, answerKind } = item;
    all.push({ id, caseId: patientId, patientId, stage, type, split, answerKind });
  }
  return all;
}

async function recordsOf({ plugin, data, source }: ReleasedBenchmark) {
  const { chosenRecords } = await import('../../../benchmarks/chosen-records.ts');
  return chosenRecords(plugin, data, source.options);
}

const loaded = new WeakMap<OpenedBenchmark, Map<string, Promise<ReadonlyMap<string, Question>>>>();

/** The study's questions by id, their pictures stored; loaded once while the benchmark stays open. */
export function questionsOfStudy(
  room: Room,
  study: Pick<KeptStudy, 'id' | 'questions'>,
  opened: OpenedBenchmark,
): Promise<ReadonlyMap<string, Question>> {
  if (opened.kind === 'built') return opened.questions();
  const byStudy = loaded.get(opened) ?? new Map<string, Promise<ReadonlyMap<string, Question>>>();
  loaded.set(opened, byStudy);
  const known = byStudy.get(study.id);
  if (known !== undefined) return known;
  const loading = load(room, study, opened);
  byStudy.set(study.id, loading);
  loading.catch(() => byStudy.delete(study.id));
  return loading;
}

async function load(
  { blobs }: Room,
  { questions }: Pick<KeptStudy, 'questions'>,
  opened: ReleasedBenchmark,
): Promise<ReadonlyMap<string, Question>> {
  const { questionOf } = await import('../../../benchmarks/published-source.ts');
  const wanted = new Set(questions);
  const found = new Map<string, Question>();
  for await (const { item } of await recordsOf(opened))
    if (wanted.has(item.id)) found.set(item.id, await questionOf(item, blobs));
  return found;
}
