// What a list of questions is filtered by, held in columns; the questions themselves stay in their file.
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type * as z from 'zod';
import { chosenRecords } from '../../../benchmarks/chosen-records.ts';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import { answerKind, key, question, stage } from '../../../domain/question.ts';
import { FILES } from '../../../questions/benchmark-folder.ts';
import { linesOf, parseLine } from '../../../questions/jsonl.ts';
import { eachKey } from '../../../questions/keys.ts';
import type { BuiltBenchmark, OpenedBenchmark, ReleasedBenchmark } from '../library/library.ts';
import { type Column, type ColumnWriter, columnWriter } from './columns.ts';
import { organsOf } from './organs.ts';

/** Where the lines of a file lie, by row. */
export interface Spans {
  readonly offset: Float64Array;
  readonly length: Uint32Array;
  readonly line: Uint32Array;
}

export interface QuestionIndex {
  readonly count: number;
  readonly ids: readonly string[];
  /** Row of an id. */
  readonly rows: ReadonlyMap<string, number>;
  readonly caseId: Column;
  readonly stage: Column;
  readonly type: Column;
  readonly answer: Column;
  readonly split: Column;
  readonly text: Column;
  /** Organs with a space between; "" for none. */
  readonly organs: Column;
  /** Gold answers; "" where there is none. */
  readonly gold: Column;
  readonly facets: ReadonlyMap<string, Column>;
  /** True: there are more questions than are held. */
  readonly cut: boolean;
  /** Why there are no gold answers. */
  readonly locked?: string;
  /** Lines of questions.jsonl and (where it is not encrypted) keys.jsonl; of a built benchmark only. */
  readonly questionLines?: Spans;
  readonly keyLines?: Spans;
}

/** Most questions that one index holds: a built benchmark is a file with places, a release is read through. */
const MOST_BUILT = 1_000_000;
const MOST_RELEASED = 20_000;
const MOST_FACETS = 40;
/** A gold answer that is a whole report is held by how it begins. */
const LONGEST = 2000;

const indexed = question.pick({
  ...{ id: true, caseId: true, stage: true, type: true, answerKind: true },
  ...{ text: true, slots: true, split: true, facets: true },
});
type Indexed = z.infer<typeof indexed>;
const indexedKey = key.pick({ questionId: true, answer: true });

/**
 * Reads a benchmark through once.
 * @param most of a release, how many items are held. Default 20,000.
 * Throws what reading the benchmark throws; locked keys only leave gold answers out.
 */
export async function indexQuestions(
  opened: OpenedBenchmark,
  passphrase?: string,
  most?: number,
): Promise<QuestionIndex> {
  return opened.kind === 'built'
    ? indexBuilt(opened, passphrase, most ?? MOST_BUILT)
    : indexReleased(opened, most ?? MOST_RELEASED);
}

async function indexBuilt(
  { folder }: BuiltBenchmark,
  passphrase: string | undefined,
  most: number,
): Promise<QuestionIndex> {
  const writer = indexWriter();
  const places = spansWriter();
  const file = join(folder.path, FILES.questions);
  let cut = false;
  for await (const { line, text, offset, length } of linesOf(file)) {
    if (line === 1) continue;
    if (writer.count() >= most) {
      cut = true;
      break;
    }
    places.set(writer.count(), { offset, length, line });
    writer.add(parseLine(file, line, text, indexed));
  }
  const questionLines = places.done(writer.count());
  try {
    const keyLines = await addKeys(folder.path, folder.manifest.keyEncryption, passphrase, writer);
    return writer.done({ cut, questionLines, ...(keyLines === undefined ? {} : { keyLines }) });
  } catch (error) {
    if (!OverreadError.isInstance(error) || error.code !== 'key-locked') throw error;
    return writer.done({ cut, questionLines, locked: messageOf(error) });
  }
}

async function addKeys(
  path: string,
  encryption: unknown,
  passphrase: string | undefined,
  writer: IndexWriter,
): Promise<Spans | undefined> {
  if (encryption !== 'none') {
    for await (const each of eachKey(path, passphrase)) writer.gold(each.questionId, each.answer);
    return undefined;
  }
  const file = join(path, FILES.keys);
  const places = spansWriter();
  for await (const { line, text, offset, length } of linesOf(file)) {
    if (line === 1) continue;
    const { questionId, answer } = parseLine(file, line, text, indexedKey);
    const row = writer.gold(questionId, answer);
    if (row !== undefined) places.set(row, { offset, length, line });
  }
  return places.done(writer.count());
}

async function indexReleased(opened: ReleasedBenchmark, most: number): Promise<QuestionIndex> {
  const { plugin, data, source } = opened;
  const writer = indexWriter();
  let cut = false;
  for await (const record of chosenRecords(plugin, data, source.options)) {
    if (writer.count() >= most) {
      cut = true;
      break;
    }
    const { item } = record;
    writer.add({ ...item, caseId: item.patientId });
    writer.gold(item.id, plugin.oracle(record, source.mode));
    // Plug-ins that hold a whole table in memory never wait: let others be served between.
    if (writer.count() % 100 === 0) await turn();
  }
  return writer.done({ cut });
}

interface IndexWriter {
  count(): number;
  add(item: Indexed): void;
  /** Returns the question's row, or undefined for a key without a question. */
  gold(id: string, answer: string): number | undefined;
  done(rest: Pick<QuestionIndex, 'cut' | 'locked' | 'questionLines' | 'keyLines'>): QuestionIndex;
}

function indexWriter(): IndexWriter {
  const ids: string[] = [];
  const rows = new Map<string, number>();
  const columns = {
    caseId: columnWriter(),
    stage: columnWriter(),
    type: columnWriter(),
    answer: columnWriter(),
    split: columnWriter(),
    text: columnWriter(),
    organs: columnWriter(),
    gold: columnWriter(),
  };
  const facets = new Map<string, ColumnWriter>();
  return {
    count: () => ids.length,
    add(item) {
      const row = ids.length;
      ids.push(item.id);
      rows.set(item.id, row);
      columns.caseId.set(row, item.caseId);
      columns.stage.set(row, item.stage);
      columns.type.set(row, item.type);
      columns.answer.set(row, item.answerKind);
      columns.split.set(row, item.split);
      columns.text.set(row, item.text.slice(0, LONGEST));
      columns.organs.set(row, organsOf(item.slots).join(' '));
      for (const [name, value] of Object.entries(item.facets ?? {})) {
        let column = facets.get(name);
        if (column === undefined && facets.size < MOST_FACETS) {
          column = columnWriter();
          facets.set(name, column);
        }
        column?.set(row, value);
      }
    },
    gold(id, answer) {
      const row = rows.get(id);
      if (row !== undefined) columns.gold.set(row, answer.slice(0, LONGEST));
      return row;
    },
    done(rest) {
      const count = ids.length;
      return {
        ...rest,
        ...{ count, ids, rows },
        caseId: columns.caseId.done(count),
        stage: columns.stage.done(count),
        type: columns.type.done(count),
        answer: columns.answer.done(count),
        split: columns.split.done(count),
        text: columns.text.done(count),
        organs: columns.organs.done(count),
        gold: columns.gold.done(count),
        facets: new Map([...facets].map(([name, column]) => [name, column.done(count)])),
      };
    },
  };
}

function spansWriter() {
  const spans: { offset: number; length: number; line: number }[] = [];
  return {
    set(row: number, span: { offset: number; length: number; line: number }) {
      spans[row] = span;
    },
    done(count: number): Spans {
      const found: Spans = {
        offset: new Float64Array(count),
        length: new Uint32Array(count),
        line: new Uint32Array(count),
      };
      for (const [row, span] of spans.entries()) {
        if (span === undefined) continue;
        found.offset[row] = span.offset;
        found.length[row] = span.length;
        found.line[row] = span.line;
      }
      return found;
    },
  };
}

/** Stages and answer kinds in the order in which they are always shown. */
export const SHOWN_ORDER: Readonly<Record<'stage' | 'answer', readonly string[]>> = {
  stage: stage.options,
  answer: answerKind.options,
};
