// A new study, in steps that may be taken in any order; the last one says what it will be and makes it.
import { study } from '@shapes/room.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import styles from './new-study.module.css';
import {
  EMPTY_PLAN,
  type Mistake,
  mistakesOf,
  type PlanForm,
  planOf,
  STEPS,
  type Step,
} from './plan-form.ts';
import { AnswersStep } from './step-answers.tsx';
import { ArmsStep } from './step-arms.tsx';
import { CheckStep } from './step-check.tsx';
import { PeopleStep } from './step-people.tsx';
import { QuestionsStep } from './step-questions.tsx';

export interface StepProps {
  readonly form: PlanForm;
  readonly change: (part: Partial<PlanForm>) => void;
  /** The sentence of a field's mistake, once the step has been left. */
  readonly mistakeOf: (field: string) => string | undefined;
}

export function NewStudy() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [form, setForm] = useState<PlanForm>(EMPTY_PLAN);
  const [step, setStep] = useState<Step>('Questions');
  const [left, setLeft] = useState<ReadonlySet<Step>>(new Set());
  const heading = useRef<HTMLHeadingElement>(null);
  const mistakes = mistakesOf(form);
  const making = useMutation({
    mutationFn: () => send('POST', '/api/room/studies', study, planOf(form)),
    onSuccess: async (made) => {
      await cache.invalidateQueries({ queryKey: ['room'] });
      await navigate({ to: '/room/$study', params: { study: made.id } });
    },
  });

  const go = (to: Step) => {
    setLeft(new Set([...left, step]));
    setStep(to);
    making.reset();
    requestAnimationFrame(() => heading.current?.focus());
  };
  const at = STEPS.indexOf(step);
  const before = STEPS[at - 1];
  const after = STEPS[at + 1];
  const props: StepProps = {
    form,
    change: (part) => setForm((now) => ({ ...now, ...part })),
    mistakeOf: (field) =>
      left.has(step) || left.has('Check')
        ? mistakes.find((one) => one.step === step && one.field === field)?.sentence
        : undefined,
  };
  return (
    <div className={styles.page}>
      <PageHead title="New study" trail={<Link to="/room">Reading room</Link>} />
      <nav aria-label="Steps">
        <ol className={styles.steps}>
          {STEPS.map((name, index) => (
            <li key={name}>
              <button
                type="button"
                className={name === step ? `${styles.step} ${styles.here}` : styles.step}
                aria-current={name === step ? 'step' : undefined}
                onClick={() => go(name)}
              >
                <span className={styles.ordinal}>{index + 1}</span>
                {name}
                <StepState step={name} left={left} mistakes={mistakes} />
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <section className={styles.body} aria-labelledby="step-title">
        <h2 ref={heading} id="step-title" tabIndex={-1} className={styles.title}>
          {TITLES[step]}
        </h2>
        {step === 'Questions' && <QuestionsStep {...props} />}
        {step === 'Arms' && <ArmsStep {...props} />}
        {step === 'Answers' && <AnswersStep {...props} />}
        {step === 'People' && <PeopleStep {...props} />}
        {step === 'Check' && <CheckStep {...props} mistakes={mistakes} onGo={go} />}
      </section>
      {making.isError && (
        <p role="alert" className={styles.mistake}>
          {making.error.message}
        </p>
      )}
      <div className={styles.foot}>
        {before !== undefined && <Button onClick={() => go(before)}>Back</Button>}
        {after !== undefined ? (
          <Button look="primary" onClick={() => go(after)}>
            Next: {after.toLowerCase()}
          </Button>
        ) : (
          <Button
            look="primary"
            disabled={mistakes.length > 0 || making.isPending}
            onClick={() => making.mutate()}
          >
            Begin the study
          </Button>
        )}
      </div>
    </div>
  );
}

const TITLES: Readonly<Record<Step, string>> = {
  Questions: 'What is read',
  Arms: 'Ways of reading',
  Answers: 'How it is answered',
  People: 'Who reads and who decides',
  Check: 'What it will be',
};

/** Whether a step that was left is in order, in a word for those who do not see the sign. */
function StepState(props: {
  readonly step: Step;
  readonly left: ReadonlySet<Step>;
  readonly mistakes: readonly Mistake[];
}) {
  const { step, left, mistakes } = props;
  if (!left.has(step) || step === 'Check') return null;
  const wrong = mistakes.some((one) => one.step === step);
  return (
    <span className={wrong ? styles.wrong : styles.right}>
      <span aria-hidden="true">{wrong ? '!' : '✓'}</span>
      <span className="visually-hidden">{wrong ? ', something is missing' : ', in order'}</span>
    </span>
  );
}
