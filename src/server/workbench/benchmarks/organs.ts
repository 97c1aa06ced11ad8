// Which organs a question is about, by its slots: a liver cyst and liver segment 3 belong to the liver.
import { structureOf } from '../../../domain/structures.ts';

/** Slots that name a structure, whether this project knows it or not. */
const ABOUT = new Set(['target', 'organ', 'a', 'b', 'part', 'reference']);

/** Organ ids in order of mention, each once. Slots that hold rules, limits or lists of candidates name no organ. */
export function organsOf(slots: Readonly<Record<string, string>>): string[] {
  const organs = new Set<string>();
  for (const [slot, value] of Object.entries(slots)) {
    const known = structureOf(value);
    if (known !== undefined) organs.add(known.parent ?? known.id);
    else if (ABOUT.has(slot) && value !== '') organs.add(value);
  }
  return [...organs];
}
