// Prompts: the released words stay as they are, and no item is told its own answer.
import { describe, expect, it } from 'vitest';
import type { PublishedRecord } from '../../benchmarks/published.ts';
import type { Question } from '../../domain/question.ts';
import { demoOf, promptKey, wordingOf } from './prompt.ts';

const asked = (id: string, patientId: string): Question => ({
  id,
  patientId,
  caseId: patientId,
  stage: 'recognition',
  type: 'shade',
  answerKind: 'text',
  text: `What is ${id}?`,
  options: [],
  slots: {},
  split: 'test',
  prompt: [
    { type: 'image', hash: `hash-${patientId}`, mediaType: 'image/png' },
    { type: 'text', text: `What is ${id}?` },
  ],
});
const itemOf = (question: Question) => ({ question, record: {} as PublishedRecord<unknown> });

describe('a prompt put before a question', () => {
  it('leaves the question as released when it says nothing', () => {
    const question = asked('q1', 'p1');
    expect(wordingOf({ instruction: '', demos: [] })(itemOf(question))).toEqual({ question });
  });

  it('comes first: instruction, examples with pictures and answers, then the released parts', () => {
    const demo = demoOf(asked('q2', 'p2'), 'dark');
    const { question, demonstrated } = wordingOf({ instruction: 'Look.', demos: [demo] })(
      itemOf(asked('q1', 'p1')),
    );
    expect(question.prompt?.map((part) => (part.type === 'text' ? part.text : part.hash))).toEqual([
      'Look.',
      'Example 1',
      'hash-p2',
      'What is q2?',
      'Answer: dark',
      'Now answer this one.',
      'hash-p1',
      'What is q1?',
    ]);
    expect(demonstrated).toEqual([{ patientId: 'p2', pictures: ['hash-p2'] }]);
  });

  it('shows no example of the item’s own cluster', () => {
    const prompt = {
      instruction: '',
      demos: [demoOf(asked('q2', 'p1'), 'dark'), demoOf(asked('q3', 'p3'), 'x')],
    };
    const { question } = wordingOf(prompt)(itemOf(asked('q1', 'p1')));
    const texts = question.prompt?.flatMap((part) => (part.type === 'text' ? [part.text] : []));
    expect(texts).not.toContain('What is q2?');
    expect(texts?.slice(0, 2)).toEqual(['Example 1', 'What is q3?']);
    const alone = { instruction: '', demos: prompt.demos.slice(0, 1) };
    expect(wordingOf(alone)(itemOf(asked('q1', 'p1'))).question.prompt).toHaveLength(2);
  });

  it('is known by what it says: instruction, examples, their order and their replies', () => {
    const [a, b] = [demoOf(asked('q1', 'p1'), 'x'), demoOf(asked('q2', 'p2'), 'y')];
    const keys = [
      { instruction: '', demos: [] },
      { instruction: 'Look.', demos: [] },
      { instruction: '', demos: [a] },
      { instruction: '', demos: [a, b] },
      { instruction: '', demos: [b, a] },
      { instruction: '', demos: [{ ...a, reply: 'z' }] },
    ].map(promptKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(promptKey({ instruction: '', demos: [{ ...a }] })).toBe(keys[2]);
  });
});
