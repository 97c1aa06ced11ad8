// The assignment of rows to columns with the least total cost (Hungarian method with potentials).

/**
 * Column of each row, −1 for rows left without one (when there are more rows than columns). `cost` is row by row, all
 * finite. O(rows² · columns).
 */
export function assign(cost: readonly (readonly number[])[], columns: number): number[] {
  const rows = cost.length;
  if (rows > columns) {
    const turned = Array.from({ length: columns }, (_, c) => cost.map((row) => row[c]));
    const back = new Array<number>(rows).fill(-1);
    assign(turned, rows).forEach((row, column) => {
      back[row] = column;
    });
    return back;
  }
  const u = new Float64Array(rows + 1);
  const v = new Float64Array(columns + 1);
  // Row (from 1) that holds a column (from 1); column 0 holds the row that is being placed.
  const holder = new Int32Array(columns + 1);
  const way = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    holder[0] = row;
    let column = 0;
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(columns + 1);
    do {
      used[column] = 1;
      const from = holder[column];
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let c = 1; c <= columns; c++) {
        if (used[c] === 1) continue;
        const reduced = cost[from - 1][c - 1] - u[from] - v[c];
        if (reduced < least[c]) {
          least[c] = reduced;
          way[c] = column;
        }
        if (least[c] < delta) {
          delta = least[c];
          next = c;
        }
      }
      for (let c = 0; c <= columns; c++) {
        if (used[c] === 1) {
          u[holder[c]] += delta;
          v[c] -= delta;
        } else least[c] -= delta;
      }
      column = next;
    } while (holder[column] !== 0);
    while (column !== 0) {
      const before = way[column];
      holder[column] = holder[before];
      column = before;
    }
  }
  const found = new Array<number>(rows).fill(-1);
  for (let c = 1; c <= columns; c++) if (holder[c] > 0) found[holder[c] - 1] = c - 1;
  return found;
}

export interface Matching {
  /** Row and column of each pair: as many as the shorter side has. */
  readonly pairs: readonly (readonly [row: number, column: number])[];
  /** Sum of the pairs' likeness, the largest of any one-to-one matching. */
  readonly total: number;
}

/** Rows and columns that are alike, one to one. `likeness` is row by row; `columns` is needed where there is no row. */
export function bestMatching(likeness: readonly (readonly number[])[], columns: number): Matching {
  if (likeness.length === 0 || columns === 0) return { pairs: [], total: 0 };
  const found = assign(
    likeness.map((row) => row.map((value) => -value)),
    columns,
  );
  const pairs = found.flatMap((column, row) => (column < 0 ? [] : [[row, column] as const]));
  return { pairs, total: pairs.reduce((sum, [row, column]) => sum + likeness[row][column], 0) };
}
