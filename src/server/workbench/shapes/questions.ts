// Questions of a benchmark with their keys, as its owner looks through them.
import * as z from 'zod';
import { answerKind, evidenceStep, question, stage } from '../../../domain/question.ts';
import { valueCount } from './benchmarks.ts';
import { flag } from './flags.ts';
import { place } from './place.ts';

/** Filters of the list of questions, as query parameters; what is left out does not restrict. */
export const questionFilter = z.object({
  /** Several values of these have commas between: any of them. */
  stage: z.string().max(500).optional(),
  type: z.string().max(4000).optional(),
  organ: z.string().max(1000).optional(),
  /** Answer kind: numeric, binary, categorical, text. */
  answer: z.string().max(200).optional(),
  split: z.string().max(200).optional(),
  /** The gold answer, whole. */
  gold: z.string().max(1000).optional(),
  case: z.string().max(500).optional(),
  /** Words that the question holds, or its id. */
  text: z.string().max(200).optional(),
  flagged: z.enum(['yes', 'no']).optional(),
  /** "NAME:VALUE"; several with "|" between (see `facetsOf`): all of them. */
  facet: z.string().max(2000).optional(),
});
export type QuestionFilterShape = z.infer<typeof questionFilter>;

/** Names and values of a `facet` filter: "modality:CT|organ:liver"; a backslash before "|" keeps it in a value. */
export function facetsOf(text: string): [name: string, value: string][] {
  const parts = text.match(/(?:\\[\s\S]|[^|\\])+/g) ?? [];
  return parts.map((part) => {
    const plain = part.replaceAll(/\\([\s\S])/g, '$1');
    const at = plain.indexOf(':');
    return at < 0 ? [plain, ''] : [plain.slice(0, at), plain.slice(at + 1)];
  });
}

/** The opposite of `facetsOf`. */
export const facetText = (facets: readonly (readonly [string, string])[]): string =>
  facets.map(([name, value]) => `${name}:${value}`.replaceAll(/[\\|]/g, '\\$&')).join('|');

export const questionRow = z.object({
  id: z.string(),
  caseId: z.string(),
  stage,
  type: z.string(),
  organs: z.array(z.string()),
  answerKind,
  text: z.string(),
  /** Null while the keys are locked. */
  gold: z.string().nullable(),
  split: z.string(),
  flags: z.number().int(),
});
export type QuestionRow = z.infer<typeof questionRow>;

/** GET /api/benchmarks/{benchmark}/questions?offset=&limit=&…filter. */
export const questionPage = z.object({
  /** Questions that the filter leaves, and all that are looked through. */
  total: z.number().int(),
  of: z.number().int(),
  /** True: the release has more than `of`, which are not looked through here. */
  cut: z.boolean(),
  /** Why gold answers are missing. */
  locked: z.string().optional(),
  rows: z.array(questionRow),
  /** Where the question that `find` names stands among those that are left; -1 where it does not. */
  at: z.number().int().optional(),
  /** Where no question is left: how many would be without each filter ("facet NAME" for one of several facets). */
  without: z.array(z.object({ filter: z.string(), total: z.number().int() })).optional(),
  /** For each filter, how many questions each value would leave beside the other filters. */
  counts: z.object({
    stage: z.array(valueCount),
    type: z.array(valueCount),
    organ: z.array(valueCount),
    answer: z.array(valueCount),
    split: z.array(valueCount),
    /** The most frequent. */
    gold: z.array(valueCount),
    flagged: z.array(valueCount),
  }),
  facets: z.array(z.object({ name: z.string(), values: z.array(valueCount) })),
});
export type QuestionPage = z.infer<typeof questionPage>;

/** A step of the gold chain with the criterion it used, spelled out, and where it can be seen. */
export const keyStep = evidenceStep.extend({
  rule: z
    .object({
      title: z.string(),
      statement: z.string(),
      source: z.string(),
      assumed: z.string().optional(),
    })
    .optional(),
  /** Null where the step touches nothing of the scan, or nothing was measured. */
  place: place.nullable(),
});
export type KeyStep = z.infer<typeof keyStep>;

/** GET /api/benchmarks/{benchmark}/questions/{question}. */
export const questionDetail = z.object({
  question,
  organs: z.array(z.string()),
  /** Of a built benchmark. */
  key: z
    .object({
      answer: z.string(),
      value: z.number().optional(),
      letter: z.string(),
      evidence: z.array(keyStep),
      assumed: z.array(z.object({ name: z.string(), value: z.unknown(), why: z.string() })),
      flags: z.array(z.string()),
    })
    .optional(),
  /** Of a published one: a reply that knows the reference, and the reference as JSON, cut where it is long. */
  reference: z.object({ reply: z.string(), json: z.string(), cut: z.boolean() }).optional(),
  locked: z.string().optional(),
  flags: z.array(flag),
  /** The case's files lie here, so that the viewer can show it. */
  viewable: z.boolean(),
});
export type QuestionDetail = z.infer<typeof questionDetail>;
