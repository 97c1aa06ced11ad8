// How a benchmark is built: the choices of `overread build`, each with what it does.
import { type Askable, type BuildChoices, benchmarkName, type NewBuild, newBuild } from '@shapes/new.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { STAGE_WORDS } from '../../parts/words.ts';
import styles from './new.module.css';
import type { ChosenSource } from './use-job.ts';

const AUTO = 'auto';

export interface BuildFormProps {
  readonly chosen: ChosenSource;
  readonly choices: BuildChoices;
  readonly askable: readonly Askable[];
  readonly busy: boolean;
  /** Why the server refused. */
  readonly mistake: string | undefined;
  readonly onBuild: (wanted: NewBuild) => void;
}

export function BuildForm({ chosen, choices, askable, busy, mistake, onBuild }: BuildFormProps) {
  const [form, setForm] = useState({
    name: nameFrom(chosen.name),
    seed: '0',
    rules: 'strict' as 'strict' | 'radgpt',
    criteria: AUTO as typeof AUTO | 'guideline' | 'published' | 'radgpt',
    scheme: AUTO,
    layout: AUTO,
    perCase: '',
    licence: '',
    options: '',
    stages: Object.keys(STAGE_WORDS),
  });
  const [tried, setTried] = useState(false);
  const set = (patch: Partial<typeof form>) => setForm((now) => ({ ...now, ...patch }));
  const wanted = newBuild.safeParse({
    source: chosen.source,
    name: form.name,
    ...(form.seed.trim() === '' ? {} : { seed: form.seed.trim() }),
    rules: form.rules,
    ...(form.criteria === AUTO ? {} : { criteria: form.criteria }),
    ...(form.scheme === AUTO ? {} : { scheme: form.scheme }),
    ...(form.layout === AUTO ? {} : { layout: form.layout }),
    ...(form.perCase.trim() === '' ? {} : { perCase: Number(form.perCase) }),
    ...(form.licence.trim() === '' ? {} : { licence: form.licence.trim() }),
    ...(form.stages.length === Object.keys(STAGE_WORDS).length ? {} : { types: form.stages }),
    ...(form.options.trim() === '' ? {} : { options: pairsIn(form.options) }),
  });
  const issueOf = (part: string): string | undefined => {
    const issue = wanted.error?.issues.find(({ path }) => path[0] === part);
    if (issue === undefined || !tried) return undefined;
    return `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wanted.success && form.stages.length > 0) onBuild(wanted.data);
  };
  const text = (
    part: 'name' | 'seed' | 'perCase' | 'licence',
    label: string,
    hint: string,
    numeric = false,
  ) => (
    <Field label={label} hint={hint} mistake={issueOf(part)}>
      {(control) => (
        <input
          {...control}
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...(numeric ? { inputMode: 'numeric' as const } : {})}
          value={form[part]}
          onChange={({ target }) => set({ [part]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={submit} className={styles.form} noValidate>
      <div className={styles.fields}>
        {text('name', 'Name', 'Of the benchmark, as reports show it')}
        {text('seed', 'Seed', 'Of everything random: the same seed gives the same questions and splits')}
        <Field label="Rules of measuring" hint={RULES[form.rules]}>
          {({ className: _, ...control }) => (
            <Select
              {...control}
              options={[
                { value: 'strict' as const, label: 'strict' },
                { value: 'radgpt' as const, label: 'radgpt' },
              ]}
              value={form.rules}
              onChange={(rules) => set({ rules })}
            />
          )}
        </Field>
        <Field label="Criteria" hint="Thresholds that medical questions go by">
          {({ className: _, ...control }) => (
            <Select
              {...control}
              options={[
                {
                  value: AUTO,
                  label: `As the rules have it (${form.rules === 'strict' ? 'guideline' : 'radgpt'})`,
                },
                { value: 'guideline' as const, label: 'guideline' },
                { value: 'published' as const, label: 'published' },
                { value: 'radgpt' as const, label: 'radgpt' },
              ]}
              value={form.criteria}
              onChange={(criteria) => set({ criteria })}
            />
          )}
        </Field>
        <Field label="Label scheme" hint="What the label values stand for">
          {({ className: _, ...control }) => (
            <Select
              {...control}
              options={[
                { value: AUTO, label: 'As the files imply' },
                ...choices.schemes.map((id) => ({ value: id, label: id })),
              ]}
              value={form.scheme}
              onChange={(scheme) => set({ scheme })}
            />
          )}
        </Field>
        <Field label="Layout" hint="How the folder is laid out">
          {({ className: _, ...control }) => (
            <Select
              {...control}
              options={[
                { value: AUTO, label: 'As it is recognised' },
                ...choices.layouts.map(({ id, summary }) => ({ value: id, label: id, hint: summary })),
              ]}
              value={form.layout}
              onChange={(layout) => set({ layout })}
            />
          )}
        </Field>
        {text('perCase', 'Most questions of a case', 'Empty: as many as there are', true)}
        {text('licence', 'Licence', 'Of scans whose source names none, such as CC-BY-4.0')}
      </div>
      <fieldset className={styles.types}>
        <legend>Stages to ask about</legend>
        {Object.entries(STAGE_WORDS).map(([stage, title]) => {
          const types = askable.filter((one) => one.stage === stage && one.questions > 0).length;
          return (
            <label key={stage}>
              <input
                type="checkbox"
                checked={form.stages.includes(stage)}
                onChange={({ target }) =>
                  set({
                    stages: target.checked
                      ? [...form.stages, stage]
                      : form.stages.filter((one) => one !== stage),
                  })
                }
              />
              {title}
              <span className={styles.muted}>
                {askable.length === 0 ? '' : `${types} ${types === 1 ? 'type' : 'types'}`}
              </span>
            </label>
          );
        })}
        {form.stages.length === 0 && <p className={styles.mistake}>Choose at least one stage.</p>}
      </fieldset>
      <details>
        <summary>More choices</summary>
        <Field
          label="Assumptions"
          mistake={issueOf('options')}
          hint="One TYPE.OPTION=VALUE a line, such as kidney-volume-comparison.tie-percent=10; docs/questions.md lists them"
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              spellCheck={false}
              value={form.options}
              onChange={({ target }) => set({ options: target.value })}
            />
          )}
        </Field>
      </details>
      <p className={styles.muted}>
        Patients are split 70 : 10 : 20 into train, validation and test; their names become keyed hashes.{' '}
        {choices.encrypted
          ? 'The answer keys are encrypted with the passphrase of the server.'
          : 'The answer keys are written plainly beside the questions.'}
      </p>
      {mistake !== undefined && (
        <p role="alert" className={styles.mistake}>
          {mistake}
        </p>
      )}
      <div className={styles.buttons}>
        <Button type="submit" look="primary" disabled={busy}>
          Build the benchmark
        </Button>
      </div>
    </form>
  );
}

const RULES = {
  strict: 'Measured on the whole structure, with flags where it is cut off',
  radgpt: 'As the RadGPT release measures',
} as const;

/** "kits" from "kits.zip", in letters that a name may have. */
export function nameFrom(path: string): string {
  const stem = path.replace(/(\.nii)?\.(gz|zip|nii|nrrd|mha|dcm)$/i, '');
  const tidy = stem.replaceAll(/[^a-z0-9_.-]+/gi, '-').replace(/^[^a-z0-9]+/i, '');
  const name = tidy.slice(0, 40).replace(/[-.]+$/, '');
  return benchmarkName.safeParse(name).success ? `${name}-benchmark` : 'my-benchmark';
}

function pairsIn(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
  );
}
