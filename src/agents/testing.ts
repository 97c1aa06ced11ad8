// Tasks, gateways and scripted models for the tests of readers and runs.
import type { Experts } from '../domain/expert.ts';
import type { ReadTask } from '../domain/reader.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../experts/gateway.ts';
import { type Loopback, type LoopbackScript, startLoopback } from '../experts/testing/loopback.ts';
import { type BlobStore, memoryBlobs } from '../storage/blobs.ts';
import { testAccess, testCase, testQuestion } from '../tools/testing.ts';
import type { ReaderDeps } from './create-reader.ts';

export function testTask(over: Partial<ReadTask> = {}): ReadTask {
  return {
    question: testQuestion(),
    case: testCase(),
    format: 'mc',
    repeat: 0,
    seed: '0/q-1/0',
    access: testAccess(),
    signal: new AbortController().signal,
    ...over,
  };
}

/** One expert of every role, each of which finds nothing: for strategies that do not start without theirs. */
export function testExperts(): Experts {
  const about = { id: 'test', hash: 'test' };
  return {
    segment: {
      ...about,
      segmentRegion: async () => ({ width: 2, height: 2, probability: new Float32Array(4) }),
    },
    ground: { ...about, ground: async () => [] },
    classify: { ...about, classify: async () => [] },
    retrieve: { ...about, retrieve: async () => [] },
    transcribe: { ...about, transcribe: async () => ({ text: '' }) },
    speak: { ...about, speak: async () => ({ bytes: new Uint8Array(), mediaType: 'audio/wav' }) },
  };
}

export interface ScriptedModel {
  readonly server: Loopback;
  readonly gateway: Gateway;
  readonly blobs: BlobStore;
  readonly deps: ReaderDeps;
  close(): Promise<void>;
}

/** A model behind a real server on the loopback address and a real gateway; its name is compatible/scripted. */
export async function scriptedModel(
  script: LoopbackScript,
  over: Partial<ReaderDeps> = {},
  options: Partial<GatewayOptions> = {},
): Promise<ScriptedModel> {
  const server = await startLoopback(script);
  const blobs = over.blobs ?? memoryBlobs();
  const gateway = createGateway({
    allow: [server.url],
    baseUrls: { compatible: server.url },
    blobs,
    timeoutMs: 2_000,
    retry: { attempts: 3, baseMs: 1, maxMs: 5 },
    ...options,
  });
  return {
    server,
    gateway,
    blobs,
    deps: { gateway, blobs, criteria: 'guideline', ...over },
    async close() {
      await gateway.close();
      await server.close();
    },
  };
}
