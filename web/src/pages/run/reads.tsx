// The list of a run's reads with its filter, which stands in the address: marks above lead here.
import type { ReadFilterShape } from '@shapes/reads.ts';
import type { RunDetail } from '@shapes/scores.ts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { withQuery } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { CsvLink } from '../../parts/csv-link.tsx';
import { Section } from '../../parts/page-head.tsx';
import { ReadsTable, rungWords } from '../../parts/reads-table.tsx';
import { Select } from '../../parts/select.tsx';
import { plain, STAGE_WORDS, typeWords, words } from '../../parts/words.ts';
import { choicesQuery, type ProtocolName } from './data.ts';
import styles from './run.module.css';

const OUTCOMES = [
  { value: 'error', label: 'All errors' },
  ...['right', 'partial', 'wrong', 'unparsed', 'refused', 'failed', 'unsupported', 'unscored'].map(
    (value) => ({
      value,
      label: value,
    }),
  ),
];
/** Stands for no choice: a list's value is never empty. */
const ALL = 'all';
/** Filters that marks set and lists cannot: shown as words that can be taken away. */
const CHIPS = {
  cause: (value: string) => words(value),
  facet: (value: string) => value.replace('=', ': '),
  rung: rungWords,
  confidence: (value: string) => `confidence ${value.replace('-', ' to ')}`,
  coverage: (value: string) => `surest ${(100 * Number(value)).toFixed(0)} %`,
  patient: (value: string) => `patient ${value.replace(/^patient-/, '').slice(0, 8)}`,
} as const;
type ChipName = keyof typeof CHIPS;

export interface ReadsProps {
  readonly run: RunDetail;
  readonly protocol: ProtocolName;
  readonly filter: ReadFilterShape;
}

export function Reads({ run, protocol, filter }: ReadsProps) {
  const { id } = run;
  const navigate = useNavigate();
  const place = useRef<HTMLDivElement>(null);
  const choices = useQuery(choicesQuery(id, protocol));
  const chosen = JSON.stringify(filter);
  // Whoever follows a mark wants to see where it led; typing in the filter moves nothing.
  const led = useRef('{}');
  useEffect(() => {
    const { current } = place;
    const typed = current?.contains(document.activeElement) === true;
    const leads = chosen !== led.current && chosen !== '{}' && !typed;
    led.current = chosen;
    return leads && current !== null ? standAt(current) : undefined;
  }, [chosen]);
  const set = (patch: Partial<Record<keyof ReadFilterShape, string | undefined>>): void =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, ...patch }),
      replace: true,
      resetScroll: false,
    });
  const pick = (name: keyof ReadFilterShape) => (value: string) =>
    set({ [name]: value === ALL ? undefined : value });
  const types = [
    ...new Set([...(choices.data?.types ?? []), ...(filter.type === undefined ? [] : [filter.type])]),
  ];
  const chips = (Object.keys(CHIPS) as ChipName[]).flatMap((name) => {
    const value = filter[name];
    return value === undefined || value === '' ? [] : [{ name, label: CHIPS[name](plain(value)) }];
  });
  const address = withQuery(`/api/runs/${encodeURIComponent(id)}/reads`, { ...filter, protocol, as: 'csv' });
  return (
    <div ref={place} className={styles.reads}>
      <Section
        title="Reads"
        lead="In the benchmark’s order. A read opens on its page; next and previous stay within the filter."
        actions={<CsvLink href={address} of="These reads" />}
      >
        <search className={styles.filter} aria-label="Filter of the reads">
          <Select
            aria-label="Outcome"
            value={filter.outcome === undefined || filter.outcome === '' ? ALL : filter.outcome}
            options={[
              { value: ALL, label: 'Every outcome' },
              ...OUTCOMES,
              ...(OUTCOMES.some(({ value }) => value === filter.outcome) || filter.outcome === undefined
                ? []
                : [{ value: filter.outcome, label: plain(filter.outcome) }]),
            ]}
            onChange={pick('outcome')}
            className={styles.select}
          />
          <Select
            aria-label="Stage"
            value={filter.stage === undefined || filter.stage === '' ? ALL : filter.stage}
            options={[
              { value: ALL, label: 'Every stage' },
              ...Object.entries(STAGE_WORDS).map(([value, label]) => ({ value, label })),
            ]}
            onChange={pick('stage')}
            className={styles.select}
          />
          <Select
            aria-label="Question type"
            value={filter.type === undefined || filter.type === '' ? ALL : filter.type}
            options={[
              { value: ALL, label: 'Every type' },
              ...types.map((value) => ({ value, label: typeWords(plain(value)) })),
            ]}
            onChange={pick('type')}
            className={styles.select}
          />
          <Words key={filter.text ?? ''} text={filter.text ?? ''} onChange={(text) => set({ text })} />
          {chips.map(({ name, label }) => (
            <Button key={name} onClick={() => set({ [name]: undefined })} aria-label={`Take away: ${label}`}>
              {label} <span aria-hidden="true">×</span>
            </Button>
          ))}
          {chosen !== '{}' && (
            <Button
              look="quiet"
              onClick={() =>
                void navigate({ to: '.', search: { protocol }, replace: true, resetScroll: false })
              }
            >
              Show all
            </Button>
          )}
        </search>
        <ReadsTable
          key={`${protocol} ${chosen}`}
          run={id}
          protocol={protocol}
          filter={filter}
          empty={
            chosen === '{}'
              ? 'This run has read nothing yet. Reads appear here as they are made.'
              : 'No read fits this filter. “Show all” takes it away.'
          }
        />
      </Section>
    </div>
  );
}

/** Figures above may still be growing: the list stays in sight for a moment, unless the visitor moves on. */
const GROWING_MS = 2500;
const MOVES = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;

function standAt(place: HTMLElement): () => void {
  const go = () => place.scrollIntoView({ block: 'start' });
  const watch = new ResizeObserver(go);
  for (const beside of place.parentElement?.children ?? []) watch.observe(beside);
  const stop = () => {
    watch.disconnect();
    clearTimeout(timer);
    for (const move of MOVES) removeEventListener(move, stop);
  };
  const timer = setTimeout(stop, GROWING_MS);
  for (const move of MOVES) addEventListener(move, stop, { passive: true });
  go();
  return stop;
}

function Words({
  text,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (text: string | undefined) => void;
}) {
  return (
    <form
      className={styles.words}
      onSubmit={(event) => {
        event.preventDefault();
        const value = new FormData(event.currentTarget).get('text');
        onChange(typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);
      }}
    >
      <input
        type="search"
        name="text"
        defaultValue={text}
        maxLength={200}
        placeholder="Words of the question"
        aria-label="Words of the question"
        className={styles.input}
      />
      <Button type="submit">Find</Button>
    </form>
  );
}
