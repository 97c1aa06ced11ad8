// Which organ a structure lies in.
import { structureOf } from '../../../domain/structures.ts';

/** The organ of a lesion or part; anything else is its own. */
export function organOfStructure(structure: string): string {
  return structureOf(structure)?.parent ?? structure;
}
