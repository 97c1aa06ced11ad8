import { afterEach, describe, expect, it } from 'vitest';
import { createGateway } from '../experts/gateway.ts';
import type { Loopback } from '../experts/testing/loopback.ts';
import { greyAt, startSimulatedReader } from '../experts/testing/simulated-reader.ts';
import { encodePng } from '../imaging/write-png.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { testQuestion } from '../tools/testing.ts';
import { parseReaderName } from './reader-name.ts';
import type { ReaderDeps } from './reader-plugin.ts';
import { strategy } from './strategy.ts';
import { testTask } from './testing.ts';

let server: Loopback | undefined;
afterEach(() => server?.close());

const look = strategy({
  id: 'look-again',
  summary: 'shows the middle of the picture in a second round',
  options: [{ name: 'rounds', summary: 'rounds', default: '2' }],
  async read(session) {
    const [first] = session.shown;
    const rounds = session.number('rounds', { min: 1, max: 2 });
    const said = await session.ask([{ role: 'user', content: session.question }]);
    if (rounds === 1) return said;
    const { data, width } = await session.raster(first.hash);
    const middle = await session.picture(
      { width: 1, height: 1, channels: 1, data: data.slice((width + 1) * (width >> 1)).slice(0, 1) },
      'crop',
    );
    session.note('crop', { image: middle.hash });
    return session.ask([
      { role: 'user', content: session.question },
      { role: 'assistant', content: said },
      { role: 'user', content: [middle, { type: 'text', text: 'And now?' }] },
    ]);
  },
});

async function read(options: Record<string, string>, over: Partial<ReaderDeps> = {}) {
  // Sees a bright picture only when it is shown nothing else: the last picture's mean decides.
  server = await startSimulatedReader({
    seed: '1',
    answer: ({ pictures }) => {
      const shown = pictures.at(-1);
      if (shown === undefined) return 'A';
      let sum = 0;
      for (let y = 0; y < shown.height; y++) for (let x = 0; x < shown.width; x++) sum += greyAt(shown, x, y);
      return sum / (shown.width * shown.height) > 128 ? 'B' : 'A';
    },
  });
  const blobs = memoryBlobs();
  const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
  const data = new Uint8Array(64).fill(10);
  data[9 * 4] = 250;
  const hash = await blobs.put(await encodePng({ width: 8, height: 8, channels: 1, data }));
  const reader = await look.create({
    gateway,
    blobs,
    criteria: 'guideline',
    name: parseReaderName('look-again@compatible/m'),
    written: 'look-again@compatible/m',
    chat: gateway.languageModel('compatible/m'),
    options,
    ...over,
  });
  const question = testQuestion({
    prompt: [
      { type: 'image', hash, mediaType: 'image/png' },
      { type: 'text', text: 'Bright? A. no B. yes' },
    ],
  });
  return reader.read(testTask({ question, access: undefined }));
}

describe('a strategy', () => {
  it('reads in rounds over pictures that it makes, and keeps all of it in the log', async () => {
    const outcome = await read({});
    expect(outcome).toMatchObject({
      status: 'answered',
      answer: { kind: 'choice', letter: 'B' },
      requests: 2,
    });
    expect(outcome.toolCalls).toMatchObject([{ tool: 'look-again:crop', step: 1 }]);
    expect(outcome.transcript.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(JSON.stringify(outcome)).not.toMatch(/base64|data:image/);
  });
  it('takes its options from the user, within their limits', async () => {
    expect(await read({ rounds: '1' })).toMatchObject({ status: 'answered', answer: { letter: 'A' } });
    await server?.close();
    await expect(read({ rounds: '7' })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
