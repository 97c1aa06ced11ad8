import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ExpertRole } from '../../domain/expert.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import { directFetch } from '../direct-fetch.ts';
import { openExperts } from '../expert-service.ts';
import { waveBytes } from '../speech/wave.ts';
import { type BytesReply, type BytesServer, startBytes } from '../testing/bytes-server.ts';
import { trustList } from '../trust.ts';
import { halfPicture, serviceContract, storedBytes, tone } from './service.contract.ts';

const half = Uint8Array.from({ length: 24 * 16 }, (_, at) => (at % 24 >= 12 ? 255 : 0));
const FINE: Partial<Record<ExpertRole, () => Promise<unknown>>> = {
  segment: async () => ({
    mask: Buffer.from(await encodePng({ width: 24, height: 16, channels: 1, data: half })).toString('base64'),
  }),
  ground: async () => ({
    boxes: [
      { box: [12, 0, 24, 16], score: 0.4 },
      { box: [-2, 0, 5, 99], score: 0.9 },
    ],
  }),
  classify: async () => ({
    labels: [
      { label: 'dark', probability: 0.2 },
      { label: 'bright', probability: 0.8 },
    ],
  }),
  retrieve: async () => ({
    passages: Array.from({ length: 20 }, (_, at) => ({
      id: `p${at}`,
      text: 'A cyst is …',
      source: 'a book',
      score: at,
    })),
  }),
  transcribe: async () => ({ text: ' is there a cyst ' }),
  speak: async () => ({
    audio: Buffer.from(waveBytes(tone(300, 0.1))).toString('base64'),
    mediaType: 'audio/wav',
  }),
};
const MALFORMED: Partial<Record<ExpertRole, unknown>> = {
  segment: { width: 24, height: 16, probability: Buffer.alloc(8).toString('base64') },
  ground: { boxes: [{ box: [5, 5, 1, 1], score: 0.5 }] },
  classify: { labels: [{ label: 'dark', probability: 3 }] },
  retrieve: { passages: [{ id: 'p' }] },
  transcribe: { words: [] },
  speak: { audio: '', mediaType: 'audio/wav' },
};

// Paths choose the behaviour: /fine/ground, /silent/ground …
const lasting = startBytes(async ({ path, method }): Promise<BytesReply> => {
  if (method === 'GET') return { body: 'ok' };
  const [, behaviour, role] = path.split('/');
  if (behaviour === 'silent') return { hang: true };
  if (behaviour === 'huge') return { body: Buffer.alloc(3 << 20, 32) };
  const reply = behaviour === 'fine' ? await FINE[role as ExpertRole]?.() : MALFORMED[role as ExpertRole];
  return { body: JSON.stringify(reply), type: 'application/json' };
});
afterAll(async () => (await lasting).close());
let reached = 0;

for (const role of ['segment', 'ground', 'classify', 'retrieve', 'transcribe', 'speak'] as const)
  serviceContract('http', {
    role,
    can: ['malformed', 'silent', 'huge', 'untrusted'],
    reached: () => reached,
    async open(behaviour) {
      const server = await lasting;
      reached = server.requests.length;
      const trusted = behaviour === 'untrusted' ? [] : [server.origin];
      // A limit on replies that a test can afford to reach.
      const { fetch } = directFetch(trustList(trusted), 2 << 20);
      const url = `${server.origin}/${behaviour}/${role}`;
      const health = behaviour === 'fine' ? '' : ',health=none';
      const { experts } = await openExperts([`${role}=http:${url},timeout=0.3${health}`], {
        fetch,
        blobs: memoryBlobs(),
      });
      const expert = experts[role];
      if (expert === undefined) throw new Error(role);
      return expert as never;
    },
  });

const servers: BytesServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function opened(reply: unknown, written: (origin: string) => string[], over: object = {}) {
  const server = await startBytes(() => ({ body: JSON.stringify(reply), type: 'application/json' }));
  servers.push(server);
  const { fetch } = directFetch(trustList([server.origin]));
  const { experts } = await openExperts(written(server.origin), { fetch, blobs: memoryBlobs(), ...over });
  return { server, experts };
}

describe('an expert behind an address', () => {
  it('is told role, phrase and picture, and not whose it is', async () => {
    const { server, experts } = await opened({ boxes: [] }, (origin) => [`ground=http:${origin}/g`]);
    const picture = await halfPicture();
    expect(await experts.ground?.ground(picture, 'a cyst', { patientId: 'Jane Doe' })).toEqual([]);
    const { body } = server.requests[1];
    expect(JSON.parse(body.toString())).toEqual({
      role: 'ground',
      phrase: 'a cyst',
      image: Buffer.from(await picture.bytes()).toString('base64'),
      mediaType: 'image/png',
    });
  });

  it.each([
    'http://user:hush-hush@127.0.0.1:9/g',
    'http://127.0.0.1:9/g?api_key=hush-hush',
    'http://127.0.0.1:9/g?x=1&access-token=hush-hush',
    'http://127.0.0.1:9/g?sig=hush-hush',
    'http://127.0.0.1:9/g,health=http://127.0.0.1:9/ok?token=hush-hush',
  ])('takes no address with a secret, which would stand in the run’s record: %s', async (url) => {
    const deps = { fetch: () => Promise.reject(new Error('not sent')), blobs: memoryBlobs() };
    const error = await openExperts([`ground=http:${url}`], deps).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('token-env') });
    expect(String(error)).not.toContain('hush-hush');
  });

  it('is asked before a run whether it is there', async () => {
    const { server, experts } = await opened({}, (origin) => [`classify=http:${origin}/c`]);
    expect(server.requests).toMatchObject([{ method: 'GET', path: '/c/health' }]);
    await server.close();
    servers.splice(0);
    await expect(experts.classify?.health?.()).rejects.toMatchObject({
      code: 'expert-failed',
      message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\): start it/),
    });
  });

  it('never returns passages of the patient who is asked about, and tells nobody who that is', async () => {
    const passages = [
      { id: 'own', text: 'the report itself', score: 9, patientId: 'jane' },
      { id: 'page', text: 'a page', score: 3, image: Buffer.from('x').toString('base64') },
      { id: 'other', text: 'another report', score: 5, patientId: 'joe' },
    ];
    const { server, experts } = await opened({ passages }, (origin) => [`retrieve=http:${origin}/r`]);
    const found = await experts.retrieve?.retrieve({ text: 'cyst', k: 2, notOf: 'jane' });
    expect(found?.map(({ passage }) => passage.id)).toEqual(['other', 'page']);
    expect(found?.[1].passage.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(server.requests[1].body.toString()).not.toContain('jane');
  });

  it('is asked once per picture and phrase; what it said goes with the patient', async () => {
    const store = await openStore(':memory:');
    const { server, experts } = await opened(
      await FINE.segment?.(),
      (origin) => [`segment=http:${origin}/s`],
      {
        index: store,
      },
    );
    const picture = await halfPicture();
    const [once, twice] = await Promise.all(
      [1, 2].map(() => experts.segment?.segmentRegion(picture, 'bright', { patientId: 'p' })),
    );
    expect(twice).toEqual(once);
    expect(await experts.segment?.segmentRegion(picture, 'bright', { patientId: 'p' })).toEqual(once);
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    await experts.segment?.segmentRegion(picture, 'dark', { patientId: 'p' });
    const purged = await store.purgePatient('p');
    expect(purged.cached).toBe(2);
    // Two phrases, one mask: the same bytes lie once.
    expect(purged.blobs).toHaveLength(1);
    await experts.segment?.segmentRegion(picture, 'bright');
    await experts.segment?.segmentRegion(picture, 'bright');
    // Whose it is was not said, so nothing is kept that no purge would find.
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(4);
    await store.close();
  });

  it('a mask of another size is no mask of this picture', async () => {
    const mask = Buffer.from(
      await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) }),
    ).toString('base64');
    const { experts } = await opened({ mask }, (origin) => [`segment=http:${origin}/s`]);
    await expect(experts.segment?.segmentRegion(await halfPicture(), 'x')).rejects.toThrow(
      /8 × 8 and the picture 24 × 16/,
    );
  });

  it('hears sounds as they are stored', async () => {
    const { server, experts } = await opened({ text: 'hello' }, (origin) => [`transcribe=http:${origin}/t`]);
    const bytes = waveBytes(tone(440, 0.1));
    expect(await experts.transcribe?.transcribe(storedBytes(bytes, 'audio/wav'))).toEqual({ text: 'hello' });
    const sent = JSON.parse(server.requests[1].body.toString());
    expect(sent).toMatchObject({ role: 'transcribe', mediaType: 'audio/wav' });
    expect(new Uint8Array(Buffer.from(sent.audio, 'base64'))).toEqual(bytes);
  });
});
