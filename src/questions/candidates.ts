// Candidate questions between the two passes of a build, and what is counted over the cases on the way.
import * as z from 'zod';
import type { Manifest } from '../domain/benchmark.ts';
import type { CaseRecord, CaseSource } from '../domain/case.ts';
import type { Question } from '../domain/question.ts';
import { type Candidate, typeOf } from './ask.ts';
import { questionId } from './pose.ts';
import type { CaseResult } from './read-case.ts';
import type { Row } from './select.ts';
import { OPTION_COUNT } from './spread.ts';

/** A line of the scratch file: a case and everything that could be asked of it. */
export interface CandidateLine {
  readonly record: CaseRecord;
  readonly candidates: readonly Candidate[];
}
/** Written and read by the same build, so it is not validated again. */
export const candidateLine = z.custom<CandidateLine>();

/** What selection needs of a case's candidates. */
export function rowsOf(caseId: string, candidates: readonly Candidate[]): Row[] {
  return candidates.map(({ type, slots, conclusion, unit }) => {
    const { answer } = conclusion;
    const row = { id: questionId(caseId, type, slots), caseId, type, answer };
    const choices = typeOf(type)?.choices(slots, conclusion);
    if (choices?.kind === 'numeric' && choices.decimals !== 0)
      return { ...row, answer: '', fact: answer, ...(unit === undefined ? {} : { unit }) };
    if (choices?.kind !== 'closed') return { ...row, shown: OPTION_COUNT };
    const { texts } = choices;
    const group = [...texts].sort().join('\n');
    const { a, b } = slots;
    // The two kidneys are one pair in every case: nothing is named that their answers could be levelled apart by.
    if (a === undefined || b === undefined || a.startsWith('kidney_left'))
      return { ...row, shown: texts.length, group };
    return { ...row, shown: texts.length, group, side: String(texts.indexOf(answer)) };
  });
}

/** What the first pass gathers for the manifest. */
export interface Gathering {
  readonly rows: Row[];
  readonly sources: CaseSource[];
  readonly failed: Manifest['failed'];
  firstFailure?: { code: string; message: string };
  readonly hashes: Set<string>;
  readonly patients: Set<string>;
  readonly schemes: Set<string>;
  readonly licences: Set<string>;
  /** Cases by "type\nreason". */
  readonly skipped: Map<string, number>;
  note(result: CaseResult): void;
  skippedList(): Manifest['skipped'];
}

export function newGathering(): Gathering {
  const gathered: Gathering = {
    rows: [],
    sources: [],
    failed: [],
    hashes: new Set(),
    patients: new Set(),
    schemes: new Set(),
    licences: new Set(),
    skipped: new Map(),
    note({ record, scheme, skipped }) {
      gathered.patients.add(record.patientId);
      gathered.schemes.add(scheme);
      gathered.hashes.add(record.annotationHash);
      if (record.imageHash !== undefined) gathered.hashes.add(record.imageHash);
      if (record.licence !== undefined) gathered.licences.add(record.licence);
      for (const { type, reason } of skipped) {
        const key = `${type}\n${reason}`;
        gathered.skipped.set(key, (gathered.skipped.get(key) ?? 0) + 1);
      }
    },
    skippedList: () =>
      [...gathered.skipped]
        .map(([key, cases]) => {
          const [type, reason] = key.split('\n');
          return { type, reason, cases };
        })
        .sort((a, b) =>
          a.type < b.type ? -1 : a.type > b.type ? 1 : b.cases - a.cases || (a.reason < b.reason ? -1 : 1),
        ),
  };
  return gathered;
}

/** Questions by stage, type and split. */
export function newCounts() {
  const byStage: Record<string, number> = {};
  const byType: Record<string, number> = {};
  const bySplit: Record<string, number> = { train: 0, validation: 0, test: 0 };
  return {
    byStage,
    byType,
    bySplit,
    add({ stage, type, split }: Question) {
      byStage[stage] = (byStage[stage] ?? 0) + 1;
      byType[type] = (byType[type] ?? 0) + 1;
      bySplit[split] = (bySplit[split] ?? 0) + 1;
    },
  };
}
