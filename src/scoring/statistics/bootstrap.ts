// Patient bootstrap: whole patients are drawn with replacement, so that reads of one patient stay together.
import { random } from '../../domain/random.ts';
import { type ClusterTable, type Estimand, estimate, type Linearised } from './clusters.ts';
import { normalCdf, normalQuantile, studentQuantile } from './distributions.ts';

export interface Resamples {
  readonly count: number;
  readonly groups: number;
  /** Row-major: resample × group. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Draws `count` samples of patients (default 2,000) and adds up their groups; the same seed, the same draws. */
export function resample(table: ClusterTable, options: { seed: string; count?: number }): Resamples {
  const count = options.count ?? 2000;
  const { patients, groups } = table;
  const columns = byGroup(table);
  const rng = random(options.seed, 'patient-bootstrap');
  const state = Uint32Array.from({ length: 4 }, () => rng.int(4294967296));
  const padded = Math.ceil(count / LANES) * LANES;
  const sums = new Float64Array(padded * groups);
  const counts = new Float64Array(padded * groups);
  const weight = new Float64Array(patients * LANES);
  for (let r = 0; r < padded; r += LANES) {
    weight.fill(0);
    for (let lane = 0; lane < LANES; lane++) drawPatients(weight, patients, lane, state);
    for (let g = 0; g < groups; g++) addLanes(columns[g], weight, sums, counts, r * groups + g, groups);
  }
  return {
    count,
    groups,
    sums: sums.subarray(0, count * groups),
    counts: counts.subarray(0, count * groups),
  };
}

/** Resamples made in one pass over the table, whose memory traffic would otherwise set the pace. */
const LANES = 4;

/**
 * Draws as many patients as there are, with replacement, into one lane of the weights. The generator (sfc32) is
 * written out here, its state in registers: tens of millions of draws are most of the work.
 */
function drawPatients(weight: Float64Array, patients: number, lane: number, state: Uint32Array): void {
  let [a, b, c, counter] = state;
  for (let i = 0; i < patients; i++) {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    weight[Math.floor((t >>> 0) * (patients / 4294967296)) * LANES + lane]++;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
}

interface Column {
  readonly patient: Int32Array;
  readonly sum: Float64Array;
  readonly reads: Float64Array;
}

/** Adds up one group under four sets of weights (patient-major) into `at`, `at + stride` … */
function addLanes(
  { patient, sum, reads }: Column,
  weight: Float64Array,
  sums: Float64Array,
  counts: Float64Array,
  at: number,
  stride: number,
): void {
  let [s0, s1, s2, s3, n0, n1, n2, n3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let e = 0; e < patient.length; e++) {
    const p = patient[e] * LANES;
    const value = sum[e];
    const n = reads[e];
    s0 += weight[p] * value;
    n0 += weight[p] * n;
    s1 += weight[p + 1] * value;
    n1 += weight[p + 1] * n;
    s2 += weight[p + 2] * value;
    n2 += weight[p + 2] * n;
    s3 += weight[p + 3] * value;
    n3 += weight[p + 3] * n;
  }
  counts[at] = n0;
  sums[at] = s0;
  sums[at + stride] = s1;
  counts[at + stride] = n1;
  sums[at + 2 * stride] = s2;
  counts[at + 2 * stride] = n2;
  sums[at + 3 * stride] = s3;
  counts[at + 3 * stride] = n3;
}

/** The table's entries group by group. */
function byGroup(table: ClusterTable): Column[] {
  const sizes = new Int32Array(table.groups);
  for (const g of table.group) sizes[g]++;
  const columns = Array.from(sizes, (size) => ({
    patient: new Int32Array(size),
    sum: new Float64Array(size),
    reads: new Float64Array(size),
  }));
  const filled = new Int32Array(table.groups);
  for (let p = 0; p < table.patients; p++)
    for (let e = table.start[p]; e < table.start[p + 1]; e++) {
      const g = table.group[e];
      const at = filled[g]++;
      columns[g].patient[at] = p;
      columns[g].sum[at] = table.sum[e];
      columns[g].reads[at] = table.count[e];
    }
  return columns;
}

/** The estimand in every resample that has reads for it, ascending. */
export function replicates(resamples: Resamples, estimand: Estimand): Float64Array {
  const values = new Float64Array(resamples.count);
  let kept = 0;
  for (let r = 0; r < resamples.count; r++) {
    const value = estimate(estimand, resamples.sums, resamples.counts, r * resamples.groups);
    if (!Number.isNaN(value)) values[kept++] = value;
  }
  return values.subarray(0, kept).sort();
}

/** Quantile of ascending values, linear between order statistics. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = Math.min(Math.max(p, 0), 1) * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/**
 * BCa interval (Efron 1987) of a clustered estimate. The tail share is widened from the normal to Student's t with
 * patients − 1 degrees of freedom and the factor √(m / (m − 1)) (Hesterberg's expanded percentiles), since the
 * plain bootstrap is too narrow for few clusters. Undefined when all resamples agree.
 */
export function bcaInterval(
  sorted: Float64Array,
  at: Linearised,
  level = 0.95,
): [number, number] | undefined {
  if (sorted.length < 2 || at.patients < 2 || sorted[0] === sorted[sorted.length - 1]) return undefined;
  let below = 0;
  let ties = 0;
  for (const value of sorted) {
    if (value < at.value) below++;
    else if (value === at.value) ties++;
  }
  const share = (below + ties / 2 + 0.5) / (sorted.length + 1);
  const bias = normalQuantile(share);
  const half = (1 - level) / 2;
  const reach = Math.sqrt(at.patients / (at.patients - 1)) * studentQuantile(1 - half, at.patients - 1);
  const end = (z: number): number => {
    const shifted = bias + z;
    const divisor = 1 - at.acceleration * shifted;
    return quantile(sorted, divisor <= 0 ? (z < 0 ? 0 : 1) : normalCdf(bias + shifted / divisor));
  };
  return [end(-reach), end(reach)];
}
