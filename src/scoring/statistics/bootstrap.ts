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
  const sums = new Float64Array(count * groups);
  const counts = new Float64Array(count * groups);
  const weight = new Float64Array(patients);
  for (let r = 0; r < count; r++) {
    weight.fill(0);
    for (let i = 0; i < patients; i++) weight[rng.int(patients)]++;
    // One group after the other: its sum stays in a register, which is several times as fast as adding into rows.
    for (let g = 0; g < groups; g++) {
      const { patient, sum, reads } = columns[g];
      let total = 0;
      let n = 0;
      for (let e = 0; e < patient.length; e++) {
        const w = weight[patient[e]];
        total += w * sum[e];
        n += w * reads[e];
      }
      sums[r * groups + g] = total;
      counts[r * groups + g] = n;
    }
  }
  return { count, groups, sums, counts };
}

/** The table's entries group by group. */
function byGroup(table: ClusterTable): { patient: Int32Array; sum: Float64Array; reads: Float64Array }[] {
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
