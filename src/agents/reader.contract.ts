// What every reader keeps to, whatever it is made of.
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { read as readSchema } from '../domain/read.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import { testAccess, testQuestion } from '../tools/testing.ts';
import type { ReaderPlugin } from './reader-plugin.ts';
import { testTask } from './testing.ts';

export interface ReaderContractCase {
  readonly plugin: ReaderPlugin;
  /** A fresh reader of the plug-in. */
  readonly open: () => Promise<Reader>;
}

export function readerContract(id: string, { plugin, open }: ReaderContractCase): void {
  const whole = (task: ReadTask, outcome: Awaited<ReturnType<Reader['read']>>) => ({
    ...outcome,
    runId: 'r',
    questionId: task.question.id,
    caseId: task.case.id,
    patientId: task.question.patientId,
    repeat: task.repeat,
    at: '2026-01-01T00:00:00.000Z',
  });

  describe(`reader ${id}`, () => {
    it('has the id of its file and says in a line what it does', () => {
      expect(plugin.id).toBe(id);
      expect(plugin.summary).toMatch(/^.{10,140}$/);
    });
    it('says what it can do', async () => {
      const { capabilities, mode } = await open();
      expect(capabilities.formats.length).toBeGreaterThan(0);
      if (mode !== undefined && plugin.modes.length > 0) expect(plugin.modes).toContain(mode);
    });
    it('its settings are plain JSON without a secret', async () => {
      const { settings = {} } = await open();
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
      expect(JSON.stringify(settings)).not.toMatch(/sk-|secret|password|bearer/i);
    });
    it.each([
      'mc',
      'free',
    ] as const)('a read in the format %s can be stored, with pictures by hash', async (format) => {
      const reader = await open();
      if (!reader.capabilities.formats.includes(format)) return;
      const task = testTask({ format });
      const read = whole(task, await reader.read(task));
      expect(readSchema.parse(JSON.parse(JSON.stringify(read)))).toEqual(JSON.parse(JSON.stringify(read)));
      expect(JSON.stringify(read)).not.toMatch(/[A-Za-z0-9+/]{400}/);
      if (read.status !== 'answered') expect(read.reason).toMatch(/./);
    });
    it('a case whose files are not here is unsupported or read without them, never an exception', async () => {
      const outcome = await (await open()).read(testTask({ access: undefined }));
      expect(['answered', 'unparsed', 'unsupported']).toContain(outcome.status);
    });
    it('a case whose files are broken is a failed or unparsed read, never an exception', async () => {
      const broken = async () => {
        throw new OverreadError('file-truncated', 'The file is cut short: copy it again.');
      };
      const access = testAccess({
        measurements: broken,
        volume: broken,
        crop: broken,
        availableCrops: broken,
      });
      const outcome = await (await open()).read(testTask({ access }));
      expect(['answered', 'unparsed', 'unsupported', 'failed']).toContain(outcome.status);
    });
    it('a question of a type that nobody knows is no exception', async () => {
      const question = testQuestion({ type: 'no-such-type', slots: {} });
      const outcome = await (await open()).read(testTask({ question }));
      expect(['answered', 'unparsed', 'unsupported']).toContain(outcome.status);
    });
    it('a published item with options, or without any, is read or unsupported, never an exception', async () => {
      const prompt = [{ type: 'text' as const, text: 'What is it?' }];
      const letters = [...'ABCDEFG'].map((letter) => ({ letter, text: `sort ${letter}` }));
      for (const options of [letters, []]) {
        const format = options.length > 0 ? 'mc' : 'free';
        const reader = await open();
        if (!reader.capabilities.formats.includes(format)) continue;
        for (const answerKind of ['binary', 'categorical', 'numeric', 'text'] as const) {
          const question = testQuestion({ type: 'released', slots: {}, prompt, options, answerKind });
          const outcome = await reader.read(testTask({ question, format, access: undefined }));
          expect(['answered', 'unparsed', 'unsupported', 'refused']).toContain(outcome.status);
          expect(outcome.transcript.filter(({ role }) => role === 'system')).toEqual([]);
        }
      }
    });
    it('the same task gives the same answer', async () => {
      const [a, b] = await Promise.all([open(), open()]);
      const answers = [await a.read(testTask()), await b.read(testTask())];
      expect(answers[0].raw).toBe(answers[1].raw);
      expect(answers[0].answer).toEqual(answers[1].answer);
    });
    it('does not look at masks unless it says that it needs them', async () => {
      const reader = await open();
      const { maskSources } = await reader.read(testTask());
      if (!reader.capabilities.needsMasks) expect(maskSources).toEqual([]);
    });
  });
}
