import { afterEach, describe, expect, it } from 'vitest';
import type { Material } from '../../../domain/material.ts';
import type { LoopbackRequest } from '../../../experts/testing/loopback.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { testQuestion } from '../../../tools/testing.ts';
import { createReader } from '../../create-reader.ts';
import { type ScriptedModel, scriptedModel, testTask } from '../../testing.ts';
import { judgeWound, severity } from './simulated-judge.ts';

let model: ScriptedModel | undefined;
afterEach(() => model?.close());

const options = ['Low', 'Medium', 'High'].map((text, at) => ({ letter: 'ABC'[at], text }));
const record = (title: string, text: string): Material => ({ id: title, kind: 'record', title, text });

async function read(
  given: { type?: string; materials?: Material[]; picture?: boolean; options?: Record<string, string> },
  answer: (asked: string) => string,
) {
  const asked: string[] = [];
  model = await scriptedModel({
    answer: ({ body }: LoopbackRequest) => {
      const content = body.messages.at(-1)?.content ?? '';
      const text =
        typeof content === 'string'
          ? content
          : (content as readonly { text?: string }[]).map((part) => part.text ?? '[picture]').join('\n');
      asked.push(text);
      return { text: answer(text) };
    },
  });
  const hash = await model.blobs.put(
    await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) }),
  );
  const reader = await createReader('woundqwen@compatible/scripted', {
    ...model.deps,
    options: given.options,
  });
  const question = testQuestion({
    type: given.type ?? 'wound-risk',
    answerKind: 'categorical',
    options,
    materials: given.materials ?? [],
    prompt: [
      ...(given.picture === true ? [{ type: 'image' as const, hash, mediaType: 'image/png' }] : []),
      { type: 'text', text: 'How high is the risk?\nA. Low\nB. Medium\nC. High' },
    ],
  });
  const outcome = await reader.read(testTask({ question, access: undefined }));
  return { asked, outcome };
}

describe('woundqwen', () => {
  it('tells the judgement what the records hold, and asks nobody for it', async () => {
    const materials = [
      record('status', 'Not Healed'),
      record('exudate', 'Purulent'),
      record('edema', 'Uncertain'),
    ];
    const { asked, outcome } = await read({ materials }, () => 'C');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain(
      'Established about this wound: healing status is Not Healed; exudate is Purulent.',
    );
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'C' } });
  });
  it('asks a model for the five attributes of a picture without records, but never for the location', async () => {
    const { asked } = await read({ picture: true, materials: [record('location', 'Ankle')] }, (text) => {
      const wanted = text.includes('exudate?')
        ? 'Serous'
        : text.includes('erythema?')
          ? 'Existent'
          : 'Uncertain';
      return /^([A-F])\. (?:\1)?(.*)$/m.test(text)
        ? ([...text.matchAll(/^([A-F])\. (.*)$/gm)].find(([, , said]) => said === wanted)?.[1] ?? 'A')
        : 'A';
    });
    expect(asked).toHaveLength(6);
    expect(asked.filter((text) => text.includes('location?'))).toEqual([]);
    expect(asked[5]).toContain('location is Ankle; exudate is Serous; erythema is Existent.');
  });
  it('takes an attribute for uncertain when two replies cannot be read, and says so in the log', async () => {
    const { asked, outcome } = await read({ picture: true }, (text) =>
      text.includes('Look at') ? '?' : 'A',
    );
    expect(asked).toHaveLength(11);
    expect(asked[10]).not.toContain('Established');
    expect(outcome.toolCalls.filter(({ tool }) => tool === 'woundqwen:unread')).toHaveLength(5);
  });
  it('does without attributes when told so, and without a picture asks for none', async () => {
    const materials = [record('status', 'Healed')];
    const { asked } = await read({ materials, options: { attributes: 'none' } }, () => 'A');
    expect(asked[0]).not.toContain('Established');
    await model?.close();
    expect((await read({ options: { attributes: 'asked' } }, () => 'A')).asked).toHaveLength(1);
  });
  it('asks an attribute’s own item as it is', async () => {
    const { asked } = await read({ type: 'wound-status', picture: true }, () => 'A');
    expect(asked).toHaveLength(1);
  });
  it('writes the report after both judgements, with them in its question', async () => {
    const { asked } = await read(
      { type: 'wound-report', materials: [record('exudate', 'Purulent')] },
      () => 'High',
    );
    expect(asked).toHaveLength(3);
    expect(asked[2]).toMatch(/exudate is Purulent[\s\S]*risk of infection: High\nurgency of care: High/);
  });
  it('refuses an option that is none', async () => {
    await expect(read({ options: { attributes: 'maybe' } }, () => 'A')).rejects.toMatchObject({
      code: 'bad-argument',
    });
  });
});

describe('the simulated judge', () => {
  it('takes no "Yellow" for low, whatever the order of the options', () => {
    const asked =
      'How urgent?\nA. Clinic (Yellow): required\nB. Emergency (Red): now\nC. Home (Green): routine';
    expect(judgeWound({ asked }, { next: () => 1, pick: ([first]) => first })).toBe('C');
    const told = `${asked}\nEstablished about this wound: exudate is Purulent; edema is Existent.`;
    expect(judgeWound({ asked: told }, { next: () => 1, pick: ([first]) => first })).toBe('B');
  });
  it('counts signs as declared', () => {
    expect(severity({})).toBe(0);
    expect(severity({ exudate: 'Purulent' })).toBe(1);
    expect(severity({ exudate: 'Purulent', erythema: 'Existent' })).toBe(2);
    expect(severity({ erythema: 'Uncertain', status: 'Not Healed' })).toBe(0);
  });
});
