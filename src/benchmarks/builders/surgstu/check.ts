// The builder's own check: on instruments of known course every answer equals what the course says; broken tracks ask nothing.
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { clopperPearson } from '../../../scoring/statistics/interval.ts';
import { scoreForm } from '../../surgstu/answers.ts';
import { clipsOf } from '../../surgstu/clips.ts';
import { syntheticVideo, VOCABULARY } from '../../surgstu/synthetic.ts';
import { templateOf } from '../../surgstu/templates.ts';
import { posedAbout, type SurgicalRecord } from './index.ts';

/** What a record's answer scores against itself, and what a box in the middle scores. */
export function scoreOf({ subcategory, conversations }: SurgicalRecord, reply?: string): number {
  const template = templateOf(subcategory);
  const answer = conversations[1].value;
  return template === undefined ? 0 : (scoreForm(template.form, reply ?? answer, answer) ?? 0);
}

const MIDDLE = '{"bbox_2d": [400, 400, 600, 600]}';

/** Answers against themselves are right throughout; a reader that always gives a box is never right about what is absent. */
export async function checkSurgstu(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const records = [0, 1, 2, 3].flatMap((nth) =>
    clipsOf(syntheticVideo(context.seed, nth), 24).flatMap((clip) =>
      posedAbout(clip, VOCABULARY, { seed: context.seed, most: 3 }),
    ),
  );
  const right = records.filter((record) => scoreOf(record) > 0.999).length;
  const mean = (some: readonly SurgicalRecord[]) =>
    some.reduce((sum, record) => sum + scoreOf(record, MIDDLE), 0) / Math.max(1, some.length);
  const located = records.filter(({ subcategory }) => subcategory === 'locate');
  const refused = records.filter(({ subcategory }) => subcategory.startsWith('refusal'));
  const kinds = new Set(records.map(({ subcategory }) => subcategory)).size;
  // From one corner to the other and back, sample by sample: no stretch is long enough for a path.
  const broken = clipsOf(
    {
      video: 'broken',
      events: syntheticVideo(context.seed, 0).events.map((event) => {
        const low = Math.round(event.t * 2) % 2 === 0 ? 0 : 0.9;
        return { ...event, x1: low, x2: low + 0.1, y1: low, y2: low + 0.1 };
      }),
    },
    24,
  ).flatMap((clip) => posedAbout(clip, VOCABULARY, { seed: context.seed, most: 3 }));
  const paths = broken.filter(({ subcategory }) => ['trajectory', 'window'].includes(subcategory)).length;
  const held = mean(refused) === 0 && refused.length > 0 && broken.length > 0 && paths === 0;
  return {
    passed: right === records.length && kinds >= 29 && held,
    baseline: { name: 'a box in the middle of the picture (locate)', value: mean(located) },
    result: { name: 'answers against themselves (share right)', value: right / records.length },
    ci95: clopperPearson(right, records.length),
    mustNotWin: { regime: 'a box for an instrument that is absent', value: mean(refused), held },
    detail: `${records.length} questions of ${kinds} kinds; a track that leaps gives ${paths} paths`,
  };
}
