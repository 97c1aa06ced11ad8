// Last step: the study in words, and what is still missing.
import { duration, number, plain } from '../../parts/words.ts';
import { useBenchmarks, usePeople } from './data.ts';
import styles from './new-study.module.css';
import type { StepProps } from './new-study.tsx';
import type { Mistake, PlanForm, Step } from './plan-form.ts';
import { usePreview } from './step-questions.tsx';

export function CheckStep(
  props: StepProps & { readonly mistakes: readonly Mistake[]; readonly onGo: (step: Step) => void },
) {
  const { form, mistakes, onGo } = props;
  const benchmarks = useBenchmarks();
  const people = usePeople();
  const preview = usePreview(form);
  const nameOf = (id: string) => plain(people.data?.people.find((one) => one.id === id)?.name ?? id);
  const benchmark = benchmarks.data?.benchmarks.find(({ id }) => id === form.benchmark)?.name;
  const facts: readonly (readonly [string, string])[] = [
    ['Title', plain(form.title)],
    ['Benchmark', benchmark === undefined ? '' : plain(benchmark)],
    [
      'Questions',
      preview.data === undefined
        ? ''
        : `${number(preview.data.questions, 'question')} about ${number(preview.data.cases, 'case')} of ${number(preview.data.patients, 'patient')}`,
    ],
    ['Arms', form.arms.map(armWords).join('; ')],
    ...(form.arms.length < 2
      ? []
      : ([
          ['Between arms', `${form.washoutDays} days`],
          [
            'Who begins with which arm',
            form.assignment === 'crossover' ? 'in turn, in the order in which people join' : 'all as listed',
          ],
        ] as const)),
    ['Form', form.format === 'mc' ? 'multiple choice' : 'free form'],
    [
      'Confidence',
      { required: 'asked with each answer', optional: 'may be given', off: 'not asked' }[form.confidence],
    ],
    ['Time limit', form.timeLimit.trim() === '' ? 'none' : duration(Number(form.timeLimit))],
    ['Going back', form.mayGoBack ? 'allowed' : 'not allowed'],
    [
      'Readers',
      form.readers.length === 0 ? 'nobody yet: people can join later' : form.readers.map(nameOf).join(', '),
    ],
    [
      'Adjudication',
      form.adjudicate
        ? form.reviewers.length === 0
          ? 'yes, by nobody yet'
          : `by ${form.reviewers.map(nameOf).join(', ')}`
        : 'none',
    ],
  ];
  return (
    <div className={styles.stack}>
      {mistakes.length > 0 && (
        <div role="alert" className={styles.note}>
          <p>Before the study can begin:</p>
          <ul>
            {mistakes.map((one) => (
              <li key={`${one.step} ${one.field}`}>
                {one.sentence}{' '}
                <button type="button" className={styles.jump} onClick={() => onGo(one.step)}>
                  Go to {one.step.toLowerCase()}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === '' ? '–' : value}</dd>
          </div>
        ))}
      </dl>
      <p>
        The questions, arms and rules of a study cannot be changed once it has begun; people can join later.
      </p>
    </div>
  );
}

const SCANS = { volume: '', axial: ', axial slices', none: ', no scan' } as const;
const armWords = ({ label, aid, scan }: PlanForm['arms'][number]): string =>
  `${plain(label)}${aid === '' ? '' : ' (with an aid)'}${SCANS[scan]}`;
