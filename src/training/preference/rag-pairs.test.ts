import { describe, expect, it } from 'vitest';
import exporter from '../exporters/mmed-rag-dpo.ts';
import trlDpo from '../exporters/trl-dpo.ts';
import type { Trace } from '../traces/trace.ts';
import { isNoised, ragPairs, ragPairsOf } from './rag-pairs.ts';

const [FILM, NOISE] = ['a'.repeat(64), 'b'.repeat(64)];

function trace(how: 'beside' | 'alone' | 'noisy', reply: string, score: number, questionId = 'q-1'): Trace {
  const hash = how === 'noisy' ? NOISE : FILM;
  const words = how === 'alone' ? 'Effusion?' : 'References: none has one.\nEffusion?';
  return {
    ...{ id: `${questionId}#${how}`, questionId, patientId: 'p', split: 'train', stage: 'recognition' },
    ...{ type: 'own', source: how, tools: [], score },
    messages: [
      {
        role: 'user',
        parts: [
          { type: 'image', hash, mediaType: 'image/png' },
          { type: 'text', text: words },
        ],
      },
      { role: 'assistant', text: reply, calls: [] },
    ],
  };
}
const place = { stored: (hash: string) => `images/${hash.slice(0, 4)}.png`, benchmark: 'b', canary: 'c' };

describe('preference pairs of reading beside references', () => {
  it('prefer a reply that looked to one that was copied from the references onto noise', () => {
    const pairs = ragPairs({
      beside: trace('beside', 'yes, on the left', 1),
      alone: trace('alone', 'yes', 1),
      noisy: trace('noisy', 'yes', 1),
    });
    expect(pairs.map(({ kind }) => kind)).toEqual(['copied']);
    expect(isNoised(pairs[0])).toBe(true);
    expect(exporter.from === 'pair' && exporter.record(pairs[0], place)).toEqual({
      id: 'q-1/copied',
      image: 'images/aaaa.png',
      conversations: [
        { from: 'human', value: '<image>\nReferences: none has one.\nEffusion?' },
        { from: 'gpt', value: 'yes, on the left' },
      ],
      rejected_conversations: [
        { from: 'human', value: '<image>\nReferences: none has one.\nEffusion?' },
        { from: 'gpt', value: 'yes' },
      ],
      rejected_noised: 1,
    });
  });
  it('prefer references where they help, and one’s own look where they mislead, both under the same prompt', () => {
    const helped = ragPairs({ beside: trace('beside', 'no', 1), alone: trace('alone', 'yes', 0) });
    const misled = ragPairs({ beside: trace('beside', 'no', 0), alone: trace('alone', 'yes', 1) });
    expect(helped.map(({ kind }) => kind)).toEqual(['helped']);
    expect(misled.map(({ kind }) => kind)).toEqual(['misled']);
    const record = trlDpo.from === 'pair' ? trlDpo.record(misled[0], place) : {};
    expect(record).toMatchObject({
      prompt: [
        {
          role: 'user',
          content: [{ type: 'image' }, { type: 'text', text: expect.stringMatching(/References/) }],
        },
      ],
      chosen: [{ role: 'assistant', content: 'yes' }],
      rejected: [{ role: 'assistant', content: 'no' }],
      score_chosen: 1,
      score_rejected: 0,
    });
    expect(isNoised(misled[0])).toBe(false);
    expect(exporter.from === 'pair' && exporter.record(helped[0], place)).toMatchObject({
      rejected_noised: 0,
    });
  });
  it('are none where both reads are alike, or where the right reply came from noise alone', () => {
    expect(ragPairs({ beside: trace('beside', 'no', 1), alone: trace('alone', 'no', 1) })).toEqual([]);
    expect(
      ragPairs({
        beside: trace('beside', 'no', 0),
        alone: trace('alone', 'no', 0),
        noisy: trace('noisy', 'yes', 1),
      }),
    ).toEqual([]);
  });
  it('are made of questions that were read both ways, and the others are counted', () => {
    const { pairs, unmatched } = ragPairsOf({
      beside: [trace('beside', 'no', 1, 'q-1'), trace('beside', 'no', 1, 'q-2')],
      alone: [trace('alone', 'yes', 0, 'q-1')],
    });
    expect(pairs.map(({ id }) => id)).toEqual(['q-1/helped']);
    expect(unmatched).toBe(1);
  });
});
