// What guessing would score on each question: one over the options, or a baseline learned from the train split.
import type { Key, Question } from '../domain/question.ts';
import type { Answer } from '../domain/read.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { protocols } from './protocols/registry.generated.ts';
import { extractBinary, extractNumber, normalizeText } from './published/extract.ts';
import { type LeftOut, leaveOut, type SampleItem } from './statistics/left-out.ts';
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
 * split lacks uses all its keys, and says so. The question's own patient is left out everywhere.
 */
function freeChance(
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
  protocol: Protocol,
): Chance {
  const samples = new Map<string, SampleItem[]>();
  const add = (name: string, item: SampleItem) => {
    const sample = samples.get(name);
    if (sample === undefined) samples.set(name, [item]);
    else sample.push(item);
  };
  for (const question of questions) {
    const key = keys.get(question.id);
    if (key === undefined) continue;
    const item = itemOf(question, key, protocol);
    add(`all ${question.type}`, item);
    if (question.split !== 'train') continue;
    add(`train ${question.type}`, item);
    add(`own ${ownName(question)}`, item);
  }
  const pools = new Map([...samples].map(([name, sample]) => [name, leaveOut(sample)]));
  const expected = new Float64Array(questions.length);
  const baseline = questions.map((question, i) => {
    const key = keys.get(question.id);
    const left = (name: string) => pools.get(name)?.(question.patientId);
    const own = left(`own ${ownName(question)}`);
    const train = left(`train ${question.type}`);
    const isTrain = train !== undefined && train.size > 0;
    const pool =
      own !== undefined && own.size >= OWN_SLOTS ? own : isTrain ? train : left(`all ${question.type}`);
    const answer = pool === undefined ? undefined : typical(question, pool);
    expected[i] =
      key === undefined || answer === undefined
        ? Number.NaN
        : protocols[protocol].score(question, key, answer, 'free');
    const split = isTrain ? 'train' : 'all keys, since none are in train';
    return question.answerKind === 'numeric' ? `median (${split})` : `most frequent (${split})`;
  });
  return { expected, baseline };
}

function ownName(question: Question): string {
  const slots = Object.entries(question.slots).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${question.type} ${JSON.stringify(slots)}`;
}

/** A key's answer as the protocol's parser would hand it over. */
function itemOf({ patientId, answerKind }: Question, key: Key, protocol: Protocol): SampleItem {
  const { answer } = key;
  if (answerKind === 'numeric') {
    const value = key.value ?? extractNumber(answer);
    return { patientId, label: answer, ...(value === undefined ? {} : { value }) };
  }
  const name =
    protocol === 'strict' ? canonicalLabel : answerKind === 'binary' ? extractBinary : normalizeText;
  return { patientId, label: name(answer) };
}

/** The median or most frequent answer of what is left of a pool. */
function typical({ answerKind }: Question, pool: LeftOut): Answer | undefined {
  if (answerKind === 'numeric') {
    const value = pool.median();
    return value === undefined ? undefined : { kind: 'number', value };
  }
  const text = pool.mode();
  return text === undefined ? undefined : { kind: 'text', text };
}

/** Expected score of guessing, per question. */
export function chanceOf(
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
  options: { format: QuestionFormat; protocol: Protocol },
): Chance {
  return options.format === 'mc' ? choiceChance(questions) : freeChance(questions, keys, options.protocol);
}
