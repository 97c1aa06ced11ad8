import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openExperts } from '../expert-service.ts';
import { createGateway } from '../gateway.ts';
import { waveBytes } from '../speech/wave.ts';
import type { Loopback } from '../testing/loopback.ts';
import { type SeenRequest, startSimulatedReader } from '../testing/simulated-reader.ts';
import { boxMask } from './model.ts';
import { halfPicture, serviceContract, storedBytes, tone } from './service.contract.ts';

const FINE = {
  ground: { boxes: [{ box: [500, 0, 1000, 1000], score: 0.8 }] },
  segment: { boxes: [{ box: [500, 0, 1000, 1000], score: 0.8 }] },
  classify: {
    labels: [
      { label: 'dark', probability: 0.1 },
      { label: 'bright', probability: 0.9 },
    ],
  },
  transcribe: { text: 'is there a cyst' },
} as const;

const servers: Loopback[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const serve = async (answer: (request: SeenRequest) => string | Promise<string>) => {
  const server = await startSimulatedReader({ seed: '1', answer, record: true });
  servers.push(server);
  return server;
};
const never = () => Promise.reject(new Error('nothing goes around the gateway'));
async function opened(written: string, server: Loopback, over: { trusted?: boolean } = {}) {
  const blobs = memoryBlobs();
  const gateway = createGateway({
    allow: over.trusted === false ? [] : [server.url],
    baseUrls: { compatible: server.url },
    blobs,
    timeoutMs: 300,
    retry: { attempts: 1 },
  } as Parameters<typeof createGateway>[0]);
  return (await openExperts([written], { fetch: never, gateway, blobs })).experts;
}

for (const role of ['ground', 'segment', 'classify', 'transcribe'] as const) {
  const made: Loopback[] = [];
  afterAll(async () => {
    for (const server of made) await server.close();
  });
  serviceContract('model', {
    role,
    can: ['malformed'],
    async open(behaviour) {
      const server = await startSimulatedReader({
        seed: '1',
        answer: () =>
          behaviour === 'fine' ? `Here: ${JSON.stringify(FINE[role])}` : 'I see nothing {of note}.',
      });
      made.push(server);
      const expert = (await opened(`${role}=model:compatible/m`, server))[role];
      if (expert === undefined) throw new Error(role);
      return expert as never;
    },
  });
}

describe('a model as an expert', () => {
  it('gives boxes in the picture’s pixels, whatever scale it was asked in', async () => {
    for (const [coords, box] of [
      ['thousand', [500, 250, 1000, 1000]],
      ['unit', [0.5, 0.25, 1, 1]],
      ['pixels', [12, 4, 24, 16]],
    ] as const) {
      const server = await serve(() => JSON.stringify({ boxes: [{ box, score: 0.7 }] }));
      const { ground } = await opened(`ground=model:compatible/m,coords=${coords}`, server);
      const [found] = (await ground?.ground(await halfPicture(), 'the bright part')) ?? [];
      expect(found.box.map((edge) => Math.round(edge))).toEqual([12, 4, 24, 16]);
    }
  });

  it('is asked once more, told why, when its reply cannot be used', async () => {
    const server = await serve(({ asked }) =>
      asked.includes('could not be used (')
        ? JSON.stringify(FINE.ground)
        : JSON.stringify({ boxes: [{ box: [1, 2] }] }),
    );
    const { ground } = await opened('ground=model:compatible/m', server);
    expect(await ground?.ground(await halfPicture(), 'x')).toHaveLength(1);
    expect(server.count()).toBe(2);
    const stubborn = await serve(() => '{"boxes": "everywhere"}');
    const other = await opened('ground=model:compatible/m', stubborn);
    await expect(other.ground?.ground(await halfPicture(), 'x')).rejects.toMatchObject({
      code: 'expert-failed',
    });
    expect(stubborn.count()).toBe(2);
  });

  it('may not answer with a label that it was not given', async () => {
    const server = await serve(() => JSON.stringify({ labels: [{ label: 'a dog', probability: 1 }] }));
    const { classify } = await opened('classify=model:compatible/m', server);
    await expect(classify?.classify(await halfPicture(), ['dark', 'bright'])).rejects.toThrow(
      /none of the labels/,
    );
  });

  it('hears the very sound', async () => {
    const bytes = waveBytes(tone(440, 0.1));
    const heard: Uint8Array[] = [];
    const server = await serve(({ turns }) => {
      for (const sound of turns.at(-1)?.sounds ?? []) {
        expect(sound.format).toBe('wav');
        heard.push(new Uint8Array(sound.bytes));
      }
      return '{"text": "a tone"}';
    });
    const { transcribe } = await opened('transcribe=model:compatible/m', server);
    expect(await transcribe?.transcribe(storedBytes(bytes, 'audio/wav'))).toEqual({ text: 'a tone' });
    expect(heard).toEqual([bytes]);
  });

  it('is not reached off the trust list, and does not open without it', async () => {
    const server = await serve(() => '{}');
    await expect(opened('ground=model:compatible/m', server, { trusted: false })).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
    expect(server.count()).toBe(0);
  });

  it('a box covers the pixels between its edges, with the surest score', () => {
    const { probability } = boxMask(
      [
        { box: [0, 0, 2, 1], score: 0.5 },
        { box: [1, 0, 3, 2], score: 0.75 },
      ],
      { width: 3, height: 2 },
    );
    expect([...probability]).toEqual([0.5, 0.75, 0.75, 0, 0.75, 0.75]);
  });
});
