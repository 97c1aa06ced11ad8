// Powell's method: the minimum of a function of a few numbers, line by line, without derivatives.

export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}

export interface PowellOptions {
  /** First step along each coordinate. */
  readonly steps: readonly number[];
  /** A line search ends when its bracket is shorter than this share of the coordinate's first step. Default 0.01. */
  readonly precision?: number;
  /** Default 600. */
  readonly maxEvaluations?: number;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Powell 1964 (doi:10.1093/comjnl/7.2.155) with golden-section lines; directions are exchanged as he says. */
export function powell(
  cost: (at: readonly number[]) => number,
  start: readonly number[],
  options: PowellOptions,
): Minimum {
  const { steps, precision = 0.01, maxEvaluations = 600 } = options;
  let evaluations = 0;
  const value = (at: readonly number[]) => {
    evaluations++;
    return cost(at);
  };
  let at = [...start];
  let best = value(at);
  let directions = steps.map((step, axis) => steps.map((_, other) => (other === axis ? step : 0)));
  for (let round = 0; round < 20 && evaluations < maxEvaluations; round++) {
    const [from, before] = [at, best];
    let largest = 0;
    let dropped = 0;
    for (const [number, direction] of directions.entries()) {
      const found = alongLine(value, at, best, direction, precision, () => evaluations < maxEvaluations);
      if (best - found.value > largest) [largest, dropped] = [best - found.value, number];
      ({ at, value: best } = found);
    }
    const moved = at.map((x, axis) => x - from[axis]);
    const length = Math.max(...moved.map((x, axis) => Math.abs(x / steps[axis])));
    if (before - best < 1e-7 || length < precision) break;
    const extrapolated = value(at.map((x, axis) => x + moved[axis]));
    if (
      extrapolated < before &&
      2 * (before - 2 * best + extrapolated) * (before - best - largest) ** 2 <
        largest * (before - extrapolated) ** 2
    ) {
      const found = alongLine(value, at, best, moved, precision, () => evaluations < maxEvaluations);
      ({ at, value: best } = found);
      directions = [...directions.filter((_, number) => number !== dropped), moved];
    }
  }
  return { at, value: best, evaluations };
}

/** The minimum along a direction, bracketed by doubling steps and narrowed by golden sections. */
function alongLine(
  value: (at: readonly number[]) => number,
  from: number[],
  here: number,
  direction: readonly number[],
  precision: number,
  more: () => boolean,
): { at: number[]; value: number } {
  const point = (t: number) => from.map((x, axis) => x + t * direction[axis]);
  const of = (t: number) => value(point(t));
  let [low, middle, high] = [-1, 0, 1];
  let best = here;
  let [atLow, atHigh] = [of(low), of(high)];
  // Downhill, in steps that double.
  for (let tries = 0; tries < 5 && more() && (atLow < best || atHigh < best); tries++) {
    const up = atHigh <= atLow;
    const reach = up ? middle + 2 * (high - middle) : middle - 2 * (middle - low);
    if (up) [low, atLow, middle, best] = [middle, best, high, atHigh];
    else [high, atHigh, middle, best] = [middle, best, low, atLow];
    const atReach = of(reach);
    if (up) [high, atHigh] = [reach, atReach];
    else [low, atLow] = [reach, atReach];
  }
  // A parabola through the three is nearly right for smooth costs; golden sections for what is left.
  while (high - low > precision && more()) {
    const curve = (middle - low) * (best - atHigh) - (middle - high) * (best - atLow);
    const step =
      (0.5 * ((middle - low) ** 2 * (best - atHigh) - (middle - high) ** 2 * (best - atLow))) / curve;
    let t = middle - step;
    const usable = Number.isFinite(t) && t > low && t < high && Math.abs(step) > precision / 4;
    if (!usable)
      t =
        high - middle > middle - low
          ? middle + (1 - GOLDEN) * (high - middle)
          : middle - (1 - GOLDEN) * (middle - low);
    const there = of(t);
    if (there < best) {
      if (t > middle) [low, atLow] = [middle, best];
      else [high, atHigh] = [middle, best];
      [middle, best] = [t, there];
    } else if (t > middle) [high, atHigh] = [t, there];
    else [low, atLow] = [t, there];
  }
  return { at: middle === 0 ? from : point(middle), value: best };
}
