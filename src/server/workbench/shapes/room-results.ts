// What came of a study: scores, times, agreement, and comparisons over readers and cases.
import * as z from 'zod';
import { protocolName } from './reads.ts';
import { roomId } from './room.ts';

const interval = z.tuple([z.number(), z.number()]).nullable();

/** One reader in one arm, a panel, or a model run that is compared with. */
export const readerResult = z.object({
  kind: z.enum(['person', 'panel', 'model']),
  person: roomId.nullable(),
  name: z.string(),
  arm: z.string().nullable(),
  run: z.string(),
  planned: z.number().int(),
  answered: z.number().int(),
  passed: z.number().int(),
  /** 0…1 over answered questions of the study. */
  score: z.number().nullable(),
  n: z.number().int(),
  patients: z.number().int(),
  ci95: interval,
  interval: z.string(),
  chance: z.number().nullable(),
  /** Area under the ROC curve of yes/no questions, by confidence. */
  auc: z.number().nullable(),
  /** From first opening to answer, as the server measured; and as the page counted. */
  medianSeconds: z.number().nullable(),
  medianActiveSeconds: z.number().nullable(),
  calibration: z
    .object({
      n: z.number().int(),
      ece: z.number(),
      brier: z.number(),
      bins: z.array(
        z.object({
          low: z.number(),
          high: z.number(),
          n: z.number(),
          confidence: z.number(),
          accuracy: z.number(),
        }),
      ),
    })
    .nullable(),
});
export type ReaderResult = z.infer<typeof readerResult>;

const coefficient = z.object({
  value: z.number().nullable(),
  ci95: interval,
  units: z.number().int(),
});

export const agreementResult = z.object({
  /** Whose: an arm's people (and the models compared with, in pairs). */
  arm: z.string(),
  raters: z.array(z.string()),
  /** Over choice and text answers. Bootstrap intervals draw whole patients. */
  pairs: z.array(
    z.object({
      a: z.string(),
      b: z.string(),
      units: z.number().int(),
      percent: z.number().nullable(),
      kappa: z.number().nullable(),
      ci95: interval,
      /** Quadratic weights over numeric answers: null where there are none. */
      weightedKappa: z.number().nullable(),
    }),
  ),
  /** Null value with fewer than two people, or with questions that not all have answered. */
  fleiss: coefficient,
  /** Nominal scale, all choice and text answers, gaps allowed. */
  krippendorff: coefficient,
  /** Interval scale over numeric answers. */
  krippendorffNumeric: coefficient,
});
export type AgreementResult = z.infer<typeof agreementResult>;

export const testResult = z.object({
  standardError: z.number(),
  df: z.number().nullable(),
  statistic: z.number(),
  p: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
});
export type TestResult = z.infer<typeof testResult>;

/** Multi-reader multi-case comparison (Obuchowski–Rockette, jackknife over patients, Hillis degrees of freedom). */
export const comparisonResult = z.object({
  figure: z.enum(['score', 'auc']),
  /** An arm, or a model run's reader name. */
  a: z.string(),
  b: z.string(),
  against: z.enum(['arm', 'model']),
  readers: z.number().int(),
  patients: z.number().int(),
  questions: z.number().int(),
  valueA: z.number().nullable(),
  valueB: z.number().nullable(),
  difference: z.number().nullable(),
  byReader: z.array(z.object({ name: z.string(), a: z.number(), b: z.number(), difference: z.number() })),
  /** Readers and cases beyond those of the study; null with one reader. */
  randomReadersRandomCases: testResult.nullable(),
  fixedReadersRandomCases: testResult.nullable(),
  randomReadersFixedCases: testResult.nullable(),
  /** Why there is nothing to compare, such as "nobody has finished both arms". */
  why: z.string().nullable(),
});
export type ComparisonResult = z.infer<typeof comparisonResult>;

export const studyResults = z.object({
  study: roomId,
  protocol: protocolName,
  computedAt: z.string(),
  readers: z.array(readerResult),
  agreement: z.array(agreementResult),
  comparisons: z.array(comparisonResult),
  notes: z.array(z.string()),
});
export type StudyResults = z.infer<typeof studyResults>;
