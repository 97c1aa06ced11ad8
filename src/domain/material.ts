// Materials: what a case holds besides what its question shows; a reader may consult them, and nothing else.
import * as z from 'zod';

export const materialKind = z.enum(['record', 'report', 'page', 'picture', 'audio', 'note']);
export type MaterialKind = z.infer<typeof materialKind>;

/**
 * One piece of a case's history or documents: a field of the health record, an earlier radiology report, a page, an
 * earlier picture. Public like the question itself: never the report or label that the question is scored against.
 */
export const material = z.object({
  id: z.string(),
  kind: materialKind,
  /** What it is called: the field of a record ("labevents"), the title of a page. */
  title: z.string().optional(),
  /** How many visits before the one that is asked about: 0 this one, 1 the one before. */
  visitsBefore: z.number().int().min(0).optional(),
  /** Regions or structures that it speaks of, in the case's own words. */
  regions: z.array(z.string()).optional(),
  text: z.string().optional(),
  /** Content hash of stored bytes, for pictures, pages and audio. */
  hash: z.string().optional(),
  mediaType: z.string().optional(),
  /** Whose it is, when it is another patient's (a control's history). */
  patientId: z.string().optional(),
});
export type Material = z.infer<typeof material>;
