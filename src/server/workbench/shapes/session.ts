// Who looks at the workbench, as the browser may know it.
import * as z from 'zod';

/** An owner sees everything; a reviewer adjudicates; a reader reads blind and is never served a key. */
export const role = z.enum(['owner', 'reviewer', 'reader']);
export type Role = z.infer<typeof role>;

export const visitor = z.object({
  role,
  /** Of the reading room: who it is. Absent for the owner. */
  personId: z.string().optional(),
  name: z.string(),
});
export type Visitor = z.infer<typeof visitor>;

/** GET /api/me. */
export const me = visitor.extend({
  version: z.string(),
  /** Name of the store's file, without its folder. */
  store: z.string(),
});
export type Me = z.infer<typeof me>;

/** Every refusal of the API. */
export const problem = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export type Problem = z.infer<typeof problem>;
