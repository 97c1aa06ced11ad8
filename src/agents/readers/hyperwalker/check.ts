// The check of hyperwalker: planted clusters that complete one another, walked with lingering and as plain top-k.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { direction } from '../../../knowledge/retrieval/directions.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';

const ITEMS = 60;
const DIMENSIONS = 48;
/** Records of a cluster. */
const CLUSTER = 9;
/** Passages that both arms may send. */
const BUDGET = 8;
/** How often the reader misreads a fact that it was sent. */
const MISREADS = 0.04;

/** Made-up conditions and signs: nothing of them can be known from elsewhere. */
const conditionName = (at: number): string => `condition-${at.toString(36)}`;
const SIGNS = ['kel', 'mor', 'tas', 'vin'] as const;

export type Regime = 'two clusters' | 'one cluster';

function drawn(rng: Random): Float32Array {
  return direction(Array.from({ length: DIMENSIONS }, () => rng.normal())) ?? new Float32Array(DIMENSIONS);
}

function mixed(parts: readonly (readonly [Float32Array, number])[]): number[] {
  return Array.from({ length: DIMENSIONS }, (_, at) =>
    parts.reduce((sum, [vector, share]) => sum + vector[at] * share, 0),
  );
}

/**
 * Questions on two conditions of one patient. In the first regime each condition's sign stands in a cluster of its own,
 * and the question lies nearer to one of them; in the second both stand in one cluster, among records that say nothing.
 * The patient's own study, nearest of all, gives the answer away and must never be sent.
 */
export async function writeRegime(
  folder: string,
  seed: string,
  regime: Regime,
): Promise<Record<string, string>> {
  const rng = random(seed, 'hyperwalker', regime);
  await mkdir(folder, { recursive: true });
  const items: WrittenItem[] = [];
  const corpus: string[] = [];
  const vectors: string[] = [];
  const study = (id: string, patient: string, text: string, vector: readonly number[]) =>
    corpus.push(
      JSON.stringify({
        study: id,
        patient,
        fields: { note: [text] },
        vectors: { fields: { note: [vector] } },
      }),
    );
  for (let at = 0; at < ITEMS; at++) {
    const [a, b] = [conditionName(2 * at), conditionName(2 * at + 1)];
    const [first, second] = [rng.pick(SIGNS), rng.pick(SIGNS)];
    const [towardsA, towardsB] = [drawn(rng), drawn(rng)];
    const near = (axis: Float32Array) =>
      mixed([
        [axis, 1],
        [drawn(rng), 0.35],
      ]);
    const question = `A patient has ${a} and ${b}. Which pair of signs is to be looked for?`;
    const query =
      regime === 'two clusters'
        ? mixed([
            [towardsA, 0.8],
            [towardsB, 0.6],
          ])
        : mixed([[towardsA, 1]]);
    vectors.push(JSON.stringify({ text: question, embedding: query }));
    const facts = [`The sign of ${a} is ${first}.`, `The sign of ${b} is ${second}.`];
    for (let n = 0; n < CLUSTER; n++) {
      const owner = `other-${at}-${n}`;
      if (regime === 'two clusters') {
        study(`s${at}a${n}`, owner, facts[0], near(towardsA));
        study(`s${at}b${n}`, owner, facts[1], near(towardsB));
      } else study(`s${at}a${n}`, owner, facts[n] ?? `Nothing more of ${a}, visit ${n}.`, near(towardsA));
    }
    study(`own-${at}`, `patient-${at}`, `With ${a} and ${b} the pair is ${first} and ${second}.`, query);
    const others = SIGNS.filter((sign) => sign !== first && sign !== second);
    const pairs = [
      [first, second],
      [first, others[0]],
      [others[0], second],
      [others[0], others[1] ?? others[0]],
    ].map((pair) => pair.join(' and '));
    items.push({
      id: `item-${at}`,
      patient: `patient-${at}`,
      question,
      options: rng.shuffle(pairs),
      answer: pairs[0],
      facets: { source: 'synthetic' },
    });
  }
  corpus.push(
    JSON.stringify({ disease: 'hygiene', description: 'Hands are washed.', vector: [...drawn(rng)] }),
  );
  await writeItemsFile(folder, items);
  // Beside the folder, not in it: a corpus is no part of a release.
  const [at, encoder] = [`${folder}-corpus.jsonl`, `${folder}-vectors.jsonl`];
  await writeFile(at, `${corpus.join('\n')}\n`);
  await writeFile(encoder, `${vectors.join('\n')}\n`);
  return { corpus: at, encoder: `embeddings/${encoder}`, threshold: '0.5', budget: String(BUDGET) };
}

/** Facts on the conditions of a question among what was really sent. */
export function factsSent(asked: string): readonly (string | undefined)[] {
  const [, a = '', b = ''] = /A patient has (\S+) and (\S+)\./.exec(asked) ?? [];
  return [a, b].map((name) => new RegExp(`The sign of ${name} is (\\w+)\\.`).exec(asked)?.[1]);
}

/** Whether the asked patient's own study, which gives the answer away, is among what was sent. */
export function ownStudySent(asked: string): boolean {
  const [, a = '', b = ''] = /A patient has (\S+) and (\S+)\./.exec(asked) ?? [];
  return asked.includes(`With ${a} and ${b} the pair is`);
}

/**
 * The declared error model: it knows nothing but the facts among the texts that it was sent, misreads each in one of
 * twenty-five reads, and guesses among the options that agree with what it has read.
 */
export function answerFromFacts({ asked }: SeenRequest, rng: Random): string {
  const options = [...asked.matchAll(/^([A-D])\. (\w+) and (\w+)$/gm)];
  const read = factsSent(asked).map((sign) =>
    sign !== undefined && rng.next() < MISREADS ? rng.pick(SIGNS) : sign,
  );
  const fits = options.filter(([, , ...pair]) =>
    read.every((sign, at) => sign === undefined || pair[at] === sign),
  );
  return rng.pick(fits.length === 0 ? options : fits)[1];
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  // Counted here and nowhere used for an answer.
  const seen = { requests: 0, facts: 0, passages: 0, leaks: 0 };
  const server = await startSimulatedReader({
    seed: context.seed,
    answer(request, rng) {
      seen.requests++;
      seen.facts += factsSent(request.asked).filter((sign) => sign !== undefined).length;
      seen.passages += request.asked.match(/^\[\d+\] /gm)?.length ?? 0;
      if (ownStudySent(request.asked)) seen.leaks++;
      return answerFromFacts(request, rng);
    },
  });
  let leaks = 0;
  try {
    const arm = async (data: string, options: Record<string, string>, retrieval: string) => {
      Object.assign(seen, { requests: 0, facts: 0, passages: 0, leaks: 0 });
      const { readers } = await context.readRelease({
        benchmark: 'own-items',
        data,
        readers: ['hyperwalker@compatible/sim'],
        server: server.url,
        options: { ...options, retrieval },
      });
      leaks += seen.leaks;
      const { score, ci95 } = readers[0].overall[0];
      return {
        score: score ?? Number.NaN,
        ci95,
        coverage: seen.facts / (2 * seen.requests),
        passages: seen.passages / seen.requests,
      };
    };
    const both = async (regime: Regime) => {
      const data = join(context.scratch, regime.replace(' ', '-'));
      const options = await writeRegime(data, context.seed, regime);
      return { plain: await arm(data, options, 'top-k'), walked: await arm(data, options, 'walk') };
    };
    const two = await both('two clusters');
    const one = await both('one cluster');
    const held = one.walked.score <= one.plain.score + 0.05 && one.walked.coverage <= one.plain.coverage;
    const said = (name: string, { coverage, passages }: typeof two.plain) =>
      `${name}: coverage ${coverage.toFixed(2)} with ${passages.toFixed(1)} passages`;
    return {
      passed:
        held &&
        leaks === 0 &&
        two.walked.passages <= two.plain.passages &&
        two.walked.coverage > two.plain.coverage + 0.2 &&
        two.walked.score > two.plain.score + 0.15,
      baseline: { name: 'plain top-k (accuracy)', value: two.plain.score },
      result: { name: 'walk with orthogonal lingering (accuracy)', value: two.walked.score },
      ...(two.walked.ci95 === null ? {} : { ci95: two.walked.ci95 }),
      mustNotWin: {
        regime: 'all evidence in one cluster, against top-k',
        value: one.walked.score,
        against: one.plain.score,
        held,
      },
      detail: `${ITEMS} synthetic items a regime, budget ${BUDGET}; two clusters, ${said('top-k', two.plain)}, ${said('walk', two.walked)}; one cluster, ${said('top-k', one.plain)}, ${said('walk', one.walked)}; own study sent ${leaks} times; the reader misreads ${MISREADS}`,
    };
  } finally {
    await server.close();
  }
}
