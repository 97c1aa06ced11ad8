// The check of planned-dag: corrections that the classifier asks for go further than random ones, and tools count.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { writePng } from '../../../imaging/write-png.ts';
import { balancedAccuracy } from '../../../scoring/classification/confusion.ts';
import { studentQuantile } from '../../../scoring/statistics/distributions.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { type Classifier, learnActively } from './active-learning.ts';
import { regionsOf, thresholdMask } from './regions.ts';

const SEEDS = 40;
const BUDGET = 200;
const TARGET = 0.94;
const AT = 60;
const PICTURES = 80;
/** Share of pictures in which the simulated reader miscounts by one when it counts by eye. */
const MISCOUNT = 0.4;

interface Cells {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** Cells by area, mean and elongation, and two features that say nothing; one in eight is of the class sought. */
export function cellTable(seed: string, count: number, learnable: boolean): Cells {
  const rng = random(seed, 'cells');
  const labels: number[] = [];
  const rows = Array.from({ length: count }, () => {
    const sought = rng.next() < 0.125 ? 1 : 0;
    const row = [
      (sought === 1 ? 150 : 100) + 18 * rng.normal(),
      (sought === 1 ? 120 : 150) + 14 * rng.normal(),
      (sought === 1 ? 1.5 : 1.2) + 0.18 * rng.normal(),
      rng.normal(),
      rng.normal(),
    ];
    labels.push(learnable ? sought : rng.int(2));
    return row;
  });
  return { rows, labels };
}

function scored(classify: Classifier, { rows, labels }: Cells): number {
  const pairs = rows.map((row, at) => ({
    prediction: classify(row) >= 0.5 ? '1' : '0',
    reference: String(labels[at]),
  }));
  return balancedAccuracy(pairs) ?? 0;
}

export interface Learnt {
  /** Labels until the target is reached, the budget where it never is. */
  readonly labels: number;
  /** Balanced accuracy on fresh cells with a fixed number of labels. */
  readonly accuracy: number;
}

export function learnt(ask: 'uncertain' | 'random', seed: string, learnable: boolean): Learnt {
  const pool = cellTable(`${seed}/pool`, 700, learnable);
  const fresh = cellTable(`${seed}/fresh`, 1000, learnable);
  let labels = BUDGET;
  let accuracy = 0.5;
  for (const point of learnActively(pool.rows, (at) => pool.labels[at], {
    ask,
    seed,
    first: 20,
    budget: BUDGET,
  })) {
    const score = scored(point.classify, fresh);
    if (point.labels <= AT) accuracy = score;
    if (score >= TARGET && labels === BUDGET) labels = point.labels;
    if (labels < BUDGET && point.labels >= AT) break;
  }
  return { labels, accuracy };
}

/** Mean and 95 % interval by Student's t. */
export function meanOf(values: readonly number[]): {
  readonly mean: number;
  readonly ci95: [number, number];
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = studentQuantile(0.975, values.length - 1) * Math.sqrt(variance / values.length);
  return { mean, ci95: [mean - half, mean + half] };
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const seeds = Array.from({ length: SEEDS }, (_, at) => `${context.seed}/${at}`);
  const both = seeds.map((seed) => ({
    uncertain: learnt('uncertain', seed, true),
    random: learnt('random', seed, true),
  }));
  const saved = meanOf(both.map(({ uncertain, random: any }) => any.labels - uncertain.labels));
  const [asked, drawn] = [
    meanOf(both.map((each) => each.uncertain.labels)),
    meanOf(both.map((each) => each.random.labels)),
  ];
  const noise = meanOf(
    seeds.map((seed) => learnt('uncertain', seed, false).accuracy - learnt('random', seed, false).accuracy),
  );
  const held = noise.ci95[0] <= 0;
  const counts = await counted(context);
  return {
    passed: saved.ci95[0] > 0 && counts.low > counts.direct && held,
    baseline: { name: `labels for a balanced accuracy of ${TARGET}, drawn at random`, value: drawn.mean },
    result: { name: 'asked for where the classifier doubts', value: asked.mean },
    ci95: asked.ci95,
    mustNotWin: {
      regime: `labels that are pure noise: gain in balanced accuracy at ${AT} labels`,
      value: noise.mean,
      held,
    },
    detail: `Synthetic, ${SEEDS} tables of cells: ${saved.mean.toFixed(1)} labels saved (95 % ${saved.ci95.map((end) => end.toFixed(1)).join(' to ')}). Counting ${PICTURES} pictures of blobs with one simulated reader, which miscounts by one in ${100 * MISCOUNT} %: ${(100 * counts.direct).toFixed(1)} % right by eye, ${(100 * counts.planned).toFixed(1)} % by the graph that it plans.`,
  };
}

const SIDE = 48;

function blobs(count: number, rng: Random): Raster & { data: Uint8Array } {
  const data = new Uint8Array(SIDE * SIDE);
  for (let at = 0; at < data.length; at++) data[at] = 50 + rng.int(30);
  // One blob at most in each cell of a 4 × 4 lattice, so that none touch.
  for (const cell of rng.shuffle(Array.from({ length: 16 }, (_, at) => at)).slice(0, count)) {
    const [x, y, r] = [
      12 * (cell % 4) + 5 + rng.int(2),
      12 * Math.floor(cell / 4) + 5 + rng.int(2),
      2 + rng.int(2),
    ];
    for (let v = y - r; v <= y + r; v++)
      for (let u = x - r; u <= x + r; u++)
        if ((u - x) ** 2 + (v - y) ** 2 <= r * r) data[v * SIDE + u] = 200 + rng.int(30);
  }
  return { width: SIDE, height: SIDE, channels: 1, data };
}

const PLAN = JSON.stringify({
  nodes: [
    { id: 'bright', tool: 'bright-mask', inputs: { picture: '$picture' } },
    { id: 'cells', tool: 'regions', inputs: { mask: '$bright', picture: '$picture', smallest: 4 } },
    { id: 'count', tool: 'count-rows', inputs: { table: '$cells' } },
  ],
  answer: ['count'],
});

/** Plans as declared, copies a number that tools found, and by eye counts with its declared error. */
function simulatedCounter({ asked, pictures }: SeenRequest, rng: Random): string {
  if (asked.startsWith('Plan how tools')) return PLAN;
  const found = /^count: (\d+)$/m.exec(asked)?.[1];
  const [shown] = pictures;
  const seen =
    shown === undefined ? 0 : regionsOf(thresholdMask(shown)).filter((pixels) => pixels.length >= 4).length;
  const slip = rng.next() < MISCOUNT ? rng.pick([-1, 1]) : 0;
  const said = found ?? String(seen + slip);
  return (
    [...asked.matchAll(/^([A-Z])\. (\d+)$/gm)].find(([, , text]) => text === said)?.[1] ?? 'none of these'
  );
}

async function counted(context: CheckContext): Promise<{ direct: number; planned: number; low: number }> {
  const folder = join(context.scratch, 'blobs');
  await mkdir(folder, { recursive: true });
  const rng = random(context.seed, 'blobs');
  const items: WrittenItem[] = [];
  for (let at = 0; at < PICTURES; at++) {
    const count = 3 + rng.int(9);
    await writePng(join(folder, `${at}.png`), blobs(count, rng.fork(String(at))));
    const options = rng.shuffle([count - 1, count, count + 1, count + 2]).map(String);
    items.push({
      id: `blobs-${at}`,
      question: 'How many bright blobs are there?',
      options,
      answer: String(count),
      pictures: [`${at}.png`],
    });
  }
  await writeItemsFile(folder, items);
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedCounter });
  try {
    const report = await context.readRelease({
      benchmark: 'own-items',
      data: folder,
      readers: ['direct@compatible/sim', 'planned-dag@compatible/sim'],
      server: server.url,
    });
    const [direct, planned] = report.readers.map(({ overall }) => overall[0]);
    return { direct: direct.score ?? 0, planned: planned.score ?? 0, low: planned.ci95?.[0] ?? 0 };
  } finally {
    await server.close();
  }
}
