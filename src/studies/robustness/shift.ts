// Shifts: a column of the release and a value held out split its items into alike (i.i.d.) and shifted (o.o.d.) ones.
import type { PublishedItem } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';

export interface Shift {
  /** As written: "modality=X-Ray". */
  readonly name: string;
  readonly column: string;
  readonly value: string;
}

/** Parses COLUMN=VALUE. Throws `bad-argument`. */
export function parseShift(written: string): Shift {
  const at = written.indexOf('=');
  if (at <= 0 || at === written.length - 1)
    throw new OverreadError(
      'bad-argument',
      `A shift is written COLUMN=VALUE, such as modality=X-Ray, not "${written}".`,
    );
  return { name: written, column: written.slice(0, at), value: written.slice(at + 1) };
}

/** A column of an item: one of its facets, or its type, stage or split. */
export function columnOf(item: PublishedItem, column: string): string | undefined {
  if (column === 'type' || column === 'stage' || column === 'split') return item[column];
  return item.facets?.[column];
}

export interface ShiftSplit {
  readonly iid: ReadonlySet<string>;
  readonly ood: ReadonlySet<string>;
  /** "cluster" when all items of a cluster agree in the column, so that no cluster stands on both sides. */
  readonly by: 'cluster' | 'item';
  /** Clusters that have items on both sides. */
  readonly straddling: number;
  /** Items without the column; they are on neither side. */
  readonly unknown: number;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Splits items by a shift. Where the column belongs to the case (modality, sex, scanner) no patient straddles. Where it
 * belongs to the question (content type), patients do, which is counted; intervals resample whole clusters either way.
 * Throws `bad-argument` when either side is empty, naming the values that there are.
 */
export function splitByShift(items: readonly PublishedItem[], shift: Shift): ShiftSplit {
  const iid = new Set<string>();
  const ood = new Set<string>();
  const sides = new Map<string, Set<boolean>>();
  const values = new Map<string, number>();
  let unknown = 0;
  for (const item of items) {
    const value = columnOf(item, shift.column);
    if (value === undefined) {
      unknown++;
      continue;
    }
    values.set(value, (values.get(value) ?? 0) + 1);
    const shifted = same(value, shift.value);
    (shifted ? ood : iid).add(item.id);
    const known = sides.get(item.patientId) ?? new Set();
    sides.set(item.patientId, known.add(shifted));
  }
  if (iid.size === 0 || ood.size === 0) {
    const listed = [...values].sort(([, a], [, b]) => b - a).slice(0, 8);
    throw new OverreadError(
      'bad-argument',
      values.size === 0
        ? `No item has the column "${shift.column}": choose a facet of "overread data card".`
        : `"${shift.name}" leaves one side empty: the column holds ${listed.map(([value, n]) => `${value} (${n})`).join(', ')}.`,
    );
  }
  const straddling = [...sides.values()].filter(({ size }) => size === 2).length;
  return { iid, ood, by: straddling === 0 ? 'cluster' : 'item', straddling, unknown };
}
