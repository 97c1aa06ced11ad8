// First step: title, benchmark, and which of its questions, counted while they are chosen.
import { questionPreview } from '@shapes/room.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useId, useState } from 'react';
import { send } from '../../api/client.ts';
import { Field } from '../../parts/field.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { Select } from '../../parts/select.tsx';
import { count, number, plain, STAGE_WORDS, words } from '../../parts/words.ts';
import { useBenchmarks } from './data.ts';
import styles from './new-study.module.css';
import type { StepProps } from './new-study.tsx';
import { type PlanForm, questionsOf } from './plan-form.ts';
import room from './room.module.css';

export function usePreview(form: PlanForm) {
  const wanted = questionsOf(form);
  const body = useDeferredValue(JSON.stringify(wanted));
  return useQuery({
    queryKey: ['benchmarks', 'preview', body],
    queryFn: () => send('POST', '/api/room/preview', questionPreview, JSON.parse(body)),
    enabled: wanted !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function QuestionsStep({ form, change, mistakeOf }: StepProps) {
  const benchmarks = useBenchmarks();
  const preview = usePreview(form);
  const here = benchmarks.data?.benchmarks.filter(({ available }) => available) ?? [];
  if (benchmarks.isPending) return <Loading what="Fetching benchmarks" />;
  if (benchmarks.isError) return <Problem error={benchmarks.error} />;
  if (here.length === 0)
    return (
      <p>
        There is no benchmark on this machine yet: <Link to="/new">build one from scans and masks</Link>, or
        run a model over one; then come back.
      </p>
    );
  const toggle = (field: 'stages' | 'types' | 'splits') => (value: string, on: boolean) =>
    change({ [field]: on ? [...form[field], value] : form[field].filter((one) => one !== value) });
  const counts = preview.data;
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <Field label="Title" hint="What people see it called." mistake={mistakeOf('title')}>
          {(control) => (
            <input
              {...control}
              value={form.title}
              maxLength={120}
              onChange={(event) => change({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label="Benchmark" mistake={mistakeOf('benchmark')}>
          {({ id, ...described }) => (
            <Select
              id={id}
              aria-describedby={described['aria-describedby']}
              options={here.map((one) => ({
                value: one.id,
                label: plain(one.name),
                hint: `${one.id.slice(0, 8)}, ${plain(one.place)}`,
              }))}
              value={form.benchmark === '' ? undefined : form.benchmark}
              onChange={(benchmark) =>
                change({
                  benchmark,
                  stages: [],
                  types: [],
                  splits: [],
                  arms: form.arms.map((arm) => ({ ...arm, aid: '' })),
                })
              }
            />
          )}
        </Field>
        {counts !== undefined && (
          <>
            <Choices
              legend="Stages"
              counts={counts.stages}
              chosen={form.stages}
              onToggle={toggle('stages')}
              nameOf={(stage) => STAGE_WORDS[stage as keyof typeof STAGE_WORDS] ?? words(stage)}
            />
            <Choices
              legend="Splits"
              counts={counts.splits}
              chosen={form.splits}
              onToggle={toggle('splits')}
              nameOf={words}
            />
            <Choices
              legend="Question types"
              counts={counts.types}
              chosen={form.types}
              onToggle={toggle('types')}
              nameOf={words}
            />
          </>
        )}
      </div>
      <div className={styles.stack}>
        <Count preview={preview} chosen={form.benchmark !== ''} />
        <Field
          label="At most (questions)"
          hint="Whole cases are drawn until there are so many. Nothing: all."
          mistake={mistakeOf('limit')}
        >
          {(control) => (
            <input
              {...control}
              inputMode="numeric"
              value={form.limit}
              maxLength={6}
              onChange={(event) => change({ limit: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Seed"
          hint="Of the draw and of every person's order: the same seed gives the same study."
        >
          {(control) => (
            <input
              {...control}
              value={form.seed}
              maxLength={100}
              onChange={(event) => change({ seed: event.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  );
}

function Count(props: { readonly preview: ReturnType<typeof usePreview>; readonly chosen: boolean }) {
  const { preview, chosen } = props;
  if (!chosen) return <p className={room.muted}>Choose a benchmark to see what it holds.</p>;
  if (preview.isError) return <Problem error={preview.error} title="This choice cannot be counted" />;
  if (preview.data === undefined) return <Loading what="Counting" />;
  const { questions, cases, patients, withScan } = preview.data;
  return (
    <div className={styles.count} aria-busy={preview.isPlaceholderData}>
      <output>
        <strong>{count(questions)}</strong> {questions === 1 ? 'question' : 'questions'} about{' '}
        {number(cases, 'case')} of {number(patients, 'patient')}
      </output>
      {questions === 0 && <p>Nothing passes: choose more stages, splits or types.</p>}
      {questions > 0 && withScan < cases && (
        <p>
          {withScan === 0
            ? 'No scan of these cases can be looked at here: people read the words and pictures alone.'
            : `Scans of ${count(withScan)} of these cases can be looked at here.`}
        </p>
      )}
    </div>
  );
}

function Choices(props: {
  readonly legend: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly chosen: readonly string[];
  readonly onToggle: (value: string, on: boolean) => void;
  readonly nameOf: (value: string) => string;
}) {
  const { legend, counts, chosen, onToggle, nameOf } = props;
  const id = useId();
  const [sought, setSought] = useState('');
  const all = Object.entries(counts).filter(([value]) => value !== 'undefined');
  if (all.length < 2) return null;
  const needle = sought.trim().toLowerCase();
  const shown = all.filter(([value]) => nameOf(value).toLowerCase().includes(needle)).slice(0, 500);
  return (
    <fieldset className={room.choices}>
      <legend>
        {legend}{' '}
        <span className={room.muted}>{chosen.length === 0 ? '(all)' : `(${chosen.length} chosen)`}</span>
      </legend>
      {all.length > 12 && (
        <input
          type="search"
          className={styles.search}
          aria-label={`Find in ${legend.toLowerCase()}`}
          placeholder="Find…"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      )}
      <div className={all.length > 12 ? styles.boxes : styles.few}>
        {shown.map(([value, n]) => (
          <label key={value} className={room.choice}>
            <input
              type="checkbox"
              name={`${id}-${value}`}
              checked={chosen.includes(value)}
              onChange={(event) => onToggle(value, event.target.checked)}
            />
            <span>
              {plain(nameOf(value))} <span className={room.muted}>{count(n)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
