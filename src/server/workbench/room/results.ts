// A study's results: what each reader scored, how far they agree, and what differs between arms and from models.
import { quantile } from '../../../scoring/statistics/bootstrap.ts';
import { openStore } from '../../../storage/store.ts';
import type { ReaderResult, StudyResults } from '../shapes/room-results.ts';
import { armAgreement } from './agreement.ts';
import { areaOf, comparisonsOf } from './comparisons.ts';
import { type Asked, openResultSource, type ResultSource } from './result-source.ts';
import type { ResultTask } from './result-task.ts';
import { loadTrack, reportedOf, type Track } from './tracks.ts';

/** Opens store and benchmark by itself: it is run in a process of its own. Errors: those of reports and of opening. */
export async function studyResults(task: ResultTask): Promise<StudyResults> {
  const nothing = { readers: [], agreement: [], comparisons: [] };
  const { study, protocol, computedAt } = task;
  if (task.runs.length === 0)
    return { study, protocol, computedAt, ...nothing, notes: ['Nobody reads in this study yet.'] };
  const store = await openStore(task.store);
  try {
    const first = await store.run(task.runs[0].run);
    if (first === undefined) return { study, protocol, computedAt, ...nothing, notes: [] };
    const source = await openResultSource(task, first);
    const { asked, byId } = source;
    const tracks: Track[] = [];
    for (const run of task.runs) tracks.push(await loadTrack(store, task, run, byId));
    const begun = tracks.filter(({ rows }) => rows.size > 0);
    const reads = begun.map(({ record, rows }) => ({ run: record, rows: [...rows.values()] }));
    const report = reads.length === 0 ? undefined : await source.report(reads);
    await source.close();
    const people = tracks.filter(({ kind }) => kind === 'person');
    const models = begun.filter(({ kind }) => kind === 'model');
    return {
      study,
      protocol,
      computedAt,
      readers: tracks.map((track) => readerResult(track, task, asked, report)),
      agreement: task.arms.map((arm) =>
        armAgreement(
          arm,
          people.filter((track) => track.arm === arm),
          models,
          asked,
        ),
      ),
      comparisons: comparisonsOf({ arms: task.arms, people, models, asked }),
      notes: notesOf(tracks, asked),
    };
  } finally {
    await store.close();
  }
}

type Reported = Awaited<ReturnType<ResultSource['report']>>;

function readerResult(track: Track, task: ResultTask, asked: Asked, report: Reported): ReaderResult {
  const { kind, person, name, arm, run, rows } = track;
  const seconds = kind === 'person' ? [...rows.values()].map(({ milliseconds }) => milliseconds / 1000) : [];
  const none = { score: null, n: 0, patients: 0, ci95: null, interval: 'none: no reads', chance: null };
  return {
    ...{ kind, person, name, arm, run },
    planned: task.questions.length,
    answered: rows.size,
    passed: [...rows.values()].filter(({ status }) => status === 'refused').length,
    ...(report === undefined || rows.size === 0
      ? { ...none, calibration: null }
      : reportedOf(report, run, track)),
    auc: areaOf(track, asked),
    medianSeconds: median(seconds),
    medianActiveSeconds: median(track.activeSeconds),
  };
}

const median = (values: readonly number[]): number | null =>
  values.length === 0 ? null : quantile(Float64Array.from(values).sort(), 0.5);

function notesOf(tracks: readonly Track[], { questions }: Asked): string[] {
  const notes: string[] = [];
  const open = tracks.filter(({ kind, rows }) => kind === 'person' && rows.size < questions.length);
  if (open.length > 0)
    notes.push(
      `${open.length === 1 ? 'One worklist is' : `${open.length} worklists are`} not finished: their readers are left out of comparisons between arms, and their scores cover what they have answered.`,
    );
  const late = tracks.reduce(
    (sum, { kind, rows }) =>
      sum + (kind === 'person' ? [...rows.values()].filter(({ status }) => status === 'failed').length : 0),
    0,
  );
  if (late > 0)
    notes.push(`${late} ${late === 1 ? 'question' : 'questions'} ran out of time and count as not answered.`);
  for (const { kind, name, rows } of tracks)
    if (kind === 'model' && rows.size < questions.length)
      notes.push(
        `${name} has read ${rows.size} of the study’s ${questions.length} questions: it is compared on those.`,
      );
  for (const problem of new Set(tracks.flatMap((track) => track.problem ?? []))) notes.push(problem);
  return notes;
}
