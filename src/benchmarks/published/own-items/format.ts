// The line format of items of your own: a question with its pictures or sound, its materials and its answer.
import * as z from 'zod';
import { material } from '../../../domain/material.ts';
import { answerKind, questionTypeId, stage } from '../../../domain/question.ts';

const pictureName = z.string().min(1).max(1000);

/** A line of items.jsonl. Files are named within the folder. */
export const ownItem = z.strictObject({
  id: z.string().min(1).max(200),
  /** What statistics cluster by; default the item itself. */
  patient: z.string().min(1).max(200).optional(),
  question: z.string().min(1).max(20_000),
  /** Two to 26 options; absent: free form. */
  options: z.array(z.string().min(1)).min(2).max(26).optional(),
  /** The right option's text or letter, a number, or words; for boxes see `boxes`. */
  answer: z.union([z.string().min(1), z.number()]).optional(),
  /**
   * Right boxes x0, y0, x1, y1 in pixels of the first picture, for items that ask where something is: they are scored
   * by overlap and average precision (of each `type` by itself), and stand in no accuracy. Empty: it is not there.
   */
  boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).optional(),
  unit: z.string().optional(),
  kind: answerKind.optional(),
  type: questionTypeId.default('own'),
  stage: stage.default('recognition'),
  split: z.enum(['train', 'validation', 'test']).default('test'),
  pictures: z.array(pictureName).max(64).default([]),
  /** A spoken question, WAV or MP3; its words still stand in `question` for those who cannot hear. */
  audio: pictureName.optional(),
  system: z.string().optional(),
  facets: z.record(z.string(), z.string()).optional(),
  licence: z.string().optional(),
  materials: z
    .array(
      z.strictObject({
        ...material.pick({ id: true, kind: true, title: true, visitsBefore: true, regions: true, text: true })
          .shape,
        file: pictureName.optional(),
        patient: z.string().optional(),
      }),
    )
    .optional(),
});
export type OwnItem = z.input<typeof ownItem>;
export type ReadOwnItem = z.infer<typeof ownItem>;

export const ITEMS_FILE = 'items.jsonl';

const AUDIO: Readonly<Record<string, string>> = { wav: 'audio/wav', mp3: 'audio/mpeg' };

/** Media type of a sound by its name; undefined for anything but WAV and MP3. */
export function audioType(name: string): string | undefined {
  return AUDIO[name.split('.').at(-1)?.toLowerCase() ?? ''];
}
