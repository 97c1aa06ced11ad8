import { afterEach, describe, expect, it } from 'vitest';
import { createReader } from '../../agents/create-reader.ts';
import { type ScriptedModel, scriptedModel, testTask } from '../../agents/testing.ts';
import type { Read } from '../../domain/read.ts';
import type { LoopbackReply } from '../../experts/testing/loopback.ts';
import { testQuestion } from '../../tools/testing.ts';
import { preferencePairs } from './pairs.ts';
import { runTraces } from './run-traces.ts';

let model: ScriptedModel | undefined;
afterEach(() => model?.close());

const measure = (target: string) => ({
  name: 'measure',
  arguments: { target, measurement_type: 'volume_cm3' },
});

async function readWith(...replies: LoopbackReply[]): Promise<Read> {
  let turn = 0;
  model = await scriptedModel({ answer: () => replies[Math.min(turn++, replies.length - 1)] });
  const reader = await createReader('tools@compatible/scripted#oracle', model.deps);
  const outcome = await reader.read(testTask());
  return { ...outcome, runId: 'run-1', questionId: 'q-1', caseId: 'c', patientId: 'p', repeat: 0, at: '' };
}

describe('a run’s reads as traces', () => {
  it('have every call in its turn, with whole arguments and results', async () => {
    const read = await readWith(
      { text: 'First the organs.', toolCalls: [measure('liver'), measure('spleen')] },
      { toolCalls: [measure('liver')] },
      { text: 'B' },
    );
    const [trace] = runTraces({ question: testQuestion(), read, tools: [], score: 1 });
    expect(trace.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'assistant',
      'assistant',
    ]);
    const turns = trace.messages.flatMap((message) => (message.role === 'assistant' ? [message] : []));
    expect(turns.map(({ calls }) => calls.length)).toEqual([2, 1, 0]);
    expect(turns[0]).toMatchObject({
      text: 'First the organs.',
      calls: [{ arguments: { target: 'liver' } }, { arguments: { target: 'spleen' } }],
    });
    expect(turns.flatMap(({ calls }) => calls.map(({ result }) => result))).toEqual(
      read.toolCalls.map(({ result }) => result),
    );
    expect(turns[2].text).toBe('B');
  });
  it('of a strategy are its conversations, of which the last holds the answer', () => {
    const entry = (role: 'user' | 'assistant', text: string, request: number) => ({ role, text, request });
    const read = {
      transcript: [
        entry('user', 'Where?', 1),
        entry('assistant', 'left', 1),
        entry('user', 'Where?', 2),
        entry('assistant', 'left', 2),
        entry('user', 'Look again.', 2),
        entry('assistant', 'A', 2),
      ],
      toolCalls: [],
      runId: 'r',
      patientId: 'p',
      repeat: 0,
    } as unknown as Read;
    const question = testQuestion();
    expect(runTraces({ question, read, tools: [] }).map(({ messages }) => messages.length)).toEqual([4]);
    const all = runTraces({ question, read, tools: [], conversations: 'all' });
    expect(all.map(({ id, messages }) => [id, messages.length])).toEqual([
      ['q-1#0#0', 2],
      ['q-1#0#1', 4],
    ]);
  });
});

describe('preference pairs', () => {
  it('prefer the higher score, never within the margin, and as many as asked for', async () => {
    const read = await readWith({ text: 'B' });
    const [base] = runTraces({ question: testQuestion(), read, tools: [] });
    const scored = [0, 0.2, 0.6, 1].map((score, at) => ({ ...base, id: `t${at}`, score }));
    const all = preferencePairs(scored, { seed: '1', margin: 0.5, perQuestion: 99 });
    expect(all.map(({ chosen, rejected }) => `${chosen.id}>${rejected.id}`).sort()).toEqual([
      't2>t0',
      't3>t0',
      't3>t1',
    ]);
    expect(preferencePairs(scored, { seed: '1' })).toMatchObject([
      { chosen: { id: 't3' }, rejected: { id: 't0' } },
    ]);
    expect(preferencePairs([scored[3], { ...base, id: 'unscored' }], { seed: '1' })).toEqual([]);
    expect(preferencePairs([scored[3], { ...scored[3], id: 'same' }], { seed: '1', margin: 0 })).toEqual([]);
  });
});
