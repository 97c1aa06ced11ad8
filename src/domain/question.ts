// Questions, which readers see, and keys, which they never see.
import * as z from 'zod';
import { material } from './material.ts';

export const stage = z.enum(['recognition', 'measurement', 'visual-reasoning', 'medical-reasoning']);
export type Stage = z.infer<typeof stage>;
/** In the order of the hierarchy. */
export const STAGES = stage.options;

export const answerKind = z.enum(['numeric', 'binary', 'categorical', 'text']);
export type AnswerKind = z.infer<typeof answerKind>;

/** Primitive steps of an evidence chain. */
export const primitive = z.enum(['segment', 'measure', 'knowledge', 'compare']);
export type Primitive = z.infer<typeof primitive>;

export const option = z.object({ letter: z.string(), text: z.string() });
export type Option = z.infer<typeof option>;

/**
 * One part of what a published protocol puts before a reader. Pictures and sounds are content hashes of stored
 * bytes (PNG or JPEG as released; other pictures re-encoded as PNG; sounds as released).
 */
export const promptPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), hash: z.string(), mediaType: z.string() }),
  /** A spoken question. */
  z.object({ type: z.literal('audio'), hash: z.string(), mediaType: z.string() }),
]);
export type PromptPart = z.infer<typeof promptPart>;

/**
 * Question type id in kebab-case, e.g. "liver-lesion-existence". Counts and scores go by it, so it may be no name that
 * every object has.
 */
export const questionTypeId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a type is words in lower case with hyphens')
  .refine((type) => type !== 'constructor', 'no type is called constructor');

/** A line of questions.jsonl: everything here may be shown to a reader. */
export const question = z.object({
  id: z.string(),
  caseId: z.string(),
  patientId: z.string(),
  stage,
  type: questionTypeId,
  answerKind,
  text: z.string(),
  /** UCUM unit that a numeric answer is wanted in. */
  unit: z.string().optional(),
  /** Options of the multiple-choice form in display order: 2 to 4 here; a published item has as many as released, or none. */
  options: z.array(option),
  /** What the type is asked about ({organ: "liver"}, {segment: "3"}): public, so that tools can be planned. */
  slots: z.record(z.string(), z.string()),
  split: z.enum(['train', 'validation', 'test']),
  /** Anything a reader must be told for the question to be fair, e.g. "upper limit of normal per NAME". */
  context: z.string().optional(),
  /** What a published protocol says, word for word and in order; absent: worded from `text` and `options`. */
  prompt: z.array(promptPart).optional(),
  /** System message of a published protocol; "" for none. */
  system: z.string().optional(),
  /** What the release says of a published item (modality, organ, department …): scores are cut by it. Public. */
  facets: z.record(z.string(), z.string()).optional(),
  /** What the case holds besides: records, earlier reports, pages. Shown only by strategies that consult them. */
  materials: z.array(material).optional(),
});
export type Question = z.infer<typeof question>;

/**
 * The form in which a question is asked: a published item is multiple choice where its release gives options, and
 * free form elsewhere; other questions are asked as the run says.
 */
export function formatOf(
  { prompt, options }: Pick<Question, 'prompt' | 'options'>,
  ofRun: 'mc' | 'free',
): 'mc' | 'free' {
  if (prompt === undefined) return ofRun;
  return options.length > 0 ? 'mc' : 'free';
}

/** One step of the gold chain: a tool call that could have been made, and what it yields. */
export const evidenceStep = z.object({
  primitive,
  /** Tool and arguments, e.g. measure {target: "liver", measurement_type: "volume_cm3"}; absent for "compare". */
  tool: z.string().optional(),
  arguments: z.record(z.string(), z.string()).optional(),
  /** What the step yields, as plain JSON (number, text, list). */
  value: z.unknown(),
  unit: z.string().optional(),
  /** Id, set and version of the criterion used. */
  criterion: z.object({ id: z.string(), set: z.string(), version: z.string() }).optional(),
  /** One sentence: "The liver measures 1,432.1 cm³." Used by the ladder; never holds the answer itself. */
  statement: z.string(),
});
export type EvidenceStep = z.infer<typeof evidenceStep>;

/** A line of keys.jsonl. Only scoring, the gold executor and reviewers hold it. */
export const key = z.object({
  questionId: z.string(),
  /** Canonical answer text, as free form is scored against. */
  answer: z.string(),
  /** Numeric value in the question's unit, for numeric answers. */
  value: z.number().optional(),
  /** Letter of the right option. */
  letter: z.string(),
  evidence: z.array(evidenceStep),
  /** Named options (assumptions) this answer rests on. */
  assumed: z.array(z.string()),
  /** E.g. "steatosis-rule-on-enhanced-ct". */
  flags: z.array(z.string()),
});
export type Key = z.infer<typeof key>;
