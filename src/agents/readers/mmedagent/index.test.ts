import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
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

/** Specialists answer `votes` in turn; what else is asked gets `other`. */
async function read(
  votes: readonly string[],
  options: Record<string, string> = {},
  other: (request: SeenRequest) => string = () => 'radiologist',
) {
  const seen: SeenRequest[] = [];
  let at = 0;
  server = await startSimulatedReader({
    seed: '1',
    answer: (request) => {
      seen.push(request);
      return request.system.startsWith('You are a ') ? votes[at++] : other(request);
    },
  });
  const blobs = memoryBlobs();
  const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
  const hash = await blobs.put(
    await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }),
  );
  const reader = await createReader('mmedagent@compatible/m', {
    gateway,
    blobs,
    criteria: 'guideline',
    options,
  });
  const question = testQuestion({
    answerKind: 'categorical',
    options: ['lung', 'heart', 'liver'].map((text, place) => ({ letter: 'ABC'[place], text })),
    prompt: [
      { type: 'image', hash, mediaType: 'image/png' },
      { type: 'text', text: 'Which organ?\nA. lung\nB. heart\nC. liver' },
    ],
  });
  const outcome = await reader.read(testTask({ question, access: undefined }));
  const note = (step: string) => outcome.toolCalls.find(({ tool }) => tool === `mmedagent:${step}`);
  return { outcome, seen, note };
}

async function policyFile(policy: unknown): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'attending-'));
  const path = join(folder, 'policy.json');
  await writeFile(path, JSON.stringify(policy));
  return path;
}
const POLICY = {
  format: 'overread-attending',
  classes: ['heart', 'liver', 'lung'],
  specialists: 3,
  table: { '2,2,0': 1 },
};

describe('mmedagent', () => {
  it('asks the specialty that triage names, and takes what most of them say', async () => {
    const { outcome, seen, note } = await read(
      ['A', 'The answer is B', 'B'],
      { attending: 'majority' },
      () => 'A surgeon.',
    );
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'B' }, requests: 4 });
    expect(seen[1].system).toContain('You are a surgeon');
    expect(note('opinions')).toMatchObject({ result: ['lung', 'heart', 'heart'] });
  });
  it('takes a radiologist when triage names nobody, or several, twice', async () => {
    const { note, seen } = await read(
      ['A', 'A', 'A'],
      { attending: 'majority' },
      () => 'surgeon or radiologist',
    );
    expect(seen).toHaveLength(5);
    expect(note('triage')).toMatchObject({ result: 'radiologist' });
  });
  it('lets the attending see picture and opinions, and none of them decide', async () => {
    const { outcome, seen } = await read(['A', 'A', 'hm'], {}, ({ asked }) =>
      asked.includes('attending') ? 'C' : 'oncologist',
    );
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'C' } });
    expect(seen.at(-1)?.asked).toMatch(/1\. "lung"\n2\. "lung"\n3\. "hm"/);
    expect(seen.at(-1)?.pictures).toHaveLength(1);
  });
  it('goes by a learnt table, also to an answer that nobody gave', async () => {
    const { outcome } = await read(['A', 'A', 'B'], {
      attending: 'policy',
      policy: await policyFile(POLICY),
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'C' } });
  });
  it('goes by the majority where the table is of other labels', async () => {
    const other = { ...POLICY, classes: ['heart', 'spleen', 'lung'] };
    const { outcome } = await read(['A', 'A', 'B'], { attending: 'policy', policy: await policyFile(other) });
    expect(outcome).toMatchObject({ answer: { letter: 'A' } });
  });
  it('lets the attending decide in words when no specialist could be read', async () => {
    const { outcome } = await read(['?', '?', '?'], { attending: 'majority' }, ({ asked }) =>
      asked.includes('attending') ? 'B' : 'surgeon',
    );
    expect(outcome).toMatchObject({ answer: { letter: 'B' } });
  });
  it.each([
    [{ ...POLICY, table: { '0,0,0': 7 } }],
    [{ classes: [] }],
    ['{'],
  ])('refuses a file that is no table: %j', async (given) => {
    const policy = await policyFile(given);
    await expect(read(['A', 'A', 'A'], { attending: 'policy', policy })).rejects.toMatchObject({
      code: 'bad-argument',
    });
  });
  it('refuses to go by a table that is not given', async () => {
    await expect(read(['A'], { attending: 'policy' })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
