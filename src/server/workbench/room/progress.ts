// A study as its owner sees it: who reads, how far they are, who reviews.
import { basename } from 'node:path';
import type { PersonRow, QuestionPreview, Study, StudyQuestions } from '../shapes/room.ts';
import { hasScan } from './blind.ts';
import { chooseQuestions } from './choose.ts';
import type { KeptPerson, KeptStudy } from './kept.ts';
import { panelState } from './panel.ts';
import { lightQuestions } from './questions.ts';
import type { Room } from './room.ts';
import { opened } from './worklists.ts';

export async function shownStudy(room: Room, study: KeptStudy): Promise<Study> {
  const people = new Map((await room.shelves.people.list()).map((person) => [person.id, person]));
  const named = (id: string) => ({
    id,
    name: people.get(id)?.name ?? '—',
    withdrawn: people.get(id)?.withdrawn ?? true,
  });
  const progress: Study['progress'] = [];
  for (const { person, runs } of study.readers)
    for (const run of runs) {
      const kept = await room.shelves.worklists.get(run);
      if (kept === undefined) continue;
      const { answered, opensAt, state } = await opened(room, study, kept);
      progress.push({
        person: named(person),
        arm: kept.arm,
        run,
        turn: kept.turn + 1,
        planned: kept.order.length,
        answered,
        lockedUntil: state === 'locked' ? (opensAt ?? 'earlier-arm') : null,
        lastAnswerAt: answered === 0 ? null : ((await room.store.run(run))?.updatedAt ?? null),
      });
    }
  const entry = (await room.library.list()).find(({ id }) => id === study.benchmark.id);
  const { id, status, createdAt, plan, counts } = study;
  return {
    ...{ id, status, createdAt, plan, counts },
    benchmark: {
      ...study.benchmark,
      name: basename(study.benchmark.name),
      available: entry?.available ?? false,
    },
    progress,
    reviewers: study.reviewers.map(named),
    adjudication: plan.adjudication === null ? null : await panelState(room, study),
  };
}

export function personRow(person: KeptPerson, studies: readonly KeptStudy[]): PersonRow {
  const { id, name, role, withdrawn, createdAt, seenAt } = person;
  const theirs = studies.filter(
    ({ readers, reviewers }) => reviewers.includes(id) || readers.some((reader) => reader.person === id),
  );
  return { ...{ id, name, role, withdrawn, createdAt, seenAt }, studies: theirs.length };
}

/** What a choice of questions would give, and what there is to choose by. */
export async function previewQuestions({ library }: Room, wanted: StudyQuestions): Promise<QuestionPreview> {
  const benchmark = await library.open(wanted.benchmark);
  const all = await lightQuestions(benchmark);
  const chosen = chooseQuestions(all, wanted);
  const cases = new Map(chosen.map((question) => [question.caseId, question]));
  const tally = (of: (question: (typeof all)[number]) => string): Record<string, number> => {
    const counts = new Map<string, number>();
    for (const question of all) counts.set(of(question), (counts.get(of(question)) ?? 0) + 1);
    return Object.fromEntries(counts);
  };
  return {
    questions: chosen.length,
    cases: cases.size,
    patients: new Set(chosen.map(({ patientId }) => patientId)).size,
    withScan: [...cases.values()].filter((question) => hasScan(benchmark, question)).length,
    binary: chosen.filter(({ answerKind }) => answerKind === 'binary').length,
    stages: tally(({ stage }) => stage),
    types: tally(({ type }) => type),
    splits: tally(({ split }) => split),
  };
}
