import { afterEach, describe, expect, it } from 'vitest';
import type { Volume } from '../domain/volume.ts';
import type { LoopbackRequest } from '../experts/testing/loopback.ts';
import { boxPatient, testAccess, testCase, testQuestion } from '../tools/testing.ts';
import { createReader } from './create-reader.ts';
import { PROMPT_VERSION } from './prompts.ts';
import { type ScriptedModel, scriptedModel, testTask } from './testing.ts';

const models: ScriptedModel[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
});

async function scripted(...args: Parameters<typeof scriptedModel>): Promise<ScriptedModel> {
  const model = await scriptedModel(...args);
  models.push(model);
  return model;
}

type Part = { type: string; text?: string; image_url?: { url: string } };

/** Everything a request says and shows: the text, and the pictures' bytes. */
function said(request: LoopbackRequest): { text: string; pictures: Buffer[] } {
  const parts = request.body.messages.flatMap((message): Part[] =>
    typeof message.content === 'string'
      ? [{ type: 'text', text: message.content }]
      : [...(message.content ?? [])],
  );
  return {
    text: parts.map((part) => part.text ?? '').join('\n'),
    pictures: parts.flatMap((part) =>
      part.image_url === undefined ? [] : [Buffer.from(part.image_url.url.split(',')[1], 'base64')],
    ),
  };
}

describe('direct reading', () => {
  it('shows the scan and the question once and takes the letter', async () => {
    const model = await scripted({ answer: () => ({ text: 'B', usage: { input: 900, output: 3 } }) });
    const reader = await createReader('compatible/scripted', model.deps);
    const read = await reader.read(testTask());
    expect(read).toMatchObject({
      status: 'answered',
      answer: { kind: 'choice', letter: 'B' },
      raw: 'B',
      requests: 1,
      cached: false,
      usage: { inputTokens: 900, outputTokens: 3 },
      maskSources: [],
    });
    expect(model.server.requests).toHaveLength(1);
    const { text, pictures } = said(model.server.requests[0]);
    expect(text).toContain('Is there a lesion in the liver?');
    expect(text).toContain('A: no');
    expect(pictures).toHaveLength(16);
    expect(reader.settings).toMatchObject({ promptVersion: PROMPT_VERSION });
  });

  it('keeps pictures in the transcript by hash, and every hash leads to a PNG', async () => {
    const model = await scripted({});
    const reader = await createReader('direct@compatible/scripted', model.deps);
    const { transcript } = await reader.read(testTask());
    const images = transcript.flatMap((entry) => entry.images ?? []);
    expect(images).toHaveLength(16);
    expect(JSON.stringify(transcript)).not.toMatch(/[A-Za-z0-9+/]{200}/);
    for (const hash of images) {
      const png = await model.blobs.get(hash);
      expect(Buffer.from(png?.subarray(1, 4) ?? []).toString()).toBe('PNG');
    }
  });

  it('says of a case its sex, age band, phase and grid, and nothing that names it', async () => {
    const model = await scripted({});
    const reader = await createReader('compatible/scripted', model.deps);
    const secret = {
      id: 'CASE-ID-SECRET',
      patientId: 'PATIENT-ID-SECRET',
      scanner: 'SCANNER-SECRET',
      imageHash: 'IMAGE-HASH-SECRET',
      annotationHash: 'ANNOTATION-HASH-SECRET',
      licence: 'LICENCE-SECRET',
      sex: 'F' as const,
      ageBand: '60-69',
    };
    await reader.read(
      testTask({
        case: testCase(secret),
        question: testQuestion({ id: 'QUESTION-ID-SECRET', caseId: secret.id, patientId: secret.patientId }),
      }),
    );
    const body =
      JSON.stringify(model.server.requests[0].body) + JSON.stringify(model.server.requests[0].headers);
    expect(body).not.toMatch(/SECRET/);
    expect(said(model.server.requests[0]).text).toContain(
      'sex female, age 60–69, portal venous phase, 24 × 24 × 24 voxels of 1 × 1 × 1 mm',
    );
  });

  it('the evidence of a ladder rung stands before the question', async () => {
    const model = await scripted({});
    const reader = await createReader('text-only@compatible/scripted', model.deps);
    await reader.read(testTask({ evidence: ['The spleen measures 512.0 cm³.'] }));
    const { text } = said(model.server.requests[0]);
    expect(text.indexOf('The spleen measures 512.0 cm³.')).toBeGreaterThan(0);
    expect(text.indexOf('The spleen measures')).toBeLessThan(text.indexOf('Is there a lesion'));
  });

  it('free form: a number is asked for in its unit, and options are not shown', async () => {
    const model = await scripted({ answer: () => ({ text: '1432.5 cm³' }) });
    const reader = await createReader('compatible/scripted', model.deps);
    const question = testQuestion({
      answerKind: 'numeric',
      unit: 'cm3',
      text: 'What is the volume of the liver?',
      options: [
        { letter: 'A', text: '1111.1' },
        { letter: 'B', text: '1432.5' },
      ],
    });
    const read = await reader.read(testTask({ question, format: 'free' }));
    expect(read).toMatchObject({ status: 'answered', answer: { kind: 'number', value: 1432.5 } });
    const { text } = said(model.server.requests[0]);
    expect(text).toContain('a single number in cm³');
    expect(text).not.toContain('1111.1');
  });

  it('a stated confidence is kept and taken off the answer', async () => {
    const model = await scripted({ answer: () => ({ text: 'B\nConfidence: 85%' }) }, { confidence: true });
    const reader = await createReader('compatible/scripted', model.deps);
    expect(await reader.read(testTask())).toMatchObject({ raw: 'B', confidence: 0.85, status: 'answered' });
  });

  it('refusing, rambling, failing and filtering are told apart', async () => {
    const replies: Record<string, { text?: string; refusal?: string; finishReason?: string }> = {
      refuses: { text: 'I am sorry, but I cannot interpret medical images.' },
      rambles: { text: 'It could be A or B, both are possible.' },
      filtered: { text: '', finishReason: 'content_filter' },
    };
    const model = await scripted({
      answer: ({ question }) => replies[/word (\w+)/.exec(question)?.[1] ?? ''] ?? { text: 'A' },
      fault: ({ question }) => (question.includes('word fails') ? { kind: 'server-error' } : undefined),
    });
    const reader = await createReader('text-only@compatible/scripted', model.deps);
    const ask = (word: string) =>
      reader.read(testTask({ question: testQuestion({ text: `The word ${word}?` }) }));
    expect((await ask('refuses')).status).toBe('refused');
    expect((await ask('rambles')).status).toBe('unparsed');
    expect((await ask('filtered')).status).toBe('refused');
    const failed = await ask('fails');
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'provider-failed', requests: 3 });
    expect(failed.reason).toMatch(/HTTP 500/);
  });

  it('a case without a scan on this machine is unsupported, and nothing is sent', async () => {
    const model = await scripted({});
    const reader = await createReader('compatible/scripted', model.deps);
    const read = await reader.read(testTask({ access: testAccess({ volume: async () => undefined }) }));
    expect(read.status).toBe('unsupported');
    expect(model.server.count()).toBe(0);
  });
});

describe('controls', () => {
  /** The pictures that a strategy shows of a patient. */
  async function shown(strategy: string, volume: Volume = boxPatient(8).volume): Promise<Buffer[]> {
    const other = boxPatient(0).volume;
    const model = await scripted(
      {},
      {
        others: {
          cases: async () => [
            { id: 'case-1', patientId: 'patient-1', hasImage: true },
            { id: 'case-1b', patientId: 'patient-1', hasImage: true },
            { id: 'case-2', patientId: 'patient-2', hasImage: true },
          ],
          questionsOfType: async () => [],
          open: async (id) => testAccess({ volume: async () => (id === 'case-2' ? other : volume) }),
        },
      },
    );
    const reader = await createReader(`${strategy}@compatible/scripted`, model.deps);
    const read = await reader.read(testTask({ access: testAccess({ volume: async () => volume }) }));
    expect(read.status).toBe('answered');
    return said(model.server.requests[0]).pictures;
  }
  const same = (a: Buffer[], b: Buffer[]) => a.length === b.length && a.every((png, n) => png.equals(b[n]));

  it('text-only shows nothing', async () => {
    expect(await shown('text-only')).toHaveLength(0);
  });
  it('blank shows as many pictures of the same size, all alike whoever the patient is', async () => {
    const direct = await shown('direct');
    const blank = await shown('blank');
    expect(blank.map((png) => [png.readUInt32BE(16), png.readUInt32BE(20)])).toEqual(
      direct.map((png) => [png.readUInt32BE(16), png.readUInt32BE(20)]),
    );
    expect(new Set(blank.map((png) => png.toString('hex'))).size).toBe(1);
    expect(same(blank, await shown('blank', boxPatient(0).volume))).toBe(true);
  });
  it('wrong-patient shows the scan of another patient, never another case of the same one', async () => {
    expect(same(await shown('wrong-patient'), await shown('direct', boxPatient(0).volume))).toBe(true);
  });
  it('shuffled-slices shows the same slices in another order', async () => {
    const volume = boxPatient(8).volume;
    const data = volume.data.slice() as Int16Array;
    // Every slice its own grey, so that no two are alike.
    for (let k = 0; k < 24; k++) data.fill(k * 8 - 100, k * 576, (k + 1) * 576);
    const distinct = { ...volume, data };
    const direct = await shown('direct', distinct);
    const shuffled = await shown('shuffled-slices', distinct);
    expect(same(shuffled, direct)).toBe(false);
    expect(same(shuffled, await shown('shuffled-slices', distinct))).toBe(true);
  });
  it('mirrored-side exchanges left and right: mirrored twice is the scan itself', async () => {
    const direct = await shown('direct');
    const mirrored = await shown('mirrored-side');
    expect(same(mirrored, direct)).toBe(false);
  });
});

describe('the names of readers', () => {
  it.each([
    ['nonsense', /no reader "nonsense"/],
    ['tools', /needs a model/],
    ['random#oracle', /has no modes/],
    ['executor#vision', /has no mode "vision": use #oracle, #predicted/],
    ['random@openai/gpt-5', /takes no model/],
    ['dance@openai/gpt-5', /no strategy "dance"/],
    ['tools@gpt-5', /names no provider/],
  ])('%s is refused', async (name, sentence) => {
    const model = await scripted({});
    await expect(createReader(name, model.deps)).rejects.toThrow(sentence);
  });
});
