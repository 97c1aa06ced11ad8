// The cases of a benchmark as a table: what is known of each scan, and how many questions ask about it.
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { CaseRecord } from '../../../domain/case.ts';
import type { BuiltBenchmark, OpenedBenchmark } from '../library/library.ts';
import type { CaseFilter, CasePage, CaseRow, ValueCount } from '../shapes/benchmarks.ts';
import { valueAt } from './columns.ts';
import type { QuestionIndex } from './question-index.ts';

/** What stands of a case before its structures are read. */
type LightCase = Omit<CaseRow, 'structures'>;

export interface CaseTable {
  /** A page of what the filter leaves, with counts of each side beside the other sides. */
  page(filter: CaseFilter, offset: number, limit: number): Promise<CasePage>;
}

const SIDES = {
  split: (one: LightCase) => one.split ?? 'unknown',
  phase: (one: LightCase) => one.phase ?? 'unknown',
  sex: (one: LightCase) => one.sex ?? 'unknown',
  age: (one: LightCase) => one.ageBand ?? 'unknown',
  here: (one: LightCase) => (one.here ? 'yes' : 'no'),
} as const;
type Side = keyof typeof SIDES;
const NAMES = Object.keys(SIDES) as readonly Side[];

/** Lists of structures that are kept, so that scrolling back reads nothing again. */
const MOST_KEPT = 5000;

export async function caseTable(opened: OpenedBenchmark, index: QuestionIndex): Promise<CaseTable> {
  const all = await casesOf(opened, index);
  const kept = new Map<string, readonly string[] | undefined>();

  async function structures(caseId: string): Promise<readonly string[] | undefined> {
    if (opened.kind !== 'built') return undefined;
    if (!kept.has(caseId)) {
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(caseId, await structuresOf(opened, caseId));
    }
    return kept.get(caseId);
  }

  return {
    async page(filter, offset, limit) {
      const { left, counts } = filterCases(all, filter);
      const rows: CaseRow[] = [];
      for (const one of left.slice(offset, offset + limit)) {
        const found = await structures(one.id);
        rows.push({ ...one, ...(found === undefined ? {} : { structures: [...found] }) });
      }
      return { total: left.length, of: all.length, rows, counts };
    },
  };
}

function filterCases(
  all: readonly LightCase[],
  filter: CaseFilter,
): { left: LightCase[]; counts: Record<Side, ValueCount[]> } {
  const wanted = NAMES.map((side) => {
    const text = filter[side];
    return text === undefined || text === '' ? undefined : new Set(text.split(','));
  });
  const words = filter.text?.trim().toLowerCase() ?? '';
  const counts = NAMES.map(() => new Map<string, number>());
  const left: LightCase[] = [];
  for (const one of all) {
    if (words !== '' && !one.id.toLowerCase().includes(words) && !one.patientId.toLowerCase().includes(words))
      continue;
    const values = NAMES.map((side) => SIDES[side](one));
    const failed = values.flatMap((value, side) => (wanted[side]?.has(value) === false ? [side] : []));
    const add = (side: number) => counts[side].set(values[side], (counts[side].get(values[side]) ?? 0) + 1);
    if (failed.length === 0) {
      left.push(one);
      for (const side of NAMES.keys()) add(side);
    } else if (failed.length === 1) add(failed[0]);
  }
  const listed = (side: Side): ValueCount[] =>
    [...counts[NAMES.indexOf(side)]]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => (a.value < b.value ? -1 : 1));
  return {
    left,
    counts: {
      split: listed('split'),
      phase: listed('phase'),
      sex: listed('sex'),
      age: listed('age'),
      here: listed('here'),
    },
  };
}

async function casesOf(opened: OpenedBenchmark, index: QuestionIndex): Promise<LightCase[]> {
  const questions = new Map<string, number>();
  for (let row = 0; row < index.count; row++) {
    const id = valueAt(index.caseId, row);
    questions.set(id, (questions.get(id) ?? 0) + 1);
  }
  if (opened.kind === 'published')
    return [...questions].map(([id, count]) => ({ id, patientId: id, questions: count, here: false }));
  const isHere = filesHere(opened);
  const rows: LightCase[] = [];
  for (const record of opened.folder.cases.values())
    rows.push({
      ...shownCase(record),
      questions: questions.get(record.id) ?? 0,
      here: await isHere(record.id),
    });
  return rows;
}

function shownCase(record: CaseRecord): Omit<LightCase, 'questions' | 'here'> {
  const { id, patientId, modality, shape, spacing, phase, split, sex, ageBand, licence } = record;
  return {
    ...{ id, patientId, modality, shape, spacing, phase, split },
    ...(sex === undefined ? {} : { sex }),
    ...(ageBand === undefined ? {} : { ageBand }),
    ...(licence === undefined ? {} : { licence }),
  };
}

/** Whether a case's source is still there. Cases of one data set share a path, which is looked at once. */
export function filesHere({ folder }: BuiltBenchmark): (caseId: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return async (caseId) => {
    const source = folder.source(caseId);
    if (source === undefined) return false;
    const path = isAbsolute(source.path) ? source.path : resolve(folder.path, source.path);
    let found = known.get(path);
    if (found === undefined) {
      found = stat(path).then(
        () => true,
        () => false,
      );
      known.set(path, found);
    }
    return found;
  };
}

async function structuresOf({ folder }: BuiltBenchmark, caseId: string): Promise<string[] | undefined> {
  const set = await folder.measurements(caseId).catch(() => undefined);
  return set?.regions.filter(({ voxels }) => voxels > 0).map(({ structure }) => structure);
}
