// What guessing would score on each question: one over the options, or a baseline learned from the train split.
import type { Key, Question } from '../domain/question.ts';
import type { Answer } from '../domain/read.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { protocols } from './protocols/registry.generated.ts';
import { extractBinary, extractNumber, normalizeText } from './published/extract.ts';
import { canonicalLabel } from './strict/label.ts';

export interface Chance {
  /** Expected score per question, in the order given; NaN where there is no baseline. */
  readonly expected: Float64Array;
  /** Name of the baseline, per question. */
  readonly baseline: readonly string[];
}

/** With at least this many train keys for a type's own slots (one organ, say) they form the baseline. */
const OWN_SLOTS = 5;

/** Chance of multiple-choice questions: one over the number of options. */
function choiceChance(questions: readonly Question[]): Chance {
  return {
    expected: Float64Array.from(questions, (q) => (q.options.length > 0 ? 1 / q.options.length : Number.NaN)),
    baseline: questions.map(() => '1/options'),
  };
}

/**
 * Chance of free-form questions: always the train split's median (numbers) or its most frequent answer (the rest),
 * of the same type and slots where the train split has five such keys, else of the same type. A type that the train
 * split lacks uses all its keys, and says so.
 */
function freeChance(
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
  protocol: Protocol,
): Chance {
  const pools = new Map<string, Key[]>();
  const add = (name: string, key: Key) => {
    const pool = pools.get(name);
    if (pool === undefined) pools.set(name, [key]);
    else pool.push(key);
  };
  for (const question of questions) {
    const key = keys.get(question.id);
    if (key === undefined) continue;
    add(`all ${question.type}`, key);
    if (question.split !== 'train') continue;
    add(`train ${question.type}`, key);
    add(`own ${ownName(question)}`, key);
  }
  const answers = new Map<string, Answer | undefined>();
  const expected = new Float64Array(questions.length);
  const baseline = questions.map((question, i) => {
    const key = keys.get(question.id);
    const own = `own ${ownName(question)}`;
    const train = `train ${question.type}`;
    const pool =
      (pools.get(own)?.length ?? 0) >= OWN_SLOTS ? own : pools.has(train) ? train : `all ${question.type}`;
    if (!answers.has(pool)) answers.set(pool, typical(question, pools.get(pool) ?? [], protocol));
    const answer = answers.get(pool);
    expected[i] =
      key === undefined || answer === undefined
        ? Number.NaN
        : protocols[protocol].score(question, key, answer, 'free');
    const split = pool.startsWith('all') ? 'all keys, since none are in train' : 'train';
    return question.answerKind === 'numeric' ? `median (${split})` : `most frequent (${split})`;
  });
  return { expected, baseline };
}

function ownName(question: Question): string {
  const slots = Object.entries(question.slots).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${question.type} ${JSON.stringify(slots)}`;
}

/** Median or most frequent answer of some keys, as the protocol's parser would hand it over. */
function typical(question: Question, keys: readonly Key[], protocol: Protocol): Answer | undefined {
  if (question.answerKind === 'numeric') {
    const values = keys.map((key) => key.value ?? extractNumber(key.answer)).filter((v) => v !== undefined);
    if (values.length === 0) return undefined;
    const sorted = values.sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const value = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return { kind: 'number', value };
  }
  const name = (text: string): string =>
    protocol === 'strict'
      ? canonicalLabel(text)
      : question.answerKind === 'binary'
        ? extractBinary(text)
        : normalizeText(text);
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(name(key.answer), (counts.get(name(key.answer)) ?? 0) + 1);
  // Ties go to the text that sorts first, so that the baseline does not depend on the order of the keys.
  const best = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0];
  return best === undefined ? undefined : { kind: 'text', text: best[0] };
}

/** Expected score of guessing, per question. */
export function chanceOf(
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
  options: { format: QuestionFormat; protocol: Protocol },
): Chance {
  return options.format === 'mc' ? choiceChance(questions) : freeChance(questions, keys, options.protocol);
}
