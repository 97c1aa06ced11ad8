// How far a reader's confidence can be trusted: calibration error, Brier score, risk against coverage.
import type { Calibration } from '../../domain/report.ts';

export interface ConfidentRead {
  /** 0…1. */
  readonly confidence: number;
  /** 0…1. */
  readonly score: number;
}

/** Points kept of a risk–coverage curve. */
const CURVE_POINTS = 50;

/**
 * ECE over `bins` (default 10) equally wide bins, Brier score, risk–coverage curve and its area, null without reads.
 * Reads of equal confidence are accepted together, in the mean order: a constant confidence gives a flat curve.
 */
export function calibrate(reads: readonly ConfidentRead[], bins = 10): Calibration | null {
  const usable = reads.filter((r) => r.confidence >= 0 && r.confidence <= 1);
  const n = usable.length;
  if (n === 0) return null;
  const totals = Array.from({ length: bins }, () => ({ n: 0, confidence: 0, score: 0 }));
  let brier = 0;
  for (const { confidence, score } of usable) {
    const bin = totals[Math.min(bins - 1, Math.floor(confidence * bins))];
    bin.n++;
    bin.confidence += confidence;
    bin.score += score;
    brier += (confidence - score) ** 2;
  }
  const ece = totals.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.score), 0) / n;
  const { curve, area } = riskCoverage(usable);
  return {
    n,
    ece,
    brier: brier / n,
    bins: totals.map((bin, i) => ({
      low: i / bins,
      high: (i + 1) / bins,
      n: bin.n,
      confidence: bin.n === 0 ? 0 : bin.confidence / bin.n,
      accuracy: bin.n === 0 ? 0 : bin.score / bin.n,
    })),
    riskCoverage: curve,
    aurc: area,
  };
}

function riskCoverage(reads: readonly ConfidentRead[]): {
  curve: Calibration['riskCoverage'];
  area: number;
} {
  const sorted = [...reads].sort((a, b) => b.confidence - a.confidence);
  const n = sorted.length;
  const risks = new Float64Array(n);
  let accepted = 0;
  let loss = 0;
  while (accepted < n) {
    let end = accepted;
    let tied = 0;
    while (end < n && sorted[end].confidence === sorted[accepted].confidence) tied += 1 - sorted[end++].score;
    const each = tied / (end - accepted);
    for (; accepted < end; accepted++) {
      loss += each;
      risks[accepted] = loss / (accepted + 1);
    }
  }
  const points = Math.min(CURVE_POINTS, n);
  const curve = Array.from({ length: points }, (_, i) => {
    const last = Math.max(1, Math.round(((i + 1) / points) * n));
    return { coverage: last / n, risk: risks[last - 1] };
  });
  return { curve, area: risks.reduce((sum, risk) => sum + risk, 0) / n };
}
