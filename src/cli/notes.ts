// Turns the short remarks of a measurement set into sentences for people.
import { structureName } from '../domain/structures.ts';

/** "kidney-sides-derived" → a sentence; "kidney_lesion: …" → "kidney lesion: …". */
export function noteSentence(note: string): string {
  const sides = /^([a-z]+)-sides-derived$/.exec(note);
  if (sides !== null)
    return `The mask does not tell the sides of the ${sides[1]}s, so left and right were told apart by where they lie.`;
  return note.replace(/^([a-z]+(?:_[a-z]+)+): /, (_, structure: string) => `${structureName(structure)}: `);
}
