// One read as its page shows it: question, key, what the reader did beside the gold chain, and the transcript.
import * as z from 'zod';
import { answerKind, primitive, stage } from '../../../domain/question.ts';
import { answer, readStatus, usage } from '../../../domain/read.ts';
import { questionFormat } from '../../../domain/run.ts';
import { place } from './place.ts';
import { outcome, protocolName } from './reads.ts';

/** A text that may be long: its beginning, and how long it is. The rest comes from GET …/text?part=&offset=. */
export const cutText = z.object({
  text: z.string(),
  /** Characters (UTF-16) of the whole. */
  total: z.number().int(),
  /** What the rest is asked for by. */
  part: z.string(),
});
export type CutText = z.infer<typeof cutText>;

/** JSON that a model or tool wrote: as it is, or the beginning of its text where it is too large. */
export const boundedJson = z.union([z.object({ json: z.unknown() }), z.object({ cut: cutText })]);
export type BoundedJson = z.infer<typeof boundedJson>;

export const shownOption = z.object({ letter: z.string(), text: z.string() });

export const shownPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: cutText }),
  z.object({ type: z.literal('image'), hash: z.string() }),
  z.object({ type: z.literal('audio'), hash: z.string() }),
]);

export const shownQuestion = z.object({
  id: z.string(),
  caseId: z.string(),
  patientId: z.string(),
  stage,
  type: z.string(),
  answerKind,
  text: cutText,
  unit: z.string().optional(),
  options: z.array(shownOption),
  context: cutText.optional(),
  slots: z.record(z.string(), z.string()),
  split: z.string(),
  facets: z.record(z.string(), z.string()),
  /** A published item in its own words, with its pictures and sounds. */
  prompt: z.array(shownPart).optional(),
});
export type ShownQuestion = z.infer<typeof shownQuestion>;

/** The key, or why there is none to show. */
export const shownKey = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    answer: cutText,
    /** "" where no option is the right one by its letter. */
    letter: z.string(),
    assumed: z.array(z.string()),
    flags: z.array(z.string()),
  }),
  z.object({ kind: z.literal('none'), code: z.string(), reason: z.string() }),
]);
export type ShownKey = z.infer<typeof shownKey>;

export const goldStep = z.object({
  primitive,
  tool: z.string().optional(),
  arguments: z.record(z.string(), z.string()).optional(),
  value: boundedJson,
  /** As shown: "cm³". */
  unit: z.string().optional(),
  criterion: z.object({ id: z.string(), set: z.string(), version: z.string() }).optional(),
  statement: z.string(),
  place: place.nullable(),
});
export type GoldStep = z.infer<typeof goldStep>;

export const readerStep = z.object({
  /** Place in the log, from 0. */
  call: z.number().int(),
  /** Turn of the reader in which it was made. */
  turn: z.number().int(),
  tool: z.string(),
  /** What a strategy noted of its own steps: no tool was called. */
  note: z.boolean(),
  arguments: boundedJson,
  result: boundedJson,
  error: cutText.optional(),
  milliseconds: z.number(),
  /** Pictures that came back. */
  pictures: z.array(z.string()),
  place: place.nullable(),
});
export type ReaderStep = z.infer<typeof readerStep>;

export const deviation = z.enum([
  'no-tool',
  'budget-short',
  'wrong-tool',
  'wrong-argument',
  'wrong-measurement',
  'wrong-rule',
  'wrong-conclusion',
]);
export type Deviation = z.infer<typeof deviation>;

/** A step of the chain with what the reader did for it, or something that it did besides. */
export const stepRow = z.object({
  gold: goldStep.optional(),
  calls: z.array(readerStep),
  cause: deviation.optional(),
});
export type StepRow = z.infer<typeof stepRow>;

/** A picture that the reader was shown before it did anything, and which slice it is, where that is known. */
export const shownPicture = z.object({
  hash: z.string(),
  caption: z.string(),
  place: place.nullable(),
});
export type ShownPicture = z.infer<typeof shownPicture>;

export const transcriptRow = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  text: cutText,
  images: z.array(z.string()),
  request: z.number().int().optional(),
});
export type TranscriptRow = z.infer<typeof transcriptRow>;

export const shownRead = z.object({
  status: readStatus,
  answer: answer.optional(),
  raw: cutText,
  /** Why it is unparsed, refused, failed or unsupported. */
  reason: cutText.optional(),
  errorCode: z.string().optional(),
  confidence: z.number().optional(),
  /** Under the protocol that was asked for. */
  outcome,
  score: z.number().nullable(),
  /** Its masks: "annotated", a segmenter … */
  maskSources: z.array(z.string()),
  /** Another patient's pictures were shown (a control). */
  othersPictures: z.boolean(),
  usage,
  costUsd: z.number().optional(),
  milliseconds: z.number(),
  cached: z.boolean(),
  requests: z.number().int(),
  at: z.string(),
  shown: z.array(shownPicture),
  transcript: z.object({ total: z.number().int(), rows: z.array(transcriptRow) }),
  /** All tool calls; `rows` may hold fewer. */
  calls: z.number().int(),
});
export type ShownRead = z.infer<typeof shownRead>;

/** GET /api/runs/{run}/reads/{question}?repeat=&protocol=. */
export const readDetail = z.object({
  run: z.object({
    id: z.string(),
    reader: z.string(),
    format: questionFormat,
    repeats: z.number().int(),
  }),
  benchmark: z.object({ id: z.string(), name: z.string(), available: z.boolean() }),
  protocol: protocolName,
  repeat: z.number().int(),
  /** Rung of a ladder: gold steps that the reader was told, and whether they were another patient's. */
  rung: z.object({ steps: z.number().int(), twin: z.boolean() }).optional(),
  question: shownQuestion.nullable(),
  /** Why the question is not there. */
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
  key: shownKey,
  /** null: not read yet. */
  read: shownRead.nullable(),
  rows: z.array(stepRow),
  /** Of a wrong read of a reader with tools: row (−1: the conclusion) and cause of its first deviation. */
  first: z.object({ row: z.number().int(), cause: deviation }).nullable(),
  /** Where the viewer gets the case's slices; null where the case has none on this machine. */
  scan: z.object({ base: z.string(), readerBase: z.string().optional() }).nullable(),
});
export type ReadDetail = z.infer<typeof readDetail>;

/** GET …/text?part=&offset=: a further piece of a text. */
export const textPiece = z.object({ text: z.string(), offset: z.number().int(), total: z.number().int() });
export type TextPiece = z.infer<typeof textPiece>;

/** GET …/transcript?from=: further entries. */
export const transcriptPage = z.object({ total: z.number().int(), rows: z.array(transcriptRow) });

/** GET /api/questions/{benchmark}/{question}/reads?protocol=. */
export const otherReads = z.object({
  reads: z.array(
    z.object({
      runId: z.string(),
      reader: z.string(),
      format: questionFormat,
      repeat: z.number().int(),
      status: readStatus,
      outcome,
      score: z.number().nullable(),
      answer: z.string(),
      createdAt: z.string(),
    }),
  ),
});
export type OtherReads = z.infer<typeof otherReads>;
