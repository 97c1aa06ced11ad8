// Answers that somebody else's harness wrote, scored as a protocol does: `overread score PROTOCOL FILE`.
import { OverreadError } from '../domain/errors.ts';
import type { Key, Option, Question } from '../domain/question.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import {
  aggregatePublished,
  type PublishedAggregate,
  type PublishedQuestion,
} from './published/aggregate.ts';
import type { PublishedScore } from './published/metrics.ts';
import { parseSpelled, pythonText, truthy } from './published/python-json.ts';
import { type ScorableQuestion, scoreRead } from './score.ts';
import { PUBLISHED_STAGES, publishedSubtype, subtypeName } from './subtypes.ts';

/** One answer of a results file. Fields other than `qid` and `prediction` are there when the file carries them. */
export interface ForeignRecord {
  readonly qid: string;
  readonly prediction: string;
  readonly subtype?: string;
  readonly superType?: string;
  readonly answer?: string;
  readonly correctOption?: string;
  /** Question with its options inline: "… A: 12 B: 14". */
  readonly choiceQuestion?: string;
}

/** A subtype's mean under `strict`. */
export interface StrictSubtype {
  metric: 'accuracy' | 'mra';
  accuracy: number;
  n_total: number;
}

export interface ForeignScore extends Omit<PublishedAggregate, 'by_subtype'> {
  by_subtype: Record<string, PublishedScore | StrictSubtype>;
  protocol: Protocol;
  format: QuestionFormat;
  /** Records in the file. */
  records: number;
  /** Records whose question is not known; they are passed over. */
  unknown: number;
  /** Replies without an answer that the protocol can read; they count as wrong. */
  unparsed: number;
  refused: number;
}

/**
 * Reads a results file: `{results: [...]}` of DeepTumorVQA 2.0, a plain JSON list, or one JSON object per line.
 * A record names its question by `qid`, `question_id`, `questionId` or `id`, and its reply by `pred_answer`, `raw_output`,
 * `prediction` or `raw`. Throws `bad-argument` for anything else.
 */
export function readForeign(text: string): ForeignRecord[] {
  const entries = entriesOf(text);
  return entries.map((entry, i): ForeignRecord => {
    const record = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {};
    const id = record.qid ?? record.question_id ?? record.questionId ?? record.id;
    if (id === undefined || id === null)
      throw new OverreadError('bad-argument', `Record ${i + 1} names no question: give it a "qid".`);
    // As released: an empty answer gives way to the raw output.
    const reply = [record.pred_answer, record.raw_output, record.prediction, record.raw].find(truthy) ?? '';
    const text = (value: unknown): { value?: string } =>
      value === undefined ? {} : { value: pythonText(value) };
    return {
      qid: pythonText(id),
      prediction: pythonText(reply),
      subtype: text(record.question_subtype).value,
      superType: text(record.question_type).value,
      answer: text(record.answer).value,
      correctOption: text(record.correct_option).value,
      choiceQuestion: text(record.mc_question).value,
    };
  });
}

function entriesOf(text: string): unknown[] {
  let whole: unknown;
  try {
    whole = parseSpelled(text);
  } catch (cause) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line, i) => {
      try {
        return parseSpelled(line);
      } catch {
        throw new OverreadError(
          'bad-argument',
          `Line ${i + 1} is not JSON: give one JSON file, or one JSON object per line.`,
          { cause },
        );
      }
    });
  }
  if (Array.isArray(whole)) return whole;
  const results = (whole as { results?: unknown } | null)?.results;
  if (Array.isArray(results)) return results;
  return [whole];
}

/** Questions of one of our own benchmarks, for files that carry no keys of their own. */
export interface OwnBenchmark {
  readonly questions: readonly Question[];
  readonly keys: ReadonlyMap<string, Key>;
}

/**
 * Scores the records. With `published` the numbers are those of the released aggregation, whose means are taken over
 * the records present: questions without a record do not count. `strict` parses without guessing and rounds nothing.
 * Throws `bad-argument` when no record's question is known, or the protocol is.
 */
export function scoreForeign(
  protocol: string,
  records: readonly ForeignRecord[],
  options: { format?: QuestionFormat; benchmark?: OwnBenchmark } = {},
): ForeignScore {
  const name: Protocol | undefined =
    protocol === 'published' || protocol === 'deeptumorvqa'
      ? 'published'
      : protocol === 'strict'
        ? 'strict'
        : undefined;
  if (name === undefined)
    throw new OverreadError(
      'bad-argument',
      `There is no protocol or published benchmark "${protocol}": use published, strict or a name of "overread data list".`,
    );
  const format = options.format ?? 'mc';
  const index = indexOf(records, options.benchmark);
  const known = records.filter((record) => index.has(record.qid));
  if (known.length === 0)
    throw new OverreadError(
      'bad-argument',
      'No record says what its question is: add question_subtype, answer and correct_option, or name the benchmark.',
    );
  const own = new Map(options.benchmark?.questions.map((question) => [question.id, question]));
  let unparsed = 0;
  let refused = 0;
  const scores = known.map((record) => {
    const question = index.get(record.qid);
    const result =
      question === undefined
        ? undefined
        : scoreRead(
            own.get(record.qid) ?? askedOf(record, question),
            options.benchmark?.keys.get(record.qid) ?? keyOf(record, question),
            { status: 'answered', raw: record.prediction },
            { protocol: name, format },
          );
    if (result?.outcome === 'unparsed') unparsed++;
    if (result?.outcome === 'refused') refused++;
    return result?.score ?? 0;
  });
  const sums =
    name === 'published'
      ? aggregatePublished(known, index, format)
      : aggregateStrict(known, scores, index, format);
  return {
    protocol: name,
    format,
    records: records.length,
    unknown: records.length - known.length,
    unparsed,
    refused,
    ...sums,
  };
}

function indexOf(
  records: readonly ForeignRecord[],
  benchmark?: OwnBenchmark,
): Map<string, PublishedQuestion> {
  const index = new Map<string, PublishedQuestion>();
  if (benchmark !== undefined)
    for (const question of benchmark.questions) {
      const key = benchmark.keys.get(question.id);
      if (key === undefined) continue;
      index.set(question.id, {
        subtype: subtypeName(question.type),
        superType: PUBLISHED_STAGES[question.stage],
        answer: key.answer,
        correctOption: key.letter,
      });
    }
  else
    for (const { qid, subtype, superType, answer, correctOption } of records)
      if (subtype !== undefined && (answer !== undefined || correctOption !== undefined))
        index.set(qid, {
          subtype,
          superType,
          answer: answer ?? 'None',
          correctOption: correctOption ?? 'None',
        });
  return index;
}

function askedOf(record: ForeignRecord, question: PublishedQuestion): ScorableQuestion {
  return {
    answerKind: publishedSubtype(question.subtype)?.answerKind ?? 'categorical',
    options: optionsOf(record.choiceQuestion),
  };
}

function keyOf(record: ForeignRecord, question: PublishedQuestion): Key {
  const letter = question.correctOption.trim().toUpperCase();
  return { questionId: record.qid, answer: question.answer, letter, evidence: [], assumed: [], flags: [] };
}

/** Options out of "question A: one B: two"; without them the letters A–D with no text. */
function optionsOf(text: string | undefined): Option[] {
  const parts = text === undefined ? [] : [...text.matchAll(/(?:^|\s)([A-D]):\s*(.*?)(?=\s[A-D]:\s|$)/gs)];
  if (parts.length >= 2) return parts.map((match) => ({ letter: match[1], text: match[2].trim() }));
  return ['A', 'B', 'C', 'D'].map((letter) => ({ letter, text: '' }));
}

/** Plain question-weighted means of strict scores, in the published shape. */
function aggregateStrict(
  records: readonly ForeignRecord[],
  scores: readonly number[],
  index: ReadonlyMap<string, PublishedQuestion>,
  format: QuestionFormat,
): Pick<ForeignScore, 'overall' | 'by_super_type' | 'by_subtype'> {
  interface Sum {
    sum: number;
    n: number;
  }
  const add = (map: Map<string, Sum>, name: string, score: number) => {
    const entry = map.get(name) ?? { sum: 0, n: 0 };
    map.set(name, { sum: entry.sum + score, n: entry.n + 1 });
  };
  const subtypes = new Map<string, Sum>();
  const supers = new Map<string, Sum>();
  records.forEach((record, i) => {
    const question = index.get(record.qid);
    if (question === undefined) return;
    add(subtypes, question.subtype, scores[i]);
    if (question.superType) add(supers, question.superType, scores[i]);
  });
  const total = scores.reduce((sum, score) => sum + score, 0);
  const mean = ({ sum, n }: Sum) => ({ accuracy: sum / n, n_total: n });
  return {
    overall: { accuracy: total / scores.length, n_total: scores.length, n_subtypes: subtypes.size },
    by_super_type: Object.fromEntries([...supers].map(([name, entry]) => [name, mean(entry)])),
    by_subtype: Object.fromEntries(
      [...subtypes].map(([name, entry]): [string, StrictSubtype] => {
        const numeric = format === 'free' && publishedSubtype(name)?.answerKind === 'numeric';
        return [name, { metric: numeric ? 'mra' : 'accuracy', ...mean(entry) }];
      }),
    ),
  };
}
