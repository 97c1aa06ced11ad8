// Names of structures, types and units as people say them.
import { structureName, structureOf } from '../../../../src/domain/structures.ts';
import { shownUnit } from '../../../../src/domain/units.ts';

export { words } from '../../parts/words.ts';
export { shownUnit, structureName, structureOf };

/** A value of a step as one line: lists by their items, objects by names and values. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return Object.entries(value as Record<string, unknown>)
    .map(([name, own]) => `${name}: ${valueText(own)}`)
    .join('; ');
}
