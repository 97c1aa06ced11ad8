// Ways to put N questions to a chat server. Each asks with at most `concurrency` under way and resolves when all are done.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';
import type { Read } from '../../src/domain/read.ts';
import type { ChatCall, ChatReply } from '../../src/experts/chat-model.ts';
import { createGateway } from '../../src/experts/gateway.ts';
import type { BenchmarkFolder } from '../../src/questions/benchmark-folder.ts';
import { openStore } from '../../src/storage/store.ts';
import { readBenchmark, writeBenchmark } from './engine.ts';

export interface Load {
  /** Base URL of the server. */
  readonly url: string;
  readonly questions: number;
  readonly concurrency: number;
}

export type Contender = (load: Load) => Promise<void>;

const SYSTEM =
  'You are an experienced abdominal radiologist. Answer with the letter of the right option only.';

export function questionText(n: number): string {
  return `Case ${n}. What is the volume of the liver in cm³, measured on the whole scan?\nA. ${n + 700}\nB. ${n + 900}\nC. ${n + 1100}\nD. ${n + 1300}`;
}

function callOf(n: number): ChatCall {
  return {
    prompt: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: [{ type: 'text', text: questionText(n) }] },
    ],
    temperature: 0,
    maxOutputTokens: 64,
  };
}

async function lanes(load: Load, ask: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < load.questions) await ask(next++);
  };
  await Promise.all(Array.from({ length: load.concurrency }, lane));
}

function textOf(reply: ChatReply): string {
  const [part] = reply.content;
  return part?.type === 'text' ? part.text : '';
}

function readOf(n: number, reply: ChatReply): Read {
  return {
    runId: 'run',
    questionId: `question-${n}`,
    caseId: `case-${n % 100}`,
    patientId: `patient-${n % 100}`,
    repeat: 0,
    status: 'answered',
    answer: { kind: 'choice', letter: textOf(reply) },
    raw: textOf(reply),
    transcript: [
      { role: 'system', text: SYSTEM },
      { role: 'user', text: questionText(n) },
      { role: 'assistant', text: textOf(reply) },
    ],
    toolCalls: [],
    maskSources: [],
    usage: { inputTokens: 100, outputTokens: 2, reasoningTokens: 0, cachedInputTokens: 0 },
    milliseconds: 1,
    cached: false,
    requests: 1,
    at: new Date().toISOString(),
  };
}

function openGateway({ url, concurrency }: Load, options: Partial<Parameters<typeof createGateway>[0]> = {}) {
  return createGateway({
    allow: [new URL(url).origin],
    baseUrls: { compatible: url },
    env: {},
    concurrency,
    ...options,
  });
}

/** The AI SDK alone: generateText in a loop, nothing kept. */
async function bareSdk(load: Load): Promise<void> {
  const model = createOpenAICompatible({ name: 'bare', baseURL: load.url }).chatModel('loopback');
  await lanes(load, async (n) => {
    await generateText({
      model,
      instructions: SYSTEM,
      prompt: questionText(n),
      temperature: 0,
      maxOutputTokens: 64,
    });
  });
}

/** The AI SDK's provider alone, without generateText around it. */
async function bareModel(load: Load): Promise<void> {
  const model = createOpenAICompatible({ name: 'bare', baseURL: load.url }).chatModel('loopback');
  await lanes(load, async (n) => {
    await model.doGenerate(callOf(n));
  });
}

async function gatewayOnly(load: Load): Promise<void> {
  const gateway = openGateway(load);
  const model = gateway.languageModel('compatible/loopback');
  await lanes(load, async (n) => {
    await model.doGenerate(callOf(n));
  });
  await gateway.close();
}

/** Gateway, response cache, and intent and read committed durably for every question. */
async function gatewayStore(load: Load): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-throughput-'));
  const store = await openStore(join(folder, 'run.db'));
  const gateway = openGateway(load, { store });
  const model = gateway.languageModel('compatible/loopback');
  await lanes(load, async (n) => {
    await store.begin({ runId: 'run', questionId: `question-${n}`, repeat: 0, at: new Date().toISOString() });
    await store.commit(readOf(n, await model.doGenerate(callOf(n))));
  });
  const kept = (await store.done('run')).size;
  await gateway.close();
  await store.close();
  rmSync(folder, { recursive: true });
  if (kept !== load.questions) throw new Error(`${kept} of ${load.questions} reads were kept`);
}

const benchmarks = new Map<number, Promise<BenchmarkFolder>>();

/** Written before the clock starts: a run reads a benchmark that is there. */
export function benchmarkOf(questions: number): Promise<BenchmarkFolder> {
  const found = benchmarks.get(questions) ?? writeBenchmark(questions);
  benchmarks.set(questions, found);
  return found;
}

/** All of it: questions from disk, prompt, gateway, parser, intent and read committed durably, progress. */
async function overreadRun(load: Load): Promise<void> {
  await readBenchmark(await benchmarkOf(load.questions), load);
}

/** By name, in the order in which they run. The first is what the others are compared with. */
export const CONTENDERS: Readonly<Record<string, Contender>> = {
  'AI SDK loop': bareSdk,
  'provider alone': bareModel,
  gateway: gatewayOnly,
  'gateway + durable store': gatewayStore,
  'overread run': overreadRun,
};
