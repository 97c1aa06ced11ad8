// Which addresses of the API each role may call; the server holds visitors to it, the page tells of it.
import type { Role } from './session.ts';

/** Paths below /api that each role may call; everything else is the owner's. One that ends in "/" opens all below. */
const OPEN_TO: Readonly<Record<'reviewer' | 'reader', readonly string[]>> = {
  reader: ['/api/me', '/api/reading/'],
  reviewer: ['/api/me', '/api/reading/', '/api/adjudication/'],
};

/** Whoever is no owner may call what is named for them, and nothing else. */
export function mayCallAs(role: Role, path: string): boolean {
  if (role === 'owner') return true;
  return OPEN_TO[role].some((open) => (open.endsWith('/') ? path.startsWith(open) : path === open));
}
