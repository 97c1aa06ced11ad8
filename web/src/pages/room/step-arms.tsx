// Second step: one or more ways of reading the same questions, and what lies between them.
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Select, type SelectOption } from '../../parts/select.tsx';
import { percent, plain } from '../../parts/words.ts';
import { useModelRuns } from './data.ts';
import styles from './new-study.module.css';
import type { StepProps } from './new-study.tsx';
import { type ArmForm, armNames, newArm } from './plan-form.ts';
import { RadioChoice } from './radio-choice.tsx';
import room from './room.module.css';

const MOST = 6;
/** A choice with an empty value looks as if nothing were chosen. */
const NO_AID = 'none';

export function ArmsStep({ form, change, mistakeOf }: StepProps) {
  const runs = useModelRuns(form.benchmark === '' ? undefined : form.benchmark);
  const names = armNames(form.arms);
  const aids: SelectOption<string>[] = [
    { value: NO_AID, label: 'No aid' },
    ...(runs.data ?? []).map((run) => ({
      value: run.id,
      label: plain(run.reader),
      hint: `${percent(run.planned === 0 ? 0 : run.counts.answered / run.planned)} % answered, ${run.format === 'mc' ? 'multiple choice' : 'free form'}`,
    })),
  ];
  const edit = (key: number, part: Partial<ArmForm>) =>
    change({ arms: form.arms.map((arm) => (arm.key === key ? { ...arm, ...part } : arm)) });
  return (
    <div className={styles.stack}>
      <p className={room.muted}>
        Everybody reads every arm, one after the other. One arm is enough to compare people with models; two,
        with and without an aid, say what the aid is worth.
      </p>
      {form.arms.map((arm, at) => (
        <fieldset key={arm.key} className={styles.arm}>
          <legend>Arm {at + 1}</legend>
          <div className={styles.columns}>
            <Field
              label="What readers see it called"
              hint={
                form.arms.length > 1
                  ? `In reports: person/NAME+${names[at]}`
                  : 'Shown where there are several.'
              }
              mistake={mistakeOf(`arm-${arm.key}`)}
            >
              {(control) => (
                <input
                  {...control}
                  value={arm.label}
                  maxLength={80}
                  onChange={(event) => edit(arm.key, { label: event.target.value })}
                />
              )}
            </Field>
            <Field
              label="Aid"
              hint={
                aids.length === 1
                  ? 'No run of a model over this benchmark has answers yet: an aid is such a run.'
                  : 'The answer of a run stands beside each question.'
              }
            >
              {({ id, ...described }) => (
                <Select
                  id={id}
                  aria-describedby={described['aria-describedby']}
                  options={aids}
                  value={arm.aid === '' ? NO_AID : arm.aid}
                  onChange={(aid) => edit(arm.key, { aid: aid === NO_AID ? '' : aid })}
                />
              )}
            </Field>
          </div>
          <div className={styles.columns}>
            <RadioChoice
              legend="What is looked at"
              value={arm.scan}
              onChange={(scan) => edit(arm.key, { scan })}
              choices={[
                { value: 'volume', label: 'The scan in three planes' },
                { value: 'axial', label: 'Axial slices only' },
                { value: 'none', label: 'No scan: the words of the question' },
              ]}
            />
            <div className={room.choices}>
              <label className={room.choice}>
                <input
                  type="checkbox"
                  checked={arm.tools}
                  disabled={arm.scan === 'none'}
                  onChange={(event) => edit(arm.key, { tools: event.target.checked })}
                />
                <span>Ruler and region statistics</span>
              </label>
              <label className={room.choice}>
                <input
                  type="checkbox"
                  checked={arm.words && arm.aid !== ''}
                  disabled={arm.aid === ''}
                  onChange={(event) => edit(arm.key, { words: event.target.checked })}
                />
                <span>
                  Show what the aid wrote
                  <small>Not only its answer, but all of its last words.</small>
                </span>
              </label>
            </div>
          </div>
          {form.arms.length > 1 && (
            <Button
              className={styles.remove}
              onClick={() => change({ arms: form.arms.filter(({ key }) => key !== arm.key) })}
            >
              Remove arm {at + 1}
            </Button>
          )}
        </fieldset>
      ))}
      <p>
        <Button
          disabled={form.arms.length >= MOST}
          onClick={() =>
            change({
              arms: [
                ...form.arms,
                newArm(
                  1 + Math.max(...form.arms.map(({ key }) => key)),
                  form.arms.length === 1 ? 'With an aid' : `Arm ${form.arms.length + 1}`,
                ),
              ],
            })
          }
        >
          Add an arm
        </Button>
      </p>
      {form.arms.length > 1 && (
        <div className={styles.columns}>
          <Field
            label="Washout (days)"
            hint="Between the last answer of one arm and the first of the next, so that no case is remembered. Four weeks are usual."
            mistake={mistakeOf('washout')}
          >
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                value={form.washoutDays}
                maxLength={6}
                onChange={(event) => change({ washoutDays: event.target.value })}
              />
            )}
          </Field>
          <RadioChoice
            legend="Who begins with which arm"
            value={form.assignment}
            onChange={(assignment) => change({ assignment })}
            choices={[
              {
                value: 'crossover',
                label: 'In turn',
                hint: 'The first person begins with the first arm, the second with the second, and so on: what is learnt on the way falls on all arms alike.',
              },
              { value: 'fixed', label: 'All as listed', hint: 'Everybody begins with the first arm.' },
            ]}
          />
        </div>
      )}
    </div>
  );
}
