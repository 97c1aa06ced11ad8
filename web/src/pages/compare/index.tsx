// Runs beside one another: who is better at which stage, by how much, and on which questions they disagree.
import { runList } from '@shapes/runs.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { get, isStatic } from '../../api/client.ts';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Select } from '../../parts/select.tsx';
import { plain } from '../../parts/words.ts';
import { protocolOf, reportsQuery } from '../run/data.ts';
import { ProtocolSwitch } from '../run/protocol-switch.tsx';
import { BuiltComparison } from './built-comparison.tsx';
import styles from './compare.module.css';
import { idsOf, type Search, whyNot } from './data.ts';
import { Disagreements } from './disagreements.tsx';
import { PublishedComparison } from './published-comparison.tsx';
import { RunPicker } from './run-picker.tsx';

/** Stands for no baseline: a list's value is never empty. */
const EVERY_PAIR = 'every-pair';

export default function Page() {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const protocol = protocolOf(search);
  const runs = useQuery({
    queryKey: ['runs'],
    queryFn: ({ signal }) => get('/api/runs', runList, {}, signal),
  });
  const all = runs.data?.runs ?? [];
  // An export holds one comparison: that of all its runs.
  const wanted = isStatic() ? all.map(({ id }) => id) : idsOf(search);
  const chosen = wanted.flatMap((id) => all.find((run) => run.id === id) ?? []);
  const fitting = isStatic()
    ? chosen
    : chosen.filter((run, i) => whyNot(run, chosen.slice(0, i)) === undefined);
  const ids = fitting.map(({ id }) => id);
  const baseline = ids.find((id) => id === search.baseline);
  const report = useQuery({ ...reportsQuery(ids, protocol, baseline), enabled: ids.length > 1 });
  const set = (patch: Search): void =>
    void navigate({
      to: '/compare',
      search: { ...search, offset: undefined, ...patch },
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <PageHead
        title="Compare"
        trail={<Link to="/">Runs</Link>}
        facts={
          fitting.length > 1 && (
            <>
              {fitting.length} readers of <bdi>{plain(fitting[0].benchmark.name)}</bdi>
            </>
          )
        }
        actions={
          <>
            {fitting.length > 2 && !isStatic() && (
              <Select
                aria-label="Baseline"
                className={styles.select}
                value={baseline ?? EVERY_PAIR}
                options={[
                  { value: EVERY_PAIR, label: 'Every pair' },
                  ...fitting.map(({ id, reader }) => ({ value: id, label: `Against ${plain(reader)}` })),
                ]}
                onChange={(value) => set({ baseline: value === EVERY_PAIR ? undefined : value })}
              />
            )}
            <ProtocolSwitch protocol={protocol} />
          </>
        }
      />
      {runs.isPending && <Loading />}
      {runs.isError && <Problem error={runs.error} />}
      {runs.isSuccess && !isStatic() && (
        <RunPicker
          runs={all}
          chosen={fitting}
          onChange={(next) => set({ runs: next.length === 0 ? undefined : next.join(',') })}
        />
      )}
      {runs.isSuccess && fitting.length < 2 && (
        <Empty title={fitting.length === 0 ? 'Choose two runs or more' : 'Choose another run'}>
          {all.length < 2 ? (
            <p>
              A comparison needs two runs of one benchmark in the same format. Begin another on the page of{' '}
              <Link to="/">runs</Link>.
            </p>
          ) : (
            <p>
              Runs of one benchmark in the same format can be compared. Those above that cannot say why; a run
              that is missing is begun on the page of <Link to="/">runs</Link>.
            </p>
          )}
        </Empty>
      )}
      {ids.length > 1 && report.isPending && <Loading what="The runs are being scored" />}
      {report.isError && <Problem error={report.error} title="These runs could not be compared" />}
      {report.data?.kind === 'built' && ids.length > 1 && (
        <BuiltComparison
          report={report.data.report}
          runs={ids}
          protocol={protocol}
          baseline={baseline}
          search={search}
        />
      )}
      {report.data?.kind === 'published' && ids.length > 1 && (
        <PublishedComparison report={report.data.report} runs={ids} protocol={protocol} baseline={baseline} />
      )}
      {ids.length > 1 && !isStatic() && (
        <Disagreements runs={ids} protocol={protocol} search={search} onChange={set} />
      )}
    </>
  );
}
