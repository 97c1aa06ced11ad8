// The catalogue of methods: what each is, its paper, what it needs, its command, and what its check found.
import { checkList, type MethodEntry, methodList } from '@shapes/methods.ts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { get } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Select } from '../../parts/select.tsx';
import { count, words } from '../../parts/words.ts';
import { MethodCard } from './method-card.tsx';
import styles from './methods.module.css';

const SIDES = [
  ['kind', 'Kind', (method: MethodEntry) => [method.kind]],
  ['group', 'Group of tasks', (method: MethodEntry) => method.groups],
  ['task', 'Task', (method: MethodEntry) => method.tasks],
  ['modality', 'Modality', (method: MethodEntry) => method.modalities],
] as const;
const ANY = '\0any';
type Search = Readonly<Record<string, string | undefined>>;

export default function Page() {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ['methods'],
    queryFn: ({ signal }) => get('/api/methods', methodList, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const checks = useQuery({
    queryKey: ['jobs', 'checks'],
    queryFn: ({ signal }) => get('/api/checks', checkList, {}, signal),
  });
  const change = (patch: Search) =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, ...patch }),
      replace: true,
      resetScroll: false,
    });
  const all = found.data?.methods;
  const shown = useMemo(() => (all ?? []).filter((method) => passes(method, search)), [all, search]);
  const byId = useMemo(() => new Map(checks.data?.checks.map((check) => [check.id, check])), [checks.data]);
  return (
    <>
      <PageHead
        title="Methods"
        facts="Published benchmarks, builders, reading strategies and studies that are implemented here, each with a check on small data against its baseline."
      />
      {found.isPending && <Loading what="Listing the methods" />}
      {found.isError && <Problem error={found.error} title="The methods cannot be listed" />}
      {checks.isError && <Problem error={checks.error} title="The checks cannot be shown" />}
      {all !== undefined && (
        <>
          <search className={styles.filters} aria-label="Filter the methods">
            <Field label="Words">
              {(control) => (
                <input
                  {...control}
                  type="search"
                  value={search.text ?? ''}
                  maxLength={100}
                  onChange={(event) => change({ text: event.target.value || undefined })}
                />
              )}
            </Field>
            {SIDES.map(([name, label, of]) => (
              <Field key={name} label={label}>
                {({ className: _, ...control }) => (
                  <Select
                    {...control}
                    aria-label={label}
                    options={choices(all, search, name, of)}
                    value={search[name] ?? ANY}
                    onChange={(value) => change({ [name]: value === ANY ? undefined : value })}
                  />
                )}
              </Field>
            ))}
            <p className={styles.total} aria-live="polite">
              <strong>{count(shown.length)}</strong>{' '}
              {shown.length === all.length ? 'methods' : `of ${count(all.length)} methods`}
            </p>
          </search>
          {shown.length === 0 ? (
            <Empty title="No method passes all of these filters">
              <Button
                onClick={() =>
                  change({ text: undefined, ...Object.fromEntries(SIDES.map(([name]) => [name, undefined])) })
                }
              >
                Drop all filters
              </Button>
            </Empty>
          ) : (
            <ul className={styles.list} aria-label="Methods">
              {shown.map((method) => (
                <li key={`${method.kind} ${method.id}`}>
                  <MethodCard
                    method={method}
                    check={byId.get(method.id)}
                    // A benchmark and its builder share an id and a check, which has a result for each.
                    nth={all.filter(({ id }) => id === method.id).indexOf(method)}
                  />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </>
  );
}

function passes(method: MethodEntry, search: Search, without?: string): boolean {
  const text = search.text?.trim().toLowerCase() ?? '';
  const papers = [method.paper, ...method.alsoPapers].flatMap(({ title, arxiv = '' }) => [title, arxiv]);
  const said = [method.id, method.summary, ...papers, ...method.metrics].join(' ').toLowerCase();
  return (
    said.includes(text) &&
    SIDES.every(([name, , of]) => {
      const wanted = search[name];
      return wanted === undefined || name === without || (of(method) as readonly string[]).includes(wanted);
    })
  );
}

function choices(
  all: readonly MethodEntry[],
  search: Search,
  side: string,
  of: (method: MethodEntry) => readonly string[],
) {
  const counts = new Map<string, number>();
  for (const method of all)
    if (passes(method, search, side))
      for (const value of new Set(of(method))) counts.set(value, (counts.get(value) ?? 0) + 1);
  const current = search[side];
  if (current !== undefined && !counts.has(current)) counts.set(current, 0);
  return [
    { value: ANY, label: 'Any' },
    ...[...counts]
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([value, n]) => ({ value, label: `${words(value)} (${count(n)})` })),
  ];
}
