// What route files share: how they are added, and how a JSON reply is declared.
import { z } from '@hono/zod-openapi';
import type { WorkbenchApp } from '../app.ts';
import type { WorkbenchContext } from '../context.ts';

export type AddRoutes = (app: WorkbenchApp, context: WorkbenchContext) => void;

/** A JSON reply (or body) of a route's declaration. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { content: { 'application/json': { schema } }, description };
}

/** Raw bytes as a route's reply. */
export const bytes = (description: string) => ({
  content: { 'application/octet-stream': { schema: z.string() } },
  description,
});
