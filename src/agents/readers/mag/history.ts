// What of a patient's history is put before a question: whole earlier reports, or only what they say of the region.
import type { Material } from '../../../domain/material.ts';
import type { Random } from '../../../domain/random.ts';
import { bearsOn, regionNamed, sentencesOf, statementsAbout, statementsByRegion } from './regions.ts';

export const HISTORIES = ['none', 'global', 'regional', 'other', 'distractor'] as const;
export type HistoryKind = (typeof HISTORIES)[number];

export interface HistoryOptions {
  readonly kind: HistoryKind;
  /** Visits back from the one that is asked about. */
  readonly visits: number;
  /** The region where the question names none. */
  readonly region?: string;
  readonly random: Random;
}

export interface History {
  /** Earlier statements, the latest visit first; "" when there is nothing to say. */
  readonly text: string;
  readonly region: string | null;
  /** Ids of the materials that were quoted. */
  readonly from: readonly string[];
  readonly statements: number;
  /** Why there is none, where there should be. */
  readonly lacking?: string;
}

const nothing = (region: string | null, lacking?: string): History => ({
  text: '',
  region,
  from: [],
  statements: 0,
  ...(lacking === undefined ? {} : { lacking }),
});

/**
 * Reports of earlier visits, the latest first. A report without a visit, or of the visit that is asked about, is never
 * among them: it may hold the answer. Nor is another patient's, unless that is what is asked for.
 */
export function earlierReports(
  materials: readonly Material[],
  visits: number,
  whose: 'own' | 'other' = 'own',
): Material[] {
  return materials
    .filter(
      ({ kind, visitsBefore = 0, text = '', patientId }) =>
        kind === 'report' &&
        visitsBefore >= 1 &&
        visitsBefore <= visits &&
        text.trim() !== '' &&
        (patientId === undefined) === (whose === 'own'),
    )
    .sort((a, b) => (a.visitsBefore ?? 0) - (b.visitsBefore ?? 0));
}

/** The region that a question asks about: named in its words, or in the words of the case's own materials, or given. */
export function askedRegion(
  question: string,
  materials: readonly Material[],
  given?: string,
): string | undefined {
  if (given !== undefined && given !== '') return regionNamed(given) ?? given.toLowerCase();
  const own = materials
    .flatMap(({ regions = [] }) => regions)
    .sort((a, b) => b.length - a.length)
    .find((region) => question.toLowerCase().includes(region.toLowerCase()));
  return regionNamed(question) ?? own;
}

const DAYS = (visitsBefore: number) =>
  visitsBefore === 1 ? 'The visit before' : `${visitsBefore} visits before`;

function quoted(parts: readonly { readonly report: Material; readonly sentences: readonly string[] }[]) {
  const said = parts.filter(({ sentences }) => sentences.length > 0);
  return {
    text: said
      .map(({ report, sentences }) => `${DAYS(report.visitsBefore ?? 1)}:\n${sentences.join('\n')}`)
      .join('\n\n'),
    from: said.map(({ report }) => report.id),
    statements: said.reduce((sum, { sentences }) => sum + sentences.length, 0),
  };
}

/** The history of one kind for one question. Nothing is made up: where the reports are silent the text is "". */
export function historyOf(
  question: string,
  materials: readonly Material[],
  { kind, visits, region: given, random }: HistoryOptions,
): History {
  const asked = askedRegion(question, materials, given);
  const region = asked ?? null;
  if (kind === 'none') return nothing(region);
  const reports = earlierReports(materials, visits, kind === 'other' ? 'other' : 'own');
  if (reports.length === 0)
    return nothing(
      region,
      kind === 'other' ? "no other patient's earlier report is among the materials" : 'no earlier report',
    );
  const whole = () => ({
    region,
    ...quoted(reports.map((report) => ({ report, sentences: sentencesOf(report.text ?? '') }))),
  });
  if (kind === 'global') return whole();
  if (asked === undefined)
    return kind === 'other' ? whole() : nothing(null, 'the question names no region that is known');
  const about = (wanted: string) =>
    quoted(reports.map((report) => ({ report, sentences: statementsAbout(report.text ?? '', wanted) })));
  const wanted = kind === 'distractor' ? otherRegion(reports, asked, random) : asked;
  if (wanted === undefined) return nothing(region, 'the reports speak of no other region');
  const found = about(wanted);
  if (found.statements === 0) return nothing(region, 'the earlier reports do not speak of the region');
  return { region, ...found };
}

/** A region that the reports speak of and that has nothing to do with the one asked about. */
function otherRegion(reports: readonly Material[], asked: string, random: Random): string | undefined {
  const named = new Set(reports.flatMap(({ text = '' }) => [...statementsByRegion(text).keys()]));
  const others = [...named].filter((region) => !bearsOn(region, asked)).sort();
  return others.length === 0 ? undefined : random.pick(others);
}
