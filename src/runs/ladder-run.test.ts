import { describe, expect, it } from 'vitest';
import type { Key, Question } from '../domain/question.ts';
import { emptyOutcome } from '../domain/read.ts';
import type { Reader } from '../domain/reader.ts';
import { openStore } from '../storage/store.ts';
import { memoryBenchmark, testAccess, testCase, testQuestion } from '../tools/testing.ts';
import { executeLadder, isLadderRun, ladderRowsOf, parseRungId, rungId } from './ladder-run.ts';

const people = [0, 1, 2, 3];
const questions: Question[] = people.map((n) =>
  testQuestion({
    id: `q-${n}`,
    caseId: `case-${n}`,
    patientId: `patient-${n}`,
    type: 'splenomegaly-grading',
    stage: 'medical-reasoning',
    answerKind: 'categorical',
    text: 'How large is the spleen?',
    options: [
      { letter: 'A', text: 'normal' },
      { letter: 'B', text: 'severe' },
    ],
  }),
);
const cases = people.map((n) => testCase({ id: `case-${n}`, patientId: `patient-${n}` }));
/** Even patients have a small spleen, odd ones a large one. */
const keys = new Map<string, Key>(
  people.map((n) => {
    const volume = n % 2 === 0 ? 200 : 900;
    return [
      `q-${n}`,
      {
        questionId: `q-${n}`,
        answer: n % 2 === 0 ? 'normal' : 'severe',
        letter: n % 2 === 0 ? 'A' : 'B',
        assumed: [],
        flags: [],
        evidence: [
          {
            primitive: 'segment',
            tool: 'segment_organ',
            value: volume * 1000,
            statement: 'The spleen is there.',
          },
          {
            primitive: 'measure',
            tool: 'measure',
            value: volume,
            statement: `The spleen measures ${volume} cm³.`,
          },
          {
            primitive: 'knowledge',
            tool: 'lookup_medical_knowledge',
            value: 500,
            statement: 'Above 500 is severe.',
          },
          { primitive: 'compare', value: 'x', statement: 'The volume is compared.' },
        ],
      } satisfies Key,
    ];
  }),
);

/** Believes what it is told of the volume; without that it says A. */
const believer: Reader = {
  name: 'believer',
  capabilities: { formats: ['mc'], needsImage: false, needsMasks: false },
  read: async ({ evidence = [] }) => {
    const volume = Number(/measures (\d+)/.exec(evidence.join(' '))?.[1] ?? 0);
    const letter = volume > 500 ? 'B' : 'A';
    return { ...emptyOutcome(), status: 'answered', raw: letter, answer: { kind: 'choice', letter } };
  },
};

async function ladder() {
  const store = await openStore(':memory:');
  const benchmark = memoryBenchmark({ questions, cases });
  const summary = await executeLadder({
    benchmark,
    reader: believer,
    store,
    keys,
    openCase: async () => testAccess(),
    repeats: 2,
  });
  const run = await store.run(summary.runId);
  if (run === undefined) throw new Error('the run is gone');
  const rows = ladderRowsOf(
    run,
    await store.scoringRows(summary.runId),
    new Map(questions.map((question) => [question.id, question])),
    keys,
    'strict',
  );
  await store.close();
  return { summary, run, rows };
}

describe('the ladder as a run', () => {
  it('asks each question without evidence, and with one and two steps of its own and of a twin', async () => {
    const { summary, run, rows } = await ladder();
    expect(isLadderRun(run)).toBe(true);
    expect(summary.planned).toBe(people.length * 2 * 5);
    expect(summary.counts.answered).toBe(summary.planned);
    const rungs = new Set(rows.map((row) => `${row.stepsGiven}${row.twin ? '~' : ''}`));
    expect([...rungs].sort()).toEqual(['0', '1', '1~', '2', '2~']);
  });
  it('a reader that believes its evidence rises to all right with its own and falls to none with the twin', async () => {
    const { rows } = await ladder();
    const mean = (steps: number, twin: boolean) => {
      const chosen = rows.filter((row) => row.stepsGiven === steps && row.twin === twin);
      return chosen.reduce((sum, row) => sum + row.score, 0) / chosen.length;
    };
    expect(mean(0, false)).toBe(0.5);
    expect(mean(1, false)).toBe(0.5);
    expect(mean(2, false)).toBe(1);
    // Twins are taken from patients with another answer.
    expect(mean(2, true)).toBe(0);
  });
});

describe('rung ids', () => {
  it('carry question, steps and twin there and back', () => {
    for (const twin of [false, true])
      expect(parseRungId(rungId('q-7@x', { steps: 3, twin }))).toEqual({
        questionId: 'q-7@x',
        steps: 3,
        twin,
      });
    expect(parseRungId('q-7')).toBeUndefined();
  });
});
