// The runs of the store, live: how far each is, what it came to, and what can be done with it.
import { type RunRow, runList } from '@shapes/runs.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { get, isStatic } from '../../api/client.ts';
import { Button, classOf } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Select } from '../../parts/select.tsx';
import { count, plain } from '../../parts/words.ts';
import { csvOf, type Shown, SORTS, type Sort, STATUS_WORDS, shownRuns } from './order.ts';
import { RunTable } from './run-table.tsx';
import styles from './runs.module.css';
import { StartDialog } from './start-dialog.tsx';
import { WaitingRuns } from './waiting-runs.tsx';

const ANY = 'any';

export default function Page() {
  const search: Readonly<Record<string, string | undefined>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const runs = useQuery({
    queryKey: ['runs'],
    queryFn: ({ signal }) => get('/api/runs', runList, {}, signal),
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const set = (patch: Readonly<Record<string, string | undefined>>) =>
    void navigate({ to: '/', search: { ...search, ...patch }, replace: true });
  const sort = SORTS.find((one) => one === search.sort) ?? 'started';
  const shown: Shown = {
    text: search.text ?? '',
    benchmark: search.benchmark ?? '',
    status: search.status ?? '',
    sort,
    descending: (search.order ?? (sort === 'started' ? 'down' : 'up')) === 'down',
  };
  const onSort = (next: Sort) => {
    const down = next === sort ? !shown.descending : next === 'started' || next === 'cost';
    set({ sort: next, order: down ? 'down' : 'up' });
  };
  const onChoose = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };
  const all = runs.data?.runs ?? [];
  const rows = shownRuns(all, shown);
  const picked = all.filter(({ id }) => chosen.has(id));
  return (
    <>
      <PageHead
        title="Runs"
        facts={runs.isSuccess && all.length > 0 ? factsOf(all) : undefined}
        actions={
          isStatic() ? undefined : (
            <Button look="primary" onClick={() => set({ start: 'any' })}>
              Start a run
            </Button>
          )
        }
      />
      {!isStatic() && (
        <StartDialog
          open={search.start !== undefined}
          benchmark={search.start === 'any' ? undefined : search.start}
          onClose={() => set({ start: undefined })}
        />
      )}
      <WaitingRuns />
      {runs.isPending && <Loading what="Loading runs" />}
      {runs.isError && <Problem error={runs.error} title="The runs cannot be shown" />}
      {runs.isSuccess && all.length === 0 && <Nothing />}
      {all.length > 0 && (
        <>
          <Filters runs={all} shown={shown} onChange={set} />
          {picked.length > 0 && <Chosen runs={picked} onClear={() => setChosen(new Set())} />}
          {rows.length === 0 ? (
            <p className={styles.nothing}>
              No run fits.{' '}
              <Button
                look="quiet"
                onClick={() => set({ text: undefined, benchmark: undefined, status: undefined })}
              >
                Show all {count(all.length)}
              </Button>
            </p>
          ) : (
            <RunTable runs={rows} shown={shown} onSort={onSort} chosen={chosen} onChoose={onChoose} />
          )}
        </>
      )}
    </>
  );
}

function factsOf(runs: readonly RunRow[]): string {
  const running = runs.filter(({ status }) => status === 'running').length;
  return `${count(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}${running === 0 ? '' : `, ${count(running)} running`}`;
}

function Filters(props: {
  readonly runs: readonly RunRow[];
  readonly shown: Shown;
  readonly onChange: (patch: Readonly<Record<string, string | undefined>>) => void;
}) {
  const { runs, shown, onChange } = props;
  const benchmarks = new Map(runs.map(({ benchmark }) => [benchmark.id, benchmark.name]));
  const statuses = Object.entries(STATUS_WORDS).filter(([status]) =>
    runs.some((run) => run.status === status),
  );
  const orAny = (value: string) => (value === ANY ? undefined : value);
  return (
    <search className={styles.bar}>
      <div className={styles.search}>
        <Field label="Search">
          {(control) => (
            <input
              {...control}
              type="search"
              placeholder="Reader, benchmark or run"
              value={shown.text}
              onChange={({ target }) => onChange({ text: target.value || undefined })}
            />
          )}
        </Field>
      </div>
      <div className={styles.choice}>
        <Field label="Benchmark">
          {({ className: _, ...control }) => (
            <Select
              {...control}
              options={[
                { value: ANY, label: 'All benchmarks' },
                ...[...benchmarks].map(([value, name]) => ({ value, label: plain(name) })),
              ]}
              value={shown.benchmark || ANY}
              onChange={(value) => onChange({ benchmark: orAny(value) })}
            />
          )}
        </Field>
      </div>
      <div className={styles.choice}>
        <Field label="Status">
          {({ className: _, ...control }) => (
            <Select
              {...control}
              options={[
                { value: ANY, label: 'All' },
                ...statuses.map(([value, label]) => ({ value, label })),
              ]}
              value={shown.status || ANY}
              onChange={(value) => onChange({ status: orAny(value) })}
            />
          )}
        </Field>
      </div>
    </search>
  );
}

function Chosen({ runs, onClear }: { readonly runs: readonly RunRow[]; readonly onClear: () => void }) {
  const ids = runs.map(({ id }) => id).join(',');
  return (
    <div className={styles.chosen}>
      <output>{count(runs.length)} chosen</output>
      {runs.length > 1 ? (
        <Link to="/compare" search={{ runs: ids }} className={classOf('primary')}>
          Compare
        </Link>
      ) : (
        <span className={styles.muted}>Choose another one to compare</span>
      )}
      <Button onClick={() => download(csvOf(runs))}>Export CSV</Button>
      <Button look="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

function download(csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'runs.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function Nothing() {
  return (
    <Empty title="No runs yet">
      <div className={styles.commands}>
        <p>A run is one reader over one benchmark. Begin with one of these:</p>
        <p>
          Look at the demo, which builds a benchmark of phantoms and lets eight readers read it in under a
          minute. Type in a terminal:
        </p>
        <pre>{'npx overread demo\nnpx overread serve --store overread-demo/overread.db'}</pre>
        <p>
          <Link to="/new">Build a benchmark</Link> from your own scans and masks, then start a run here.
        </p>
        <p>Or let a model read what you have built, on the command line:</p>
        <pre>npx overread run BENCHMARK --reader direct@PROVIDER/MODEL --allow PROVIDER</pre>
      </div>
    </Empty>
  );
}
