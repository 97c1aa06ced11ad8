// ViTAR's words: what each round is told, the tags that a reply is made of, and how they are read.
import type { PixelBox } from '../../../domain/expert.ts';
import { type Reading, unread } from '../../../experts/json-reply.ts';
import { type BoxReading, boxFormat, readBoxes, type SaidBox } from '../../regions/boxes.ts';

/** Names of the four tags; the paper's own are not public, so they can be renamed. */
export interface Tags {
  readonly think: string;
  readonly act: string;
  readonly rethink: string;
  readonly answer: string;
}

export const DEFAULT_TAGS = 'think,act,rethink,answer';

/** Four names, separated by commas. */
export function tagsOf(text: string): Reading<Tags> {
  const names = text.split(',').map((name) => name.trim());
  if (
    names.length !== 4 ||
    new Set(names).size !== 4 ||
    names.some((name) => !/^[a-z][a-z0-9_-]*$/i.test(name))
  )
    return unread('four different names of letters, separated by commas');
  const [think, act, rethink, answer] = names;
  return { ok: true, value: { think, act, rethink, answer } };
}

/** A reply without its thoughts: what is left to be read as an answer where the answer's tag is missing. */
export function untagged(text: string, { think, act, rethink, answer }: Tags): string {
  const thoughts = [think, act, rethink].map((tag) => `<${tag}>[\\s\\S]*?(?:</${tag}>|$)`);
  return text.replace(new RegExp(`${thoughts.join('|')}|</?${answer}>`, 'gi'), ' ').trim();
}

export type Feedback = 'mark' | 'zoom' | 'both';

/** The boxes of an act, at least one. */
export function readAct(text: string, options: BoxReading): Reading<readonly SaidBox[]> {
  const boxes = readBoxes(text, options);
  if (boxes.ok && boxes.value.length === 0) return unread('the act names no box');
  return boxes;
}

const FEEDBACK: Record<Feedback, string> = {
  mark: 'the picture with a frame around each of them',
  zoom: 'each of them cut out and enlarged',
  both: 'the picture with a frame around each of them, and each of them cut out and enlarged',
};

export interface Told {
  readonly tags: Tags;
  readonly coordinates: BoxReading['coordinates'];
  readonly feedback: Feedback;
  readonly boxes: number;
  readonly pictures: number;
}

/** Before the last round: think, then name regions. */
export function lookRequest({ tags, coordinates, feedback, boxes, pictures }: Told): string {
  return [
    'Do not answer yet: first choose where to look more closely.',
    `Write what you see and where the answer could be decided inside <${tags.think}>…</${tags.think}>.`,
    `Then name ${boxes === 1 ? 'one region' : `one to ${boxes} regions`} inside <${tags.act}>…</${tags.act}> as JSON: ${boxFormat(coordinates)}${pictures > 1 ? `; with several pictures add "picture": its number, from 1 to ${pictures}` : ''}.`,
    `You will be shown ${FEEDBACK[feedback]}, and answer after that.`,
  ].join('\n');
}

/** In the last round: think again if something was marked, then answer. */
export function answerRequest({ tags }: Pick<Told, 'tags'>, hasLooked: boolean): string {
  const tag = hasLooked ? tags.rethink : tags.think;
  return [
    `Write ${hasLooked ? 'what the marked regions change about what you thought' : 'what you see'} inside <${tag}>…</${tag}>.`,
    `Then answer the question inside <${tags.answer}>…</${tags.answer}>, in the form that it asks for.`,
  ].join('\n');
}

export function againRequest(reason: string, told: Told): string {
  return [`That could not be used: ${reason}.`, lookRequest(told)].join('\n');
}

/** Where the regions of a picture are, in words, so that frames and crops can be told apart. */
export function cropCaption(order: number, box: PixelBox): string {
  const corners = box.map((at) => Math.round(at)).join(', ');
  return `Region ${order + 1} (pixels ${corners}), cut out and enlarged:`;
}
