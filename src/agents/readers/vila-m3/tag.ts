// The tag by which a model asks for an expert: exactly one <NAME(argument)> in its reply.

export interface ExpertTag {
  readonly name: string;
  /** As written between the brackets, trimmed, without quotes; "" for none. */
  readonly argument: string;
  /** What the reply says besides. */
  readonly outside: string;
}

/** Why a reply asks for no expert. */
export type NoTag = 'no tag' | 'several tags' | 'a tag within a tag' | 'no expert of this name';

export type TagReading =
  | { readonly ok: true; readonly tag: ExpertTag }
  | { readonly ok: false; readonly reason: NoTag };

const none = (reason: NoTag): TagReading => ({ ok: false, reason });

/**
 * Reads a reply. A "<" that never closes, or that is a comparison ("< 5 mm"), is no tag. Two tags ask for nothing: which
 * of them is meant cannot be known.
 */
export function readTag(text: string, names: readonly string[]): TagReading {
  const found = [...text.matchAll(/<(?=[^\s<>=])([^<>]*)>/g)];
  if (/<[^\s<>=][^<>]*<[^<>]*>[^<>]*>/.test(text)) return none('a tag within a tag');
  if (found.length === 0) return none('no tag');
  if (found.length > 1) return none('several tags');
  const [{ 0: whole, 1: inner, index }] = found;
  const [, name, argument = ''] = /^\s*([A-Za-z][A-Za-z0-9_-]*)\s*(?:\(([^()]*)\))?\s*$/.exec(inner) ?? [];
  if (name === undefined || !names.includes(name)) return none('no expert of this name');
  return {
    ok: true,
    tag: {
      name,
      argument: argument.trim().replace(/^["'](.*)["']$/, '$1'),
      outside: `${text.slice(0, index)} ${text.slice(index + whole.length)}`.replace(/\s+/g, ' ').trim(),
    },
  };
}

/** Whether a reply, without its tag, only announces a segmentation: then there is nothing left to answer. */
export function promisesSegmentation(outside: string): boolean {
  return /\b(?:segment(?:ed|ing|ation|s)?|outlin(?:e|es|ed|ing)|delineat\w+|contour(?:s|ed|ing)?)\b/i.test(
    outside,
  );
}

/** Whether a question asks for a drawing and for nothing else. */
export function asksForSegmentation(question: string): boolean {
  return /^\W*(?:please\s+|can you\s+|could you\s+)*(?:segment|outline|delineate|contour)\b/i.test(question);
}
