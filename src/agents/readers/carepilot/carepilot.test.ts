import { afterEach, describe, expect, it } from 'vitest';
import type { Question } from '../../../domain/question.ts';
import { type DeskAction, sameAction } from '../../../experts/desk/actions.ts';
import { hasBrowser } from '../../../experts/desk/browser.ts';
import { deskTasks } from '../../../experts/desk/tasks.ts';
import { createGateway } from '../../../experts/gateway.ts';
import desk from '../../../experts/services/desk.ts';
import type { Loopback } from '../../../experts/testing/loopback.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { testQuestion } from '../../../tools/testing.ts';
import { createReader, type ReaderDeps } from '../../create-reader.ts';
import { testTask } from '../../testing.ts';
import { type DeskErrors, simulatedOperator, understood } from './check.ts';
import { verdictOf } from './decide.ts';
import { longTerm, memoryText, shortTerm, subtasksOf } from './memory.ts';

const PERFECT: DeskErrors = { slip: 0, detect: 1, alarm: 0 };
const blobs = memoryBlobs();
let server: Loopback | undefined;
afterEach(() => server?.close());

async function reads(
  questions: readonly Partial<Question>[],
  errors: DeskErrors,
  over: Partial<ReaderDeps> = {},
  look: (request: SeenRequest) => void = () => {},
) {
  const answer = simulatedOperator(errors);
  server = await startSimulatedReader({
    seed: '1',
    answer: (request, random) => {
      look(request);
      return answer(request, random);
    },
  });
  const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
  const reader = await createReader('carepilot@compatible/m', {
    gateway,
    blobs,
    criteria: 'guideline',
    ...over,
  });
  const hash = await blobs.put(
    await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }),
  );
  const outcomes = [];
  for (const [at, question] of questions.entries())
    outcomes.push(
      await reader.read(
        testTask({
          question: testQuestion({
            answerKind: 'text',
            options: [],
            prompt: [{ type: 'image', hash, mediaType: 'image/png' }],
            ...question,
          }),
          access: undefined,
          seed: String(at),
        }),
      ),
    );
  await gateway.close();
  return outcomes;
}

const [task] = deskTasks({ seed: '5', count: 1 });
const stepQuestion = (at: number, of = task): Partial<Question> => ({
  id: `${of.id}-${at}`,
  text: of.goal,
  type: 'next-action',
  materials: [
    { id: 'd', kind: 'note', title: 'done', text: JSON.stringify(of.gold.slice(0, at)) },
    {
      id: 'e',
      kind: 'note',
      title: 'elements',
      text: JSON.stringify(of.gold.map(({ target }) => ({ name: target }))),
    },
  ],
});
const action = (raw: string): DeskAction => JSON.parse(raw) as DeskAction;

describe('the memories', () => {
  const click = (target: string) => ({ action: 'CLICK' as const, target });
  const attempts = [
    { action: click('Report'), observation: 'Done.', done: true },
    { action: click('Save'), observation: 'There is no "Save" on the screen.', done: false },
    { action: click('Save'), observation: 'There is no "Save" on the screen.', done: false },
  ];
  it('short: the last action, what came of it, and the last lesson', () => {
    expect(shortTerm(attempts)).toEqual({
      last_action: 'CLICK "Save"',
      last_observation: 'There is no "Save" on the screen.',
      last_lesson: 'CLICK "Save": There is no "Save" on the screen.',
    });
  });
  it('long: progress, what remains, what recurs, where it went wrong', () => {
    const long = longTerm(
      'In this order: click "Report"; click "Save report"; report that the task is complete.',
      attempts,
    );
    expect(long).toMatchObject({
      overall_progress: '1 of 3 steps',
      completed_subtasks: ['CLICK "Report"'],
      remaining_subtasks: ['click "Save report"', 'report that the task is complete'],
      recurring_issues: ['CLICK "Save"'],
      tool_effectiveness: { CLICK: '1/3' },
      backtrack_points: [2, 3],
      failure_types: { CLICK: 2 },
    });
  });
  it('none at all when switched off', () => {
    expect(memoryText('x', attempts, 'none')).toBe('');
    expect(memoryText('x', attempts, 'short')).not.toContain('overall_progress');
  });
});

describe('a task’s words', () => {
  it('say each of its actions', () => {
    for (const { goal, gold } of deskTasks({ seed: '9', count: 20 })) {
      const said = subtasksOf(goal).map(understood);
      expect(said).toHaveLength(gold.length);
      said.forEach((step, at) => {
        expect(step !== undefined && sameAction(step, gold[at])).toBe(true);
      });
    }
  });
});

describe('the critic', () => {
  it('is read as a verdict or not at all', () => {
    expect(verdictOf('Fine. {"score": 0.9, "hint": "go on"}')).toEqual({ score: 0.9, hint: 'go on' });
    expect(verdictOf('{"score": 7}')).toBeUndefined();
    expect(verdictOf('I approve.')).toBeUndefined();
  });
  it('is never told the truth: no request holds the scored action unless the actor proposed it', async () => {
    const asked: string[] = [];
    await reads([stepQuestion(3)], { slip: 1, detect: 1, alarm: 0 }, {}, (request) =>
      asked.push(request.asked),
    );
    expect(asked.length).toBeGreaterThan(2);
    for (const text of asked) {
      expect(text).not.toMatch(/ground_truth|Predicted|Output/);
      const proposal = /Proposed next action: (.*)/.exec(text)?.[1];
      expect(text.includes(JSON.stringify(task.gold[3])) && proposal === undefined).toBe(false);
    }
  });
  it('sends a wrong proposal back at most as often as allowed, and all of it is in the log', async () => {
    const [outcome] = await reads(
      [stepQuestion(2)],
      { slip: 1, detect: 1, alarm: 0 },
      { options: { retries: '2' } },
    );
    const reviews = outcome.toolCalls.filter(({ tool }) => tool === 'carepilot:review');
    expect(reviews.length).toBeLessThanOrEqual(3);
    expect(outcome.requests).toBe(2 * reviews.length);
  });
});

describe('a critic that cannot be read', () => {
  it('is asked once more, then the proposal is taken as without a critic, and the log says so', async () => {
    const proposal = JSON.stringify({ action: 'COMPLETE', target: '' });
    server = await startSimulatedReader({
      seed: '1',
      answer: ({ asked }) => (asked.includes('Proposed next action') ? 'Looks fine to me.' : proposal),
    });
    const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
    const reader = await createReader('carepilot@compatible/m', { gateway, blobs, criteria: 'guideline' });
    const hash = await blobs.put(
      await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }),
    );
    const prompt = [{ type: 'image' as const, hash, mediaType: 'image/png' }];
    const question = testQuestion({ answerKind: 'text', options: [], prompt, ...stepQuestion(2) });
    const outcome = await reader.read(testTask({ question, access: undefined }));
    expect(outcome).toMatchObject({ raw: proposal, requests: 3 });
    expect(outcome.toolCalls).toMatchObject([{ tool: 'carepilot:review', result: { unread: true } }]);
    await gateway.close();
  });
});

describe('steps', () => {
  it('are right throughout when the model errs nowhere', async () => {
    const outcomes = await reads(
      task.gold.map((_, at) => stepQuestion(at)),
      PERFECT,
    );
    outcomes.forEach((outcome, at) => {
      expect(sameAction(action(outcome.raw), task.gold[at]), `${at}: ${outcome.raw}`).toBe(true);
    });
  });
  it('that err independently make tasks as rare as the product of their steps says', async () => {
    const tasks = deskTasks({ seed: '11', count: 60 });
    const questions = tasks.flatMap((each) =>
      each.gold.map((_, at) => ({ ...stepQuestion(at, each), id: `${each.id}-${at}` })),
    );
    // The same words draw the same error; the history makes every step's words its own.
    const outcomes = await reads(
      questions,
      { slip: 0.04, detect: 0, alarm: 0 },
      { options: { critic: 'off' } },
    );
    let next = 0;
    let right = 0;
    let whole = 0;
    let product = 0;
    const perTask = tasks.map(({ gold }) =>
      gold.map((step) => sameAction(action(outcomes[next++].raw), step)),
    );
    for (const steps of perTask) right += steps.filter(Boolean).length;
    const accuracy = right / outcomes.length;
    for (const steps of perTask) {
      whole += Number(steps.every(Boolean));
      product += accuracy ** steps.length;
    }
    // 60 tasks: one standard error of the share is at most 0.065.
    expect(Math.abs(whole - product) / tasks.length).toBeLessThan(3 * 0.065);
    expect(accuracy).toBeGreaterThan(0.9);
  }, 60_000);
});

describe.skipIf(!(await hasBrowser()))('a live task in Chromium (apt-get install chromium)', () => {
  it('is carried out to its end, and the reply is what was done', async () => {
    const operate = await desk.open('operate', {}, { fetch, blobs });
    try {
      const question = { text: task.goal, type: 'whole-task', slots: { app: task.app, seed: task.seed } };
      const [outcome] = await reads([question], PERFECT, { experts: { operate } });
      const done = JSON.parse(outcome.raw) as DeskAction[];
      expect(done).toHaveLength(task.gold.length);
      done.forEach((step, at) => {
        expect(sameAction(step, task.gold[at])).toBe(true);
      });
      expect(outcome.toolCalls.filter(({ tool }) => tool === 'carepilot:step')).toHaveLength(done.length);
    } finally {
      await operate.close?.();
    }
  }, 60_000);
  it('without an expert that operates says how to give one', async () => {
    const question = { text: task.goal, type: 'whole-task', slots: { app: task.app, seed: task.seed } };
    await expect(reads([question], PERFECT)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
