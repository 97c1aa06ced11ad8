// Simulated benchmarks and reads whose true scores are known, for tests, demos of the report and timing.
import { contentHash } from '../../domain/content-hash.ts';
import type { Key, Question } from '../../domain/question.ts';
import { type Random, random } from '../../domain/random.ts';
import type { QuestionFormat, RunRecord } from '../../domain/run.ts';
import type { ScoringRow } from '../../domain/scoring-row.ts';
import { SUBTYPES } from '../subtypes.ts';

export interface SimulatedReader {
  readonly name: string;
  /** Probability of a right answer for an average patient. */
  readonly skill: number;
  /** Guesses among the options instead: `skill` and `spread` are not used. */
  readonly guesses?: boolean;
  /** Spread of patients' difficulty on the logit scale; default 0: all patients alike. */
  readonly spread?: number;
  /** Shares of reads without an answer. */
  readonly unparsed?: number;
  readonly refused?: number;
  readonly failed?: number;
  readonly unsupported?: number;
}

export interface SimulationOptions {
  readonly seed: string;
  readonly questions: number;
  readonly patients: number;
  readonly readers: readonly SimulatedReader[];
  readonly format: QuestionFormat;
  readonly repeats?: number;
}

export interface Simulation {
  benchmark: { name: string; contentHash: string };
  questions: Question[];
  keys: Map<string, Key>;
  runs: { run: RunRecord; rows: ScoringRow[] }[];
}

/** A benchmark of the 42 types with numbers, yes/no and grades as keys, and readers of known skill. */
export function simulate(options: SimulationOptions): Simulation {
  const rng = random(options.seed, 'simulation');
  const questions: Question[] = [];
  const keys = new Map<string, Key>();
  for (let i = 0; i < options.questions; i++) {
    const { question, key } = draw(rng, i, options.patients);
    questions.push(question);
    keys.set(question.id, key);
  }
  return {
    benchmark: { name: `simulated ${options.seed}`, contentHash: contentHash(options.seed) },
    questions,
    keys,
    runs: options.readers.map((reader) => simulateRun(options, reader, questions, keys)),
  };
}

const CATEGORIES = ['Left', 'Right', 'The same', 'Neither'];

function draw(rng: Random, i: number, patients: number): { question: Question; key: Key } {
  const subtype = SUBTYPES[i % SUBTYPES.length];
  const patient = i < patients ? i : rng.int(patients);
  const id = `q${i}`;
  const base = {
    id,
    caseId: `c${patient}`,
    patientId: `p${patient}`,
    stage: subtype.stage,
    type: subtype.id,
  };
  const value = Math.round(rng.uniform(20, 2000) * 10) / 10;
  const texts =
    subtype.answerKind === 'numeric'
      ? [1, 1.3, 0.7, 1.7].map((factor) => (value * factor).toFixed(1))
      : subtype.answerKind === 'binary'
        ? ['Yes', 'No']
        : CATEGORIES;
  const right = subtype.answerKind === 'numeric' ? 0 : rng.int(texts.length);
  const order = rng.shuffle(texts);
  const options = order.map((text, j) => ({ letter: 'ABCD'[j], text }));
  const answer = texts[right];
  return {
    question: {
      ...base,
      answerKind: subtype.answerKind,
      text: `Simulated question ${i}?`,
      ...(subtype.answerKind === 'numeric' ? { unit: 'cm3' } : {}),
      options,
      slots: {},
      split: i % 5 === 0 ? 'train' : 'test',
    },
    key: {
      questionId: id,
      answer,
      ...(subtype.answerKind === 'numeric' ? { value } : {}),
      letter: 'ABCD'[order.indexOf(answer)],
      evidence: [],
      assumed: [],
      flags: [],
    },
  };
}

function simulateRun(
  options: SimulationOptions,
  reader: SimulatedReader,
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
): { run: RunRecord; rows: ScoringRow[] } {
  const rng = random(options.seed, 'reader', reader.name);
  const repeats = options.repeats ?? 1;
  const ease = new Map<string, number>();
  const rows: ScoringRow[] = [];
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const question of questions) {
      const key = keys.get(question.id);
      if (key === undefined) continue;
      if (!ease.has(question.patientId))
        ease.set(
          question.patientId,
          (reader.spread ?? 0) * random(options.seed, question.patientId).normal(),
        );
      const logit = Math.log(reader.skill / (1 - reader.skill)) + (ease.get(question.patientId) ?? 0);
      const chance = reader.guesses ? 1 / question.options.length : 1 / (1 + Math.exp(-logit));
      const right = rng.next() < chance;
      const status = statusOf(reader, rng);
      rows.push({
        questionId: question.id,
        patientId: question.patientId,
        repeat,
        status,
        raw: status === 'answered' ? reply(question, key, right, options.format, rng) : 'hmm …',
        inputTokens: 900,
        outputTokens: 12,
        milliseconds: 40,
        requests: 1,
      });
    }
  const run: RunRecord = {
    id: `run-${reader.name}`,
    reader: reader.name,
    benchmark: 'simulated',
    benchmarkHash: contentHash(options.seed),
    benchmarkName: `simulated ${options.seed}`,
    format: options.format,
    repeats,
    seed: options.seed,
    settings: {},
    status: 'done',
    planned: rows.length,
    resent: 0,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    version: '0.1.0',
  };
  return { run, rows };
}

function statusOf(reader: SimulatedReader, rng: Random): ScoringRow['status'] {
  let roll = rng.next();
  for (const status of ['unparsed', 'refused', 'failed', 'unsupported'] as const) {
    roll -= reader[status] ?? 0;
    if (roll < 0) return status;
  }
  return 'answered';
}

function reply(question: Question, key: Key, right: boolean, format: QuestionFormat, rng: Random): string {
  const others = question.options.filter((option) => option.letter !== key.letter);
  const wrong = rng.pick(others);
  if (format === 'mc') return `Answer: ${right ? key.letter : wrong.letter}`.slice(rng.next() < 0.5 ? 8 : 0);
  if (key.value !== undefined) return right ? `${key.value} cm³` : `about ${(key.value * 3).toFixed(1)}`;
  return right ? key.answer : wrong.text;
}
