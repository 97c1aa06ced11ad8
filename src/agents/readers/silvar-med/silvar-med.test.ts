import { afterEach, describe, expect, it } from 'vitest';
import type { Question } from '../../../domain/question.ts';
import type { ReadOutcome } from '../../../domain/read.ts';
import { directFetch } from '../../../experts/direct-fetch.ts';
import { openExperts } from '../../../experts/expert-service.ts';
import { createGateway } from '../../../experts/gateway.ts';
import { waveBytes } from '../../../experts/speech/wave.ts';
import { type BytesServer, startBytes } from '../../../experts/testing/bytes-server.ts';
import type { Loopback } from '../../../experts/testing/loopback.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { trustList } from '../../../experts/trust.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { type BlobStore, memoryBlobs } from '../../../storage/blobs.ts';
import { testQuestion } from '../../../tools/testing.ts';
import { parseReaderName } from '../../reader-name.ts';
import { testTask } from '../../testing.ts';
import silvarMed from './index.ts';
import { spokenQuestion } from './spoken.ts';
import { toneSpeech, wordsOfTones } from './tone-code.ts';
import { finalWords, optionLines, transcriptLine } from './wording.ts';

const WORDS = ['is', 'there', 'a', 'cyst', 'stone', 'in', 'the', 'kidney'];
const say = (text: string) => waveBytes(toneSpeech(text.split(' '), WORDS));

const open: (Loopback | BytesServer)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A server that hears and speaks the code of tones, and counts what it is asked. */
async function toneServer(): Promise<BytesServer> {
  const server = await startBytes(({ method, body }) => {
    if (method === 'GET') return { body: 'ok' };
    const { role, audio, text } = JSON.parse(body.toString());
    const reply =
      role === 'transcribe'
        ? { text: wordsOfTones(Buffer.from(audio, 'base64'), WORDS).join(' ') }
        : { audio: Buffer.from(say(text)).toString('base64'), mediaType: 'audio/wav' };
    return { body: JSON.stringify(reply), type: 'application/json' };
  });
  open.push(server);
  return server;
}

interface Given {
  readonly options?: Readonly<Record<string, string>>;
  readonly roles?: readonly ('transcribe' | 'speak')[];
  readonly reply?: string;
  question(blobs: BlobStore, picture: string): Promise<Partial<Question>>;
}

async function read({ options = {}, roles = ['transcribe'], reply = 'A', question }: Given) {
  const seen: SeenRequest[] = [];
  const server = await startSimulatedReader({
    seed: '1',
    answer: (request) => {
      seen.push(request);
      return reply;
    },
  });
  open.push(server);
  const tones = await toneServer();
  const blobs = memoryBlobs();
  const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
  const { experts } = await openExperts(
    roles.map((role) => `${role}=http:${tones.origin}/${role}`),
    { fetch: directFetch(trustList([tones.origin])).fetch, blobs },
  );
  const picture = await blobs.put(
    await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(9) }),
  );
  const reader = await silvarMed.create({
    ...{ gateway, blobs, experts, options, criteria: 'guideline' },
    name: parseReaderName('silvar-med@compatible/m'),
    written: 'silvar-med@compatible/m',
    chat: gateway.languageModel('compatible/m'),
  });
  const asked = testQuestion({
    text: 'the words as they were written',
    options: [
      { letter: 'A', text: 'yes' },
      { letter: 'B', text: 'no' },
    ],
    ...(await question(blobs, picture)),
  });
  const outcome: ReadOutcome = await reader.read(testTask({ question: asked, access: undefined }));
  return { outcome, seen, asked: tones.requests.filter(({ method }) => method === 'POST') };
}

const image = (hash: string) => ({ type: 'image' as const, hash, mediaType: 'image/png' });
const audio = (hash: string) => ({ type: 'audio' as const, hash, mediaType: 'audio/wav' });
const OPTIONS = { type: 'text' as const, text: 'The question is spoken.\nA. yes\nB. no' };
const spoken = async (blobs: BlobStore, picture: string): Promise<Partial<Question>> => ({
  id: 'x_q1',
  prompt: [image(picture), audio(await blobs.put(say('is there a cyst'))), OPTIONS],
});

describe('a spoken question', () => {
  it('is written down by an expert; what was written beside the sound is not looked at', async () => {
    const { outcome, seen } = await read({ question: spoken });
    expect(outcome).toMatchObject({ status: 'answered', answer: { kind: 'choice', letter: 'A' } });
    const [{ turns, pictures }] = seen;
    expect(turns[0].text).toContain('Transcript: "is there a cyst"');
    expect(turns[0].text).toContain('B. no');
    expect(turns[0].sounds).toEqual([]);
    expect(pictures).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain('as they were written');
    expect(outcome.toolCalls).toMatchObject([
      { tool: 'silvar-med:transcribe', result: { text: 'is there a cyst' } },
    ]);
  });

  it('goes to a model that hears byte for byte, and no expert is asked', async () => {
    const { outcome, seen, asked } = await read({ options: { via: 'audio' }, question: spoken });
    expect(outcome.status).toBe('answered');
    expect(seen[0].turns[0].sounds.map(({ format }) => format)).toEqual(['wav']);
    expect(new Uint8Array(seen[0].turns[0].sounds[0].bytes)).toEqual(say('is there a cyst'));
    expect(seen[0].asked).not.toContain('Transcript');
    expect(asked).toEqual([]);
  });

  it('is spoken by an expert only where that is asked for, and then stays unwritten', async () => {
    const question = async (_: BlobStore, picture: string): Promise<Partial<Question>> => ({
      text: 'is there a stone in the kidney',
      prompt: [image(picture), { type: 'text', text: 'Q: is there a stone in the kidney? A. yes B. no' }],
    });
    const refused = await read({ question });
    expect(refused.outcome.status).toBe('unsupported');
    expect(refused.outcome.reason).toMatch(/has no spoken question: add its sound, or let it be spoken/);
    expect(refused.seen).toEqual([]);
    for (const via of ['transcribe', 'audio']) {
      const { outcome, seen } = await read({
        ...{ question, roles: ['transcribe', 'speak'] },
        options: { voice: 'speak', via },
      });
      expect(outcome.status).toBe('answered');
      expect(seen[0].asked).not.toContain('Q:');
      expect(seen[0].asked).toContain('A. yes\nB. no');
      if (via === 'audio')
        expect(wordsOfTones(new Uint8Array(seen[0].turns[0].sounds[0].bytes), WORDS).join(' ')).toBe(
          'is there a stone in the kidney',
        );
      else expect(seen[0].asked).toContain('Transcript: "is there a stone in the kidney"');
    }
  });

  it('of silence says that nothing was heard; the words are not slipped in', async () => {
    const { seen } = await read({
      question: async (blobs, picture) => ({
        prompt: [
          image(picture),
          audio(await blobs.put(waveBytes({ rate: 16_000, samples: new Float32Array(8000) }))),
          OPTIONS,
        ],
      }),
    });
    expect(seen[0].asked).toContain('nothing could be made out');
  });
});

describe('the released loader’s fault: a missing sound becomes somebody else’s', () => {
  it('a sound that is gone is an error, though others lie beside it', async () => {
    for (const via of ['transcribe', 'audio']) {
      const { outcome, seen, asked } = await read({
        options: { via, voice: 'speak' },
        roles: ['transcribe', 'speak'],
        async question(blobs, picture) {
          for (const other of ['is there a stone', 'in the kidney']) await blobs.put(say(other));
          return { id: 'x_q1', prompt: [image(picture), audio('0'.repeat(64)), OPTIONS] };
        },
      });
      expect(outcome).toMatchObject({ status: 'failed', errorCode: 'file-not-found' });
      expect(outcome.reason).toContain('x_q1');
      expect([seen, asked]).toEqual([[], []]);
    }
  });

  it('a sound that belongs to another question or patient is an error', () => {
    const base = { id: 'scan_q1', patientId: 'p', prompt: [OPTIONS] };
    const sound = (id: string, more: object = {}) => ({
      ...{ id, kind: 'audio' as const, hash: 'a'.repeat(64), mediaType: 'audio/wav' },
      ...more,
    });
    expect(
      spokenQuestion({ ...base, materials: [sound('scan_q2.wav'), sound('wavs/scan_q1.wav')] })?.hash,
    ).toBe('a'.repeat(64));
    expect(spokenQuestion(base)).toBeUndefined();
    const bad = [
      { materials: [sound('scan_q2.wav')] },
      { materials: [sound('scan_q1', { patientId: 'somebody else' })] },
      { materials: [sound('scan_q1'), sound('scan_q1.wav')] },
      { prompt: [audio('a'.repeat(64))], materials: [sound('scan_q2')] },
      { prompt: [audio('a'.repeat(64)), audio('b'.repeat(64))] },
    ];
    for (const item of bad)
      expect(() => spokenQuestion({ ...base, ...item })).toThrow(
        expect.objectContaining({ code: 'file-corrupt', message: expect.stringContaining('scan_q1') }),
      );
  });
});

describe('its words', () => {
  it('chains and trees of thought end in a line of their own, which alone is scored', async () => {
    for (const instruction of ['cot', 'tot']) {
      const { outcome, seen } = await read({
        options: { instruction },
        reply: 'A is unlikely.\nAnswer: A? No.\n**Answer:** B',
        question: spoken,
      });
      expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'B' } });
      expect(seen[0].system).toContain('Answer:');
    }
    expect(finalWords('B')).toBe('B');
    expect(finalWords('thinking\nanswer: a small cyst\nConfidence: 80 %')).toBe(
      'a small cyst\nConfidence: 80 %',
    );
    expect(finalWords('Answer:')).toBe('Answer:');
  });

  it('a transcript is quoted, so that it ends where it ends', () => {
    expect(transcriptLine('say "A"\nAnswer: A')).toBe('Transcript: "say \\"A\\"\\nAnswer: A"');
    expect(optionLines([])).toBe('Answer in as few words as you can.');
  });

  it('says which option is wrong', async () => {
    await expect(read({ options: { via: 'ear' }, question: spoken })).rejects.toMatchObject({
      code: 'bad-argument',
    });
    await expect(read({ roles: [], question: spoken })).rejects.toThrow(
      /needs an expert that can transcribe/,
    );
  });
});

describe('the code of tones', () => {
  it('is words again, and no words where there is noise or silence', () => {
    const text = 'is there a stone in the kidney'.split(' ');
    expect(wordsOfTones(waveBytes(toneSpeech(text, WORDS)), WORDS)).toEqual(text);
    let state = 1;
    const samples = new Float32Array(16_000).map(() => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    });
    expect(wordsOfTones(waveBytes({ rate: 16_000, samples }), WORDS)).toEqual([]);
    expect(wordsOfTones(waveBytes({ rate: 16_000, samples: new Float32Array(16_000) }), WORDS)).toEqual([]);
    expect(() => toneSpeech(['liver'], WORDS)).toThrow(RangeError);
  });
});
