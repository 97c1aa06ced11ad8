import { describe, expect, it } from 'vitest';
import type { Question } from '../domain/question.ts';
import { testQuestion } from '../tools/testing.ts';
import { otherPictures } from './other-pictures.ts';

const item = (id: string, patientId: string, ...hashes: string[]): Question =>
  testQuestion({
    id,
    patientId,
    prompt: hashes.map((hash) => ({ type: 'image', hash, mediaType: 'image/png' })),
  });

async function donors(questions: readonly Question[]) {
  let readings = 0;
  const others = otherPictures({
    async *eachQuestion() {
      readings++;
      yield* questions;
    },
  });
  const found = await Promise.all(questions.map((question) => others.instead(question)));
  return { found, readings };
}

describe('pictures of other patients', () => {
  it('come from somebody else with equally many, the release read once', async () => {
    const questions = [
      item('a', 'p', '1'),
      item('b', 'p', '2'),
      item('c', 'q', '3'),
      item('d', 'r', '4'),
      item('e', 's', '5', '6'),
      item('f', 't', '7', '8'),
    ];
    const { found, readings } = await donors(questions);
    expect(readings).toBe(1);
    for (const [at, { patientId, prompt = [] }] of questions.entries()) {
      expect(found[at]?.patientId).not.toBe(patientId);
      expect(found[at]?.images).toHaveLength(prompt.length);
    }
  });
  it('never are the question’s own under another name', async () => {
    const { found } = await donors([item('a', 'p', 'same'), item('b', 'q', 'same'), item('c', 'r', 'other')]);
    expect(found[0]?.images[0].hash).toBe('other');
    expect(found[1]?.images[0].hash).toBe('other');
  });
  it('are not there when nobody has as many', async () => {
    const { found } = await donors([item('a', 'p', '1'), item('b', 'p', '2'), item('c', 'q', '3', '4')]);
    expect(found).toEqual([undefined, undefined, undefined]);
  });
});
