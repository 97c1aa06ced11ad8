// The tables of the mask-noise campaign: scores per stage and level, and what decays first.
import { STAGES, type Stage } from '../../src/domain/question.ts';
import type { Cell } from '../../src/domain/report.ts';
import type { QuestionFormat } from '../../src/domain/run.ts';
import type { NoiseCurves, NoiseResult } from './noise-campaign.ts';
import { table } from './section.ts';

export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  recognition: 'Recognition',
  measurement: 'Measurement',
  'visual-reasoning': 'Visual reasoning',
  'medical-reasoning': 'Medical reasoning',
};

export const FORMAT_NAMES: Readonly<Record<QuestionFormat, string>> = {
  mc: 'Multiple choice',
  free: 'Free form',
};

/** "84.1 (80.2–87.5)", in percent. */
export function scoreText({ score, ci95 }: Pick<Cell, 'score' | 'ci95'>): string {
  if (score === null) return '–';
  const percent = (value: number) => (100 * value).toFixed(1);
  return ci95 === null ? percent(score) : `${percent(score)} (${percent(ci95[0])}–${percent(ci95[1])})`;
}

export function noiseTables({ curves }: Pick<NoiseResult, 'curves'>): string {
  const parts: string[] = [];
  for (const format of [...new Set(curves.map((curve) => curve.format))]) {
    const own = curves.filter((curve) => curve.format === format);
    parts.push(`### ${FORMAT_NAMES[format]}`, scores(own), decays(own));
  }
  return parts.join('\n\n');
}

function scores(curves: readonly NoiseCurves[]): string {
  const first = curves[0].points[0].stages;
  const head = ['noise', 'level', ...STAGES.map((stage) => STAGE_NAMES[stage])];
  const rows = curves.flatMap(({ noise, points }) =>
    points.map(({ level, stages }) => [
      `${noise.name} (\`${noise.option}\`)`,
      `${level}${noise.option === 'sd' ? ' mm' : ''}`,
      ...STAGES.map((stage) => scoreText(stages[stage])),
    ]),
  );
  return table(head, [
    ...rows,
    ['chance', '', ...STAGES.map((stage) => (100 * (first[stage].chance ?? Number.NaN)).toFixed(1))],
    [
      'questions, patients',
      '',
      ...STAGES.map((stage) => `${first[stage].n.toLocaleString('en')}, ${first[stage].nPatients}`),
    ],
  ]);
}

function decays(curves: readonly NoiseCurves[]): string {
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  return table(
    ['noise', 'mean loss over the levels, fastest first', 'half lost at', 'same first', 'same order'],
    curves.map(({ noise, decay }) => [
      noise.name,
      decay.stages
        .map(
          ({ stage, loss, ci95 }) =>
            `${STAGE_NAMES[stage]} ${percent(loss)} (${percent(ci95[0])} to ${percent(ci95[1])})`,
        )
        .join('; '),
      decay.stages
        .map(({ halfLost }) =>
          halfLost === null ? '–' : `${halfLost.toFixed(2)}${noise.option === 'sd' ? ' mm' : ''}`,
        )
        .join('; '),
      percent(decay.sameFirst),
      percent(decay.sameOrder),
    ]),
  );
}
