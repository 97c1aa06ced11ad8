// IBSI intensity-based statistics of a list of values; the histogram features use them on bin numbers.

/** Linear interpolation between the two nearest order statistics (q in 0…1) of ascending values. */
export function percentile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Values by IBSI tag without prefix; kurtosis is the excess, variance the population's. */
export function statisticsOf(values: Float64Array): Record<string, number> {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  let energy = 0;
  for (const x of values) {
    sum += x;
    energy += x * x;
  }
  const mean = sum / n;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  let absolute = 0;
  const median = percentile(sorted, 0.5);
  let fromMedian = 0;
  for (const x of values) {
    const d = x - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
    absolute += Math.abs(d);
    fromMedian += Math.abs(x - median);
  }
  const variance = m2 / n;
  const [p10, p25, p75, p90] = [0.1, 0.25, 0.75, 0.9].map((q) => percentile(sorted, q));
  const middle = values.filter((x) => x >= p10 && x <= p90);
  const middleMean = middle.reduce((total, x) => total + x, 0) / middle.length;
  return {
    mean,
    var: variance,
    skew: variance === 0 ? 0 : m3 / n / variance ** 1.5,
    kurt: variance === 0 ? 0 : m4 / n / variance ** 2 - 3,
    median,
    min: sorted[0],
    p10,
    p90,
    max: sorted[n - 1],
    iqr: p75 - p25,
    range: sorted[n - 1] - sorted[0],
    mad: absolute / n,
    rmad: middle.reduce((total, x) => total + Math.abs(x - middleMean), 0) / middle.length,
    medad: fromMedian / n,
    cov: Math.sqrt(variance) / mean,
    qcod: (p75 - p25) / (p75 + p25),
    energy,
    rms: Math.sqrt(energy / n),
  };
}
