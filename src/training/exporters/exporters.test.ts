// Training records: each form's own rules, on one tool-using conversation with a picture and one that answers badly.
import { mkdtempSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../storage/blobs.ts';
import { type ExportPlace, recordFormat } from '../index.ts';
import type { Trace, TracePair, TracePrompt } from '../traces/trace.ts';
import { recordFormats, writeRecords } from '../write-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-records-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const PICTURE = 'a'.repeat(64);
const CROP = 'b'.repeat(64);
const tool = {
  name: 'crop_organ',
  description: 'Cuts an organ out.',
  parameters: { type: 'object', properties: { organ: { type: 'string' } } },
};
const chosen: Trace = {
  id: 'q-1#0',
  questionId: 'q-1',
  patientId: 'p-1',
  split: 'train',
  stage: 'recognition',
  type: 'liver-lesion-existence',
  source: 'run-1',
  tools: [tool],
  messages: [
    { role: 'system', text: 'You read scans.' },
    {
      role: 'user',
      parts: [
        { type: 'image', hash: PICTURE, mediaType: 'image/png' },
        { type: 'text', text: 'A lesion? A: no B: yes' },
      ],
    },
    {
      role: 'assistant',
      text: 'I look closer.',
      calls: [
        { tool: 'crop_organ', arguments: { organ: 'liver' }, result: { image: CROP, organ: 'liver' } },
        { tool: 'crop_organ', arguments: { organ: 'spleen' }, result: { error: 'There is none.' } },
      ],
    },
    { role: 'assistant', text: 'B', calls: [] },
  ],
  score: 1,
};
const rejected: Trace = {
  ...chosen,
  id: 'q-1#1',
  messages: [...chosen.messages.slice(0, 2), { role: 'assistant', text: 'A', calls: [] }],
  score: 0,
};
const pair: TracePair = { id: 'q-1/0', chosen, rejected };
const prompt: TracePrompt = { id: 'q-1', trace: chosen, answer: 'yes', letter: 'B', goldSteps: 1 };
const place: ExportPlace = { stored: (hash) => `pictures/${hash}.png`, benchmark: 'b', canary: 'canary' };

/** Any of them as loose JSON. */
function recordOf(id: string): Record<string, never> {
  const format = recordFormat(id);
  const record =
    format.from === 'trace'
      ? format.record(chosen, place)
      : format.from === 'pair'
        ? format.record(pair, place)
        : format.record(prompt, place);
  return JSON.parse(JSON.stringify(record)) as Record<string, never>;
}

describe('supervised records', () => {
  it('sharegpt: roles alternate, and every picture has its tag, in order', () => {
    const { conversations, images, tools, system } = recordOf('sharegpt') as unknown as {
      conversations: { from: string; value: string }[];
      images: string[];
      tools: string;
      system: string;
    };
    expect(conversations.map(({ from }) => from)).toEqual(['human', 'function_call', 'observation', 'gpt']);
    const odd = new Set(['human', 'observation']);
    conversations.forEach(({ from }, at) => {
      expect(odd.has(from)).toBe(at % 2 === 0);
    });
    const tags = conversations.reduce((sum, { value }) => sum + value.split('<image>').length - 1, 0);
    expect(images).toEqual([`pictures/${PICTURE}.png`, `pictures/${CROP}.png`]);
    expect(tags).toBe(images.length);
    expect(JSON.parse(conversations[1].value)).toHaveLength(2);
    expect(JSON.parse(tools)).toMatchObject([{ name: 'crop_organ', parameters: { type: 'object' } }]);
    expect(system).toBe('You read scans.');
  });
  it('trl-sft: calls are objects, each result follows by name', () => {
    const { messages } = recordOf('trl-sft') as unknown as { messages: Record<string, unknown>[] };
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
    ]);
    expect(messages[2]).toMatchObject({
      tool_calls: [
        { type: 'function', function: { name: 'crop_organ', arguments: { organ: 'liver' } } },
        { type: 'function', function: { name: 'crop_organ', arguments: { organ: 'spleen' } } },
      ],
    });
  });
  it('swift-sft: calls and results are turns of their own', () => {
    const { messages, tools } = recordOf('swift-sft') as unknown as {
      messages: { role: string; content: string }[];
      tools: string;
    };
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool_call',
      'tool_call',
      'tool_response',
      'tool_response',
      'assistant',
    ]);
    expect(JSON.parse(messages[3].content)).toEqual({ name: 'crop_organ', arguments: { organ: 'liver' } });
    expect(JSON.parse(tools)).toMatchObject([{ type: 'function', function: { name: 'crop_organ' } }]);
  });
});

describe('preference records', () => {
  it('trl-dpo: one prompt, two replies that begin with the assistant', () => {
    const record = recordOf('trl-dpo') as unknown as Record<
      'prompt' | 'chosen' | 'rejected',
      { role: string; content?: string }[]
    >;
    expect(record.prompt.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(record.chosen[0].role).toBe('assistant');
    expect(record.chosen.at(-1)?.content).toBe('B');
    expect(record.rejected).toEqual([{ role: 'assistant', content: 'A' }]);
  });
  it('swift-dpo: the rejected conversation has the same prompt', () => {
    const { messages, rejected_messages } = recordOf('swift-dpo') as unknown as Record<string, unknown[]>;
    expect(rejected_messages.slice(0, 2)).toEqual(messages.slice(0, 2));
    expect(rejected_messages.at(-1)).toEqual({ role: 'assistant', content: 'A' });
  });
  it('sharegpt-dpo: one turn each', () => {
    expect(recordOf('sharegpt-dpo')).toMatchObject({
      conversations: [{ from: 'human' }],
      chosen: { from: 'function_call' },
      rejected: { from: 'gpt', value: 'A' },
    });
  });
});

describe('prompts for reinforcement', () => {
  it.each(['trl-grpo', 'swift-grpo', 'verl-rl'])('%s: no reply and no result is in the prompt', (id) => {
    const record = recordOf(id) as unknown as Record<string, unknown>;
    const text = JSON.stringify(record.prompt ?? record.messages);
    expect(text).toContain('A lesion?');
    expect(text).not.toMatch(/I look closer|crop_organ|There is none/);
    expect(JSON.stringify(record)).toContain('"B"');
  });
});

describe('a folder of records', () => {
  const blobs = memoryBlobs();
  const source = {
    traces: async function* () {
      yield chosen;
    },
    pairs: async function* () {
      yield pair;
    },
    prompts: async function* () {
      yield prompt;
      yield { ...prompt, id: 'q-2', trace: { ...chosen, questionId: 'q-2', stage: 'measurement' as const } };
    },
  };
  const job = (id: string, out: string, store = blobs) => ({
    out: join(folder, out),
    format: recordFormat(id),
    source,
    blobs: store,
    benchmark: { name: 'b', contentHash: 'hash', canary: 'canary-1' },
    about: { split: 'train' },
  });
  // The hashes of this test are not those of the bytes; a memory store finds them under any name that it is told.
  const named = {
    ...blobs,
    get: async (hash: string) => (hash === PICTURE || hash === CROP ? new Uint8Array([1]) : undefined),
  };

  it('has every picture that a record names, a card, and the canary in each line', async () => {
    const written = await writeRecords(job('sharegpt', 'one', named));
    expect(written).toMatchObject({ records: 1, pictures: 2 });
    const line = JSON.parse(await readFile(written.file, 'utf8')) as { images: string[]; canary: string };
    expect(line.canary).toBe('canary-1');
    for (const name of line.images) expect((await stat(join(folder, 'one', name))).size).toBe(1);
    expect(JSON.parse(await readFile(join(folder, 'one', 'card.json'), 'utf8'))).toMatchObject({
      format: 'sharegpt',
      contentHash: 'hash',
      records: 1,
      split: 'train',
    });
  });
  it('verl-rl is Parquet with lists and structs that read back as they were', async () => {
    const { file } = await writeRecords(job('verl-rl', 'verl', named));
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(rows).toMatchObject([
      {
        data_source: 'overread/b',
        prompt: [
          { role: 'system', content: 'You read scans.' },
          { role: 'user', content: '<image>\nA lesion? A: no B: yes' },
        ],
        ability: 'recognition',
        reward_model: { style: 'rule', ground_truth: 'B' },
        images: [{ image: `pictures/${PICTURE}.png` }],
        extra_info: { split: 'train', index: 'q-1', gold_steps: 1, need_tools_kwargs: true },
      },
      { ability: 'measurement' },
    ]);
  });
  it('is not there at all when a picture is gone, and never replaces a folder with something in it', async () => {
    await expect(writeRecords(job('sharegpt', 'gone'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(stat(join(folder, 'gone'))).rejects.toThrow();
    await expect(writeRecords(job('sharegpt', 'one', named))).rejects.toMatchObject({ code: 'write-failed' });
    expect((await readFile(join(folder, 'one', 'records.jsonl'), 'utf8')).length).toBeGreaterThan(100);
  });
  it('every format says what it is made from and who defines it', () => {
    for (const format of recordFormats()) {
      expect(['trace', 'pair', 'prompt']).toContain(format.from);
      expect(format.source.length).toBeGreaterThan(3);
      expect(format.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
  });
});
