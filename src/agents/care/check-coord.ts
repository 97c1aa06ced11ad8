// CARE-Coord's check: review against none, with fix and break rates, and a coordinator that does not read what it reviews.
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import type { Random } from '../../domain/random.ts';
import { type SeenRequest, startSimulatedReader } from '../../experts/testing/simulated-reader.ts';
import { mcnemar } from '../../scoring/statistics/paired.ts';
import { loggedReads, notes } from '../regions/logged-reads.ts';
import { letterOf } from '../regions/testing/sight.ts';
import { answerOf, GOOD_SEGMENTER, writeWard } from './check-pictures.ts';
import { type ReviewRates, ratesText, reviewRates } from './review-rates.ts';

const ITEMS = 160;

/** The declared error model of this check, beside that of what is seen. */
const SLIP = 0.25;
/** Its errors of seeing are this share of those of the check on views. */
const SURE = 0.7;
const NOTICED = 0.9;
const FALSE_ALARM = 0.08;
/** How often the careless coordinator asks for another try, whatever it is shown. */
const CARELESS = 0.3;

const RERUN = '{"verdict": "rerun", "entity": 1, "view": "zoom", "reason": "the answer does not follow"}';
const KEEP = '{"verdict": "keep", "reason": "the answer follows"}';

/** The verdict on the reply that stands in the request: does the letter say what the reasoning says? */
export function verdictOn(request: SeenRequest, rng: Random): string {
  if (String(request.body.model).includes('careless')) return rng.next() < CARELESS ? RERUN : KEEP;
  const [, word = ''] = /grey levels (brighter|darker)/.exec(request.asked) ?? [];
  const [, letter = ''] = /<answer>([A-Z])<\/answer>/.exec(request.asked) ?? [];
  const follows = letterOf(request.asked, word === 'brighter' ? 'bright' : 'dark') === letter;
  return rng.next() < (follows ? FALSE_ALARM : NOTICED) ? RERUN : KEEP;
}

function reply(request: SeenRequest, rng: Random): string {
  const { asked } = request;
  if (asked.includes('"entities"')) return '{"entities": ["nodule"]}';
  if (asked.includes('"verdict"')) return verdictOn(request, rng);
  if (asked.includes('You coordinate')) return '{"entity": 1, "view": "zoom", "reason": "small"}';
  return answerOf(request, rng, SLIP, SURE);
}

export async function checkCoord(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const data = join(context.scratch, 'ward');
  const letters = await writeWard(data, ITEMS, context.seed);
  const server = await startSimulatedReader({ seed: context.seed, record: false, answer: reply });
  const arm = async (options: Readonly<Record<string, string>>) => {
    const { readers } = await context.readRelease({
      benchmark: 'own-items',
      data,
      readers: ['care-coord@compatible/sim'],
      server: server.url,
      experts: [GOOD_SEGMENTER],
      options: { edge: '96', ...options },
    });
    const [{ overall, runId }] = readers;
    return { score: overall[0].score ?? 0, ci95: overall[0].ci95, runId };
  };
  /** Both rates, out of the log: what the answer was before its review, and after. */
  const ratesOf = async (runId: string | null): Promise<ReviewRates> => {
    const reads = await loggedReads(context.scratch, runId);
    return reviewRates(
      [...letters].flatMap(([id, letter]) => {
        const read = reads.get(id);
        const steps =
          read === undefined
            ? []
            : notes<{ before: string | null; after: string | null }>(read, 'care-coord:review');
        const [first, last] = [steps[0]?.result, steps.at(-1)?.result];
        return first === undefined || last === undefined
          ? []
          : [{ rightBefore: first.before === letter, rightAfter: last.after === letter }];
      }),
    );
  };
  try {
    const without = await arm({ review: 'off' });
    const reviewed = await arm({});
    const careless = await arm({ coordinator: 'compatible/careless' });
    const rates = await ratesOf(reviewed.runId);
    const blind = await ratesOf(careless.runId);
    const p = mcnemar(rates.fixed.count, rates.broken.count);
    const held =
      blind.fixed.count <= blind.broken.count || mcnemar(blind.fixed.count, blind.broken.count) >= 0.05;
    return {
      passed: reviewed.score > without.score && p < 0.05 && rates.n === ITEMS && held,
      baseline: { name: 'no review', value: without.score },
      result: { name: 'review', value: reviewed.score },
      ...(reviewed.ci95 === null ? {} : { ci95: reviewed.ci95 }),
      mustNotWin: {
        regime: 'a coordinator that asks for another try at random',
        value: careless.score - without.score,
        held,
      },
      detail:
        `synthetic, n = ${ITEMS}; errors of seeing ${SURE} of those of care-flow’s check; the reader's letter contradicts its reasoning in ${100 * SLIP} % of replies, the coordinator notices ${100 * NOTICED} % of that and objects to ${100 * FALSE_ALARM} % of sound replies. ` +
        `Review: ${ratesText(rates)}, McNemar p ${p.toFixed(4)}. Careless review: ${ratesText(blind)}.`,
    };
  } finally {
    await server.close();
  }
}
