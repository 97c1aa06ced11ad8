import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReader } from '../../create-reader.ts';
import { readPictures } from '../../regions/testing/reading.ts';
import { scriptedModel } from '../../testing.ts';
import medvistagym from './index.ts';
import { readPolicyAction, withoutTags } from './protocol.ts';

const picture = { width: 20, height: 10, channels: 1 as const, data: new Uint8Array(200).fill(80) };
const call = (name: string, args: unknown) =>
  `<think>closer</think><tool_call>${JSON.stringify({ name, arguments: args })}</tool_call>`;
const ZOOM = call('zoom_picture', { image: 1, box: [0, 0, 10, 10] });
const ANSWER = '<think>bright</think><answer>B</answer>';

describe('a reply of the tool policy', () => {
  it('is one call, or an answer, or neither', () => {
    expect(readPolicyAction(ZOOM)).toMatchObject({ kind: 'call', name: 'zoom_picture' });
    expect(readPolicyAction(ANSWER)).toEqual({ kind: 'answer', text: 'B' });
    expect(readPolicyAction('B').kind).toBe('none');
    expect(readPolicyAction('<tool_call>zoom</tool_call>').kind).toBe('none');
    expect(readPolicyAction('<answer></answer>').kind).toBe('none');
  });
  it('calls before it answers, and does nothing that it only thought of', () => {
    expect(readPolicyAction(`${ZOOM}<answer>A</answer>`).kind).toBe('call');
    expect(readPolicyAction('<think><answer>A</answer> or not?</think><answer>B</answer>')).toEqual({
      kind: 'answer',
      text: 'B',
    });
    expect(withoutTags('<think>A</think> I say B. <tool_call>{')).toBe('I say B.');
  });
  it('is read without an exception, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('<tool_call>', '<answer>', '<think>', ''), (text, tag) => {
        readPolicyAction(tag + text);
        withoutTags(text + tag);
      }),
    );
  });
});

describe('medvistagym', () => {
  it('says in the run’s record how many replies it may give, so that a short budget is not taken for its mistake', async () => {
    const model = await scriptedModel({}, { options: { steps: '3' } });
    try {
      const reader = await createReader('medvistagym@compatible/scripted#oracle', model.deps);
      expect(reader.settings).toMatchObject({ maxSteps: 3 });
    } finally {
      await model.close();
    }
  });
  it('is told a call’s result with the picture that it made, and then answers', async () => {
    const { outcome, seen } = await readPictures(medvistagym, {
      pictures: [picture],
      replies: [ZOOM, ANSWER],
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: { kind: 'choice', letter: 'B' } });
    expect(outcome.toolCalls).toMatchObject([{ tool: 'zoom_picture', result: { width: 512 } }]);
    expect(seen[1].pictures.map(({ width }) => width)).toEqual([20, 512]);
    expect(seen[1].turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });
  it('is told what was wrong with an action, which costs a step', async () => {
    const { outcome, seen } = await readPictures(medvistagym, {
      pictures: [picture],
      replies: ['no tags', call('no_such_tool', {}), call('zoom_picture', { box: 'all' }), ANSWER],
    });
    expect(seen[1].turns.at(-1)?.text).toMatch(/neither[\s\S]*7 replies are left/);
    expect(seen[2].turns.at(-1)?.text).toContain('There is no tool named');
    expect(seen[3].turns.at(-1)?.text).toContain('cannot use these arguments');
    expect(outcome.toolCalls.map(({ tool }) => tool)).toEqual([
      'medvistagym:invalid-action',
      'no_such_tool',
      'zoom_picture',
    ]);
    expect(outcome.status).toBe('answered');
  });
  it('stops at its budget, and what it said last is all there is', async () => {
    const { outcome, seen } = await readPictures(medvistagym, {
      pictures: [picture],
      replies: [ZOOM],
      options: { steps: '3' },
    });
    expect(seen).toHaveLength(3);
    expect(seen[2].turns.at(-1)?.text).toContain('last reply');
    expect(outcome.status).toBe('unparsed');
    expect(outcome.toolCalls.at(-1)?.tool).toBe('medvistagym:out-of-steps');
  });
  it('offers the tools that are named and there: no expert’s without the expert, no scan’s without a scan', async () => {
    const told = async (options: Record<string, string>) =>
      (await readPictures(medvistagym, { pictures: [picture], replies: [ANSWER], options })).seen[0].turns[0]
        .text;
    const all = await told({});
    expect(all).toContain('- zoom_picture:');
    expect(all).not.toMatch(/- (ground_phrase|segment_region|measure|crop_organ):/);
    expect(await told({ tools: 'none' })).toContain('No tool is available');
    expect(await told({ tools: 'zoom_picture' })).not.toContain('mark_region');
    await expect(told({ tools: 'ground_phrase' })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
