// Statistics in sentences, for people who do not compute them every day.
import type {
  AgreementResult,
  ComparisonResult,
} from '../../../../src/server/workbench/shapes/room-results.ts';

/** The words of Landis and Koch (1977) for kappa; alpha is read on the same scale here. */
export function kappaWords(value: number): string {
  if (value <= 0) return 'no more than by chance';
  if (value <= 0.2) return 'slight';
  if (value <= 0.4) return 'fair';
  if (value <= 0.6) return 'moderate';
  if (value <= 0.8) return 'substantial';
  return 'almost perfect';
}

export const decimals = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits).replace('-', '−');

/** "0.31 to 0.74"; empty without an interval. */
export const span = (ci95: readonly [number, number] | null, digits = 2): string =>
  ci95 === null ? '' : `${decimals(ci95[0], digits)} to ${decimals(ci95[1], digits)}`;

/** p as it is reported: "0.012", "< 0.001". */
export const pWords = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(p < 0.1 ? 3 : 2));

const points = (share: number): string => Math.abs(100 * share).toFixed(1);

/** What the agreement of an arm's people means. */
export function agreementSentence(result: AgreementResult): string {
  const { raters, pairs, krippendorff, krippendorffNumeric } = result;
  const [one, other] = raters;
  const pair =
    raters.length === 2
      ? pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one))
      : undefined;
  const parts: string[] = [];
  if (pair !== undefined && pair.kappa !== null && pair.percent !== null)
    parts.push(
      `${pair.a} and ${pair.b} gave the same answer to ${Math.round(100 * pair.percent)} % of ` +
        `${count(pair.units, 'question', 'questions')}: ${beyondChance(pair.kappa)} (κ ${decimals(pair.kappa)}).`,
    );
  else if (krippendorff.value !== null)
    parts.push(
      `Over ${count(krippendorff.units, 'question', 'questions')} that at least two people answered: ` +
        `${beyondChance(krippendorff.value)} (α ${decimals(krippendorff.value)}).`,
    );
  if (krippendorffNumeric.value !== null)
    parts.push(
      `Measured numbers agree ${decimals(krippendorffNumeric.value)} on a scale on which 1 is the same number and 0 what chance would give.`,
    );
  return parts.length === 0
    ? 'There is nothing to compare yet: two people must have answered the same questions.'
    : parts.join(' ');
}

const beyondChance = (value: number): string =>
  value <= 0 ? 'no more than by chance' : `${kappaWords(value)} agreement beyond chance`;

/** What a comparison of arms (or of people with a model) says, in one sentence. */
export function comparisonSentence(result: ComparisonResult): string {
  const { figure, difference, readers, patients, why, a, b } = result;
  if (difference === null) return why ?? 'There is nothing to compare yet.';
  const what = figure === 'auc' ? 'The area under the ROC curve' : 'The score';
  const size = figure === 'auc' ? decimals(Math.abs(difference), 3) : `${points(difference)} points`;
  const where = `${count(readers, 'person', 'people')}, ${count(patients, 'patient', 'patients')}`;
  const test = result.randomReadersRandomCases ?? result.fixedReadersRandomCases;
  const beyond =
    result.randomReadersRandomCases === null
      ? ' for these readers, and other patients'
      : ' for other readers and other patients, too';
  if (test === null)
    return difference === 0
      ? `${what} of ${a} is the same as of ${b} (${where}).`
      : `${what} of ${a} is ${size} ${difference > 0 ? 'higher' : 'lower'} than of ${b} (${where}); too little to say whether by chance.`;
  const range =
    figure === 'auc'
      ? span(test.ci95, 3)
      : `${decimals(100 * test.ci95[0], 1)} to ${decimals(100 * test.ci95[1], 1)}`;
  const sure = test.p < 0.05;
  return (
    `${what} of ${a} is ${size} ${difference >= 0 ? 'higher' : 'lower'} than of ${b} ` +
    `(95 % interval ${range}; ${where}; p ${test.p < 0.001 ? '' : '= '}${pWords(test.p)}): ` +
    (sure ? `more than chance${beyond}.` : `this can be chance${beyond}.`)
  );
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
