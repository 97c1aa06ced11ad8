import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PromptPart, Question } from '../../domain/question.ts';
import { tinyEncoderFiles } from '../../experts/testing/tiny-onnx.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { testQuestion } from '../../tools/testing.ts';
import { createReader } from '../create-reader.ts';
import { testTask } from '../testing.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encoder-reader-'));
  for (const [name, bytes] of Object.entries(tinyEncoderFiles())) await writeFile(join(folder, name), bytes);
});
afterAll(() => rm(folder, { recursive: true }));

const OPTIONS = ['blue', 'red', 'green'].map((text, at) => ({ letter: 'ABC'[at], text }));

async function read(colours: readonly [number, number, number][], over: Partial<Question> = {}) {
  const blobs = memoryBlobs();
  const prompt: PromptPart[] = [];
  for (const [r, g, b] of colours) {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: { r, g, b } } })
      .png()
      .toBuffer();
    prompt.push({ type: 'image', hash: await blobs.put(bytes), mediaType: 'image/png' });
  }
  const question = testQuestion({ answerKind: 'categorical', options: OPTIONS, prompt, ...over });
  const reader = await createReader(`encoder@onnx/${folder}`, { blobs, criteria: 'guideline' });
  const format = question.options.length > 0 ? 'mc' : 'free';
  const outcome = await reader.read(testTask({ question, format, access: undefined }));
  await reader.close?.();
  return outcome;
}

it('chooses the option nearest to the picture, as sure as softmax makes it', async () => {
  const outcome = await read([[255, 0, 0]]);
  expect(outcome).toMatchObject({ status: 'answered', answer: { kind: 'choice', letter: 'B' }, requests: 0 });
  // Cosines 1, 0, 0 at a scale of 10; the filling words turn the texts by less than half a degree.
  expect(outcome.confidence).toBeCloseTo(Math.exp(10) / (Math.exp(10) + 2), 4);
});
it('several pictures count together', async () => {
  const outcome = await read([
    [0, 255, 0],
    [0, 255, 0],
    [0, 0, 255],
  ]);
  expect(outcome.answer).toEqual({ kind: 'choice', letter: 'C' });
});
it('yes and no are said after the question', async () => {
  const outcome = await read([[255, 0, 0]], { options: [], answerKind: 'binary', text: 'Is it red?' });
  expect(outcome.transcript[0].text).toBe('Is it red? yes\nIs it red? no');
  expect(['yes', 'no']).toContain(outcome.raw);
});
it('a question without options or without a picture is unsupported', async () => {
  expect((await read([[1, 2, 3]], { options: [], answerKind: 'text' })).status).toBe('unsupported');
  expect((await read([])).status).toBe('unsupported');
});
it('says how an encoder is written', async () => {
  const open = (name: string) => createReader(name, { blobs: memoryBlobs(), criteria: 'guideline' });
  await expect(open('encoder')).rejects.toThrow(/write encoder@onnx\/PATH/);
  await expect(open('encoder@clip')).rejects.toThrow(/write encoder@onnx\/PATH/);
  await expect(open('encoder@openai/clip')).rejects.toThrow(/names no encoder/);
});
