// One read as its page gets it: question and key, steps side by side with their places, and the transcript, all bounded.
import type { EvidenceStep, Question } from '../../../domain/question.ts';
import type { Read, ToolCall, TranscriptEntry } from '../../../domain/read.ts';
import { isNote } from '../../../domain/read.ts';
import type { Protocol } from '../../../domain/report.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { shownUnit } from '../../../domain/units.ts';
import { parseRungId } from '../../../runs/ladder-run.ts';
import { alignCalls } from '../../../scoring/alignment.ts';
import { turnsOf } from '../../../scoring/report.ts';
import type { WorkbenchContext } from '../context.ts';
import type { OpenedBenchmark } from '../library/library.ts';
import type { Place } from '../shapes/place.ts';
import type {
  GoldStep,
  ReadDetail,
  ReaderStep,
  ShownKey,
  ShownQuestion,
  ShownRead,
  StepRow,
  TranscriptRow,
} from '../shapes/read.ts';
import { picturesIn } from './given.ts';
import { goldPlaces } from './gold-places.ts';
import { type Came, cameOf } from './outcome.ts';
import {
  type AskedQuestion,
  askedQuestion,
  benchmarkOf,
  type CasePlaces,
  casePlaces,
  questionIdOf,
  runOf,
  storedRead,
} from './read-source.ts';
import { readerPlaces } from './reader-places.ts';
import { type CaptionedPicture, shownPictures } from './seen-pictures.ts';
import { type Cutter, cutter } from './texts.ts';

/** Tool calls and transcript entries that come with the read. */
const CALLS = 500;
export const ENTRIES = 500;

export interface ReadAddress {
  readonly run: string;
  readonly question: string;
  readonly repeat: number;
  readonly protocol: Protocol;
}

/** Errors: `run-unknown`. What a benchmark or key lacks is said in the reply. */
export async function readDetailOf(context: WorkbenchContext, address: ReadAddress): Promise<ReadDetail> {
  const { question: id, repeat, protocol } = address;
  const run = await runOf(context, address.run);
  const benchmarkId = benchmarkOf(run);
  const [{ opened, asked }, read] = await Promise.all([
    askedQuestion(context, benchmarkId, questionIdOf(id, run)),
    storedRead(context, run.id, id, repeat),
  ]);
  const caseId = asked.question?.caseId ?? read?.caseId;
  const facts = caseId === undefined ? undefined : await casePlaces(context, opened, run, caseId);
  const came = read === undefined ? undefined : await cameOf(context, run, read, asked, protocol);
  const rung = run.settings.ladder === undefined ? undefined : parseRungId(id);
  // The question and the reader's last words come first: nothing else may use up their room.
  const cut = cutter();
  const question = asked.question === undefined ? null : questionShown(asked.question, cut);
  const key = keyShown(asked, cut);
  const shown = read === undefined ? [] : picturesShown(read, facts);
  const { rows, first } = stepsOf(run, read, asked, { facts, shown, cut, came });
  const scan = caseId === undefined ? null : scanOf(opened, run, caseId);
  return {
    run: { id: run.id, reader: run.reader, format: run.format, repeats: run.repeats },
    benchmark: { id: benchmarkId, name: run.benchmarkName, available: opened !== undefined },
    protocol,
    repeat,
    ...(rung === undefined ? {} : { rung: { steps: rung.steps, twin: rung.twin } }),
    question,
    ...(asked.question !== undefined || asked.problem === undefined ? {} : { problem: asked.problem }),
    key,
    read: read === undefined || came === undefined ? null : readShown(read, came, shown, cut),
    rows,
    first,
    scan,
  };
}

function scanOf(opened: OpenedBenchmark | undefined, run: RunRecord, caseId: string): ReadDetail['scan'] {
  if (opened?.kind !== 'built' || opened.folder.source(caseId) === undefined) return null;
  const at = encodeURIComponent(caseId);
  const base = `/api/benchmarks/${opened.entry.id}/cases/${at}`;
  if (typeof run.settings.segmenterHash !== 'string') return { base };
  return { base, readerBase: `/api/runs/${encodeURIComponent(run.id)}/cases/${at}` };
}

function questionShown(question: Question, cut: Cutter): ShownQuestion {
  const { id, caseId, patientId, stage, type, answerKind, unit, options, slots, split, facets, prompt } =
    question;
  const { context } = question;
  return {
    ...{ id, caseId, patientId, stage, type, answerKind, slots, split },
    text: cut.text(question.text, 'question'),
    ...(unit === undefined ? {} : { unit: shownUnit(unit) }),
    options: options.map(({ letter, text }) => ({ letter, text: text.slice(0, 4000) })),
    ...(context === undefined ? {} : { context: cut.text(context, 'context') }),
    facets: facets ?? {},
    ...(prompt === undefined
      ? {}
      : {
          prompt: prompt.map((part, i) =>
            part.type === 'text'
              ? { type: part.type, text: cut.text(part.text, `prompt.${i}`) }
              : { type: part.type, hash: part.hash },
          ),
        }),
  };
}

function keyShown({ question, key, gold, problem }: AskedQuestion, cut: Cutter): ShownKey {
  if (key !== undefined) {
    const { letter, assumed, flags } = key;
    return { kind: 'open', answer: cut.text(key.answer, 'answer'), letter, assumed, flags };
  }
  if (gold !== undefined) {
    const said = gold.trim();
    const same = question?.options.find(({ letter, text }) => letter === said || text === said);
    return {
      ...{ kind: 'open', answer: cut.text(gold, 'answer'), letter: same?.letter ?? '' },
      ...{ assumed: [], flags: [] },
    };
  }
  const why = problem ?? { code: 'key-locked', message: 'The benchmark has no key for this question.' };
  return { kind: 'none', code: why.code, reason: why.message };
}

/** Slices are known only of pictures of the read's own case. */
function picturesShown(read: Read, facts: CasePlaces | undefined): CaptionedPicture[] {
  return shownPictures(read.transcript, read.picturesOf === undefined ? facts?.annotated.set : undefined);
}

interface Sides {
  readonly facts: CasePlaces | undefined;
  readonly shown: readonly CaptionedPicture[];
  readonly cut: Cutter;
  readonly came: Came | undefined;
}

function stepsOf(
  run: RunRecord,
  read: Read | undefined,
  { key }: AskedQuestion,
  { facts, shown, cut, came }: Sides,
): Pick<ReadDetail, 'rows' | 'first'> {
  const evidence = key?.evidence ?? [];
  const calls = (read?.toolCalls ?? []).slice(0, CALLS);
  const gold = facts === undefined ? evidence.map(() => null) : goldPlaces(evidence, facts.annotated);
  const reader =
    facts === undefined
      ? calls.map(() => null)
      : readerPlaces(calls.map(ofThisCase(run, read)), shown, facts.annotated, facts.predicted);
  const turns = turnsOf(run);
  const options = turns === undefined ? {} : { turns };
  const aligned = alignCalls({ evidence }, read?.toolCalls ?? [], options);
  const wrong = came !== undefined && came.score !== null && came.score < 1;
  const blames = key !== undefined && wrong && run.settings.ladder === undefined && usesTools(run, read);
  // Calls beyond those that are sent have no row.
  const shownRows = aligned.rows.flatMap((row, at) => {
    const kept = row.calls.filter((call) => call < calls.length);
    return row.gold === undefined && kept.length === 0 ? [] : [{ ...row, at, calls: kept }];
  });
  const rows = shownRows.map(
    (row): StepRow => ({
      ...(row.gold === undefined
        ? {}
        : { gold: goldShown(evidence[row.gold], gold[row.gold], row.gold, cut) }),
      calls: row.calls.map((call) => callShown(calls[call], call, reader[call], cut)),
      ...(row.cause === undefined || !blames ? {} : { cause: row.cause }),
    }),
  );
  const { row, cause } = aligned.first;
  const first = { row: row < 0 ? -1 : shownRows.findIndex(({ at }) => at === row), cause };
  return { rows, first: blames ? first : null };
}

/** What a control found in another patient's scan lies nowhere in this one. */
const ofThisCase =
  ({ settings }: RunRecord, read: Read | undefined) =>
  (call: ToolCall): ToolCall =>
    (read?.alsoOf?.length ?? 0) > 0 && settings.ladder === undefined ? { ...call, result: null } : call;

/** Readers that see pictures alone call no tools, and deviate from no chain. */
function usesTools({ settings }: RunRecord, read: Read | undefined): boolean {
  if (read?.toolCalls.some((call) => !isNote(call)) === true) return true;
  return typeof settings.maxSteps === 'number' || settings.maxCalls !== undefined;
}

function goldShown(step: EvidenceStep, place: Place | null, at: number, cut: Cutter): GoldStep {
  const { primitive, tool, unit, criterion, statement } = step;
  return {
    primitive,
    ...(tool === undefined ? {} : { tool }),
    ...(step.arguments === undefined ? {} : { arguments: step.arguments }),
    value: cut.json(step.value ?? null, `gold.${at}`),
    ...(unit === undefined ? {} : { unit: shownUnit(unit) }),
    ...(criterion === undefined ? {} : { criterion }),
    statement: statement.slice(0, 8000),
    place,
  };
}

function callShown(call: ToolCall, at: number, place: Place | null, cut: Cutter): ReaderStep {
  return {
    call: at,
    turn: call.step,
    tool: call.tool.slice(0, 200),
    note: isNote(call),
    arguments: cut.json(call.arguments ?? null, `arguments.${at}`),
    result: cut.json(call.result ?? null, `result.${at}`),
    ...(call.error === undefined ? {} : { error: cut.text(call.error, `error.${at}`) }),
    milliseconds: call.milliseconds,
    pictures: picturesIn(call.result),
    place,
  };
}

function readShown(read: Read, came: Came, shown: readonly CaptionedPicture[], cut: Cutter): ShownRead {
  const { status, answer, errorCode, confidence, maskSources, usage, costUsd, transcript } = read;
  const { milliseconds, cached, requests, at } = read;
  return {
    ...{ status, usage, milliseconds, cached, requests, at },
    ...came,
    ...(answer === undefined
      ? {}
      : { answer: answer.kind === 'text' ? { ...answer, text: answer.text.slice(0, 8000) } : answer }),
    raw: cut.text(read.raw, 'raw'),
    ...(read.reason === undefined ? {} : { reason: cut.text(read.reason, 'reason') }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(confidence === undefined ? {} : { confidence }),
    maskSources: maskSources.map((source) => source.slice(0, 300)),
    othersPictures: read.picturesOf !== undefined,
    ...(costUsd === undefined ? {} : { costUsd }),
    shown: shown.map(({ hash, caption, slice }) => ({
      hash,
      caption,
      place: slice === undefined ? null : { plane: slice.plane, index: slice.index, marks: [] },
    })),
    transcript: { total: transcript.length, rows: transcriptRows(transcript, 0, cut) },
    calls: read.toolCalls.length,
  };
}

/** Entries from `from` on, at most `ENTRIES`. */
export function transcriptRows(
  transcript: readonly TranscriptEntry[],
  from: number,
  cut: Cutter,
): TranscriptRow[] {
  return transcript.slice(from, from + ENTRIES).map(({ role, text, images, request }, i) => ({
    role,
    text: cut.text(text, `transcript.${from + i}`),
    images: (images ?? []).slice(0, 1000),
    ...(request === undefined ? {} : { request }),
  }));
}
