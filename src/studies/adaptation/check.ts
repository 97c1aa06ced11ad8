// The adaptation study's own check: an "adapted" model that knows no more than its base but wants another prompt format.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import vqaRad from '../../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { recordOptions } from '../../benchmarks/published-source.ts';
import { sha256 } from '../../domain/content-hash.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { type Loopback, startLoopback } from '../../experts/testing/loopback.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { openData } from '../../records/data-root.ts';
import { collectRecords } from '../ask-items.ts';
import { overServer } from '../scripted-gateway.ts';
import { type AdaptationStudy, adaptationStudy, type Comparison } from './run.ts';

/** A release in VQA-RAD's format whose questions are about the parity of a number; its pictures say nothing. */
export async function writeParityRelease(
  folder: string,
  { train, test }: { readonly train: number; readonly test: number },
): Promise<void> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const png = await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(90) });
  const rows = async (first: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, nth) => {
        const number = first + nth;
        const image_name = `picture${number}.png`;
        await writeFile(join(folder, 'images', image_name), png);
        return {
          qid: number,
          image_name,
          image_organ: 'CHEST',
          answer: number % 2 === 0 ? 'yes' : 'no',
          answer_type: 'CLOSED',
          question_type: 'OTHER',
          question: `Is case ${number} an even one?`,
          phrase_type: 'freeform',
        };
      }),
    );
  await writeFile(join(folder, 'trainset.json'), JSON.stringify(await rows(0, train)));
  await writeFile(join(folder, 'testset.json'), JSON.stringify(await rows(train, test)));
}

/** How often each scripted model is right, by the option wrapper it is asked with. */
const SKILL = { base: 0.85, adapted: 0.85, adaptedElsewhere: 0.55, better: 0.97 } as const;

/**
 * "base" does not mind the format; "adapted" is as good only where options are written [A] or <A>; "twin" is "base" by
 * another name; "better" knows more. A question is as hard for all of them.
 */
export function startPickyModels(): Promise<Loopback> {
  return startLoopback({
    record: false,
    answer({ body, question }) {
      const numbers = [...question.matchAll(/case (\d+) an even/gi)];
      const number = Number(numbers.at(-1)?.[1]);
      const liked = /[[<]A[\]>]/.test(question);
      const skill =
        body.model === 'better'
          ? SKILL.better
          : body.model === 'adapted' && !liked
            ? SKILL.adaptedElsewhere
            : SKILL.base;
      const ease = Number.parseInt(sha256(`case ${number}`).slice(0, 8), 16) / 2 ** 32;
      const isRight = ease < skill;
      return { text: (number % 2 === 0) === isRight ? 'A' : 'B' };
    },
  });
}

/** The study on such a release. */
export async function scriptedAdaptation(
  context: Pick<CheckContext, 'scratch' | 'seed' | 'progress' | 'signal'>,
  size: { readonly train: number; readonly test: number; readonly shots: readonly number[] },
): Promise<AdaptationStudy> {
  const folder = join(context.scratch, 'release');
  await writeParityRelease(folder, size);
  const plugin = vqaRad as unknown as PublishedBenchmark;
  const chosen = recordOptions(plugin, { seed: context.seed });
  return overServer(await startPickyModels(), async ({ gateway, blobs }) => {
    const records = await collectRecords(plugin, await openData(folder), chosen);
    const models = (name: string, adapted: string) => ({
      name,
      adapted: `compatible/${adapted}`,
      base: 'compatible/base',
    });
    return adaptationStudy({
      pairs: [models('picky', 'adapted'), models('twin', 'twin'), models('better', 'better')],
      benchmarks: [{ plugin, mode: chosen.mode, records }],
      shots: size.shots,
      validation: 100,
      templates: 5,
      sets: 3,
      shared: true,
      resamples: 1000,
      gateway,
      blobs,
      seed: context.seed,
      progress: context.progress,
      signal: context.signal,
    });
  });
}

export function comparisonOf(
  study: AdaptationStudy,
  pair: string,
  prompts: Comparison['prompts'],
): Comparison {
  const found = study.comparisons.find((one) => one.pair === pair && one.prompts === prompts);
  if (found === undefined) throw new TypeError(`no comparison of ${pair}`);
  return found;
}

/** A better model must win under its own prompt; one that only wants another format must not win, nor lose. */
export async function checkAdaptation(
  context: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const study = await scriptedAdaptation(context, { train: 200, test: 300, shots: [0] });
  const better = comparisonOf(study, 'better', 'own');
  const picky = comparisonOf(study, 'picky', 'own');
  const twin = comparisonOf(study, 'twin', 'own');
  const held = picky.verdict === 'tie' && twin.verdict === 'tie';
  return {
    passed: better.verdict === 'win' && held,
    baseline: { name: 'the base model (accuracy)', value: better.base.accuracy ?? Number.NaN },
    result: { name: 'a model that knows more (accuracy)', value: better.adapted.accuracy ?? Number.NaN },
    ...(better.adapted.ci95 === null ? {} : { ci95: better.adapted.ci95 }),
    mustNotWin: {
      regime: 'a model that only wants another format, each with its own best prompt: its difference',
      value: picky.difference,
      held,
    },
    detail: `with the default prompt it would lose: ${picky.adapted.validationDefault.toFixed(2)} against ${picky.base.validationDefault.toFixed(2)} on the validation items`,
  };
}
