// One question on pictures in memory, read by a strategy around a scripted model: for the tests of strategies.
import type { Experts } from '../../../domain/expert.ts';
import type { PromptPart, Question } from '../../../domain/question.ts';
import type { ReadOutcome } from '../../../domain/read.ts';
import type { Raster } from '../../../domain/volume.ts';
import { createGateway } from '../../../experts/gateway.ts';
import type { LoopbackReply } from '../../../experts/testing/loopback.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { testQuestion } from '../../../tools/testing.ts';
import { parseReaderName } from '../../reader-name.ts';
import type { ReaderPlugin } from '../../reader-plugin.ts';
import { testTask } from '../../testing.ts';

export interface ReadingSetup {
  readonly pictures: readonly Raster[];
  /** Replies in the order of the requests, the last one again and again; or what to make of a request. */
  readonly replies: readonly string[] | ((request: SeenRequest) => string | LoopbackReply);
  readonly text?: string;
  readonly question?: Partial<Question>;
  readonly options?: Readonly<Record<string, string>>;
  readonly experts?: Experts;
}

export interface Reading {
  readonly outcome: ReadOutcome;
  /** What the model was sent, in order. */
  readonly seen: readonly SeenRequest[];
  /** Hashes of the question's own pictures. */
  readonly hashes: readonly string[];
}

export async function readPictures(
  plugin: ReaderPlugin,
  { pictures, replies, text = 'Bright? A. no B. yes', question = {}, options = {}, experts }: ReadingSetup,
): Promise<Reading> {
  const seen: SeenRequest[] = [];
  const server = await startSimulatedReader({
    seed: '1',
    answer(request) {
      seen.push(request);
      return typeof replies === 'function'
        ? replies(request)
        : (replies[Math.min(seen.length, replies.length) - 1] ?? '');
    },
  });
  try {
    const blobs = memoryBlobs();
    const gateway = createGateway({ allow: [server.url], baseUrls: { compatible: server.url }, blobs });
    const hashes: string[] = [];
    for (const raster of pictures) hashes.push(await blobs.put(await encodePng(raster)));
    const name = `${plugin.id}@compatible/m`;
    const reader = await plugin.create({
      gateway,
      blobs,
      criteria: 'guideline',
      name: parseReaderName(name),
      written: name,
      chat: gateway.languageModel('compatible/m'),
      options,
      ...(experts === undefined ? {} : { experts }),
    });
    const prompt: PromptPart[] = [
      ...hashes.map((hash) => ({ type: 'image' as const, hash, mediaType: 'image/png' })),
      { type: 'text', text },
    ];
    const task = testTask({ question: testQuestion({ prompt, ...question }), access: undefined });
    const outcome = await reader.read(task);
    await gateway.close();
    return { outcome, seen, hashes };
  } finally {
    await server.close();
  }
}
