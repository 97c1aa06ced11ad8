// The filters beside the questions, each choice with how many questions it would leave.
import type { QuestionPage } from '@shapes/questions.ts';
import { facetsOf } from '@shapes/questions.ts';
import { useEffect, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Empty } from '../../parts/notes.tsx';
import { Select } from '../../parts/select.tsx';
import { count, plain } from '../../parts/words.ts';
import {
  activeFilters,
  FILTER_NAMES,
  type FilterName,
  type Filters,
  valueWords,
  withFacet,
} from './filters.ts';
import { words } from './names.ts';
import styles from './questions.module.css';

type Change = (patch: Readonly<Record<string, string | undefined>>, replace?: boolean) => void;

const SIDES = [
  ['stage', 'Stage'],
  ['type', 'Type'],
  ['organ', 'Organ'],
  ['answer', 'Answer kind'],
  ['gold', 'Gold answer'],
  ['split', 'Split'],
  ['flagged', 'Flagged'],
] as const;
/** Stands for no choice in a list; no value of a benchmark is written so. */
const ANY = '\0any';
/** Facets that are offered; an address may name others. */
const MOST_FACETS = 12;
const TYPING_MS = 250;

export function FilterPanel(props: {
  readonly page: QuestionPage;
  readonly filters: Filters;
  readonly change: Change;
}) {
  const { page, filters, change } = props;
  const chosen = new Map(facetsOf(filters.facet ?? ''));
  return (
    <search className={styles.filters} aria-label="Filter the questions">
      <SearchField text={filters.text ?? ''} onText={(text) => change({ text: text || undefined })} />
      {SIDES.map(([name, label]) => {
        const values = page.counts[name];
        const current = filters[name];
        if (current === undefined && values.length < 2) return null;
        return (
          <Choice
            key={name}
            label={label}
            values={values}
            current={current}
            say={(value) => valueWords(name, value)}
            onChoose={(value) => change({ [name]: value })}
          />
        );
      })}
      {page.facets.slice(0, MOST_FACETS).map(({ name, values }) => {
        const current = chosen.get(name);
        if (current === undefined && values.length < 2) return null;
        return (
          <Choice
            key={`facet ${name}`}
            label={capital(plain(words(name)))}
            values={values}
            current={current}
            say={plain}
            onChoose={(value) => change({ facet: withFacet(filters.facet, name, value) })}
          />
        );
      })}
    </search>
  );
}

function Choice(props: {
  readonly label: string;
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly current: string | undefined;
  readonly say: (value: string) => string;
  readonly onChoose: (value: string | undefined) => void;
}) {
  const { label, values, current, say, onChoose } = props;
  const listed =
    current === undefined || values.some(({ value }) => value === current)
      ? values
      : [{ value: current, count: 0 }, ...values];
  return (
    <Field label={label}>
      {({ className: _, ...control }) => (
        <Select
          {...control}
          aria-label={label}
          options={[
            { value: ANY, label: 'Any' },
            ...listed.map(({ value, count: n }) => ({
              value,
              label: `${shortened(say(value))} (${count(n)})`,
            })),
          ]}
          value={current ?? ANY}
          onChange={(value) => onChoose(value === ANY ? undefined : value)}
        />
      )}
    </Field>
  );
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** Typed text goes to the address once the hand rests. */
function SearchField(props: { readonly text: string; readonly onText: (text: string) => void }) {
  const { text, onText } = props;
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field label="Words or id">
      {(control) => (
        <input
          {...control}
          id="question-search"
          type="search"
          aria-label="Words or id"
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </Field>
  );
}

/** What the list is filtered by, each to be dropped by itself. */
export function ActiveFilters(props: {
  readonly filters: Filters;
  readonly change: Change;
  /** Questions that would be left without each. */
  readonly totals?: QuestionPage['without'] | undefined;
}) {
  const { filters, change, totals = [] } = props;
  const active = activeFilters(filters);
  if (active.length === 0) return null;
  return (
    <ul className={styles.active} aria-label="Active filters">
      {active.map(({ id, label, without }) => (
        <li key={id}>
          <button
            type="button"
            className={styles.chip}
            onClick={() => change(without)}
            aria-label={`Drop the filter ${label}`}
          >
            <bdi>{plain(shortened(label))}</bdi> <span aria-hidden="true">×</span>
          </button>
          {leavesWords(totals.find(({ filter }) => filter === id)?.total)}
        </li>
      ))}
      {active.length > 1 && (
        <li>
          <Button look="quiet" onClick={() => change(nothing())}>
            Drop all
          </Button>
        </li>
      )}
    </ul>
  );
}

const nothing = (): Record<FilterName, undefined> =>
  Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])) as Record<FilterName, undefined>;

const leavesWords = (total: number | undefined): string =>
  total === undefined ? '' : total === 0 ? ' leaves none either' : ` leaves ${count(total)}`;

/** No question is left: which filter to drop. */
export function NothingLeft(props: {
  readonly filters: Filters;
  readonly change: Change;
  readonly without: QuestionPage['without'] | undefined;
}) {
  const { filters, change, without } = props;
  if (activeFilters(filters).length === 0)
    return (
      <Empty title="No questions">
        This benchmark holds no questions: its manifest says what could not be asked, and why.
      </Empty>
    );
  return (
    <Empty title="No question passes all of these filters">
      Dropping one of them:
      <ActiveFilters filters={filters} change={change} totals={without} />
    </Empty>
  );
}
