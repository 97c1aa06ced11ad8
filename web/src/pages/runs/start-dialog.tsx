// Begins runs: what is read, by whom, how often and for how much.
import { benchmarkList } from '@shapes/benchmarks.ts';
import type { JobRow } from '@shapes/jobs.ts';
import { type NewRuns, type ReaderList, readerList, startedRuns } from '@shapes/runs.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { get, send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Loading } from '../../parts/notes.tsx';
import { Select } from '../../parts/select.tsx';
import { plain } from '../../parts/words.ts';
import { ReaderPicker } from './reader-picker.tsx';
import styles from './start.module.css';
import { NumberField, Options } from './start-fields.tsx';
import { type Form, FRESH, mistakesIn, wantedOf } from './start-form.ts';
import { useJobs } from './waiting-runs.tsx';

export interface StartDialogProps {
  readonly open: boolean;
  /** Id of the benchmark to begin with. */
  readonly benchmark: string | undefined;
  readonly onClose: () => void;
}

export function StartDialog({ open, benchmark, onClose }: StartDialogProps) {
  const [form, setForm] = useState(FRESH);
  const [begun, setBegun] = useState<readonly string[]>([]);
  const cache = useQueryClient();
  const readers = useQuery({
    queryKey: ['readers'],
    queryFn: ({ signal }) => get('/api/readers', readerList, {}, signal),
    staleTime: Infinity,
    enabled: open,
  });
  const benchmarks = useQuery({
    queryKey: ['benchmarks'],
    queryFn: ({ signal }) => get('/api/benchmarks', benchmarkList, {}, signal),
    enabled: open,
  });
  const jobs = useJobs();
  const mine = (jobs.data?.jobs ?? []).filter(({ id }) => begun.includes(id));
  const isUnderWay = mine.length < begun.length || mine.some(isStarting);
  const failed = mine.filter(({ status, run }) => status === 'failed' && run === undefined);
  const start = useMutation({
    mutationFn: (wanted: NewRuns) => send('POST', '/api/runs', startedRuns, wanted),
    onSuccess: async ({ jobs: rows }) => {
      setBegun(rows.map(({ id }) => id));
      await cache.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  // It closes once every run stands in the table; what did not begin is told here.
  const isSettled = begun.length > 0 && !isUnderWay;
  useEffect(() => {
    if (!isSettled || failed.length > 0) return;
    setBegun([]);
    setForm(FRESH);
    onClose();
    void cache.invalidateQueries({ queryKey: ['runs'] });
  }, [isSettled, failed.length, onClose, cache]);

  const list = benchmarks.data?.benchmarks.filter(({ available }) => available) ?? [];
  const chosen = form.benchmark ?? benchmark ?? (list.length === 1 ? list[0].id : undefined);
  const entry = list.find(({ id }) => id === chosen);
  const isPublished = entry?.kind === 'published';
  const mistakes = mistakesIn(form, chosen);
  const set = (patch: Partial<Form>) => setForm((now) => ({ ...now, ...patch }));
  const isBusy = start.isPending || (begun.length > 0 && isUnderWay);
  const close = () => {
    setBegun([]);
    start.reset();
    onClose();
  };
  const submit = () => {
    setBegun([]);
    if (mistakes.length === 0 && chosen !== undefined) start.mutate(wantedOf(form, chosen, isPublished));
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Start a run"
      lead="Each reader becomes a run of its own. Runs go on when this page is closed."
      size="wide"
      dismissible={false}
      actions={
        <>
          {isBusy && <Loading what={start.isPending ? 'Checking' : 'Starting'} />}
          <Button onClick={close}>{isBusy ? 'Close' : 'Cancel'}</Button>
          <Button look="primary" disabled={isBusy || mistakes.length > 0} onClick={submit}>
            {form.readers.length > 1 ? `Start ${form.readers.length} runs` : 'Start'}
          </Button>
        </>
      }
    >
      {(start.isError || failed.length > 0) && (
        <div role="alert" className={styles.problem}>
          {start.isError && <p>{start.error.message}</p>}
          {failed.map((job) => (
            <p key={job.id}>
              <strong>
                <bdi>{plain(job.title)}</bdi>
              </strong>{' '}
              <bdi>{plain(job.problem ?? 'It did not begin.')}</bdi>
            </p>
          ))}
        </div>
      )}
      {benchmarks.isSuccess && list.length === 0 && (
        <p>
          There is no benchmark on this machine yet: <Link to="/new">build one</Link> first.
        </p>
      )}
      <Field label="Benchmark">
        {({ className: _, ...control }) => (
          <Select
            {...control}
            options={list.map(({ id, name, kind }) => ({
              value: id,
              label: plain(name),
              // Two cuts of one release bear one name.
              hint: kind === 'published' ? `published, ${id.slice(0, 8)}` : id.slice(0, 8),
            }))}
            value={entry?.id}
            onChange={(value) => set({ benchmark: value })}
            placeholder="Choose a benchmark"
          />
        )}
      </Field>
      {readers.isPending && <Loading what="Loading readers" />}
      {readers.isError && <p role="alert">{readers.error.message}</p>}
      {readers.isSuccess && (
        <>
          <ReaderPicker
            list={readers.data}
            chosen={form.readers}
            onChange={(next) => set({ readers: next })}
          />
          <Allowed list={readers.data} readers={form.readers} />
        </>
      )}
      <div className={styles.fields}>
        {!isPublished && (
          <Field label="Answers" hint="How the questions are asked">
            {({ className: _, ...control }) => (
              <Select
                {...control}
                options={[
                  { value: 'mc' as const, label: 'Multiple choice' },
                  { value: 'free' as const, label: 'In free words' },
                ]}
                value={form.format}
                onChange={(format) => set({ format })}
              />
            )}
          </Field>
        )}
        <NumberField label="Repeats" hint="Reads of each question" name="repeats" form={form} set={set} />
        <NumberField
          label="Limit"
          hint="Only the first questions; empty: all"
          name="limit"
          form={form}
          set={set}
        />
        {!isPublished && (
          <Field label="Seed" hint="Of everything random in reading">
            {(control) => (
              <input
                {...control}
                type="text"
                value={form.seed}
                onChange={({ target }) => set({ seed: target.value })}
              />
            )}
          </Field>
        )}
        <NumberField
          label="Budget in US$"
          hint="Each run pauses before it spends more"
          name="maxCost"
          form={form}
          set={set}
        />
      </div>
      <details className={styles.more}>
        <summary>More choices</summary>
        <div className={styles.checks}>
          {SWITCHES.map(({ name, label }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={form[name]}
                onChange={({ target }) => set({ [name]: target.checked })}
              />
              {label}
            </label>
          ))}
        </div>
        {readers.isSuccess && <Options list={readers.data.readers} form={form} set={set} />}
      </details>
    </Dialog>
  );
}

const SWITCHES = [
  { name: 'confidence', label: 'Ask for a confidence' },
  { name: 'ladder', label: 'Ladder of evidence: ask again with gold evidence, rung by rung' },
  { name: 'publishedTools', label: 'Only the published tools and step rule' },
] as const;

const isStarting = ({ status, run }: JobRow): boolean => status === 'running' && run === undefined;

/** Whom runs may talk to is the server's to say; who wants more has to start it so. */
function Allowed({ list, readers }: { readonly list: ReaderList; readonly readers: readonly string[] }) {
  if (!readers.some((name) => name.includes('/'))) return null;
  return (
    <p className={styles.muted}>
      {list.allow.length === 0
        ? 'No model may be reached from here yet: end the server and start it with "overread serve --allow ENDPOINT".'
        : `Runs begun here may reach ${list.allow.map(plain).join(', ')}. API keys come from the server’s environment.`}
    </p>
  );
}
