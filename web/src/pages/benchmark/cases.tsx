// The cases of a benchmark: geometry, phase, what is annotated, and how many questions ask about each.
import { type CaseRow, casePage } from '@shapes/benchmarks.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { shortId } from '../../parts/secret-id.tsx';
import { Select } from '../../parts/select.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { count, plain } from '../../parts/words.ts';
import styles from './cases.module.css';
import { useBenchmarkSearch } from './filters.ts';
import { structureName, structureOf, words } from './names.ts';

const SIDES = [
  ['split', 'Split', 'csplit'],
  ['phase', 'Phase', 'phase'],
  ['sex', 'Sex', 'sex'],
  ['age', 'Age', 'age'],
  ['here', 'Files here', 'here'],
] as const;
const SEXES: Readonly<Record<string, string>> = { F: 'female', M: 'male', O: 'other' };
const ANY = '\0any';
const PAGE = 50;

export function Cases({ benchmark, built }: { readonly benchmark: string; readonly built: boolean }) {
  const { search, change } = useBenchmarkSearch();
  const given = search as Readonly<Record<string, string | undefined>>;
  const filter: Readonly<Record<string, string | undefined>> = {
    ...Object.fromEntries(SIDES.map(([side, , name]) => [side, given[name]])),
    text: given.find,
  };
  const path = `/api/benchmarks/${benchmark}/cases`;
  const key = ['benchmarks', benchmark, 'cases', filter];
  const found = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get(path, casePage, { ...filter, limit: 0 }, signal),
    placeholderData: keepPreviousData,
  });
  const load = async (offset: number, signal: AbortSignal) =>
    (await get(path, casePage, { ...filter, offset, limit: PAGE }, signal)).rows;
  if (found.isPending) return <Loading what="Reading the cases" />;
  if (found.isError) return <Problem error={found.error} title="The cases cannot be shown" />;
  const { total, of, counts } = found.data;
  const drop = () =>
    change({ find: undefined, ...Object.fromEntries(SIDES.map(([, , name]) => [name, undefined])) });
  return (
    <div className={styles.cases}>
      <search className={styles.filters} aria-label="Filter the cases">
        <Field label="Id of case or patient">
          {(control) => (
            <input
              {...control}
              type="search"
              maxLength={200}
              value={given.find ?? ''}
              onChange={(event) => change({ find: event.target.value || undefined })}
            />
          )}
        </Field>
        {built &&
          SIDES.map(([side, label, name]) => {
            const current = given[name];
            if (current === undefined && counts[side].length < 2) return null;
            return (
              <Field key={side} label={label}>
                {({ className: _, ...control }) => (
                  <Select
                    {...control}
                    aria-label={label}
                    options={[
                      { value: ANY, label: 'Any' },
                      ...counts[side].map(({ value, count: n }) => ({
                        value,
                        label: `${SEXES[value] ?? words(value)} (${count(n)})`,
                      })),
                    ]}
                    value={current ?? ANY}
                    onChange={(value) => change({ [name]: value === ANY ? undefined : value })}
                  />
                )}
              </Field>
            );
          })}
        <p className={styles.total} aria-live="polite">
          <strong>{count(total)}</strong> {total === of ? 'cases' : `of ${count(of)} cases`}
        </p>
      </search>
      {total === 0 ? (
        <Empty title={of === 0 ? 'No cases' : 'No case passes all of these filters'}>
          {of === 0 ? (
            'This benchmark holds no cases: build it again from its source.'
          ) : (
            <Button onClick={drop}>Drop all filters</Button>
          )}
        </Empty>
      ) : (
        <VirtualTable<CaseRow>
          label="Cases"
          columns={built ? builtColumns(benchmark) : releaseColumns(benchmark)}
          total={total}
          load={load}
          queryKey={key}
          pageSize={PAGE}
          keyOf={({ id }) => id}
          rowHeight={3.2}
          above="18.5rem"
          least={built ? '54rem' : '24rem'}
        />
      )}
    </div>
  );
}

function questionsLink(benchmark: string): Column<CaseRow> {
  return {
    title: 'Questions',
    width: '5rem',
    number: true,
    cell: (row) => (
      <Link
        to="/benchmarks/$benchmark"
        params={{ benchmark }}
        search={{ case: row.id }}
        aria-label={`${row.questions} questions of case ${shortId(row.id)}`}
      >
        {count(row.questions)}
      </Link>
    ),
  };
}

function releaseColumns(benchmark: string): readonly Column<CaseRow>[] {
  return [
    { title: 'Case', width: 'minmax(10rem, 1fr)', cell: (row) => <bdi>{plain(shortId(row.id))}</bdi> },
    questionsLink(benchmark),
  ];
}

function builtColumns(benchmark: string): readonly Column<CaseRow>[] {
  return [
    {
      title: 'Case, patient',
      width: '7rem',
      cell: (row) => (
        <>
          <Link to="/benchmarks/$benchmark/cases/$case" params={{ benchmark, case: row.id }}>
            <bdi>{plain(shortId(row.id))}</bdi>
          </Link>
          <br />
          <bdi className={styles.faint}>{plain(shortId(row.patientId))}</bdi>
        </>
      ),
    },
    {
      title: 'Scan',
      width: '9.5rem',
      cell: (row) => (
        <>
          {plain(row.modality ?? '')} {row.shape?.join(' × ')}
          <br />
          <span className={styles.faint}>
            {row.spacing?.map((mm) => Number(mm.toFixed(2))).join(' × ')} mm
          </span>
        </>
      ),
    },
    { title: 'Phase', width: '6.8rem', cell: (row) => words(row.phase ?? 'unknown') },
    {
      title: 'Sex, age',
      width: '6.5rem',
      cell: (row) =>
        [SEXES[row.sex ?? ''], row.ageBand].filter((part) => part !== undefined).join(', ') || '–',
    },
    { title: 'Split', width: '5rem', cell: (row) => row.split },
    {
      title: 'Structures',
      width: 'minmax(9rem, 1fr)',
      cell: (row) => (
        <span className={styles.structures} title={row.structures?.map(structureName).join(', ')}>
          {row.structures === undefined ? '–' : shownStructures(row.structures)}
        </span>
      ),
    },
    questionsLink(benchmark),
    {
      title: 'Files',
      width: '5rem',
      cell: (row) => (row.here ? <Badge tone="good">here</Badge> : <Badge tone="warn">not here</Badge>),
    },
  ];
}

/** Lesions first: they are what cases differ by. Parts stand behind their organ and are not named here. */
function shownStructures(structures: readonly string[]): string {
  const kindOf = (id: string) => structureOf(id)?.kind ?? 'other';
  const lesions = structures.filter((id) => kindOf(id) === 'lesion');
  const rest = structures.filter((id) => kindOf(id) !== 'lesion' && kindOf(id) !== 'part');
  return [...lesions, ...rest].map((id) => plain(structureName(id))).join(', ');
}
