// The record of the DeepTumorVQA releases, made of a question and its key, and read back.
import * as z from 'zod';
import type { CaseRecord } from '../domain/case.ts';
import type { Key, Option, Question } from '../domain/question.ts';
import { structureOf } from '../domain/structures.ts';
import { PUBLISHED_STAGES, subtypeName } from '../scoring/subtypes.ts';
import type { ExportItem } from './export.ts';

/** A record of version 2; `context`, `split` and `canary` are our additions, which its readers pass over. */
export const publishedRecord = z.object({
  qid: z.string(),
  image_id: z.string(),
  spacing: z.string().nullish(),
  shape: z.string().nullish(),
  sex: z.string().nullish(),
  age: z.union([z.string(), z.number()]).nullish(),
  scanner: z.string().nullish(),
  contrast: z.string().nullish(),
  question: z.string(),
  answer: z.union([z.string(), z.number(), z.boolean()]).transform(String),
  mc_question: z.string().nullish(),
  correct_option: z.string().nullish(),
  organ: z.string().nullish(),
  lesion: z.union([z.boolean(), z.string()]).nullish(),
  question_type: z.string(),
  question_subtype: z.string(),
  requires_tools: z.union([z.array(z.string()), z.string()]).nullish(),
  split: z.string().nullish(),
  unit: z.string().nullish(),
  canary: z.string().nullish(),
});
export type PublishedRecord = z.infer<typeof publishedRecord>;

/** "What is …? A: 1.2 B: 3.4": question and options in one line, as the releases render them. */
export function renderChoices(text: string, options: readonly Option[]): string {
  return [text, ...options.map((o) => `${o.letter}: ${o.text}`)].join(' ');
}

/** The options out of a rendered line; the inverse of `renderChoices` for letters in order from A. */
export function parseChoices(line: string, text: string): Option[] {
  const tail = line.startsWith(text) ? line.slice(text.length) : line;
  const marks = [...tail.matchAll(/(?:^|\s)([A-Z]):\s/g)];
  // Letters must run A, B, C …: a colon after a lone capital inside an option is text.
  const inOrder: RegExpExecArray[] = [];
  for (const mark of marks)
    if (mark[1] === String.fromCharCode(65 + inOrder.length)) inOrder.push(mark as RegExpExecArray);
  return inOrder.map((mark, i) => ({
    letter: mark[1],
    text: tail.slice(mark.index + mark[0].length, inOrder[i + 1]?.index ?? tail.length).trim(),
  }));
}

/** Question and context in one text, since the record has no place for the context. */
export function fullText({ text, context }: Pick<Question, 'text' | 'context'>): string {
  return context === undefined ? text : `${text} ${context}`;
}

/** Organ that a question is about: that of its (first) target. */
function organOf({ slots }: Pick<Question, 'slots'>): string {
  const target = slots.target ?? slots.organ ?? slots.a ?? slots.part ?? '';
  return structureOf(target)?.parent ?? target;
}

function isAboutLesion({ slots, type }: Pick<Question, 'slots' | 'type'>): boolean {
  const target = slots.target ?? slots.a ?? '';
  return structureOf(target)?.kind === 'lesion' || /lesion|tumor|cyst/.test(type);
}

function toolsOf({ evidence }: Pick<Key, 'evidence'>): string[] {
  return [...new Set(evidence.flatMap(({ tool }) => (tool === undefined ? [] : [tool])))];
}

const digits = (value: number) =>
  Number.isInteger(value) ? value.toFixed(1) : String(Number(value.toFixed(4)));

/** The case's fields as the releases spell them. */
export function publishedCase(record: CaseRecord) {
  return {
    image_id: record.id,
    spacing: `[${record.spacing.map(digits).join(' ')}]`,
    shape: `(${record.shape.join(', ')})`,
    sex: record.sex ?? null,
    age: record.ageBand ?? null,
    scanner: record.scanner ?? null,
    contrast: record.phase === 'unknown' ? null : record.phase,
  };
}

/** The record of one question. */
export function toPublished({ question, key, case: record }: ExportItem, canary: string): PublishedRecord {
  const text = fullText(question);
  return {
    qid: question.id,
    ...publishedCase(record),
    question: text,
    answer: key.answer,
    mc_question: renderChoices(text, question.options),
    correct_option: key.letter,
    organ: organOf(question),
    lesion: isAboutLesion(question),
    question_type: PUBLISHED_STAGES[question.stage],
    question_subtype: subtypeName(question.type),
    requires_tools: toolsOf(key),
    split: question.split,
    unit: question.unit ?? null,
    canary,
  };
}
