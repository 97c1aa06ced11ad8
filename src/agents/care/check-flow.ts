// CARE-Flow's check: three views and a vote against one view, with a segmenter that finds the thing and one that lies.
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { startSimulatedReader } from '../../experts/testing/simulated-reader.ts';
import { mcnemar } from '../../scoring/statistics/paired.ts';
import { answerOf, GOOD_SEGMENTER, LYING_SEGMENTER, READER, rightOf, writeWard } from './check-pictures.ts';
import { ratesText, reviewRates } from './review-rates.ts';

const ITEMS = 280;
/** Of the regime in which it must not win. */
const FEWER = 90;

export async function checkFlow(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const ward = join(context.scratch, 'ward');
  const letters = await writeWard(ward, ITEMS, context.seed);
  const small = join(context.scratch, 'small-ward');
  await writeWard(small, FEWER, `${context.seed}/small`);
  const server = await startSimulatedReader({
    seed: context.seed,
    record: false,
    answer: (request, rng) =>
      request.asked.includes('"entities"') ? '{"entities": ["nodule"]}' : answerOf(request, rng),
  });
  const arm = async (
    reader: string,
    data: string,
    segmenter?: string,
    options: Readonly<Record<string, string>> = {},
  ) => {
    const { readers } = await context.readRelease({
      benchmark: 'own-items',
      data,
      readers: [`${reader}@compatible/sim`],
      server: server.url,
      experts: segmenter === undefined ? [] : [segmenter],
      options,
    });
    const [{ overall, runId }] = readers;
    return {
      score: overall[0].score ?? 0,
      ci95: overall[0].ci95,
      right: await rightOf(context, runId, letters),
    };
  };
  try {
    const direct = await arm('direct', small);
    const single = await arm('care-flow', ward, GOOD_SEGMENTER, { views: 'zoom', edge: '96' });
    const vote = await arm('care-flow', ward, GOOD_SEGMENTER, { edge: '96' });
    const lied = await arm('care-flow', small, LYING_SEGMENTER, { edge: '96' });
    // The vote against its best view, item by item.
    const moved = reviewRates(
      [...letters.keys()].map((id) => ({
        rightBefore: single.right.get(id) === true,
        rightAfter: vote.right.get(id) === true,
      })),
    );
    const p = mcnemar(moved.fixed.count, moved.broken.count);
    const held = lied.score <= direct.score;
    return {
      passed: vote.score > single.score && p < 0.05 && held,
      baseline: { name: 'one view (zoom)', value: single.score },
      result: { name: 'vote of three views', value: vote.score },
      ...(vote.ci95 === null ? {} : { ci95: vote.ci95 }),
      mustNotWin: {
        regime: 'a segmenter that outlines the decoy and is sure of it, against no evidence at all',
        value: lied.score - direct.score,
        held,
      },
      detail:
        `synthetic, n = ${ITEMS}; the reader misreads a contrast of 40 grey levels by a normal error of ${READER.zoom} (zoom), ${READER.mask} (mask) and ${READER.global} (all of the picture), ` +
        `drawn afresh for each view, and without a view looks at the decoy in ${100 * READER.astray} %. ` +
        `Vote against zoom alone: ${ratesText(moved)}, McNemar p ${p.toFixed(4)}. Of ${FEWER} others: no evidence ${direct.score.toFixed(2)}; with the lying segmenter ${lied.score.toFixed(2)}.`,
    };
  } finally {
    await server.close();
  }
}
