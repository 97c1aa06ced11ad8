// Every benchmark that the workbench knows, where each comes from and what can be done with it next.
import { type BenchmarkEntry, benchmarkList } from '@shapes/benchmarks.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import table from '../../parts/table.module.css';
import { count, plain } from '../../parts/words.ts';

export default function Page() {
  const found = useQuery({
    queryKey: ['benchmarks'],
    queryFn: ({ signal }) => get('/api/benchmarks', benchmarkList, {}, signal),
  });
  return (
    <>
      <PageHead
        title="Benchmarks"
        facts="Those that runs of this store read, and those that were given or built here."
        actions={
          <Link to="/new" className={classOf('primary')}>
            New benchmark
          </Link>
        }
      />
      {found.isPending && <Loading what="Looking for benchmarks" />}
      {found.isError && <Problem error={found.error} title="The benchmarks cannot be shown" />}
      {found.data !== undefined &&
        (found.data.benchmarks.length === 0 ? (
          <Empty title="No benchmark yet">
            <Link to="/new">Build one from your annotated scans</Link>, or start the workbench with a
            benchmark folder: <code>overread serve FOLDER</code>.
          </Empty>
        ) : (
          <List benchmarks={found.data.benchmarks} />
        ))}
    </>
  );
}

function List({ benchmarks }: { readonly benchmarks: readonly BenchmarkEntry[] }) {
  return (
    <div className={table.frame}>
      <table aria-label="Benchmarks" className={table.table}>
        <thead>
          <tr>
            <th scope="col">Benchmark</th>
            <th scope="col">Kind</th>
            <th scope="col">Comes from</th>
            <th scope="col">Files</th>
            <th scope="col" className={table.number}>
              Runs
            </th>
            <th scope="col">Next</th>
          </tr>
        </thead>
        <tbody>
          {benchmarks.map((entry) => (
            <tr key={entry.id}>
              <td>
                <Link to="/benchmarks/$benchmark" params={{ benchmark: entry.id }}>
                  <bdi>{plain(entry.name)}</bdi>
                </Link>
                <br />
                <code title="Content hash">{entry.id}</code>
              </td>
              <td>
                {entry.kind === 'built' ? (
                  <Badge tone="accent">built</Badge>
                ) : (
                  <Badge>published: {plain(entry.plugin ?? '')}</Badge>
                )}
              </td>
              <td>
                <bdi>{plain(entry.place)}</bdi>
              </td>
              <td>
                {entry.available ? <Badge tone="good">here</Badge> : <Badge tone="warn">not here</Badge>}
              </td>
              <td className={table.number}>{count(entry.runs)}</td>
              <td>
                <Next entry={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Next({ entry }: { readonly entry: BenchmarkEntry }) {
  const params = { benchmark: entry.id };
  if (!entry.available) return <>Put “{plain(entry.place)}” back where it was to see its questions.</>;
  if (entry.runs === 0) return <Link to="/">Start a run</Link>;
  return (
    <Link to="/benchmarks/$benchmark" params={params} search={{ tab: 'runs' }}>
      See its {entry.runs === 1 ? 'run' : 'runs'}
    </Link>
  );
}
