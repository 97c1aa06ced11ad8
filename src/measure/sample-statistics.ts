// What a sample of grey values says: mean, spread, percentiles, histogram, and how two samples differ.

export interface SampleStatistics {
  /** Finite values; the others are counted in `notFinite`. */
  readonly n: number;
  readonly notFinite: number;
  readonly mean: number;
  /** Population deviation: divided by n. */
  readonly sd: number;
  readonly min: number;
  readonly p5: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** Undefined for a sample without a finite value. Percentiles are linear between values, as numpy's default. */
export function sampleStatistics(values: Float64Array): SampleStatistics | undefined {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  if (n === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += finite[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (finite[i] - mean) ** 2;
  finite.sort();
  const at = (share: number) => {
    const place = share * (n - 1);
    const low = Math.floor(place);
    const high = Math.min(n - 1, low + 1);
    return finite[low] + (place - low) * (finite[high] - finite[low]);
  };
  return {
    n,
    notFinite: values.length - n,
    mean,
    sd: Math.sqrt(squares / n),
    min: finite[0],
    p5: at(0.05),
    median: at(0.5),
    p95: at(0.95),
    max: finite[n - 1],
  };
}

export interface Histogram {
  /** Lower edge of the first bin. */
  readonly from: number;
  readonly binWidth: number;
  /** Half-open bins [from + b·width, from + (b + 1)·width). */
  readonly counts: readonly number[];
  readonly below: number;
  /** At the upper edge or above. */
  readonly above: number;
}

export function histogramOf(values: Float64Array, from: number, binWidth: number, bins: number): Histogram {
  const counts = new Array<number>(bins).fill(0);
  let below = 0;
  let above = 0;
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i] - from) / binWidth);
    if (bin < 0) below++;
    else if (bin >= bins) above++;
    else if (!Number.isNaN(bin)) counts[bin]++;
  }
  return { from, binWidth, counts, below, above };
}

/** How a region differs from its background. `null` where a quotient has no finite value. */
export interface RegionContrast {
  readonly difference: number;
  readonly ratio: number | null;
  /** |a − b| over the background's deviation. */
  readonly cnr: number | null;
  /** (a − b) / (a + b). */
  readonly michelson: number | null;
}

export function contrastOf(
  a: Pick<SampleStatistics, 'mean'>,
  b: Pick<SampleStatistics, 'mean' | 'sd'>,
): RegionContrast {
  const quotient = (over: number, under: number) => (under === 0 ? null : over / under);
  return {
    difference: a.mean - b.mean,
    ratio: quotient(a.mean, b.mean),
    cnr: quotient(Math.abs(a.mean - b.mean), b.sd),
    michelson: quotient(a.mean - b.mean, a.mean + b.mean),
  };
}
