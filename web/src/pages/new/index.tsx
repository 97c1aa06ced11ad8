// From own scans to a benchmark: where they lie, what they are, how to build.
import { jobRow } from '@shapes/jobs.ts';
import { buildChoices, inspection, type NewBuild } from '@shapes/new.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { get, isStatic, send } from '../../api/client.ts';
import { Button, classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead, Section } from '../../parts/page-head.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { plain } from '../../parts/words.ts';
import { BuildForm } from './build-form.tsx';
import { FolderBrowser } from './folder-browser.tsx';
import { InspectionView } from './inspection-view.tsx';
import { JobProgress } from './job-progress.tsx';
import styles from './new.module.css';
import { UploadBox } from './upload-box.tsx';
import { type ChosenSource, useJob } from './use-job.ts';

type Search = Readonly<Record<string, string | undefined>>;

/** What was chosen stands in the address, so that a reload in the middle goes on where it was. */
function chosenOf({ files, upload, name }: Search): ChosenSource | undefined {
  if (name === undefined) return undefined;
  if (upload !== undefined) return { source: { upload }, name };
  return { source: { files: files ?? '' }, name };
}

export default function Page() {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = (next: Search) => void navigate({ to: '/new', search: next, replace: true });
  const chosen = chosenOf(search);
  const choices = useQuery({
    queryKey: ['build-choices'],
    queryFn: ({ signal }) => get('/api/build-choices', buildChoices, {}, signal),
    staleTime: Infinity,
    enabled: !isStatic(),
  });
  const look = useJob(search.look);
  const work = useJob(search.build);
  const inspect = useMutation({
    mutationFn: (one: ChosenSource) => send('POST', '/api/inspections', jobRow, { source: one.source }),
    onSuccess: ({ id }, { source, name }) => set({ ...source, name, look: id }),
  });
  const build = useMutation({
    mutationFn: (wanted: NewBuild) => send('POST', '/api/builds', jobRow, wanted),
    onSuccess: ({ id }) => set({ ...search, build: id }),
  });
  if (isStatic())
    return (
      <>
        <PageHead title="New benchmark" />
        <Empty title="Not in an export">
          Benchmarks are built where the workbench runs: start it with “npx overread serve”.
        </Empty>
      </>
    );
  const found = look.data?.status === 'done' ? inspection.safeParse(look.data.result) : undefined;
  const isBuilding = work.data !== undefined && work.data.endedAt === undefined;
  const fresh = () => {
    inspect.reset();
    build.reset();
    set({});
  };
  return (
    <>
      <PageHead
        title="New benchmark"
        facts="Point at annotated scans, see what can be asked of them, and build questions whose answers can be traced to voxels."
        actions={chosen === undefined ? undefined : <Button onClick={fresh}>Choose other scans</Button>}
      />
      {chosen === undefined ? (
        <Section title="Where your scans and masks lie">
          {inspect.isError && <Problem error={inspect.error} title="This could not be looked into" />}
          <ChooseSource
            limit={choices.data?.uploadLimit ?? 4 * 2 ** 30}
            disabled={inspect.isPending}
            onChoose={(one) => inspect.mutate(one)}
          />
        </Section>
      ) : (
        <Section title={`What “${plain(chosen.name)}” is`}>
          {look.isPending && <Loading what="Looking into the scans" />}
          {look.isError && (
            <Again error={look.error} onAgain={() => inspect.mutate(chosen)} busy={inspect.isPending} />
          )}
          {look.data !== undefined && look.data.endedAt === undefined && (
            <JobProgress job={look.data} doing="Looking into the scans" />
          )}
          {(look.data?.status === 'failed' || look.data?.status === 'cancelled') && (
            <Again
              error={look.data.problem ?? 'It was stopped.'}
              onAgain={() => inspect.mutate(chosen)}
              busy={inspect.isPending}
            />
          )}
          {found?.success && <InspectionView found={found.data} />}
        </Section>
      )}
      {chosen !== undefined && found?.success === true && found.data.inspected.length > 0 && (
        <Section title="Build a benchmark of it" id="build">
          {work.data !== undefined && isBuilding && (
            <JobProgress job={work.data} doing="Building the benchmark" />
          )}
          {work.data?.status === 'done' && work.data.benchmark !== undefined && (
            <Done name={work.data.title} benchmark={work.data.benchmark} />
          )}
          {(work.data?.status === 'failed' || work.data?.status === 'cancelled') && (
            <Problem
              error={work.data.problem ?? 'The build was stopped; nothing of it is left.'}
              title={work.data.status === 'failed' ? 'The benchmark was not built' : 'The build was stopped'}
            />
          )}
          {choices.isPending && <Loading what="Loading the choices" />}
          {choices.isError && <Problem error={choices.error} />}
          {choices.isSuccess && !isBuilding && work.data?.status !== 'done' && (
            <BuildForm
              key={chosen.name}
              chosen={chosen}
              choices={choices.data}
              askable={found.data.askable ?? []}
              busy={build.isPending}
              mistake={build.isError ? build.error.message : undefined}
              onBuild={(wanted) => build.mutate(wanted)}
            />
          )}
        </Section>
      )}
    </>
  );
}

function ChooseSource(props: {
  readonly limit: number;
  readonly disabled: boolean;
  readonly onChoose: (chosen: ChosenSource) => void;
}) {
  const [tab, setTab] = useState<'folder' | 'upload'>('folder');
  return (
    <Tabs
      label="Where the scans lie"
      value={tab}
      onChange={setTab}
      tabs={[
        {
          value: 'folder',
          label: 'On the machine of the workbench',
          panel: <FolderBrowser disabled={props.disabled} onChoose={props.onChoose} />,
        },
        { value: 'upload', label: 'Upload', panel: <UploadBox {...props} /> },
      ]}
    />
  );
}

function Again(props: { readonly error: unknown; readonly onAgain: () => void; readonly busy: boolean }) {
  return (
    <>
      <Problem error={props.error} title="This could not be looked into" />
      <div className={styles.buttons}>
        <Button onClick={props.onAgain} disabled={props.busy}>
          Look again
        </Button>
      </div>
    </>
  );
}

function Done({ name, benchmark }: { readonly name: string; readonly benchmark: string }) {
  return (
    <div className={styles.done}>
      <h3>
        <output>“{plain(name)}” is built</output>
      </h3>
      <div className={styles.buttons}>
        <Link to="/" search={{ start: benchmark }} className={classOf('primary')}>
          Start a run
        </Link>
        <Link to="/benchmarks/$benchmark" params={{ benchmark }} className={classOf('plain')}>
          Look at its cases and questions
        </Link>
      </div>
    </div>
  );
}
