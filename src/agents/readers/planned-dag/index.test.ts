import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OverreadError } from '../../../domain/errors.ts';
import type { Experts } from '../../../domain/expert.ts';
import { createGateway } from '../../../experts/gateway.ts';
import type { Loopback } from '../../../experts/testing/loopback.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { testQuestion } from '../../../tools/testing.ts';
import { createReader } from '../../create-reader.ts';
import { testTask } from '../../testing.ts';

let server: Loopback | undefined;
let folder: string | undefined;
afterEach(async () => {
  await server?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
});

const COUNT = [
  { id: 'bright', tool: 'bright-mask', inputs: { picture: '$picture' } },
  { id: 'cells', tool: 'regions', inputs: { mask: '$bright', picture: '$picture' } },
];
const plan = (nodes: readonly unknown[], ...answer: string[]) =>
  `\`\`\`json\n${JSON.stringify({ nodes, answer })}\n\`\`\``;

/** Three bright squares of 3 × 3 on black, one of them a third brighter. */
async function read(
  plans: readonly string[],
  given: { options?: Record<string, string>; experts?: Experts } = {},
) {
  const seen: SeenRequest[] = [];
  let at = 0;
  server = await startSimulatedReader({
    seed: '1',
    answer: (request) => {
      seen.push(request);
      return request.asked.startsWith('Plan how') ? plans[at++] : '3';
    },
  });
  const blobs = memoryBlobs();
  const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
  const data = new Uint8Array(400);
  [2, 9, 15].forEach((x, place) => {
    for (let v = 5; v < 8; v++) for (let u = x; u < x + 3; u++) data[v * 20 + u] = place === 2 ? 240 : 180;
  });
  const hash = await blobs.put(await encodePng({ width: 20, height: 20, channels: 1, data }));
  const reader = await createReader('planned-dag@compatible/m', {
    gateway,
    blobs,
    criteria: 'guideline',
    ...given,
  });
  const question = testQuestion({
    answerKind: 'numeric',
    text: 'How many cells?',
    options: [],
    prompt: [
      { type: 'image', hash, mediaType: 'image/png' },
      { type: 'text', text: 'How many cells?' },
    ],
  });
  const outcome = await reader.read(testTask({ question, format: 'free', access: undefined }));
  const layers = Object.fromEntries(
    outcome.toolCalls
      .filter(({ tool }) => tool === 'planned-dag:layer')
      .map(({ arguments: about, result }) => [(about as { id: string }).id, result]),
  );
  return { outcome, seen, layers };
}

describe('planned-dag', () => {
  it('runs the plan over the picture, keeps every layer, and shows no model a pixel', async () => {
    const { outcome, seen, layers } = await read([
      plan([{ id: 'n', tool: 'count-rows', inputs: { table: '$cells' } }, ...COUNT], 'n'),
    ]);
    expect(outcome).toMatchObject({ status: 'answered', answer: { kind: 'number', value: 3 } });
    expect(layers).toMatchObject({
      bright: { type: 'mask', image: expect.stringMatching(/^[0-9a-f]{64}$/) },
      cells: {
        type: 'table',
        rows: [
          [9, 180, 1],
          [9, 180, 1],
          [9, 240, 1],
        ],
      },
      n: { type: 'number', value: 3 },
    });
    expect(Object.keys(layers)).toEqual(['bright', 'cells', 'n']);
    expect(seen.flatMap(({ pictures }) => pictures)).toEqual([]);
    expect(seen.at(-1)?.asked).toContain('n: 3');
  });
  it('asks once more for a plan that does not fit, with the reasons, and then answers without', async () => {
    const { seen, outcome } = await read([
      plan([{ id: 'n', tool: 'count-rows', inputs: { table: '$picture' } }], 'n'),
      'I would rather not.',
    ]);
    expect(seen).toHaveLength(3);
    expect(seen[1].asked).toContain('n: "table" takes table, and picture gives picture.');
    expect(seen[2].asked).toContain('nothing, since no plan could be used');
    expect(outcome.status).toBe('answered');
  });
  it('lets a failed expert fail its node and what waits for it, and the rest stand', async () => {
    const experts: Experts = {
      segment: {
        id: 's',
        hash: 's',
        segmentRegion: async () => {
          throw new OverreadError('expert-failed', 'The expert is away: start it.');
        },
      },
    };
    const nodes = [
      { id: 'nuclei', tool: 'segment', inputs: { picture: '$picture', phrase: 'nuclei' } },
      { id: 'share', tool: 'area-share', inputs: { mask: '$nuclei' } },
      { id: 'n', tool: 'count-rows', inputs: { table: '$cells' } },
      ...COUNT,
    ];
    const { layers, seen } = await read([plan(nodes, 'share', 'n')], { experts });
    expect(layers).toMatchObject({
      nuclei: { failed: 'The expert is away: start it.' },
      share: { failed: 'It waits for nuclei, which failed.' },
      n: { value: 3 },
    });
    expect(seen.at(-1)?.asked).toContain('share: could not be computed\nn: 3');
  });
  it('classifies by an expert’s corrections, and says which rows to ask about next', async () => {
    folder = await mkdtemp(join(tmpdir(), 'corrections-'));
    const corrections = join(folder, 'corrections.json');
    // Bright ones are the class sought.
    const rows = [
      [9, 170, 1],
      [9, 175, 1],
      [9, 185, 1],
      [9, 235, 1],
      [9, 240, 1],
      [9, 245, 1],
    ];
    await writeFile(
      corrections,
      JSON.stringify({ columns: ['area', 'mean', 'elongation'], rows, labels: [0, 0, 0, 1, 1, 1] }),
    );
    const nodes = [...COUNT, { id: 'sought', tool: 'count-class', inputs: { table: '$cells' } }];
    const { layers, outcome } = await read([plan(nodes, 'sought')], { options: { corrections } });
    expect(layers.sought).toMatchObject({ value: 1 });
    expect(outcome.toolCalls.find(({ tool }) => tool === 'planned-dag:ask-the-expert')).toMatchObject({
      result: { rows: [{ row: expect.any(Number) }, {}, {}] },
    });
    await server?.close();
    await writeFile(corrections, '{"rows": []}');
    await expect(read([plan(nodes, 'sought')], { options: { corrections } })).rejects.toMatchObject({
      code: 'bad-argument',
    });
  });
  it('calls tools of the run as nodes, with literal arguments', async () => {
    const nodes = [
      { id: 'rule', tool: 'lookup_medical_knowledge', inputs: { arguments: { query: 'spleen size' } } },
    ];
    const { layers, outcome } = await read([plan(nodes, 'rule')]);
    expect(layers.rule).toMatchObject({ type: 'text' });
    expect(outcome.toolCalls.map(({ tool }) => tool)).toContain('lookup_medical_knowledge');
  });
});
