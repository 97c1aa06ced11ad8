// Which questions a filter leaves, and what each further choice would leave: one pass over the columns.
import type { ValueCount } from '../shapes/benchmarks.ts';
import { facetsOf, facetText, type QuestionFilterShape, type QuestionPage } from '../shapes/questions.ts';
import { accepted, type Column } from './columns.ts';
import { type QuestionIndex, SHOWN_ORDER } from './question-index.ts';

type Side = keyof QuestionPage['counts'];

export interface Filtered {
  /** Rows in file order. */
  readonly rows: Uint32Array;
  readonly counts: QuestionPage['counts'];
  readonly facets: QuestionPage['facets'];
}

/** Values of gold answers and facets that are listed; the rest can be searched for. */
const MOST_VALUES = 60;

interface Test {
  readonly side: string;
  readonly column: Column;
  /** 1 where a code is wanted; undefined: this side does not restrict. */
  readonly wanted?: Uint8Array;
}

/**
 * @param flagged ids of the questions that somebody flagged
 */
export function filterQuestions(
  index: QuestionIndex,
  filter: QuestionFilterShape,
  flagged: ReadonlySet<string>,
): Filtered {
  const tests = testsOf(index, filter, flagged);
  const hidden = [textTest(index, filter.text), caseTest(index, filter.case)].filter(
    (test) => test !== undefined,
  );
  const counts = tests.map(({ column }) => new Uint32Array(column.values.length));
  const rows = new Uint32Array(index.count);
  let left = 0;
  for (let row = 0; row < index.count; row++) {
    if (hidden.some((holds) => holds(row) === 0)) continue;
    // A side's own counts are of what the other sides leave: a row that fails at one side counts there alone.
    let failed = -1;
    let failures = 0;
    for (let side = 0; side < tests.length && failures < 2; side++) {
      const { wanted, column } = tests[side];
      if (wanted === undefined || wanted[column.codes[row]] === 1) continue;
      failed = side;
      failures++;
    }
    if (failures === 0) {
      rows[left++] = row;
      for (let side = 0; side < tests.length; side++) counts[side][tests[side].column.codes[row]]++;
    } else if (failures === 1) counts[failed][tests[failed].column.codes[row]]++;
  }
  const listed = (side: string, most?: number): ValueCount[] => {
    const at = tests.findIndex((test) => test.side === side);
    return valueCounts(tests[at].column, counts[at], side, most);
  };
  return {
    rows: rows.slice(0, left),
    counts: {
      stage: listed('stage'),
      type: listed('type'),
      organ: organCounts(listed('organ')),
      answer: listed('answer'),
      split: listed('split'),
      gold: listed('gold', MOST_VALUES).filter(({ value }) => value !== ''),
      flagged: listed('flagged'),
    },
    facets: [...index.facets.keys()].map((name) => ({
      name,
      values: listed(`facet ${name}`, MOST_VALUES).filter(({ value }) => value !== ''),
    })),
  };
}

/** How many questions each filter alone keeps out: the totals without it. */
export function withoutEach(
  index: QuestionIndex,
  filter: QuestionFilterShape,
  flagged: ReadonlySet<string>,
): NonNullable<QuestionPage['without']> {
  const total = (one: QuestionFilterShape) => filterQuestions(index, one, flagged).rows.length;
  return Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    const { [name as keyof QuestionFilterShape]: _, ...others } = filter;
    if (name !== 'facet') return [{ filter: name, total: total(others) }];
    const facets = facetsOf(value);
    return facets.map(([own]) => {
      const rest = facets.filter(([each]) => each !== own);
      const left = rest.length === 0 ? others : { ...others, facet: facetText(rest) };
      return { filter: `facet ${own}`, total: total(left) };
    });
  });
}

function testsOf(
  index: QuestionIndex,
  filter: QuestionFilterShape,
  flagged: ReadonlySet<string>,
): readonly Test[] {
  const facets = new Map<string, string>(filter.facet === undefined ? [] : facetsOf(filter.facet));
  const one = (side: Side, column: Column, holds?: (value: string) => boolean): Test => ({
    side,
    column,
    ...(holds === undefined ? {} : { wanted: accepted(column, holds) }),
  });
  const organs = several(filter.organ);
  return [
    one('stage', index.stage, several(filter.stage)),
    one('type', index.type, several(filter.type)),
    one('organ', index.organs, organs && ((set) => set.split(' ').some(organs))),
    one('answer', index.answer, several(filter.answer)),
    one('split', index.split, several(filter.split)),
    one('gold', index.gold, filter.gold === undefined ? undefined : (value) => value === filter.gold),
    one(
      'flagged',
      flaggedColumn(index, flagged),
      filter.flagged === undefined ? undefined : (value) => value === filter.flagged,
    ),
    ...[...index.facets].map(([name, column]): Test => {
      const value = facets.get(name);
      return {
        side: `facet ${name}`,
        column,
        ...(value === undefined ? {} : { wanted: accepted(column, (own) => own === value) }),
      };
    }),
    // A facet that the benchmark does not have leaves nothing, as it says.
    ...[...facets.keys()]
      .filter((name) => !index.facets.has(name))
      .map(
        (name): Test => ({ side: `facet ${name}`, column: NOWHERE(index.count), wanted: new Uint8Array(1) }),
      ),
  ];
}

const NOWHERE = (count: number): Column => ({ codes: new Uint32Array(count), values: [''] });

function several(text: string | undefined): ((value: string) => boolean) | undefined {
  if (text === undefined || text === '') return undefined;
  const wanted = new Set(text.split(','));
  return (value) => wanted.has(value);
}

function flaggedColumn(index: QuestionIndex, flagged: ReadonlySet<string>): Column {
  const codes = new Uint32Array(index.count);
  for (const id of flagged) {
    const row = index.rows.get(id);
    if (row !== undefined) codes[row] = 1;
  }
  return { codes, values: ['no', 'yes'] };
}

function textTest(
  { text, ids }: QuestionIndex,
  wanted: string | undefined,
): ((row: number) => number) | undefined {
  const folded = wanted?.trim().toLowerCase() ?? '';
  if (folded === '') return undefined;
  const words = accepted(text, (value) => value.toLowerCase().includes(folded));
  return (row) => (words[text.codes[row]] === 1 || ids[row].toLowerCase().includes(folded) ? 1 : 0);
}

function caseTest(
  { caseId }: QuestionIndex,
  wanted: string | undefined,
): ((row: number) => number) | undefined {
  if (wanted === undefined || wanted === '') return undefined;
  const cases = accepted(caseId, (value) => value === wanted);
  return (row) => cases[caseId.codes[row]];
}

function valueCounts(column: Column, counts: Uint32Array, side: string, most?: number): ValueCount[] {
  const found: ValueCount[] = [];
  for (let code = 0; code < counts.length; code++)
    if (counts[code] > 0) found.push({ value: column.values[code], count: counts[code] });
  const order = side === 'stage' || side === 'answer' ? SHOWN_ORDER[side] : undefined;
  if (order !== undefined) return found.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
  found.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return most === undefined ? found : found.slice(0, most);
}

/** Counts of sets of organs as counts of organs: a question about two counts at both. */
function organCounts(sets: readonly ValueCount[]): ValueCount[] {
  const counts = new Map<string, number>();
  for (const { value, count } of sets)
    for (const organ of value.split(' '))
      if (organ !== '') counts.set(organ, (counts.get(organ) ?? 0) + count);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
