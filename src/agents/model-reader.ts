// What the readers around a model share: the prompt with its pictures, and the way from a reply to an outcome.
import { createHash } from 'node:crypto';
import type { PromptPart } from '../domain/question.ts';
import type { ReadOutcome, TranscriptEntry } from '../domain/read.ts';
import type { ReadTask } from '../domain/reader.ts';
import { imagePart } from '../experts/prompt-pixels.ts';
import type { ChatMessage, ChatReply, ChatRequest } from './chat.ts';
import { outcomeOf, type Spent } from './outcome.ts';
import { CONFIDENCE_HINT, PROMPT_VERSION, questionText, splitConfidence } from './prompts.ts';
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
  const { demonstrated = [] } = task;
  const others = [picturesOf, task.evidencePatient, ...demonstrated.map((shown) => shown.patientId)].filter(
    (patient) => patient !== undefined,
  );
  const owners = demonstrated.flatMap(({ patientId, pictures }) => pictures.map((hash) => [hash, patientId]));
  return {
    patientId: task.question.patientId,
    repeat: task.repeat,
    ...(others.length === 0 ? {} : { alsoOf: others }),
    ...(owners.length === 0 ? {} : { pictureOwners: Object.fromEntries(owners) }),
    ...(picturesOf === undefined ? {} : { picturesOf }),
  };
}

/** A sampling seed for the provider, different for every repeat. */
export function seedNumber(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE(0) >>> 1;
}

/**
 * The first messages of a read, and the same as a transcript that holds hashes instead of pixels. A published item is
 * asked in its own words, with its pictures where the release puts them: `images` are then those in place of its own,
 * in the order of its prompt (none for a reader that is shown none).
 */
export function opening(
  system: string,
  task: ReadTask,
  images: readonly ShownImage[],
  confidence: boolean,
): { messages: ChatMessage[]; transcript: TranscriptEntry[] } {
  const { prompt, system: own = '' } = task.question;
  const parts = questionParts(task, images, confidence);
  const said = prompt === undefined ? system : own;
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const shown = parts.flatMap((part) => (part.type === 'text' ? [] : [part.hash]));
  return {
    messages: [
      ...(said === '' ? [] : [{ role: 'system' as const, content: said }]),
      {
        role: 'user',
        content: parts.map((part) => (part.type === 'text' ? part : imagePart(part.hash, part.mediaType))),
      },
    ],
    transcript: [
      ...(said === '' ? [] : [{ role: 'system' as const, text: said }]),
      { role: 'user', text, ...(shown.length === 0 ? {} : { images: shown }) },
    ],
  };
}

/** A question as it is asked: a published item in its own words, any other in ours. */
export function questionParts(
  task: ReadTask,
  images: readonly ShownImage[],
  confidence: boolean,
): PromptPart[] {
  const { prompt } = task.question;
  if (prompt === undefined) return worded(task, images, confidence);
  const parts = asReleased(prompt, images);
  if (confidence) parts.push({ type: 'text', text: CONFIDENCE_HINT });
  return parts;
}

/** Pictures with their captions first, then the question in our own words. */
function worded(task: ReadTask, images: readonly ShownImage[], confidence: boolean): PromptPart[] {
  const { question, format, evidence } = task;
  return [
    ...images.flatMap(({ caption, hash, mediaType = 'image/png' }): PromptPart[] => [
      ...(caption === '' ? [] : [{ type: 'text' as const, text: caption }]),
      { type: 'image', hash, mediaType },
    ]),
    { type: 'text', text: questionText({ question, case: task.case, format, evidence, confidence }) },
  ];
}

function asReleased(prompt: readonly PromptPart[], images: readonly ShownImage[]): PromptPart[] {
  let next = 0;
  return prompt.flatMap((part): PromptPart[] => {
    if (part.type !== 'image') return [part];
    const image = images[next++];
    return image === undefined
      ? []
      : [{ type: 'image', hash: image.hash, mediaType: image.mediaType ?? 'image/png' }];
  });
}

/** A model's last reply as an outcome; the confidence line, if asked for, is taken off before parsing. */
export function concluded(
  task: ReadTask,
  reply: Pick<ChatReply, 'text' | 'filtered'>,
  spent: Spent,
  confidence: boolean,
): ReadOutcome {
  const split = confidence ? splitConfidence(reply.text) : { text: reply.text };
  const stated = split.confidence === undefined ? {} : { confidence: split.confidence };
  return outcomeOf(task, split.text, { ...spent, ...stated }, reply.filtered);
}
