// Longitudinal pairs: two visits of one patient, a named region, and how it changed; no word of the answer in the materials.
import { random } from '../../../domain/random.ts';
import { regionName, regionNamed, sentencesOf, statementsByRegion } from './regions.ts';

/** One visit: what was seen in each region, as a grade (0 nothing, more is worse), and the report. */
export interface Visit {
  readonly patient: string;
  readonly study: string;
  /** Ascending in time within a patient. */
  readonly order: number | string;
  readonly report: string;
  readonly grades: Readonly<Record<string, number>>;
  /** Files of the visit's films. */
  readonly pictures: readonly string[];
}

export const CHANGES = ['new', 'worse', 'better', 'the same'] as const;
export type Change = (typeof CHANGES)[number];

/** The change from one grade to a later one. Gone is better; nothing twice is the same (both assumed). */
export function changeOf(before: number, after: number): Change {
  if (before === after) return 'the same';
  if (after < before) return 'better';
  return before === 0 ? 'new' : 'worse';
}

/** Words that speak of change: with them a report of the earlier visit would answer a question that is not asked of it. */
const CHANGE =
  /\b(?:new(?:ly)?|worse(?:n(?:ed|ing))?|better|improv\w*|increas\w*|decreas\w*|progress\w*|resol(?:v\w*|ution)|unchanged|stable|same|persist\w*|again|compar\w*|interval|prior|previous\w*|since)\b/i;

/** A report without the sentences that speak of change, and how many those were. */
export function withoutChange(report: string): { readonly text: string; readonly removed: number } {
  const all = sentencesOf(report);
  const kept = all.filter((sentence) => !CHANGE.test(sentence));
  return { text: kept.join('\n'), removed: all.length - kept.length };
}

/** Whether a text gives the answer away: it speaks of change, or holds a report of the visit that is asked about. */
export function givesAway(text: string, asked: Pick<Visit, 'report'>): boolean {
  const own = asked.report.trim();
  return CHANGE.test(text) || (own !== '' && text.includes(own));
}

/** A line of items.jsonl. */
export interface PairItem {
  readonly id: string;
  readonly patient: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: Change;
  readonly type: 'region-change';
  readonly stage: 'visual-reasoning';
  readonly split: 'train' | 'validation' | 'test';
  readonly pictures: readonly string[];
  readonly facets: Readonly<Record<string, string>>;
  readonly materials: readonly PairMaterial[];
}

export interface PairMaterial {
  readonly id: string;
  readonly kind: 'report' | 'note';
  readonly title: string;
  readonly visitsBefore: number;
  readonly regions: readonly string[];
  readonly text: string;
  readonly patient?: string;
}

export interface PairOptions {
  readonly seed: string;
  /** Stands for a patient in what is written; keyed. */
  readonly patientName: (patient: string) => string;
  /** Where a visit's films are in the new folder. */
  readonly pictureNames: (visit: Visit) => readonly string[];
  /** "published" keeps sentences of earlier reports that speak of change. */
  readonly keepChange: boolean;
  /** Earlier visits whose reports come along. */
  readonly visits: number;
  /** Adds another patient's earlier report, for the control that is shown it. */
  readonly withOther: boolean;
  /** Shares of patients. */
  readonly shares: { readonly train: number; readonly validation: number };
  readonly facets?: Readonly<Record<string, string>>;
  /** Counts what the data cannot support. */
  readonly skip: (reason: string) => void;
}

/** Items of all patients, in the order of the visits: one for each region that two visits in a row have both graded. */
export function pairItems(visits: readonly Visit[], options: PairOptions): PairItem[] {
  const patients = [...Map.groupBy(visits, ({ patient }) => patient)].map(
    ([patient, own]) => [patient, own.toSorted((a, b) => compared(a.order, b.order))] as const,
  );
  return patients.flatMap(([patient, own], at) => {
    if (own.length < 2) options.skip('a patient has one visit only');
    const other = options.withOther && patients.length > 1 ? patients[(at + 1) % patients.length] : undefined;
    return own.flatMap((asked, visit) =>
      visit === 0
        ? []
        : pairsOfVisit({ patient, own, visit, asked, ...(other === undefined ? {} : { other }) }, options),
    );
  });
}

interface AskedVisit {
  readonly patient: string;
  readonly own: readonly Visit[];
  readonly visit: number;
  readonly asked: Visit;
  readonly other?: readonly [string, readonly Visit[]];
}

function pairsOfVisit({ patient, own, visit, asked, other }: AskedVisit, options: PairOptions): PairItem[] {
  const { seed, patientName, pictureNames, skip } = options;
  const before = own[visit - 1];
  const materials = own
    .slice(Math.max(0, visit - options.visits), visit)
    .toReversed()
    .flatMap((earlier, back) => materialsOf(earlier, back + 1, options));
  const otherReport = other === undefined ? [] : otherMaterial(other, options);
  if (!options.keepChange && materials.some(({ text }) => givesAway(text, asked))) {
    skip('an earlier report holds the report of the visit that is asked about');
    return [];
  }
  const name = patientName(patient);
  return Object.keys(asked.grades)
    .filter((region) => {
      if (before.grades[region] !== undefined) return true;
      skip('a region is graded at one of two visits only');
      return false;
    })
    .sort()
    .map((region): PairItem => {
      const answer = changeOf(before.grades[region], asked.grades[region]);
      const label = `${name}/${visit}/${region}`;
      return {
        id: `${name}-v${visit}-${region.replaceAll(/[^a-z0-9]+/gi, '-')}`,
        patient: name,
        question: `Films of two visits of one patient, the earlier first. How has the finding in the ${regionName(region)} changed since the visit before?`,
        options: random(seed, 'options', label).shuffle(CHANGES),
        answer,
        type: 'region-change',
        stage: 'visual-reasoning',
        split: splitOf(name, options),
        pictures: [...pictureNames(before), ...pictureNames(asked)],
        // Public: the region, never the change.
        facets: { region: regionName(region), ...options.facets },
        materials: [...materials, ...otherReport],
      };
    });
}

/** A visit's report as one material, and each region's statements as one of their own. */
function materialsOf(
  visit: Visit,
  visitsBefore: number,
  { keepChange, skip }: Pick<PairOptions, 'keepChange' | 'skip'>,
): PairMaterial[] {
  const cleaned = keepChange ? { text: visit.report.trim(), removed: 0 } : withoutChange(visit.report);
  for (let n = 0; n < cleaned.removed; n++) skip('a statement of an earlier report speaks of change');
  if (cleaned.text === '') return [];
  const byRegion = statementsByRegion(cleaned.text);
  const when = visitsBefore === 1 ? 'the visit before' : `${visitsBefore} visits before`;
  return [
    {
      id: `report-${visitsBefore}`,
      kind: 'report',
      title: `report of ${when}`,
      visitsBefore,
      regions: [...byRegion.keys()].map(regionName),
      text: cleaned.text,
    },
    ...[...byRegion].map(
      ([region, sentences]): PairMaterial => ({
        id: `report-${visitsBefore}-${region}`,
        kind: 'note',
        title: `${regionName(region)} at ${when}`,
        visitsBefore,
        regions: [regionName(region)],
        text: sentences.join('\n'),
      }),
    ),
  ];
}

function otherMaterial(
  [patient, visits]: readonly [string, readonly Visit[]],
  options: PairOptions,
): PairMaterial[] {
  const [report] = materialsOf(visits[Math.max(0, visits.length - 2)], 1, { ...options, skip: () => {} });
  return report === undefined
    ? []
    : [{ ...report, id: 'other-report-1', patient: options.patientName(patient) }];
}

/** One patient, one split. */
function splitOf(name: string, { seed, shares }: PairOptions): PairItem['split'] {
  const at = random(seed, 'split', name).next();
  if (at < shares.train) return 'train';
  return at < shares.train + shares.validation ? 'validation' : 'test';
}

function compared(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** A region of the data by this project's id, or in the data's own words. */
export function regionKey(words: string): string {
  return regionNamed(words) ?? words.trim().toLowerCase();
}

const WORDS: readonly (readonly [RegExp, number])[] = [
  [/^(?:none|absent|no|clear|normal|negative)$/i, 0],
  [/^(?:trace|minimal|tiny)$/i, 1],
  [/^(?:mild|small|slight)$/i, 2],
  [/^moderate$/i, 3],
  [/^(?:marked|large)$/i, 4],
  [/^severe$/i, 5],
  [/^(?:extensive|massive)$/i, 6],
];

/** A grade as a number, or one of the usual words for it (0 none … 6 extensive, assumed); undefined for other words. */
export function gradeOf(written: number | string): number | undefined {
  const value = typeof written === 'number' ? written : Number(written.trim() || Number.NaN);
  if (Number.isFinite(value)) return value < 0 ? undefined : value;
  return WORDS.find(([pattern]) => pattern.test(String(written).trim()))?.[1];
}
