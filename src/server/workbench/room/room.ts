// The reading room of one workbench: its shelves, its clock, and how it tells open pages that something changed.
import { OverreadError } from '../../../domain/errors.ts';
import type { Question } from '../../../domain/question.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { BlobStore } from '../../../storage/blobs.ts';
import type { Store } from '../../../storage/store.ts';
import type { WorkbenchContext } from '../context.ts';
import type { Library, OpenedBenchmark } from '../library/library.ts';
import { type KeptStudy, type RoomShelves, roomShelves } from './kept.ts';
import { newPeople, type People } from './people.ts';
import { questionsOfStudy } from './questions.ts';

export interface Room {
  readonly store: Store;
  readonly library: Library;
  readonly blobs: BlobStore;
  readonly shelves: RoomShelves;
  readonly people: People;
  readonly now: () => Date;
  /** Told of what went wrong in files: readers are not, since it may name one. */
  readonly onProblem: (error: unknown) => void;
  /** Tells open pages; with a run, that it advanced too. */
  readonly changed: (run?: string) => void;
  /** One after the other for each name: two answers to one question are two steps. */
  readonly oneByOne: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

export function newRoom(
  context: Pick<WorkbenchContext, 'store' | 'library' | 'blobs' | 'events' | 'onProblem'>,
  now: () => Date = () => new Date(),
): Room {
  const shelves = roomShelves(context.store);
  const queues = new Map<string, Promise<unknown>>();
  return {
    store: context.store,
    library: context.library,
    blobs: context.blobs,
    shelves,
    people: newPeople(shelves, now),
    now,
    onProblem: context.onProblem,
    changed(run) {
      context.events.tell({ topic: 'room' });
      if (run !== undefined) context.events.tell({ topic: 'runs', run });
    },
    oneByOne(name, work) {
      const before = queues.get(name) ?? Promise.resolve();
      const own = before.then(work, work);
      const settled = own.catch(() => {});
      queues.set(name, settled);
      void settled.then(() => {
        if (queues.get(name) === settled) queues.delete(name);
      });
      return own;
    },
  };
}

const rooms = new WeakMap<object, Room>();

/** The one room of a workbench: its routes share its queues. Whoever asks first sets its clock. */
export function roomOf(context: WorkbenchContext, now?: () => Date): Room {
  const known = rooms.get(context);
  if (known !== undefined) return known;
  const made = newRoom(context, now);
  rooms.set(context, made);
  return made;
}

/** What a run over the benchmark keeps, so that it is found, scored and reported like a model's. */
export function benchmarkOfRun(
  opened: OpenedBenchmark,
  path: string,
): Pick<RunRecord, 'benchmark' | 'benchmarkHash' | 'benchmarkName' | 'settings'> {
  const { contentHash } = opened.entry;
  return opened.kind === 'built'
    ? {
        benchmark: path,
        benchmarkHash: contentHash,
        benchmarkName: opened.folder.manifest.name,
        settings: {},
      }
    : {
        benchmark: path,
        benchmarkHash: contentHash,
        benchmarkName: opened.source.manifest.name,
        settings: { release: opened.settings },
      };
}

/** The benchmark of a study, for people who may not know where it lies: they are told only that it cannot be read. */
export async function benchmarkForReading(
  room: Room,
  study: KeptStudy,
): Promise<{ readonly benchmark: OpenedBenchmark; readonly questions: ReadonlyMap<string, Question> }> {
  try {
    const benchmark = await room.library.open(study.benchmark.id);
    return { benchmark, questions: await questionsOfStudy(room, study, benchmark) };
  } catch (error) {
    room.onProblem(error);
    throw new OverreadError(
      'file-unreadable',
      'The questions of this study cannot be read now: tell whoever runs it.',
    );
  }
}

/** What is known of the case of a question. */
export const caseOf = (opened: OpenedBenchmark, question: Question) =>
  opened.kind === 'built' ? opened.folder.caseOf(question) : opened.source.caseOf(question);
