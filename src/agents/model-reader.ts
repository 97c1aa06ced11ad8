// What the readers around a model share: the prompt with its pictures, and the way from a reply to an outcome.
import { createHash } from 'node:crypto';
import type { ReadOutcome, TranscriptEntry } from '../domain/read.ts';
import type { ReadTask } from '../domain/reader.ts';
import { imagePart } from '../experts/prompt-pixels.ts';
import type { ChatMessage, ChatReply, ChatRequest } from './chat.ts';
import { outcomeOf, type Spent } from './outcome.ts';
import { PROMPT_VERSION, questionText, splitConfidence } from './prompts.ts';
import type { PluginContext, SamplingSettings } from './reader-plugin.ts';
import type { ShownImage } from './volume-images.ts';

const DEFAULT_SAMPLING: SamplingSettings = { temperature: 0, maxOutputTokens: 1024 };

export function samplingOf(context: PluginContext): SamplingSettings {
  return { ...DEFAULT_SAMPLING, ...context.sampling };
}

/** What shapes a model's reads, for the run's record. */
export function modelSettings(context: PluginContext): Record<string, unknown> {
  return {
    promptVersion: PROMPT_VERSION,
    sampling: samplingOf(context),
    confidence: context.confidence === true,
  };
}

/** Who a request is about, for the gateway: whose it is, and who else is in it. */
export function aboutOf(task: ReadTask, picturesOf?: string): ChatRequest['about'] {
  const others = [picturesOf, task.evidencePatient].filter((patient) => patient !== undefined);
  return {
    patientId: task.question.patientId,
    repeat: task.repeat,
    ...(others.length === 0 ? {} : { alsoOf: others }),
    ...(picturesOf === undefined ? {} : { picturesOf }),
  };
}

/** A sampling seed for the provider, different for every repeat. */
export function seedNumber(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE(0) >>> 1;
}

/** The first messages of a read, and the same as a transcript that holds hashes instead of pixels. */
export function opening(
  system: string,
  task: ReadTask,
  images: readonly ShownImage[],
  confidence: boolean,
): { messages: ChatMessage[]; transcript: TranscriptEntry[] } {
  const text = questionText({
    question: task.question,
    case: task.case,
    format: task.format,
    evidence: task.evidence,
    confidence,
  });
  const shown = images.flatMap((image) => [
    ...(image.caption === '' ? [] : [{ type: 'text' as const, text: image.caption }]),
    imagePart(image.hash),
  ]);
  const captions = images.map((image) => image.caption).filter((caption) => caption !== '');
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: [...shown, { type: 'text', text }] },
    ],
    transcript: [
      { role: 'system', text: system },
      {
        role: 'user',
        text: [...captions, text].join('\n'),
        ...(images.length === 0 ? {} : { images: images.map((image) => image.hash) }),
      },
    ],
  };
}

/** A model's last reply as an outcome; the confidence line, if asked for, is taken off before parsing. */
export function concluded(task: ReadTask, reply: ChatReply, spent: Spent, confidence: boolean): ReadOutcome {
  const split = confidence ? splitConfidence(reply.text) : { text: reply.text };
  const stated = split.confidence === undefined ? {} : { confidence: split.confidence };
  return outcomeOf(task, split.text, { ...spent, ...stated }, reply.filtered);
}
