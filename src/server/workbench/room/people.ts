// People of the reading room: who they are, and the tokens that let them in.
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { newToken } from '../access.ts';
import type { NewPerson } from '../shapes/room.ts';
import type { Visitor } from '../shapes/session.ts';
import { type KeptPerson, newId, type RoomShelves } from './kept.ts';

/** What is noted of a visit is not written more often than this. */
const SEEN_MS = 60_000;

export interface People {
  list(): Promise<KeptPerson[]>;
  /** Throws `file-not-found`. */
  of(id: string): Promise<KeptPerson>;
  /** Throws `bad-argument` for a name that another person has. The token is not kept. */
  add(person: NewPerson): Promise<{ person: KeptPerson; token: string }>;
  /** A new token; the old one lets nobody in from then on. Throws `bad-argument` for a person who was withdrawn. */
  renew(id: string): Promise<{ person: KeptPerson; token: string }>;
  withdraw(id: string): Promise<KeptPerson>;
  visitorOf(token: string): Promise<Visitor | undefined>;
}

/** How a name stands in a reader's name: "Ana Núñez" is person/Ana-Núñez. */
export const readerNameOf = (name: string): string => `person/${name.trim().replace(/[\s']+/g, '-')}`;

export function newPeople({ people, tokens }: RoomShelves, now: () => Date): People {
  async function of(id: string): Promise<KeptPerson> {
    const one = await people.get(id);
    if (one !== undefined) return one;
    throw new OverreadError('file-not-found', 'The reading room knows no such person: look at its people.');
  }

  async function withToken(person: KeptPerson): Promise<{ person: KeptPerson; token: string }> {
    const token = newToken();
    const tokenHash = sha256(token);
    await tokens.change(tokenHash, () => ({ person: person.id }));
    return { person: await people.change(person.id, (kept) => ({ ...(kept ?? person), tokenHash })), token };
  }

  return {
    list: async () => (await people.list()).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)),
    of,
    async add({ name, role }) {
      const same = readerNameOf(name).toLowerCase();
      const taken = (await people.list()).some((one) => readerNameOf(one.name).toLowerCase() === same);
      if (taken)
        throw new OverreadError(
          'bad-argument',
          'Another person has this name: people stand in reports by name, so choose another.',
        );
      const createdAt = now().toISOString();
      return withToken({
        id: newId('p'),
        name: name.trim(),
        role,
        tokenHash: null,
        withdrawn: false,
        createdAt,
        seenAt: null,
      });
    },
    async renew(id) {
      const person = await of(id);
      if (person.withdrawn)
        throw new OverreadError('bad-argument', 'This person was withdrawn: add a new one instead.');
      return withToken(person);
    },
    async withdraw(id) {
      const person = await of(id);
      return people.change(id, (kept) => ({ ...(kept ?? person), withdrawn: true, tokenHash: null }));
    },
    async visitorOf(token) {
      const hash = sha256(token);
      const found = await tokens.get(hash);
      const person = found === undefined ? undefined : await people.get(found.person);
      // An earlier token of the same person is known, and no longer theirs.
      if (person === undefined || person.withdrawn || person.tokenHash !== hash) return undefined;
      const at = now();
      if (person.seenAt === null || at.getTime() - Date.parse(person.seenAt) > SEEN_MS)
        await people.change(person.id, (kept) => ({ ...(kept ?? person), seenAt: at.toISOString() }));
      return { role: person.role, personId: person.id, name: person.name };
    },
  };
}
