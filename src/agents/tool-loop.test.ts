import { afterEach, describe, expect, it } from 'vitest';
import { createGateway } from '../experts/gateway.ts';
import type { LoopbackReply, LoopbackRequest } from '../experts/testing/loopback.ts';
import { startWire } from '../experts/testing/wire-server.ts';
import { encodePng } from '../imaging/write-png.ts';
import { testAccess } from '../tools/testing.ts';
import { createReader } from './create-reader.ts';
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

const volumeOf = (target: unknown) => ({
  name: 'measure',
  arguments: { target, measurement_type: 'volume_cm3' },
});
const toolNames = (request: LoopbackRequest) => request.body.tools?.map((tool) => tool.function.name);

/** Turn by turn: the replies of a model, by the number of requests it has seen of a question. */
function turns(...replies: LoopbackReply[]) {
  let turn = 0;
  return { answer: () => replies[Math.min(turn++, replies.length - 1)] };
}

describe('a model with tools', () => {
  it('calls tools, sees their results and answers; every call is in the log', async () => {
    const model = await scripted(
      turns(
        { toolCalls: [{ name: 'segment_organ', arguments: { target: 'liver_lesion' } }, volumeOf('spleen')] },
        { text: 'B' },
      ),
    );
    const reader = await createReader('tools@compatible/scripted#oracle', model.deps);
    const read = await reader.read(testTask());
    expect(read).toMatchObject({
      status: 'answered',
      answer: { letter: 'B' },
      requests: 2,
      maskSources: ['annotated'],
      toolCalls: [
        {
          step: 1,
          tool: 'segment_organ',
          arguments: { target: 'liver_lesion' },
          result: { mask_found: true },
        },
        { step: 1, tool: 'measure', result: { value: 0.216, unit: 'cm3' } },
      ],
    });
    const second = model.server.requests[1];
    expect(second.toolResults).toBe(2);
    expect(JSON.stringify(second.body.messages)).toContain('0.216');
    expect(reader.mode).toBe('oracle');
  });

  it('has five requests, the last without tools: four turns with calls at most', async () => {
    const model = await scripted({
      answer: ({ body }) => (body.tools === undefined ? { text: 'A' } : { toolCalls: [volumeOf('liver')] }),
    });
    const reader = await createReader('tools@compatible/scripted', model.deps);
    const read = await reader.read(testTask());
    expect(model.server.requests.map((request) => request.body.tools !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(read.toolCalls.map((call) => call.step)).toEqual([1, 2, 3, 4]);
    expect(read.status).toBe('answered');
  });

  it('a model that still calls a tool when none is offered has not answered', async () => {
    const model = await scripted({ answer: () => ({ toolCalls: [volumeOf('liver')] }) }, { maxSteps: 2 });
    const reader = await createReader('tools@compatible/scripted', model.deps);
    const read = await reader.read(testTask());
    expect(read).toMatchObject({ status: 'unparsed', requests: 2 });
    expect(read.toolCalls).toHaveLength(1);
  });

  it('unknown tools and wrong types come back as results that the model can mend', async () => {
    const model = await scripted(
      turns(
        {
          toolCalls: [
            { name: 'no_such_tool', arguments: {} },
            volumeOf(7),
            { name: 'measure', arguments: 'liver' },
          ],
        },
        { toolCalls: [volumeOf('spleen')] },
        { text: 'A' },
      ),
    );
    const reader = await createReader('tools@compatible/scripted', model.deps);
    const { toolCalls, status } = await reader.read(testTask());
    expect(status).toBe('answered');
    expect(toolCalls.map((call) => call.error === undefined)).toEqual([false, false, false, true]);
    expect(toolCalls[0].error).toMatch(/no tool named "no_such_tool"/);
    expect(toolCalls[1].error).toMatch(/target/);
    expect(toolCalls[2].error).toMatch(/not JSON/);
    const seen = JSON.stringify(model.server.requests[1].body.messages);
    expect(seen).toContain('no_such_tool');
  });

  it('runs no more than a bounded number of calls per turn', async () => {
    const flood = Array.from({ length: 40 }, () => volumeOf('liver'));
    const model = await scripted(turns({ toolCalls: flood }, { text: 'A' }));
    const reader = await createReader('tools@compatible/scripted', model.deps);
    const { toolCalls } = await reader.read(testTask());
    expect(toolCalls.filter((call) => call.error === undefined)).toHaveLength(16);
    expect(toolCalls).toHaveLength(40);
  });

  it('in vision mode it gets pictures, by hash in the log and as an image to the model', async () => {
    const png = await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(9) });
    const model = await scripted(
      turns({ toolCalls: [{ name: 'crop_organ', arguments: { organ: 'liver' } }] }, { text: 'A' }),
    );
    const hash = await model.blobs.put(png);
    const raster = { width: 4, height: 4, channels: 1 as const, data: new Uint8Array(16) };
    const reader = await createReader('tools@compatible/scripted#vision', model.deps);
    const access = testAccess({ crop: async () => ({ hash, raster, organ: 'liver' }) });
    const read = await reader.read(testTask({ access }));
    expect(toolNames(model.server.requests[0])).toEqual([
      'lookup_medical_knowledge',
      'crop_organ',
      'list_available_crops',
    ]);
    expect(read.toolCalls[0].result).toMatchObject({ image: hash });
    expect(read.transcript.flatMap((entry) => entry.images ?? [])).toEqual([hash]);
    expect(model.server.requests[1].images).toBe(1);
    const request = JSON.stringify(model.server.requests[1].body);
    expect(request).toContain(Buffer.from(png).toString('base64'));
  });

  it('a request that fails half-way keeps the calls and the spending so far', async () => {
    const model = await scripted({
      answer: () => ({ toolCalls: [volumeOf('liver')], usage: { input: 50, output: 5 } }),
      fault: ({ toolResults }) => (toolResults > 0 ? { kind: 'garbage' } : undefined),
    });
    const reader = await createReader('tools@compatible/scripted', model.deps);
    const read = await reader.read(testTask());
    expect(read).toMatchObject({
      status: 'failed',
      errorCode: 'provider-garbage',
      usage: { inputTokens: 50 },
    });
    expect(read.toolCalls).toHaveLength(1);
    expect(read.requests).toBe(4);
  });

  it('without the files of the case there is nothing to call tools on', async () => {
    const model = await scripted({});
    const reader = await createReader('tools@compatible/scripted#predicted', model.deps);
    expect((await reader.read(testTask({ access: undefined }))).status).toBe('unsupported');
    expect(model.server.count()).toBe(0);
  });

  it('gives a vendor back what came with its call, such as the signature without which Gemini takes none', async () => {
    const part = (content: object) => ({
      body: { candidates: [{ content: { role: 'model', parts: [content] }, finishReason: 'STOP' }] },
    });
    const call = { name: 'measure', args: volumeOf('spleen').arguments };
    const wire = await startWire([
      part({ functionCall: call, thoughtSignature: 'c2lnbmVk' }),
      part({ text: 'B' }),
    ]);
    const env = { GOOGLE_GENERATIVE_AI_API_KEY: 'k' };
    const gateway = createGateway({ allow: [wire.origin], baseUrls: { google: wire.origin }, env });
    const { deps } = await scripted({});
    const reader = await createReader('tools@google/gemini-test#oracle', { ...deps, gateway });
    expect(await reader.read(testTask())).toMatchObject({ status: 'answered', answer: { letter: 'B' } });
    expect(JSON.stringify(wire.requests[1].body)).toContain('"thoughtSignature":"c2lnbmVk"');
    await gateway.close();
    await wire.close();
  });
});
