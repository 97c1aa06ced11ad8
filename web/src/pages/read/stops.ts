// The steps that one goes through: what was shown, each step of the chain with what the reader did, the conclusion.
import { type Place, type PlacedView, viewOf } from '@shapes/place.ts';
import type { Deviation, ReadDetail, StepRow } from '@shapes/read.ts';
import type { ScanFacts } from '@shapes/scan.ts';

export type Stop =
  | { readonly kind: 'shown'; readonly place: Place | null }
  | { readonly kind: 'step'; readonly row: StepRow; readonly number: number; readonly place: Place | null }
  | { readonly kind: 'answer'; readonly place: Place | null };

export function stopsOf(detail: ReadDetail): readonly Stop[] {
  const { rows, read } = detail;
  const shown = read?.shown ?? [];
  const last = rows.findLast((row) => row.gold !== undefined && placeOf(row) !== null);
  return [
    ...(shown.length === 0
      ? []
      : [{ kind: 'shown' as const, place: shown.find(({ place }) => place !== null)?.place ?? null }]),
    ...rows.map((row, at): Stop => ({ kind: 'step', row, number: at + 1, place: placeOf(row) })),
    { kind: 'answer', place: last === undefined ? null : placeOf(last) },
  ];
}

/** Where the reader stood, with the annotation's marks; where the chain stands, where the reader did nothing. */
export function placeOf({ gold, calls }: StepRow): Place | null {
  const own = calls.find(({ place }) => place !== null)?.place ?? null;
  const theirs = gold?.place ?? null;
  if (own === null) return theirs;
  if (theirs === null) return own;
  const marks = [...theirs.marks, ...own.marks];
  return {
    ...own,
    structures: [...new Set([...(theirs.structures ?? []), ...(own.structures ?? [])])],
    marks: [...new Map(marks.map((mark) => [JSON.stringify(mark), mark])).values()],
  };
}

/** The stop of the first deviation; else the first that stands somewhere on the scan by measuring. */
export function firstStop(stops: readonly Stop[], { first, rows }: ReadDetail): number {
  const at = (row: number) => stops.findIndex((stop) => stop.kind === 'step' && stop.number === row + 1);
  if (first !== null) return first.row < 0 ? stops.length - 1 : at(first.row);
  const measured = rows.findIndex(({ gold }) => gold?.primitive === 'measure' && gold.place !== null);
  const standing = measured >= 0 ? measured : rows.findIndex((row) => placeOf(row) !== null);
  return standing >= 0 ? at(standing) : 0;
}

export function causeAt(stop: Stop, { first }: ReadDetail): Deviation | undefined {
  if (first === null) return undefined;
  const here = stop.kind === 'step' ? stop.number - 1 : stop.kind === 'answer' ? -1 : undefined;
  return here === first.row ? first.cause : undefined;
}

export const viewAt = (place: Place | null, facts: ScanFacts | undefined): PlacedView | undefined =>
  place === null || facts === undefined ? undefined : viewOf(place, facts);
