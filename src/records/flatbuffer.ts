// Reading of flatbuffers, as far as Arrow's messages need it: tables, vectors, texts, numbers by field.

/** A table: fields by number, defaults where they are absent. A place outside the buffer throws RangeError. */
export interface Table {
  has(field: number): boolean;
  int8(field: number): number;
  int16(field: number): number;
  int32(field: number): number;
  /** Throws RangeError beyond exact numbers. */
  int64(field: number): number;
  text(field: number): string;
  table(field: number): Table | undefined;
  tables(field: number): Table[];
  /** A vector of structs of `size` bytes: a view of each. */
  structs(field: number, size: number): DataView[];
}

/** No message of a real file has more elements in a vector; this stops one that promises the moon. */
const MAX_ELEMENTS = 1 << 20;

export function rootTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return tableAt(view, view.getUint32(0, true));
}

/** A 64-bit integer that is exact as a number. Throws RangeError for others. */
export function exactInt64(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true));
  if (!Number.isSafeInteger(value)) throw new RangeError('it holds a length beyond all files');
  return value;
}

function tableAt(view: DataView, at: number): Table {
  const slots = at - view.getInt32(at, true);
  const length = view.getUint16(slots, true);
  const placeOf = (field: number): number => {
    const slot = 4 + 2 * field;
    const offset = slot + 2 <= length ? view.getUint16(slots + slot, true) : 0;
    return offset === 0 ? 0 : at + offset;
  };
  const target = (place: number): number => place + view.getUint32(place, true);
  const vector = (field: number): { start: number; count: number } => {
    const place = placeOf(field);
    if (place === 0) return { start: 0, count: 0 };
    const start = target(place);
    const count = view.getUint32(start, true);
    if (count > MAX_ELEMENTS) throw new RangeError(`it promises ${count} elements`);
    return { start: start + 4, count };
  };
  const number = (field: number, read: (place: number) => number): number => {
    const place = placeOf(field);
    return place === 0 ? 0 : read(place);
  };
  return {
    has: (field) => placeOf(field) !== 0,
    int8: (field) => number(field, (place) => view.getInt8(place)),
    int16: (field) => number(field, (place) => view.getInt16(place, true)),
    int32: (field) => number(field, (place) => view.getInt32(place, true)),
    int64: (field) => number(field, (place) => exactInt64(view, place)),
    text(field) {
      const { start, count } = vector(field);
      return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + start, count));
    },
    table(field) {
      const place = placeOf(field);
      return place === 0 ? undefined : tableAt(view, target(place));
    },
    tables(field) {
      const { start, count } = vector(field);
      return Array.from({ length: count }, (_, n) => tableAt(view, target(start + 4 * n)));
    },
    structs(field, size) {
      const { start, count } = vector(field);
      return Array.from(
        { length: count },
        (_, n) => new DataView(view.buffer, view.byteOffset + start + n * size, size),
      );
    },
  };
}
