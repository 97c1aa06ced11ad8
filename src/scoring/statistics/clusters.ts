// Scores summed by patient and group, so that resampling patients touches sums and never reads.

/** Sparse sums: entry e says that `patient[e]`'s reads in `group[e]` add up to `sum[e]` over `count[e]` reads. */
export interface ClusterTable {
  readonly patients: number;
  readonly groups: number;
  /** Entries of patient p are start[p] … start[p + 1] − 1. */
  readonly start: Int32Array;
  readonly group: Int32Array;
  readonly sum: Float64Array;
  readonly count: Float64Array;
}

/** Adds up reads: `patient`, `group` and `score` are parallel; ids are dense from 0. */
export function clusterTable(
  patient: ArrayLike<number>,
  group: ArrayLike<number>,
  score: ArrayLike<number>,
  patients: number,
  groups: number,
): ClusterTable {
  const reads = patient.length;
  const slot = new Map<number, number>();
  const keys: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < reads; i++) {
    const key = patient[i] * groups + group[i];
    let at = slot.get(key);
    if (at === undefined) {
      at = keys.length;
      slot.set(key, at);
      keys.push(key);
      sums.push(0);
      counts.push(0);
    }
    sums[at] += score[i];
    counts[at]++;
  }
  const order = Int32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
  const table = {
    patients,
    groups,
    start: new Int32Array(patients + 1),
    group: new Int32Array(keys.length),
    sum: new Float64Array(keys.length),
    count: new Float64Array(keys.length),
  };
  order.forEach((from, to) => {
    const owner = Math.floor(keys[from] / groups);
    table.group[to] = keys[from] - owner * groups;
    table.sum[to] = sums[from];
    table.count[to] = counts[from];
    table.start[owner + 1]++;
  });
  for (let p = 0; p < patients; p++) table.start[p + 1] += table.start[p];
  return table;
}

/**
 * What is estimated: the mean over all reads of some groups ("micro"), or the mean of the groups' own means
 * ("macro"), over groups that have reads.
 */
export interface Estimand {
  readonly groups: readonly number[];
  readonly macro: boolean;
}

/** The estimand from group sums and counts (dense arrays with an offset); NaN when there is no read. */
export function estimate(
  { groups, macro }: Estimand,
  sums: Float64Array,
  counts: Float64Array,
  offset = 0,
): number {
  let total = 0;
  let weight = 0;
  for (const g of groups) {
    const n = counts[offset + g];
    if (n === 0) continue;
    total += macro ? sums[offset + g] / n : sums[offset + g];
    weight += macro ? 1 : n;
  }
  return weight === 0 ? Number.NaN : total / weight;
}

/** Sums and counts per group over all patients. */
export function totals(table: ClusterTable): { sums: Float64Array; counts: Float64Array } {
  const sums = new Float64Array(table.groups);
  const counts = new Float64Array(table.groups);
  for (let e = 0; e < table.group.length; e++) {
    sums[table.group[e]] += table.sum[e];
    counts[table.group[e]] += table.count[e];
  }
  return { sums, counts };
}

export interface Linearised {
  readonly value: number;
  readonly reads: number;
  /** Patients with at least one read in the estimand. */
  readonly patients: number;
  /** Cluster-robust variance of the estimate, with the factor m / (m − 1); 0 for one patient. */
  readonly variance: number;
  /** Skewness term of the influence values: the acceleration of a BCa interval. */
  readonly acceleration: number;
}

/** Value, cluster-robust variance and acceleration, from each patient's linear influence on the estimate. */
export function linearise(table: ClusterTable, estimand: Estimand): Linearised {
  const { sums, counts } = totals(table);
  const value = estimate(estimand, sums, counts);
  const used = estimand.groups.filter((g) => counts[g] > 0);
  const reads = used.reduce((n, g) => n + counts[g], 0);
  const centre = new Float64Array(table.groups);
  const scale = new Float64Array(table.groups);
  for (const g of used) {
    centre[g] = estimand.macro ? sums[g] / counts[g] : value;
    scale[g] = estimand.macro ? 1 / (used.length * counts[g]) : 1 / reads;
  }
  let patients = 0;
  let squares = 0;
  let cubes = 0;
  for (let p = 0; p < table.patients; p++) {
    let influence = 0;
    let present = false;
    for (let e = table.start[p]; e < table.start[p + 1]; e++) {
      const g = table.group[e];
      if (scale[g] === 0) continue;
      present = true;
      influence += (table.sum[e] - centre[g] * table.count[e]) * scale[g];
    }
    if (!present) continue;
    patients++;
    squares += influence * influence;
    cubes += influence * influence * influence;
  }
  const variance = patients > 1 ? (squares * patients) / (patients - 1) : 0;
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  return { value, reads, patients, variance, acceleration };
}
