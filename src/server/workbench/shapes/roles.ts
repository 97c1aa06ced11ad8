// Which addresses of the API each role may call; the server holds visitors to it, the page tells of it.
import { type Role, role } from './session.ts';

/** Paths below /api that each role may call; everything else is the owner's. One that ends in "/" opens all below. */
const OPEN_TO: Readonly<Record<'reviewer' | 'reader', readonly string[]>> = {
  reader: ['/api/me', '/api/reading/'],
  reviewer: ['/api/me', '/api/reading/', '/api/adjudication/'],
};

/** Rooms of people who read blind: the owner has no worklist there and is told so. */
const ROOMS = ['/api/reading/', '/api/adjudication/'];

/** Who gets an answer at an address. */
export function rolesOf(path: string): Role[] {
  const isRoom = ROOMS.some((room) => path.startsWith(room));
  return role.options.filter((one) => mayCallAs(one, path) && !(isRoom && one === 'owner'));
}

/** Whoever is no owner may call what is named for them, and nothing else. */
export function mayCallAs(role: Role, path: string): boolean {
  if (role === 'owner') return true;
  return OPEN_TO[role].some((open) => (open.endsWith('/') ? path.startsWith(open) : path === open));
}
