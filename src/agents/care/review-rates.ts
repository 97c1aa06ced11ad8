// What a review did to answers: how many it mended and how many it broke, never their difference alone.
import { clopperPearson } from '../../scoring/statistics/interval.ts';

export interface Reviewed {
  readonly rightBefore: boolean;
  readonly rightAfter: boolean;
}

export interface Rate {
  readonly count: number;
  /** Share of all reviewed answers. */
  readonly share: number;
  /** Clopper–Pearson, reads taken as independent. */
  readonly ci95: readonly [number, number];
}

export interface ReviewRates {
  readonly n: number;
  /** Wrong before, right after. */
  readonly fixed: Rate;
  /** Right before, wrong after. */
  readonly broken: Rate;
}

/** Both rates over all answers that were reviewed, changed or not. */
export function reviewRates(answers: readonly Reviewed[]): ReviewRates {
  const n = answers.length;
  const rate = (count: number): Rate => ({
    count,
    share: n === 0 ? 0 : count / n,
    ci95: n === 0 ? [0, 1] : clopperPearson(count, n),
  });
  return {
    n,
    fixed: rate(answers.filter(({ rightBefore, rightAfter }) => !rightBefore && rightAfter).length),
    broken: rate(answers.filter(({ rightBefore, rightAfter }) => rightBefore && !rightAfter).length),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** "fixed 4.8 % (12 of 250), broken 3.2 % (8 of 250)" */
export function ratesText({ n, fixed, broken }: ReviewRates): string {
  return `fixed ${percent(fixed.share)} (${fixed.count} of ${n}), broken ${percent(broken.share)} (${broken.count} of ${n})`;
}
