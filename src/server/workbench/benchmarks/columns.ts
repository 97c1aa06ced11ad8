// Columns of a table held by value codes: a hundred thousand questions say the same few words again and again.

export interface Column {
  /** Code of each row. */
  readonly codes: Uint32Array;
  /** Value by code. */
  readonly values: readonly string[];
}

export interface ColumnWriter {
  /** Sets the value of a row; rows that are left out get `absent`. */
  set(row: number, value: string): void;
  done(rows: number): Column;
}

/** @param absent value of rows that nobody set */
export function columnWriter(absent = ''): ColumnWriter {
  const byValue = new Map<string, number>([[absent, 0]]);
  const codes: number[] = [];
  return {
    set(row, value) {
      let code = byValue.get(value);
      if (code === undefined) {
        code = byValue.size;
        byValue.set(value, code);
      }
      while (codes.length < row) codes.push(0);
      codes[row] = code;
    },
    done(rows) {
      const whole = new Uint32Array(rows);
      whole.set(codes.slice(0, rows));
      return { codes: whole, values: [...byValue.keys()] };
    },
  };
}

export const valueAt = ({ codes, values }: Column, row: number): string => values[codes[row]];

/** One byte for each code: 1 where `holds` accepts its value. */
export function accepted({ values }: Column, holds: (value: string) => boolean): Uint8Array {
  return Uint8Array.from(values, (value) => (holds(value) ? 1 : 0));
}
