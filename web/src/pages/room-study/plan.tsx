// The plan of a study, as it was made: it does not change.
import type { Study } from '@shapes/room.ts';
import { Section } from '../../parts/page-head.tsx';
import { duration, plain, STAGE_WORDS, words } from '../../parts/words.ts';
import styles from './study.module.css';

const SCANS = { volume: 'scan in three planes', axial: 'axial slices', none: 'no scan' } as const;

export function Plan({ study }: { readonly study: Study }) {
  const { plan } = study;
  const { questions, arms, adjudication } = plan;
  const facts: readonly (readonly [string, string])[] = [
    [
      'Chosen by',
      [
        ...(questions.stages ?? []).map((one) => STAGE_WORDS[one]),
        ...(questions.types ?? []).map(words),
        ...(questions.splits ?? []),
        ...(questions.list === undefined ? [] : ['a list of questions']),
        ...(questions.limit === undefined ? [] : [`at most ${questions.limit}`]),
      ].join(', ') || 'all questions of the benchmark',
    ],
    ['Seed', plain(questions.seed)],
    ...arms.map(
      (arm) =>
        [
          arms.length > 1 ? `Arm ${arm.name}` : 'Reading',
          [
            plain(arm.label),
            arm.aid.kind === 'run'
              ? `aid: run ${arm.aid.run}${arm.aid.words ? ', with its words' : ''}`
              : 'no aid',
            SCANS[arm.scan],
            arm.tools ? 'with tools' : 'without tools',
          ].join('; '),
        ] as const,
    ),
    ['Form', plan.format === 'mc' ? 'multiple choice' : 'free form'],
    ['Order', plan.keepCases ? 'own for each person, cases together' : 'own for each person, mixed'],
    ...(arms.length > 1
      ? ([
          ['Washout', `${plan.washoutDays} days`],
          ['Begins with', plan.assignment === 'crossover' ? 'arms in turn' : 'arms as listed'],
        ] as const)
      : []),
    ['Confidence', plan.confidence],
    ['Time limit', plan.timeLimitSeconds === undefined ? 'none' : duration(plan.timeLimitSeconds)],
    ['Going back', plan.mayGoBack ? 'allowed' : 'not allowed'],
    ['Passing', plan.mayPass ? 'allowed' : 'not allowed'],
    [
      'Adjudication',
      adjudication === null
        ? 'none'
        : `numbers are the same within ${100 * adjudication.relativeTolerance} % or ${adjudication.absoluteTolerance}; masks ${adjudication.masks ? 'shown' : 'not shown'}`,
    ],
  ];
  return (
    <Section title="Plan" lead="As the study began; it does not change.">
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {plan.instructions !== '' && (
        <details>
          <summary>Instructions to readers</summary>
          <p className={styles.instructions} dir="auto">
            {plain(plan.instructions)}
          </p>
        </details>
      )}
    </Section>
  );
}
