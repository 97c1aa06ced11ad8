import { describe, expect, it } from 'vitest';
import { memoryBlobs } from '../storage/blobs.ts';
import { createEnvironment } from './episode.ts';
import type { StepResult } from './observation.ts';
import { replay } from './replay.ts';
import { boxEnvironment, boxEpisodes, goldActions } from './testing.ts';
import { countsLine, transcriptSchema } from './transcript.ts';

async function play(
  environment: Awaited<ReturnType<typeof boxEnvironment>>,
  seed: number,
  actionsOf = goldActions,
): Promise<StepResult[]> {
  const results = [await environment.reset({ seed })];
  const key = environment.keys.get(environment.state().question_id ?? '');
  if (key === undefined) throw new Error('no key');
  for (const action of actionsOf(key)) {
    results.push(await environment.step(action));
    if (results.at(-1)?.done) break;
  }
  return results;
}

describe('an episode', () => {
  it('is chosen by its seed', async () => {
    const environment = await boxEnvironment();
    const asked = async (seed: number) => {
      await environment.reset({ seed });
      return environment.state().question_id;
    };
    expect(await asked(3)).toBe(await asked(3));
    const all = new Set<unknown>();
    for (let seed = 0; seed < 40; seed++) all.add(await asked(seed));
    expect(all.size).toBe(environment.keys.size);
    expect((await environment.reset({ questionId: 'q-1-organ-volume-measurement' })).observation.kind).toBe(
      'question',
    );
    await expect(environment.reset({ questionId: 'q-9' })).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(environment.reset({ seed: -1 })).rejects.toMatchObject({ code: 'bad-argument' });
  });
  it('gives the policy that walks the gold chain everything, and at the end only', async () => {
    const environment = await boxEnvironment({ rewards: 'answer=1,format=0.1,evidence=0.3' });
    for (let seed = 0; seed < 8; seed++) {
      const results = await play(environment, seed);
      expect(results[0]).toMatchObject({ reward: null, done: false });
      for (const { reward } of results.slice(1, -1)) expect(reward).toBe(0);
      const end = results.at(-1);
      expect(end?.reward).toBeCloseTo(1.4, 12);
      expect(end?.observation).toMatchObject({
        kind: 'end',
        truncated: false,
        info: { outcome: 'answered', score: 1, rewards: { answer: 1, format: 1, evidence: 1 } },
      });
    }
    expect(environment.counts).toMatchObject({ begun: 8, abandoned: 0, ended: { answered: 8 } });
  });
  it('never tells the key, whatever is asked for', async () => {
    const environment = await boxEnvironment();
    const opening = await environment.reset({ questionId: 'q-2-organ-volume-measurement' });
    const key = environment.keys.get('q-2-organ-volume-measurement');
    const seen = [opening, environment.state()];
    for (const action of [
      { tool: 'measure', arguments: { target: 'liver', measurement_type: 'key' } },
      { tool: 'keys', arguments: {} },
      { tool: 'segment_organ', arguments: { target: '../../keys.jsonl' } },
      { tool: 'segment_organ', arguments: { target: 'liver', caseId: 'case-0' } },
    ])
      seen.push(await environment.step(action));
    expect(JSON.stringify(seen)).not.toMatch(/"letter"|evidence"|questionId|patient-|case-2/);
    expect(key?.letter).toMatch(/^[AB]$/);
  });
  it('answers what is no action with an error that counts as a step', async () => {
    const environment = await boxEnvironment({ stepBudget: 20 });
    await environment.reset({ seed: 1 });
    const wrong = [
      null,
      17,
      'measure',
      [],
      {},
      { tool: 'measure', answer: 'A' },
      { tool: 7 },
      { answer: { letter: 'A' } },
      { answer: 'A', more: true },
      { tool: 'no_such_tool' },
      { tool: 'measure', arguments: { target: 'liver' } },
      { tool: 'measure', arguments: '{"target":' },
    ];
    for (const [at, action] of wrong.entries()) {
      const { observation, reward, done } = await environment.step(action);
      expect(observation).toMatchObject({ kind: 'error', step: at + 1, error: { code: 'invalid-action' } });
      expect(observation.error?.message).toMatch(/\.$/);
      expect({ reward, done }).toEqual({ reward: 0, done: false });
    }
    const end = await environment.step({ answer: 'A', tool: null, arguments: null, metadata: {} });
    expect(end.observation.info).toMatchObject({
      steps: 13,
      invalid_actions: 12,
      rewards: { format: 1 / 13 },
    });
  });
  it('is truncated when its steps are spent', async () => {
    const environment = await boxEnvironment({ stepBudget: 3, rewards: 'answer,step-cost=0.01' });
    await environment.reset({ questionId: 'q-1-liver-lesion-existence' });
    const call = { tool: 'segment_organ', arguments: { target: 'spleen' } };
    expect((await environment.step(call)).reward).toBeCloseTo(-0.01, 12);
    await environment.step(call);
    const end = await environment.step(call);
    expect(end).toMatchObject({ done: true, observation: { kind: 'end', truncated: true, steps_left: 0 } });
    // What the last step found is told all the same.
    expect(end.observation.tool?.name).toBe('segment_organ');
    expect(end.observation.info).toMatchObject({ outcome: 'out-of-steps', score: null, budget_short: null });
    expect(end.observation.info?.reward_total).toBeCloseTo(-0.03, 12);
    await expect(environment.step(call)).rejects.toMatchObject({ code: 'bad-argument' });
  });
  it('says so when the step budget is shorter than the gold chain, and counts that apart', async () => {
    const environment = await boxEnvironment({ stepBudget: 1 });
    const [opening, end] = await play(environment, 2);
    expect(opening.observation.info).toBeNull();
    expect(environment.state().budget_short).toMatchObject({ has: 1 });
    expect(end.observation.info).toMatchObject({
      outcome: 'budget-short',
      budget_short: { has: 1, needed: environment.state().budget_short?.needed },
    });
    expect(environment.counts.ended).toMatchObject({ 'budget-short': 1, 'out-of-steps': 0, unparsed: 0 });
    expect(countsLine(environment.counts)).toMatch(/1 ended by a step budget shorter than the gold chain/);
  });
  it('ends when its time is spent', async () => {
    let now = 0;
    const environment = await boxEnvironment({ timeBudgetMs: 1000, clock: () => now });
    await environment.reset({ seed: 1 });
    now = 999;
    expect((await environment.step({ tool: 'segment_organ', arguments: { target: 'liver' } })).done).toBe(
      false,
    );
    now = 1001;
    const end = await environment.step({ answer: 'A' });
    expect(end.observation.info).toMatchObject({ outcome: 'out-of-time', score: null });
  });
  it('cuts off a tool that outlasts its time', async () => {
    const episodes = await boxEpisodes();
    const environment = createEnvironment({
      ...episodes,
      source: {
        ...episodes.source,
        using: (question, work) => (slow ? new Promise(() => {}) : episodes.source.using(question, work)),
      },
      blobs: memoryBlobs(),
      timeBudgetMs: 50,
    });
    let slow = false;
    await environment.reset({ seed: 1 });
    slow = true;
    const end = await environment.step({ tool: 'segment_organ', arguments: { target: 'liver' } });
    expect(end.observation.info?.outcome).toBe('out-of-time');
  });
  it('does one thing at a time', async () => {
    const environment = await boxEnvironment();
    await expect(environment.step({ answer: 'A' })).rejects.toMatchObject({ code: 'bad-argument' });
    await environment.reset();
    const first = environment.step({ tool: 'segment_organ', arguments: { target: 'liver' } });
    await expect(environment.step({ answer: 'A' })).rejects.toThrow('under way');
    expect((await first).observation.step).toBe(1);
  });
});

describe('an episode that is closed while something is under way', () => {
  it('is left once, whatever that was', async () => {
    const episodes = await boxEpisodes();
    let letGo: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let slow = false;
    const told: (string | null)[] = [];
    const environment = createEnvironment({
      scorer: episodes.scorer,
      source: {
        ...episodes.source,
        using: async (question, work) => {
          if (slow) await held;
          return episodes.source.using(question, work);
        },
      },
      blobs: memoryBlobs(),
      onEpisode: ({ outcome }) => told.push(outcome),
    });
    await environment.reset();
    slow = true;
    const step = environment.step({ tool: 'segment_organ', arguments: { target: 'liver' } });
    environment.close();
    await expect(step).rejects.toMatchObject({ code: 'cancelled' });
    expect(environment.counts).toMatchObject({ begun: 1, abandoned: 1, ended: { 'out-of-time': 0 } });
    const reset = environment.reset();
    environment.close();
    letGo();
    await reset;
    expect(environment.counts).toMatchObject({ begun: 2, abandoned: 2 });
    expect(told).toEqual([null, null]);
    expect(environment.transcript()).toBeUndefined();
  });
});

describe('a transcript', () => {
  it('replays to the same bytes, errors and endings included', async () => {
    const options = { rewards: 'answer=1,evidence=0.5,step-cost=0.02', stepBudget: 4 };
    const environment = await boxEnvironment(options);
    const mixed = [
      { tool: 'x' },
      'no',
      { tool: 'lookup_medical_knowledge', arguments: { query: 'liver cyst' } },
    ];
    for (let seed = 0; seed < 6; seed++) {
      await play(environment, seed, (key) => [...mixed.slice(0, seed % 4), ...goldActions(key)]);
      // As it comes back from a file.
      const transcript = transcriptSchema.parse(JSON.parse(JSON.stringify(environment.transcript())));
      const again = await replay(await boxEnvironment(options), transcript);
      expect(again).toMatchObject({ identical: true });
      expect(again.results.length).toBe(transcript.steps.length + 1);
    }
  });
  it('ends a replay where time ran out', async () => {
    let now = 0;
    const environment = await boxEnvironment({ timeBudgetMs: 10, clock: () => now });
    await environment.reset({ seed: 1 });
    now = 11;
    await environment.step({ answer: 'A' });
    const transcript = environment.transcript();
    if (transcript === undefined) throw new Error('no transcript');
    expect(await replay(await boxEnvironment(), transcript)).toMatchObject({ identical: true });
  });
  it('is found out when an observation was changed, and refused by another environment', async () => {
    const environment = await boxEnvironment();
    await play(environment, 1);
    const transcript = transcriptSchema.parse(JSON.parse(JSON.stringify(environment.transcript())));
    transcript.steps[0].result.observation.steps_left++;
    expect(await replay(await boxEnvironment(), transcript)).toMatchObject({
      identical: false,
      differsAt: 1,
    });
    await expect(replay(await boxEnvironment({ stepBudget: 5 }), transcript)).rejects.toThrow('step budget');
  });
  it('is handed out once for each episode, left ones included', async () => {
    const told: (string | null)[] = [];
    const environment = await boxEnvironment({ onEpisode: ({ outcome }) => told.push(outcome) });
    await play(environment, 1);
    await environment.reset();
    await environment.reset();
    environment.close();
    expect(told).toEqual(['answered', null, null]);
    expect(environment.counts).toMatchObject({ begun: 3, abandoned: 2 });
  });
});
