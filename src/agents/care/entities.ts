// The entities that a model proposes for a question: one to five things to look for in the picture.
import { asObject, lastJson, type Reading, read, unread, withoutThoughts } from '../../experts/json-reply.ts';

export const MOST_ENTITIES = 5;

export const ENTITY_REQUEST = [
  'Do not answer yet. Name what must be found in the picture to answer this question:',
  `one to ${MOST_ENTITIES} structures or findings that could be outlined, each in a few words, the most telling first.`,
  'Reply with JSON only: {"entities": ["…"]}',
].join('\n');

export interface Proposal {
  /** Different ones, as written, in order, at most five. */
  readonly entities: readonly string[];
  /** Times an entity was named again. */
  readonly repeats: number;
  /** Named beyond the fifth and left out. */
  readonly dropped: number;
}

/** Names are the same when they differ in case, spaces or a full stop only. */
export function entityKey(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .trim();
}

/** The list of a reply's last JSON: a list of texts, or an object that holds one under "entities". */
export function readEntities(reply: string): Reading<Proposal> {
  const json = lastJson(withoutThoughts(reply));
  if (!json.ok) return json;
  const said = asObject(json.value);
  const listed = said === undefined ? json.value : said.entities;
  if (!Array.isArray(listed)) return unread('the JSON holds no list of entities');
  const texts = listed.filter((one) => typeof one === 'string').map((one) => one.trim().slice(0, 200));
  if (texts.length !== listed.length) return unread('an entity is no text');
  const named = texts.filter((text) => entityKey(text) !== '');
  const different = [...new Map(named.map((text) => [entityKey(text), text])).values()];
  if (different.length === 0) return unread('no entity is named');
  return read({
    entities: different.slice(0, MOST_ENTITIES),
    repeats: named.length - different.length,
    dropped: Math.max(0, different.length - MOST_ENTITIES),
  });
}
