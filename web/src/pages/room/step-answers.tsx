// Third step: the form of answers, confidence, time, going back, what is told beforehand.
import { Field } from '../../parts/field.tsx';
import styles from './new-study.module.css';
import type { StepProps } from './new-study.tsx';
import { CheckChoice, RadioChoice } from './radio-choice.tsx';
import room from './room.module.css';

export function AnswersStep({ form, change, mistakeOf }: StepProps) {
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <RadioChoice
          legend="Form of the questions"
          value={form.format}
          onChange={(format) => change({ format })}
          choices={[
            { value: 'mc', label: 'Multiple choice' },
            { value: 'free', label: 'Free form', hint: 'Numbers and words are given without options.' },
          ]}
        />
        <RadioChoice
          legend="How sure people are"
          value={form.confidence}
          onChange={(confidence) => change({ confidence })}
          choices={[
            {
              value: 'required',
              label: 'Asked with each answer',
              hint: 'Calibration and ROC analysis need it.',
            },
            { value: 'optional', label: 'May be given' },
            { value: 'off', label: 'Not asked' },
          ]}
        />
        <Field
          label="Time for one question (seconds)"
          hint="From its first opening, as the server counts it. Nothing: no limit."
          mistake={mistakeOf('timeLimit')}
        >
          {(control) => (
            <input
              {...control}
              inputMode="numeric"
              value={form.timeLimit}
              maxLength={5}
              onChange={(event) => change({ timeLimit: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className={styles.stack}>
        <fieldset className={room.choices}>
          <legend>Order and rules</legend>
          <CheckChoice
            label="Questions of one case follow each other"
            hint="Otherwise they are mixed. Each person has an order of their own either way."
            checked={form.keepCases}
            onChange={(keepCases) => change({ keepCases })}
          />
          <CheckChoice
            label="People may go back and change answers"
            hint="Every answer is kept; the last one counts."
            checked={form.mayGoBack}
            onChange={(mayGoBack) => change({ mayGoBack })}
          />
          <CheckChoice
            label="A question may be passed"
            hint="“Cannot be answered” counts as no answer, apart from wrong ones."
            checked={form.mayPass}
            onChange={(mayPass) => change({ mayPass })}
          />
          <CheckChoice
            label="Records of the case are shown"
            hint="Earlier reports and pages, where questions have them."
            checked={form.materials}
            onChange={(materials) => change({ materials })}
          />
        </fieldset>
        <Field label="Instructions" hint="What people are told before the first question. Plain text.">
          {(control) => (
            <textarea
              {...control}
              rows={6}
              maxLength={5000}
              value={form.instructions}
              onChange={(event) => change({ instructions: event.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  );
}
