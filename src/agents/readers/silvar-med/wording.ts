// What the model is told around a spoken question, in our own words: plain, step by step, or several lines of thought.
import type { Option } from '../../../domain/question.ts';

export const INSTRUCTIONS = ['plain', 'cot', 'tot'] as const;
export type Instruction = (typeof INSTRUCTIONS)[number];

const LAST_LINE = 'Close with one line that begins with "Answer:" and holds nothing but the answer.';

/** `heard`: the question reaches the model as a sound, not as a transcript. */
export function instruction(kind: Instruction, heard: boolean): string {
  const spoken = heard
    ? 'The question about the picture is in the sound. Listen to it, look at the picture, and answer.'
    : 'The question about the picture was spoken; below is what a recogniser made of it, which may be wrong in places. Answer what was most likely asked.';
  const how = {
    plain: '',
    cot: `First write down, step by step, what the picture shows that bears on the question and what follows from it. ${LAST_LINE}`,
    tot: `Follow three lines of thought that differ in what they take the picture to show. Say of each what speaks for it and against it, drop the weaker ones, and go on with the one that stands. ${LAST_LINE}`,
  }[kind];
  return how === '' ? spoken : `${spoken}\n${how}`;
}

/** A transcript as data: quoted, on one line. */
export function transcriptLine(text: string): string {
  return text === ''
    ? 'Transcript: nothing could be made out.'
    : `Transcript: ${JSON.stringify(text.slice(0, 4000))}`;
}

/** The options of an item whose question is spoken for it. */
export function optionLines(options: readonly Option[]): string {
  if (options.length === 0) return 'Answer in as few words as you can.';
  return [...options.map(({ letter, text }) => `${letter}. ${text}`), 'Answer with one letter only.'].join(
    '\n',
  );
}

/** What stands after the last "Answer:" at the beginning of a line; all of a reply without one. */
export function finalWords(reply: string): string {
  const found = [...reply.matchAll(/^[\s*_#>-]*answer\s*(?:\*\*|__)?\s*:\s*(?:\*\*|__)?/gim)].at(-1);
  if (found === undefined) return reply;
  const rest = reply.slice(found.index + found[0].length).trim();
  return rest === '' ? reply : rest;
}
