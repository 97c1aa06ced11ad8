// The filters of the question list as the address has them.
import { facetsOf, facetText } from '@shapes/questions.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { STAGE_WORDS } from '../../parts/words.ts';
import { structureName, words } from './names.ts';

export const FILTER_NAMES = [
  ...(['stage', 'type', 'organ', 'answer', 'gold', 'split', 'case', 'text', 'flagged', 'facet'] as const),
];
export type FilterName = (typeof FILTER_NAMES)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

export type BenchmarkSearch = Filters & { readonly tab?: string; readonly question?: string };

export const FILTER_WORDS: Readonly<Record<FilterName, string>> = {
  stage: 'Stage',
  type: 'Type',
  organ: 'Organ',
  answer: 'Answer kind',
  gold: 'Gold answer',
  split: 'Split',
  case: 'Case',
  text: 'Words',
  flagged: 'Flagged',
  facet: 'Facet',
};

export function useBenchmarkSearch() {
  const search = useSearch({ strict: false }) as BenchmarkSearch;
  const navigate = useNavigate();
  /** Changes what is given, keeps the rest; undefined takes a parameter away. */
  const change = (patch: Readonly<Record<string, string | undefined>>, replace = true) =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, ...patch }),
      replace,
      resetScroll: false,
    });
  return { search, change };
}

export function filtersOf(search: BenchmarkSearch): Filters {
  return Object.fromEntries(
    FILTER_NAMES.flatMap((name) => {
      const value = search[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/** One active filter, what it says, and the parameters without it. */
export interface ActiveFilter {
  readonly id: string;
  readonly label: string;
  readonly without: Readonly<Record<string, string | undefined>>;
}

export function activeFilters(filters: Filters): ActiveFilter[] {
  return FILTER_NAMES.flatMap((name): ActiveFilter[] => {
    const value = filters[name];
    if (value === undefined) return [];
    if (name !== 'facet')
      return [
        {
          id: name,
          label: `${FILTER_WORDS[name]}: ${valueWords(name, value)}`,
          without: { [name]: undefined },
        },
      ];
    const facets = facetsOf(value);
    return facets.map(([facet, own]) => ({
      id: `facet ${facet}`,
      label: `${words(facet)}: ${own}`,
      without: { facet: withFacet(value, facet, undefined) },
    }));
  });
}

/** The facet filter with one facet set, or taken away. */
export function withFacet(
  text: string | undefined,
  name: string,
  value: string | undefined,
): string | undefined {
  const others = facetsOf(text ?? '').filter(([own]) => own !== name);
  const all = value === undefined ? others : [...others, [name, value] as const];
  return all.length === 0 ? undefined : facetText(all);
}

/** A filter's value in words. */
export function valueWords(name: FilterName, value: string): string {
  if (name === 'organ') return structureName(value);
  if (name === 'stage') return STAGE_WORDS[value as keyof typeof STAGE_WORDS] ?? words(value);
  if (name === 'type') return words(value);
  return value;
}
