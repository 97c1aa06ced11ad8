// One question with its key: the evidence chain with its rules spelled out, and where each step can be seen.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { chosenRecords } from '../../../benchmarks/chosen-records.ts';
import { questionOf } from '../../../benchmarks/published-source.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { MeasurementSet } from '../../../domain/measurement.ts';
import {
  type EvidenceStep,
  type Key,
  key as keySchema,
  type Question,
  question as questionSchema,
} from '../../../domain/question.ts';
import { CRITERIA_SET_IDS, criteriaSet, criterionOf } from '../../../knowledge/criteria.ts';
import { FILES } from '../../../questions/benchmark-folder.ts';
import { parseLine } from '../../../questions/jsonl.ts';
import { eachKey } from '../../../questions/keys.ts';
import type { BlobStore } from '../../../storage/blobs.ts';
import type { BuiltBenchmark, OpenedBenchmark, ReleasedBenchmark } from '../library/library.ts';
import { goldPlaces } from '../reading-steps/gold-places.ts';
import type { KeyStep, QuestionDetail } from '../shapes/questions.ts';
import { filesHere } from './cases.ts';
import { organsOf } from './organs.ts';
import type { QuestionIndex, Spans } from './question-index.ts';

export interface DetailDeps {
  readonly blobs: BlobStore;
  readonly passphrase?: string;
}

/** Characters of a reference that are shown. */
const LONGEST_REFERENCE = 20_000;

/** Throws `file-not-found` for a question that the benchmark does not have, `benchmark-invalid` for changed files. */
export async function questionDetailOf(
  opened: OpenedBenchmark,
  index: QuestionIndex,
  id: string,
  deps: DetailDeps,
): Promise<Omit<QuestionDetail, 'flags'>> {
  const row = index.rows.get(id);
  if (row === undefined)
    throw new OverreadError('file-not-found', 'The benchmark has no such question: look at its list.');
  return opened.kind === 'built'
    ? ofBuilt(opened, index, row, deps)
    : ofRelease(opened, index.ids[row], deps);
}

async function ofBuilt(
  opened: BuiltBenchmark,
  index: QuestionIndex,
  row: number,
  { passphrase }: DetailDeps,
): Promise<Omit<QuestionDetail, 'flags'>> {
  const { folder } = opened;
  const id = index.ids[row];
  const question = await lineAt(join(folder.path, FILES.questions), index.questionLines, row, questionSchema);
  if (question?.id !== id) throw changed();
  const { locked } = index;
  const key = locked === undefined ? await keyOf(opened, index, row, passphrase) : undefined;
  return {
    question,
    organs: organsOf(question.slots),
    ...(key === undefined ? {} : { key: await shownKey(opened, question, key) }),
    ...(locked === undefined ? {} : { locked }),
    viewable: await filesHere(opened)(question.caseId),
  };
}

async function keyOf(
  { folder }: BuiltBenchmark,
  index: QuestionIndex,
  row: number,
  passphrase: string | undefined,
): Promise<Key | undefined> {
  const id = index.ids[row];
  const key = await lineAt(join(folder.path, FILES.keys), index.keyLines, row, keySchema);
  if (key !== undefined) {
    if (key.questionId !== id) throw changed();
    return key;
  }
  if (index.keyLines !== undefined) return undefined;
  for await (const each of eachKey(folder.path, passphrase)) if (each.questionId === id) return each;
  return undefined;
}

async function shownKey(
  { folder }: BuiltBenchmark,
  question: Question,
  key: Key,
): Promise<NonNullable<QuestionDetail['key']>> {
  const { assumptions } = folder.manifest;
  const set = await folder.measurements(question.caseId).catch(() => undefined);
  const modality = folder.cases.get(question.caseId)?.modality ?? 'CT';
  return {
    answer: key.answer,
    ...(key.value === undefined ? {} : { value: key.value }),
    letter: key.letter,
    evidence: shownSteps(key.evidence, set, modality),
    assumed: key.assumed.map((name) => {
      const known = assumptions.find((one) => one.name === name);
      return { name, value: known?.value, why: known?.why ?? 'The manifest gives no reason.' };
    }),
    flags: key.flags,
  };
}

function shownSteps(
  evidence: readonly EvidenceStep[],
  set: MeasurementSet | undefined,
  modality: string,
): KeyStep[] {
  const places = set === undefined ? [] : goldPlaces(evidence, { set, modality });
  return evidence.map((step, at) => {
    const rule = ruleOf(step);
    return { ...step, ...(rule === undefined ? {} : { rule }), place: places[at] ?? null };
  });
}

/** The criterion that a step used, in words; undefined where this version's set does not have it as it was. */
function ruleOf({ criterion }: EvidenceStep): KeyStep['rule'] {
  if (criterion === undefined || !(CRITERIA_SET_IDS as readonly string[]).includes(criterion.set))
    return undefined;
  const found = criterionOf(criteriaSet(criterion.set), criterion.id);
  if (found === undefined || found.version !== criterion.version) return undefined;
  const { title, statement, source, assumed } = found;
  return { title, statement, source, ...(assumed === undefined ? {} : { assumed }) };
}

async function ofRelease(
  { plugin, data, source }: ReleasedBenchmark,
  id: string,
  { blobs }: DetailDeps,
): Promise<Omit<QuestionDetail, 'flags'>> {
  for await (const record of chosenRecords(plugin, data, source.options)) {
    if (record.item.id !== id) continue;
    const json = plainJson(record.reference);
    return {
      question: await questionOf(record.item, blobs),
      organs: organsOf(record.item.slots),
      reference: {
        reply: plugin.oracle(record, source.mode).slice(0, LONGEST_REFERENCE),
        json: json.slice(0, LONGEST_REFERENCE),
        cut: json.length > LONGEST_REFERENCE,
      },
      viewable: false,
    };
  }
  throw changed();
}

/** A reference as indented JSON; voxels and other long arrays of numbers by their length. */
function plainJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, part: unknown) => {
      if (ArrayBuffer.isView(part)) return `(${part.byteLength} bytes)`;
      if (part instanceof Map) return Object.fromEntries(part);
      return part instanceof Set ? [...part] : part;
    },
    2,
  );
  return text ?? '';
}

/** A record by its place in a file; undefined where the file has none for this row. */
async function lineAt<T>(
  file: string,
  spans: Spans | undefined,
  row: number,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const length = spans?.length[row] ?? 0;
  if (spans === undefined || length === 0) return undefined;
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new OverreadError(
      'file-not-found',
      'The benchmark is no longer where it was: put its folder back, or build it again.',
      { cause },
    );
  });
  try {
    const bytes = Buffer.alloc(length);
    await handle.read(bytes, 0, length, spans.offset[row]);
    return parseLine(file, spans.line[row], bytes.toString('utf8'), schema);
  } finally {
    await handle.close();
  }
}

const changed = (): OverreadError =>
  new OverreadError(
    'benchmark-invalid',
    'The benchmark has changed since it was opened: stop the workbench and begin it anew.',
  );
