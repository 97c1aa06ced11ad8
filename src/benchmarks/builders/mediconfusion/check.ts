// The miner's own check: planted pairs are found among decoys that one encoder alone cannot tell from them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import { clopperPearson } from '../../../scoring/statistics/interval.ts';
import type { Builder } from '../../builder.ts';
import { shadedPicture } from '../../fixture-picture.ts';

const DIMS = 32;
const PLANTED = 20;

function direction(rng: Random, dims = DIMS): number[] {
  return Array.from({ length: dims }, () => rng.normal());
}

/** A vector at this cosine to `base`. */
export function atCosine(base: readonly number[], cosine: number, rng: Random): number[] {
  const length = (of: readonly number[]) => Math.hypot(...of);
  const unit = base.map((value) => value / length(base));
  const other = direction(rng, base.length);
  const along = other.reduce((sum, value, at) => sum + value * unit[at], 0);
  const across = other.map((value, at) => value - along * unit[at]);
  const scale = Math.sqrt(1 - cosine ** 2) / length(across);
  return unit.map((value, at) => value * cosine + across[at] * scale);
}

interface Planted {
  readonly folder: string;
  /** Names of planted pairs, joined. */
  readonly pairs: ReadonlySet<string>;
}

/** Pictures of noise with vectors: planted pairs are alike and apart, as many decoys alike to both encoders. */
async function writePlanted(folder: string, seed: string): Promise<Planted> {
  const rng = random(seed, 'mediconfusion-check');
  await mkdir(folder, { recursive: true });
  const lines: [string[], string[]] = [[], []];
  const table = ['picture,caption'];
  const pairs = new Set<string>();
  for (let n = 0; n < 2 * PLANTED; n++) {
    const names = [`${100 + 2 * n}.png`, `${101 + 2 * n}.png`];
    const planted = n % 2 === 0;
    if (planted) pairs.add(names.join(' '));
    const [alike, other] = [direction(rng), direction(rng)];
    const vectors = [
      [alike, other],
      [atCosine(alike, 0.95, rng), atCosine(other, planted ? 0.5 : 0.9, rng)],
    ];
    for (const [at, name] of names.entries()) {
      await writeFile(join(folder, name), await shadedPicture('dark', rng, 8));
      table.push(`${name},picture ${name}`);
      for (const side of [0, 1])
        lines[side].push(JSON.stringify({ image: name, embedding: vectors[at][side] }));
    }
  }
  await writeFile(join(folder, 'captions.csv'), table.join('\n'));
  for (const side of [0, 1]) await writeFile(join(folder, `vectors-${side}.jsonl`), lines[side].join('\n'));
  return { folder, pairs };
}

export async function checkMiner(
  builder: Builder,
  { seed, scratch, progress, signal }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const { folder, pairs } = await writePlanted(join(scratch, 'pictures'), seed);
  const mine = async (name: string, apart: number, below: string) => {
    const out = join(scratch, name);
    const encoder = (side: number) => `embeddings/${join(folder, `vectors-${side}.jsonl`)}`;
    const options = {
      similar: [encoder(0)],
      apart: [encoder(apart)],
      below: [below],
      table: ['captions.csv'],
    };
    const request = { source: folder, out, seed, protocol: 'strict' as const, progress, signal };
    await builder.build({ ...request, options });
    const found = (await readFile(join(out, 'pairs.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { im_1: string; im_2: string });
    return {
      found: found.length,
      right: found.filter(({ im_1, im_2 }) => pairs.has(`${im_1} ${im_2}`)).length,
    };
  };
  const both = await mine('both', 1, '0.75');
  // Any cosine counts as apart: the first encoder alone.
  const single = await mine('single', 1, '1.01');
  // The same encoder twice finds nothing alike and apart at once.
  const twice = await mine('twice', 0, '0.75').catch((error: unknown) => {
    // "No two pictures …" is what must be said here; anything else is no result.
    if (OverreadError.isInstance(error) && error.code === 'bad-argument') return { found: 0, right: 0 };
    throw error;
  });
  const share = ({ found, right }: { found: number; right: number }) => (found === 0 ? 0 : right / found);
  const ci95 = clopperPearson(both.right, both.found);
  return {
    passed: both.right === PLANTED && ci95[0] > share(single) && twice.found === 0,
    baseline: { name: 'pairs by the first encoder alone (share planted)', value: share(single) },
    result: { name: 'pairs by both encoders (share planted)', value: share(both) },
    ci95,
    mustNotWin: {
      regime: 'the same encoder twice (pairs found)',
      value: twice.found,
      held: twice.found === 0,
    },
    detail: `${both.right} of ${PLANTED} planted pairs found among ${PLANTED} decoys`,
  };
}
