// One benchmark: its questions with their keys, its cases, where it comes from, what people flagged, its runs.
import { type BenchmarkPage, benchmarkPage } from '@shapes/benchmarks.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { ShortcutHelp } from '../../parts/shortcuts.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { count, number, plain } from '../../parts/words.ts';
import { Cases } from './cases.tsx';
import { useBenchmarkSearch } from './filters.ts';
import { Flags } from './flags.tsx';
import { Provenance } from './provenance.tsx';
import { QUESTION_KEYS, Questions } from './questions.tsx';
import { Runs } from './runs.tsx';

const TABS = ['questions', 'cases', 'provenance', 'flags', 'runs'] as const;
type TabName = (typeof TABS)[number];

export default function Page() {
  const { benchmark = '' } = useParams({ strict: false });
  const { search, change } = useBenchmarkSearch();
  const page = useQuery({
    queryKey: ['benchmarks', benchmark],
    queryFn: ({ signal }) =>
      get(`/api/benchmarks/${encodeURIComponent(benchmark)}`, benchmarkPage, {}, signal),
  });
  const trail = <Link to="/benchmarks">Benchmarks</Link>;
  if (page.isPending)
    return (
      <>
        <PageHead title="Benchmark" trail={trail} />
        <Loading what="Opening the benchmark" />
      </>
    );
  if (page.isError)
    return (
      <>
        <PageHead title="Benchmark" trail={trail} />
        <Problem error={page.error} title="This benchmark cannot be shown" />
      </>
    );
  const { entry, problem } = page.data;
  const opened = problem === undefined;
  const asked = TABS.find((name) => name === search.tab) ?? 'questions';
  // Flags and runs are kept here, whatever became of the files.
  const tab: TabName = opened || asked === 'flags' ? asked : 'runs';
  const labels: Readonly<Record<TabName, string>> = {
    questions: 'Questions',
    cases: 'Cases',
    provenance: 'Provenance',
    flags: 'Flags',
    runs: entry.runs === 0 ? 'Runs' : `Runs (${count(entry.runs)})`,
  };
  const panels: Readonly<Record<TabName, () => React.ReactNode>> = {
    questions: () => <Questions benchmark={entry.id} />,
    cases: () => <Cases benchmark={entry.id} built={entry.kind === 'built'} />,
    provenance: () => <Provenance page={page.data} />,
    flags: () => <Flags benchmark={entry.id} />,
    runs: () => <Runs entry={entry} />,
  };
  return (
    <>
      <PageHead
        title={plain(entry.name)}
        trail={trail}
        facts={factsOf(page.data)}
        actions={tab === 'questions' && <ShortcutHelp shortcuts={QUESTION_KEYS} />}
      />
      {problem !== undefined && (
        <div style={{ marginBottom: 'var(--space-4)' }}>
          <Problem error={new Error(problem.message)} title="Its files cannot be opened" />
        </div>
      )}
      <Tabs
        label="What to see of this benchmark"
        value={tab}
        onChange={(next) => change({ tab: next === 'questions' ? undefined : next }, false)}
        tabs={TABS.map((name) => ({
          value: name,
          label: labels[name],
          disabled: !opened && name !== 'flags' && name !== 'runs',
          panel: tab === name ? panels[name]() : null,
        }))}
      />
    </>
  );
}

function factsOf({ entry, built, published }: BenchmarkPage) {
  const facts =
    built === undefined
      ? [published?.summary]
      : [
          `${count(built.manifest.counts.questions)} questions`,
          `${number(built.manifest.counts.cases, 'case')} of ${number(built.manifest.counts.patients, 'patient')}`,
          `rules ${built.manifest.rules}`,
          `criteria ${built.manifest.criteria}`,
        ];
  return (
    <>
      <Badge tone={entry.kind === 'built' ? 'accent' : 'neutral'}>
        {entry.kind === 'built' ? 'Built here' : 'Published'}
      </Badge>{' '}
      {facts.filter((fact) => fact !== undefined).join(' · ')}
    </>
  );
}
