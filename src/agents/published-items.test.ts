// Readers on published items: baselines without options, and controls that change an item's own pictures.
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import type { PromptPart, Question } from '../domain/question.ts';
import { encodePng } from '../imaging/write-png.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { testQuestion } from '../tools/testing.ts';
import { createReader, type ReaderDeps } from './create-reader.ts';
import { trainPrior } from './prior.ts';
import { type ScriptedModel, scriptedModel, testTask } from './testing.ts';

const models: ScriptedModel[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
});

/** A grey ramp from dark on the left to bright on the right. */
async function ramp(width: number, height: number, kind: 'png' | 'jpeg'): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: width * height }, (_, at) => ((at % width) * 255) / (width - 1));
  const png = await encodePng({ width, height, channels: 1, data });
  return kind === 'png' ? png : sharp(png).jpeg({ quality: 95 }).toBuffer();
}

interface Item {
  readonly blobs: ReturnType<typeof memoryBlobs>;
  readonly question: Question;
}

async function item(pictures: readonly Uint8Array[], over: Partial<Question> = {}): Promise<Item> {
  const blobs = memoryBlobs();
  const prompt: PromptPart[] = [{ type: 'text', text: 'First words.' }];
  for (const bytes of pictures)
    prompt.push({
      type: 'image',
      hash: await blobs.put(bytes),
      mediaType: bytes[0] === 0xff ? 'image/jpeg' : 'image/png',
    });
  prompt.push({ type: 'text', text: 'Which?' });
  const { system: _, ...rest } = testQuestion({ patientId: 'own', prompt, ...over });
  return { blobs, question: rest };
}

async function read(strategy: string, { blobs, question }: Item, deps: Partial<ReaderDeps> = {}) {
  const model = await scriptedModel({ answer: () => ({ text: 'B' }) }, { blobs, ...deps });
  models.push(model);
  const reader = await createReader(`${strategy}@compatible/scripted`, model.deps);
  const outcome = await reader.read(testTask({ question, access: undefined }));
  const messages = model.server.requests[0]?.body.messages ?? [];
  const parts = messages.flatMap(({ content }) =>
    Array.isArray(content) ? (content as { type: string; text?: string; image_url?: { url: string } }[]) : [],
  );
  return {
    outcome,
    roles: messages.map(({ role }) => role),
    order: parts.map(({ type }) => type),
    pictures: parts.flatMap(({ image_url }) =>
      image_url === undefined ? [] : [Buffer.from(image_url.url.split(',')[1], 'base64')],
    ),
  };
}

const pixels = (bytes: Uint8Array) => sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });

describe('controls on published items', () => {
  it('text-only says the released words without pictures, and nothing of ours', async () => {
    const { roles, order, outcome } = await read('text-only', await item([await ramp(9, 5, 'png')]));
    expect(roles).toEqual(['user']);
    expect(order).toEqual(['text', 'text']);
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'B' } });
  });
  it('no strategy adds a system message of ours to an item that has none', async () => {
    expect((await read('direct', await item([await ramp(9, 5, 'png')]))).roles).toEqual(['user']);
  });
  it('blank shows greys of the same sizes in the same places', async () => {
    const own = await item([await ramp(9, 5, 'png'), await ramp(32, 16, 'jpeg')]);
    const { pictures, order } = await read('blank', own);
    expect(order).toEqual(['text', 'image_url', 'image_url', 'text']);
    const shown = await Promise.all(pictures.map(pixels));
    expect(shown.map(({ info }) => [info.width, info.height])).toEqual([
      [9, 5],
      [32, 16],
    ]);
    for (const { data } of shown) expect(new Set(data)).toEqual(new Set([128]));
  });
  it('mirrored-side turns left and right over in PNG and JPEG, as they are seen', async () => {
    // Orientation 3: stored upside down and mirrored, so that the stored left is seen on the right.
    const turned = await sharp(await ramp(32, 16, 'jpeg'))
      .withMetadata({ orientation: 3 })
      .jpeg()
      .toBuffer();
    const own = await item([await ramp(9, 5, 'png'), await ramp(32, 16, 'jpeg'), turned]);
    const { pictures } = await read('mirrored-side', own);
    const [png, jpeg, rotated] = await Promise.all(pictures.map(pixels));
    expect([...png.data.subarray(0, 9)]).toEqual([255, 223, 191, 159, 127, 95, 63, 31, 0]);
    expect(jpeg.data[0]).toBeGreaterThan(240);
    expect(jpeg.data[31]).toBeLessThan(15);
    expect(rotated.data[0]).toBeLessThan(15);
    expect(rotated.data[31]).toBeGreaterThan(240);
  });
  it('shuffled-slices shows several pictures in another order, the same every time', async () => {
    const own = await item(await Promise.all([5, 6, 7, 8].map((width) => ramp(width, 5, 'png'))));
    const widths = async () =>
      Promise.all(
        (await read('shuffled-slices', own)).pictures.map(async (png) => (await pixels(png)).info.width),
      );
    const order = await widths();
    expect(order).not.toEqual([5, 6, 7, 8]);
    expect([...order].sort()).toEqual([5, 6, 7, 8]);
    expect(await widths()).toEqual(order);
  });
  it('one picture has no order, and an item without pictures has nothing to change', async () => {
    const single = await read('shuffled-slices', await item([await ramp(5, 5, 'png')]));
    expect(single.outcome).toMatchObject({ status: 'unsupported', reason: expect.stringMatching(/single/) });
    for (const control of ['blank', 'mirrored-side', 'wrong-patient'])
      expect((await read(control, await item([]))).outcome.status).toBe('unsupported');
  });
  it('wrong-patient shows another patient’s pictures and says whose they are', async () => {
    const own = await item([await ramp(9, 5, 'png')]);
    const hash = await own.blobs.put(await ramp(11, 5, 'png'));
    const otherPictures = {
      instead: async () => ({ patientId: 'other', images: [{ hash, mediaType: 'image/png' }] }),
    };
    const { outcome, pictures } = await read('wrong-patient', own, { otherPictures });
    expect((await pixels(pictures[0])).info.width).toBe(11);
    expect(outcome).toMatchObject({ status: 'answered', picturesOf: 'other' });
    const alone = await read('wrong-patient', own);
    expect(alone.outcome).toMatchObject({
      status: 'unsupported',
      reason: expect.stringMatching(/other patient/),
    });
  });
});

describe('baselines on published items', () => {
  const asked = async (name: string, over: Partial<Question>, deps: Partial<ReaderDeps> = {}) => {
    const reader = await createReader(name, { blobs: memoryBlobs(), criteria: 'guideline', ...deps });
    const question = testQuestion({ prompt: [{ type: 'text', text: '?' }], ...over });
    const format = question.options.length > 0 ? 'mc' : 'free';
    return reader.read(testTask({ question, format, access: undefined }));
  };
  const open = { options: [], answerKind: 'text' as const, type: 'organ-open' };
  const training = ['liver', 'liver', 'lung'].map((answer, n) => ({
    question: testQuestion({ id: `t${n}`, patientId: `p${n}`, type: open.type, split: 'train' }),
    key: { questionId: `t${n}`, answer, letter: '', evidence: [], assumed: [], flags: [] },
  }));
  const prior = trainPrior(
    training.map(({ question }) => question),
    (id) => training.find(({ question }) => question.id === id)?.key,
  );

  it('yes/no without options: yes, or one of both by chance', async () => {
    const binary = { options: [], answerKind: 'binary' as const };
    for (const name of ['constant', 'most-frequent']) expect((await asked(name, binary)).raw).toBe('yes');
    const drawn = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const reader = await createReader('random', { blobs: memoryBlobs(), criteria: 'guideline' });
        const question = testQuestion({ prompt: [{ type: 'text', text: '?' }], ...binary });
        return (await reader.read(testTask({ question, format: 'free', seed: `s${at}` }))).raw;
      }),
    );
    expect(new Set(drawn)).toEqual(new Set(['yes', 'no']));
  });
  it('open answers come from the training split, the asked patient’s own left out', async () => {
    for (const name of ['constant', 'most-frequent']) {
      expect((await asked(name, open, { prior })).raw).toBe('liver');
      // Without p0 liver and lung are even: the one that sorts first.
      expect((await asked(name, { ...open, patientId: 'p0' }, { prior })).raw).toBe('liver');
    }
    expect((await asked('random', { ...open, patientId: 'p2' }, { prior })).raw).toBe('liver');
    expect((await asked('most-frequent', open)).status).toBe('unsupported');
  });
  it('ten options are as good as four', async () => {
    const options = [...'ABCDEFGHIJ'].map((letter, at) => ({
      letter,
      text: `${at} mm${at === 7 ? ' wide' : ''}`,
    }));
    const ten = { options, answerKind: 'categorical' as const };
    expect((await asked('longest-option', ten)).answer).toEqual({ kind: 'choice', letter: 'H' });
    expect(['E', 'F']).toContain((await asked('middle-option', ten)).raw);
    const seen = new Set<string>();
    for (let at = 0; at < 200; at++) {
      const reader = await createReader('random', { blobs: memoryBlobs(), criteria: 'guideline' });
      const question = testQuestion({ ...ten, prompt: [{ type: 'text', text: '?' }] });
      const outcome = await reader.read(testTask({ question, seed: `s${at}` }));
      expect(outcome.status).toBe('answered');
      seen.add(outcome.raw);
    }
    expect(seen.size).toBe(10);
  });
});
