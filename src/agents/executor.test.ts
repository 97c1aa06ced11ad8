import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { boxMeasurements, testAccess, testQuestion } from '../tools/testing.ts';
import { createReader } from './create-reader.ts';
import { testTask } from './testing.ts';

const open = (name: string) => createReader(name, { blobs: memoryBlobs(), criteria: 'guideline' });

describe('the executor', () => {
  it('concludes from what the tools say of this patient', async () => {
    const reader = await open('executor#oracle');
    for (const [edge, letter] of [
      [5, 'B'],
      [0, 'A'],
    ] as const) {
      const access = testAccess({ measurements: async () => boxMeasurements(edge) });
      const question = testQuestion({ slots: { target: 'liver_lesion' } });
      const read = await reader.read(testTask({ access, question }));
      expect(read).toMatchObject({ status: 'answered', answer: { letter }, maskSources: ['annotated'] });
      expect(read.toolCalls.length).toBeGreaterThan(0);
    }
  });
  it('a number that equals no option is drawn on annotated masks, and the nearest on predicted ones', async () => {
    const spleen = testQuestion({
      type: 'organ-volume-measurement',
      answerKind: 'numeric',
      unit: 'cm3',
      text: 'What is the volume of the spleen?',
      slots: { organ: 'spleen', target: 'spleen' },
      options: ['0.05', '0.1', '0.21', '0.5'].map((text, n) => ({ letter: 'ABCD'[n], text })),
    });
    const letters = async (name: string) => {
      const reader = await open(name);
      const reads = await Promise.all(
        Array.from({ length: 60 }, (_, n) => reader.read(testTask({ question: spleen, seed: `${n}` }))),
      );
      return new Set(reads.map((read) => read.raw));
    };
    expect(await letters('executor#predicted')).toEqual(new Set(['C']));
    // 60 draws from four letters miss one of them once in ten million times.
    expect(await letters('executor#oracle')).toEqual(new Set(['A', 'B', 'C', 'D']));
  });
  it('a case that cannot be read is a failed read with its reason', async () => {
    const access = testAccess({
      measurements: async () => {
        throw new OverreadError('file-truncated', 'The file is cut short: copy it again.');
      },
    });
    const read = await (await open('executor#predicted')).read(testTask({ access }));
    expect(read).toMatchObject({ status: 'failed', errorCode: 'file-truncated' });
  });
  it('a structure that nobody annotated leaves no conclusion: the read says so', async () => {
    const question = testQuestion({
      type: 'organ-volume-measurement',
      answerKind: 'numeric',
      slots: { organ: 'pancreas', target: 'pancreas' },
    });
    const read = await (await open('executor#oracle')).read(testTask({ question }));
    expect(read.status).toBe('unparsed');
    expect(read.reason).toMatch(/^No answer follows from the tools: .*[^.]\.$/);
  });
});
