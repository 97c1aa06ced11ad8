// The questions of a benchmark: filters, the table, and the chosen one with its key beside it.
import { questionPage } from '@shapes/questions.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { addressOf, get, isStatic, withQuery } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { ButtonLink } from '../../parts/button.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { type Shortcut, useShortcuts } from '../../parts/shortcuts.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { count, plain, STAGE_WORDS, stageColour } from '../../parts/words.ts';
import { ActiveFilters, FilterPanel, NothingLeft } from './filter-panel.tsx';
import { filtersOf, useBenchmarkSearch } from './filters.ts';
import { structureName, words } from './names.ts';
import { QuestionPane } from './question-pane.tsx';
import styles from './questions.module.css';

type Row = ReturnType<typeof questionPage.parse>['rows'][number];

const PAGE = 100;

/** What the page listens to, for the list that "?" opens. */
export const QUESTION_KEYS: readonly Shortcut[] = [
  { keys: ['j'], about: 'Next question' },
  { keys: ['k'], about: 'Previous question' },
  { keys: ['/'], about: 'Search the questions' },
  { keys: ['f'], about: 'Flag the question' },
  { keys: ['Escape'], about: 'Close the question' },
];

export function Questions({ benchmark }: { readonly benchmark: string }) {
  const { search, change } = useBenchmarkSearch();
  const [flagging, setFlagging] = useState(false);
  const filters = filtersOf(search);
  const path = `/api/benchmarks/${benchmark}/questions`;
  const key = ['benchmarks', benchmark, 'questions', filters];
  const found = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get(path, questionPage, { ...filters, limit: PAGE }, signal),
    placeholderData: keepPreviousData,
  });
  const load = async (offset: number, signal: AbortSignal) =>
    (await get(path, questionPage, { ...filters, offset, limit: PAGE }, signal)).rows;
  const place = useQuery({
    queryKey: [...key, 'place', search.question ?? ''],
    queryFn: ({ signal }) => placeOf(path, filters, search.question ?? '', signal),
    enabled: search.question !== undefined,
    placeholderData: keepPreviousData,
  });
  const at = search.question === undefined ? undefined : place.data?.at;
  const choose = (question: string | undefined) => {
    setFlagging(false);
    change({ question });
  };
  const step = async (by: number) => {
    const total = found.data?.total ?? 0;
    const next = at === undefined || at < 0 ? 0 : at + by;
    if (next < 0 || next >= total) return;
    const [row] = (await get(path, questionPage, { ...filters, offset: next, limit: 1 })).rows;
    if (row !== undefined) choose(row.id);
  };
  useShortcuts([
    { ...QUESTION_KEYS[0], run: () => void step(1) },
    { ...QUESTION_KEYS[1], run: () => void step(-1) },
    { ...QUESTION_KEYS[2], run: () => document.getElementById('question-search')?.focus() },
    { ...QUESTION_KEYS[3], run: () => search.question !== undefined && setFlagging(true) },
    { ...QUESTION_KEYS[4], run: () => choose(undefined) },
  ]);
  if (found.isPending) return <Loading what="Reading the questions" />;
  if (found.isError) return <Problem error={found.error} title="The questions cannot be shown" />;
  const { total, of, cut, locked } = found.data;
  const open = search.question;
  const isNarrow = open !== undefined && !window.matchMedia('(min-width: 120rem)').matches;
  const hidden = [
    ...(isNarrow || found.data.counts.organ.length === 0 ? ['Organ'] : []),
    ...(isNarrow ? ['Split'] : []),
  ];
  return (
    <div className={`${styles.layout} ${open === undefined ? '' : styles.withPane}`}>
      <FilterPanel page={found.data} filters={filters} change={change} />
      <div className={styles.middle}>
        <div className={styles.bar}>
          <p aria-live="polite">
            <strong>{count(total)}</strong> {total === of ? 'questions' : `of ${count(of)} questions`}
            {cut && ' (the release has more; these are its first)'}
          </p>
          {total > 0 && <ActiveFilters filters={filters} change={change} />}
          {!isStatic() && total > 0 && (
            <ButtonLink href={addressOf(withQuery(`${path}.csv`, filters))} download look="quiet">
              Download CSV
            </ButtonLink>
          )}
        </div>
        {locked !== undefined && (
          <p className={styles.locked}>
            Gold answers are not shown. {locked} Start the workbench with <code>--passphrase</code>.
          </p>
        )}
        {total === 0 ? (
          <NothingLeft filters={filters} change={change} without={found.data.without} />
        ) : (
          <VirtualTable<Row>
            label="Questions"
            columns={columnsOf(search).filter(({ title }) => !hidden.includes(title))}
            total={total}
            load={load}
            queryKey={key}
            keyOf={({ id }) => id}
            chosen={open}
            chosenAt={at}
            rowHeight={3.2}
            above="17.5rem"
            least={isNarrow ? '26rem' : '42rem'}
          />
        )}
      </div>
      {open !== undefined && (
        <QuestionPane
          key={open}
          benchmark={benchmark}
          id={open}
          position={at}
          total={total}
          onStep={step}
          onClose={() => choose(undefined)}
          flagging={flagging}
          onFlagging={setFlagging}
        />
      )}
    </div>
  );
}

/** Where a question stands in the filtered list; -1 where it does not. */
async function placeOf(
  path: string,
  filters: Readonly<Record<string, string>>,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly at: number }> {
  const { at } = await get(path, questionPage, { ...filters, limit: 0, find: id }, signal);
  return { at: at ?? -1 };
}

function columnsOf(search: Readonly<Record<string, string | undefined>>): readonly Column<Row>[] {
  return [
    {
      title: 'Question',
      width: 'minmax(14rem, 1fr)',
      cell: (row) => (
        <Link
          to="."
          search={{ ...search, question: row.id }}
          replace
          resetScroll={false}
          className={styles.question}
          title={plain(row.text)}
        >
          <bdi>{plain(row.text)}</bdi>
        </Link>
      ),
    },
    {
      title: 'Type',
      width: 'minmax(8rem, 13rem)',
      cell: (row) => (
        <span className={styles.type} title={STAGE_WORDS[row.stage]}>
          <span className={styles.dot} style={{ background: stageColour(row.stage) }} aria-hidden="true" />
          <span>
            {words(row.type)}
            <span className="visually-hidden">, {STAGE_WORDS[row.stage]}</span>
          </span>
        </span>
      ),
    },
    {
      title: 'Organ',
      width: 'minmax(4rem, 8rem)',
      cell: (row) => row.organs.map((organ) => plain(structureName(organ))).join(', '),
    },
    {
      title: 'Gold answer',
      width: 'minmax(5rem, 10rem)',
      cell: (row) =>
        row.gold === null ? (
          <span className={styles.faint}>locked</span>
        ) : (
          <bdi className={styles.gold}>{plain(row.gold)}</bdi>
        ),
    },
    {
      title: 'Split',
      width: '5rem',
      cell: (row) => (
        <>
          {row.split} {row.flags > 0 && <Badge tone="warn">{row.flags} ⚑</Badge>}
        </>
      ),
    },
  ];
}
