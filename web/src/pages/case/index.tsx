// One case: its scan with every structure, its measurements drawn where they were taken, the way to its questions.
import { benchmarkPage, type CaseRow, casePage } from '@shapes/benchmarks.ts';
import { type CaseMeasurements, caseMeasurements } from '@shapes/measurements.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { get, isStatic } from '../../api/client.ts';
import { classOf } from '../../parts/button.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { plain } from '../../parts/words.ts';
import { ScanViewer } from '../../viewer/scan-viewer.tsx';
import styles from './case.module.css';
import { CaseId } from './case-id.tsx';
import { factsOf } from './facts.ts';
import { MeasurementPanel } from './measurement-panel.tsx';

export default function Page() {
  const { benchmark = '', case: caseId = '' } = useParams({ strict: false });
  const { at } = useSearch({ strict: false });
  const navigate = useNavigate();
  const path = `/api/benchmarks/${encodeURIComponent(benchmark)}`;
  const base = `${path}/cases/${encodeURIComponent(caseId)}`;
  const around = useQuery({
    queryKey: ['benchmarks', benchmark],
    queryFn: ({ signal }) => get(path, benchmarkPage, {}, signal),
  });
  const row = useQuery({
    queryKey: ['benchmarks', benchmark, 'case', caseId],
    queryFn: async ({ signal }) => {
      const { rows } = await get(`${path}/cases`, casePage, { text: caseId }, signal);
      return rows.find(({ id }) => id === caseId) ?? null;
    },
  });
  const built = around.data?.entry.kind === 'built';
  const measured = useQuery({
    queryKey: ['benchmarks', benchmark, 'case', caseId, 'measurements'],
    queryFn: ({ signal }) => get(`${base}/measurements`, caseMeasurements, {}, signal),
    enabled: built,
  });
  // Pressed once more, a measurement brings the viewer back to it.
  const [pressed, setPressed] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new object is what moves the viewer
  const focus = useMemo(() => focusOf(measured.data, at), [measured.data, at, pressed]);
  const short = shortId(caseId);
  return (
    <div className={styles.page}>
      <PageHead
        title={`Case ${short}`}
        trail={
          <>
            <Link to="/benchmarks">Benchmarks</Link> /{' '}
            <Link to="/benchmarks/$benchmark" params={{ benchmark }}>
              {plain(around.data?.entry.name ?? benchmark)}
            </Link>
          </>
        }
        facts={row.data && factsOf(row.data)}
        actions={
          <>
            <CaseId id={caseId} />
            <Link
              to="/benchmarks/$benchmark"
              params={{ benchmark }}
              search={{ case: caseId }}
              className={classOf('primary')}
            >
              {questionWords(row.data)}
            </Link>
          </>
        }
      />
      <div className={built ? styles.columns : styles.alone}>
        <div className={styles.viewer}>
          <h2 className="visually-hidden">Scan</h2>
          <ScanViewer
            key={base}
            base={base}
            label={`Case ${short}${row.data?.modality === undefined ? '' : `, ${row.data.modality}`}`}
            {...(focus === undefined ? {} : { focus })}
          />
        </div>
        {built && measured.isPending && <Loading what="Opening the measurements" />}
        {measured.isError && !isStatic() && (
          <Problem error={measured.error} title="The measurements cannot be shown" />
        )}
        {measured.data !== undefined && (
          <MeasurementPanel
            measured={measured.data}
            chosen={at}
            onChoose={(id) => {
              setPressed(pressed + 1);
              void navigate({
                to: '/benchmarks/$benchmark/cases/$case',
                params: { benchmark, case: caseId },
                search: { at: id },
                replace: true,
              });
            }}
          />
        )}
      </div>
    </div>
  );
}

/** "t6pjim" of "case-t6pjimzifqsavzli": enough to tell cases apart on a page. */
const shortId = (id: string): string => plain(id.replace(/^case-/, '')).slice(0, 6);

const questionWords = (row: CaseRow | null | undefined): string =>
  row === undefined || row === null ? 'Questions of this case' : `${row.questions} questions of this case`;

/** Where the chosen measurement or lesion was taken. */
function focusOf(measured: CaseMeasurements | undefined, id: string | undefined) {
  if (measured === undefined || id === undefined) return undefined;
  const found =
    measured.measurements.find((each) => each.id === id) ?? measured.instances.find((each) => each.id === id);
  return found?.focus ? { ...found.focus } : undefined;
}
