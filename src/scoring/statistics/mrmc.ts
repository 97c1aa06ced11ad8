// Several readers on the same cases in two ways of reading: is the difference larger than readers and cases explain?
//
// Obuchowski and Rockette, Communications in Statistics – Simulation and Computation 24 (1995) 285–308: figures of
// merit of readers in an analysis of variance whose errors are correlated, because all read the same cases; the
// covariances come from a jackknife over cases, here over patients, whose questions stay together. Degrees of freedom
// and the constraint on covariances: Hillis, Murphy and Berbaum, Statistics in Medicine 24 (2005) 1579–1607, and
// Hillis, Statistics in Medicine 26 (2007) 596–619.
//
// With two ways of reading the analysis of variance is one of each reader's difference, which is how it is written
// here: the mean square of treatment × reader is half the variance of the differences between readers, Var − Cov1 half
// the variance of a difference, and Cov2 − Cov3 half the covariance of two readers' differences.
import { studentCdf, studentQuantile } from './distributions.ts';

/** A figure of merit of one reader, and what it is without each patient in turn. */
export interface Jackknifed {
  readonly value: number;
  /** By patient, in one order for all readers. */
  readonly without: ArrayLike<number>;
}

export interface ReaderTest {
  readonly standardError: number;
  /** Of Student's t. */
  readonly df: number;
  readonly statistic: number;
  /** Two-sided. */
  readonly p: number;
  readonly ci95: [number, number];
}

export interface ReaderComparison {
  readonly difference: number;
  /** By reader, in the order given. */
  readonly byReader: readonly number[];
  /** What would hold for other readers and other patients: null with one reader. */
  readonly randomReadersRandomCases: ReaderTest | null;
  /** For these readers and other patients. */
  readonly fixedReadersRandomCases: ReaderTest | null;
  /** For other readers and these patients: null with one reader. */
  readonly randomReadersFixedCases: ReaderTest | null;
}

/**
 * The readers' figures in one way of reading against the other's, reader by reader; `b` may be one and the same
 * comparator for all (a model's run), whose own reading has no variation between readers.
 */
export function compareReadings(a: readonly Jackknifed[], b: readonly Jackknifed[]): ReaderComparison {
  const patients = a[0]?.without.length ?? 0;
  const values = a.map(({ value }, j) => value - b[j].value);
  const without = a.map((one, j) =>
    Float64Array.from({ length: patients }, (_, k) => one.without[k] - b[j].without[k]),
  );
  return testDifferences(values, { ...jackknifeMoments(without), patients });
}

export interface CaseMoments {
  /** Mean variance over patients of one reader's difference. */
  readonly variance: number;
  /** Mean covariance over patients of two readers' differences; 0 with one reader. */
  readonly covariance: number;
  readonly patients: number;
}

/** (K − 1)/K times the sums of squares and products of what leaving out each of K patients changes. */
export function jackknifeMoments(without: readonly ArrayLike<number>[]): Omit<CaseMoments, 'patients'> {
  const readers = without.length;
  const patients = without[0]?.length ?? 0;
  const centred = without.map((values) => {
    let sum = 0;
    for (let k = 0; k < patients; k++) sum += values[k];
    return Float64Array.from({ length: patients }, (_, k) => values[k] - sum / patients);
  });
  const total = new Float64Array(patients);
  let own = 0;
  for (const values of centred)
    for (let k = 0; k < patients; k++) {
      own += values[k] ** 2;
      total[k] += values[k];
    }
  const all = total.reduce((sum, value) => sum + value * value, 0);
  const scale = (patients - 1) / patients;
  return {
    variance: (scale * own) / readers,
    covariance: readers < 2 ? 0 : (scale * (all - own)) / (readers * (readers - 1)),
  };
}

/**
 * The three tests of a mean difference over readers being 0. Fixed readers are tested with t on patients − 1 degrees
 * of freedom, as the equivalent analysis of pseudovalues (Dorfman, Berbaum and Metz 1992) does; with many patients
 * that is the normal test of Obuchowski and Rockette.
 */
export function testDifferences(differences: readonly number[], moments: CaseMoments): ReaderComparison {
  const readers = differences.length;
  const { variance, covariance, patients } = moments;
  const mean = differences.reduce((sum, value) => sum + value, 0) / readers;
  const between =
    readers < 2 ? 0 : differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (readers - 1);
  const shared = Math.max(covariance, 0);
  const random = between + readers * shared;
  const fixed = variance + (readers - 1) * shared;
  return {
    difference: mean,
    byReader: differences,
    randomReadersRandomCases:
      readers < 2
        ? null
        : studentTest(mean, Math.sqrt(random / readers), ((readers - 1) * random ** 2) / between ** 2),
    fixedReadersRandomCases:
      patients < 2 ? null : studentTest(mean, Math.sqrt(fixed / readers), patients - 1),
    randomReadersFixedCases:
      readers < 2 ? null : studentTest(mean, Math.sqrt(between / readers), readers - 1),
  };
}

/** Beyond this t is normal to the last digit that anybody prints. */
const MANY = 1e6;

/** Null where nothing varies, so that there is nothing to test against. */
function studentTest(mean: number, standardError: number, of: number): ReaderTest | null {
  if (!(standardError > 1e-12)) return null;
  const df = Math.min(Number.isNaN(of) ? MANY : of, MANY);
  const statistic = mean / standardError;
  const half = studentQuantile(0.975, df) * standardError;
  return {
    standardError,
    df,
    statistic,
    p: Math.min(1, 2 * studentCdf(-Math.abs(statistic), df)),
    ci95: [mean - half, mean + half],
  };
}
