// A model with tools on published items: their own pictures are shown, opened and worked on; nothing else opens.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Retriever } from '../domain/expert.ts';
import type { Question } from '../domain/question.ts';
import type { LoopbackReply } from '../experts/testing/loopback.ts';
import { testFolder } from '../imaging/testing/folder.ts';
import { encodePng } from '../imaging/write-png.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { squarePicture, testQuestion } from '../tools/testing.ts';
import { createReader, type ReaderDeps } from './create-reader.ts';
import { type ScriptedModel, scriptedModel, testTask } from './testing.ts';

const folder = testFolder();
afterAll(folder.remove);

const models: ScriptedModel[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
});

async function read(
  calls: NonNullable<LoopbackReply['toolCalls']>,
  deps: Partial<ReaderDeps> = {},
  over: Partial<Question> = {},
) {
  const blobs = memoryBlobs();
  const hash = await blobs.put(await encodePng(squarePicture()));
  const earlier = await blobs.put(
    await encodePng({ ...squarePicture(), data: squarePicture().data.reverse() }),
  );
  const stray = await blobs.put(
    await encodePng({ width: 1, height: 1, channels: 1, data: new Uint8Array(1) }),
  );
  let turn = 0;
  const model = await scriptedModel(
    {
      answer: () =>
        turn++ === 0
          ? { toolCalls: calls.map((call) => JSON.parse(JSON.stringify(call).replace('STRAY', stray))) }
          : { text: 'B' },
    },
    { blobs, tools: ['pixels', 'knowledge', 'expert'], ...deps },
  );
  models.push(model);
  const reader = await createReader('tools@compatible/scripted#vision', model.deps);
  const question = testQuestion({
    prompt: [
      { type: 'image', hash, mediaType: 'image/png' },
      { type: 'text', text: 'Bright square? A. no B. yes' },
    ],
    materials: [
      { id: 'before', kind: 'picture', title: 'the film before', hash: earlier, mediaType: 'image/png' },
    ],
    ...over,
  });
  const outcome = await reader.read(testTask({ question, access: undefined }));
  return { outcome, requests: model.server.requests, hash };
}

describe('tools on published items', () => {
  it('shows the item’s picture first, and what a tool cut out of it afterwards', async () => {
    const { outcome, requests, hash } = await read([
      { name: 'zoom_picture', arguments: { box: [4, 6, 12, 14], scale: 2 } },
    ]);
    expect(outcome).toMatchObject({
      status: 'answered',
      answer: { letter: 'B' },
      maskSources: [],
      toolCalls: [{ tool: 'zoom_picture', result: { of: hash, width: 16, height: 16 } }],
    });
    const pictures = (request: number) =>
      JSON.stringify(requests[request].body.messages).match(/data:image\/png;base64/g)?.length;
    expect([pictures(0), pictures(1)]).toEqual([1, 2]);
    expect(outcome.transcript[0]).toMatchObject({ role: 'user', images: [hash] });
    expect(JSON.stringify(outcome)).not.toContain('base64');
  });
  it('offers nothing that needs a scan, or an expert that the run has not', async () => {
    const { requests } = await read([]);
    const names = requests[0].body.tools?.map((tool) => tool.function.name) ?? [];
    expect(names).toEqual(
      expect.arrayContaining(['lookup_medical_knowledge', 'measure_pixels', 'calculate']),
    );
    for (const tool of [
      'measure',
      'crop_organ',
      'render_slice',
      'hu_statistics',
      'distance',
      'ground_phrase',
    ])
      expect(names).not.toContain(tool);
  });
  it('opens the pictures of the case’s materials, and no other stored one', async () => {
    const { outcome } = await read([
      { name: 'search_materials', arguments: { query: 'film' } },
      {
        name: 'measure_pixels',
        arguments: {
          image: 2,
          kind: 'box',
          points: [
            [20, 10],
            [28, 18],
          ],
        },
      },
      { name: 'zoom_picture', arguments: { image: 'STRAY', box: [0, 0, 1, 1] } },
    ]);
    // The square of the earlier film lies at 20…28, 10…18, for its pixels are turned about.
    expect(outcome.toolCalls).toMatchObject([
      { result: { materials: [{ id: 'before', picture: expect.any(String) }] } },
      { result: { values: { mean: 200, sd: 0 } } },
      { error: expect.stringMatching(/no such picture here/) },
    ]);
  });
  it('notes whose passages were shown, so that a purge finds them', async () => {
    const retrieve: Retriever = {
      id: 'cases',
      hash: 'c'.repeat(64),
      retrieve: async () => [
        {
          passage: { id: 'p', text: 'A case like it.', source: 'cases', patientId: 'somebody-else' },
          score: 1,
        },
      ],
    };
    const { outcome } = await read([{ name: 'search_passages', arguments: { query: 'square' } }], {
      experts: { retrieve },
    });
    expect(outcome).toMatchObject({ alsoOf: ['somebody-else'] });
  });
  it('hears the sounds of the question through an expert', async () => {
    const { outcome } = await read(
      [{ name: 'transcribe', arguments: {} }],
      {
        experts: {
          transcribe: {
            id: 'ears',
            hash: 'e'.repeat(64),
            transcribe: async (audio) => ({ text: `${(await audio.bytes()).length} bytes` }),
          },
        },
      },
      { materials: [{ id: 'voice', kind: 'audio', hash: 'f'.repeat(64), mediaType: 'audio/wav' }] },
    );
    expect(outcome.toolCalls).toMatchObject([
      { error: expect.stringMatching(/sound of this question is missing/) },
    ]);
  });
  it('looks codes up in the user’s table, whose path no model is told', async () => {
    const path = join(folder.path, 'codes.csv');
    await writeFile(path, 'system,code,name\nLOCAL,42,bright square\n');
    const { outcome, requests } = await read(
      [{ name: 'look_up_code', arguments: { query: 'bright square' } }],
      {
        options: { codes: path },
      },
    );
    expect(outcome.toolCalls).toMatchObject([{ result: { codes: [{ system: 'LOCAL', code: '42' }] } }]);
    expect(JSON.stringify(requests.map(({ body }) => body))).not.toContain(folder.path);
  });
  it('a scan whose files are elsewhere stays unsupported', async () => {
    const model = await scriptedModel({});
    models.push(model);
    const reader = await createReader('tools@compatible/scripted#vision', model.deps);
    expect(await reader.read(testTask({ access: undefined }))).toMatchObject({ status: 'unsupported' });
  });
});
