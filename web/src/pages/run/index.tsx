// One run: what it scored and where it broke; every mark leads to its reads, which are listed below.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { isStatic } from '../../api/client.ts';
import { classOf } from '../../parts/button.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { PageHead, Section } from '../../parts/page-head.tsx';
import { plain } from '../../parts/words.ts';
import { BuiltFigures } from './built-figures.tsx';
import { detailQuery, filterOf, protocolOf, reportQuery } from './data.ts';
import { RunFacts, Settings } from './facts.tsx';
import { ProtocolSwitch } from './protocol-switch.tsx';
import { PublishedFigures } from './published-figures.tsx';
import { Reads } from './reads.tsx';
import styles from './run.module.css';

export default function Page() {
  const { run = '' } = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const protocol = protocolOf(search);
  const detail = useQuery(detailQuery(run));
  const report = useQuery({ ...reportQuery(run, protocol), enabled: detail.isSuccess });
  if (detail.isPending) return <Loading what="The run is being looked up" />;
  if (detail.isError)
    return (
      <>
        <PageHead title="Run" trail={<Link to="/">Runs</Link>} />
        <Problem error={detail.error} title="This run cannot be shown" />
      </>
    );
  const { data } = detail;
  const ladders = data.kind === 'ladder' ? [] : data.companions;
  return (
    <>
      <PageHead
        title={plain(data.reader)}
        trail={<Link to="/">Runs</Link>}
        facts={<RunFacts run={data} />}
        actions={
          <>
            <ProtocolSwitch protocol={protocol} />
            {data.kind !== 'ladder' && !isStatic() && (
              <Link to="/compare" search={{ runs: run }} className={classOf('plain')}>
                Compare
              </Link>
            )}
          </>
        }
      />
      {data.problem !== undefined && (
        <p className={styles.problem}>
          <bdi>{plain(data.problem)}</bdi>
        </p>
      )}
      {report.isPending && <Loading what="The run is being scored" />}
      {report.isError && (
        <Problem error={report.error} title="There are no scores; the reads are listed below" />
      )}
      {report.data?.kind === 'built' && (
        <BuiltFigures run={data} report={report.data.report} protocol={protocol} ladder={ladders[0]?.id} />
      )}
      {report.data?.kind === 'published' && (
        <PublishedFigures run={data} report={report.data.report} protocol={protocol} />
      )}
      <Reads run={data} protocol={protocol} filter={filterOf(search)} />
      <Section title="Settings" lead="What shaped its reads. Paths of this machine are shortened.">
        <Settings run={data} />
      </Section>
    </>
  );
}
