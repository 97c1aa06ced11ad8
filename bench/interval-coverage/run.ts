// How often the 95 % intervals hold the truth, and how often the permutation test cries wolf, on simulated readers.
// npx node bench/interval-coverage/run.ts [--trials 1000]
import { parseArgs } from 'node:util';
import { random } from '../../src/domain/random.ts';
import { resample } from '../../src/scoring/statistics/bootstrap.ts';
import { clusterTable, linearise } from '../../src/scoring/statistics/clusters.ts';
import { scoreInterval } from '../../src/scoring/statistics/interval.ts';
import { signFlip } from '../../src/scoring/statistics/permutation.ts';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '1000' } } });
const trials = Number(values.trials);
const ALL = { groups: [0], macro: false };
const size = 10;

/** Scores of patients who differ: each patient's chance is `mean` ± `spread`, each with probability one half. */
function cohort(seed: string, patients: number, mean: number, spread: number) {
  const rng = random(seed);
  const patient: number[] = [];
  const score: number[] = [];
  for (let p = 0; p < patients; p++) {
    const chance = mean + (rng.next() < 0.5 ? spread : -spread);
    for (let i = 0; i < size; i++) {
      patient.push(p);
      score.push(rng.next() < chance ? 1 : 0);
    }
  }
  return clusterTable(patient, new Int32Array(patient.length), score, patients, 1);
}

process.stdout.write(`${trials} trials each, ${size} questions per patient, 95 % intervals\n`);
process.stdout.write('patients  true score  spread  covered  mean width  ignoring patients\n');
for (const patients of [5, 12, 29, 30, 60, 200])
  for (const [mean, spread] of [
    [0.6, 0],
    [0.6, 0.3],
    [0.9, 0.1],
  ]) {
    let [covered, naive, width] = [0, 0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const table = cohort(`coverage ${patients} ${mean} ${spread} ${trial}`, patients, mean, spread);
      const { ci95 } = scoreInterval(table, resample(table, { seed: String(trial), count: 1000 }), ALL);
      if (ci95 === null) continue;
      if (ci95[0] <= mean && mean <= ci95[1]) covered++;
      width += ci95[1] - ci95[0];
      const p = linearise(table, ALL).value;
      if (Math.abs(p - mean) <= 1.96 * Math.sqrt((p * (1 - p)) / (patients * size))) naive++;
    }
    const cells = [patients, mean, spread, covered / trials, width / trials, naive / trials];
    process.stdout.write(
      `${cells.map((cell) => cell.toFixed(cell === patients ? 0 : 3).padStart(9)).join(' ')}\n`,
    );
  }

process.stdout.write('\npatients  share of null pairs with p ≤ 0.05 (sign-flip)\n');
for (const patients of [6, 12, 25, 100]) {
  let rejected = 0;
  for (let trial = 0; trial < trials; trial++) {
    const rng = random(`null ${patients} ${trial}`);
    const sums = Array.from({ length: patients }, () => {
      const tilt = rng.next() < 0.5 ? 0.8 : 0.2;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += rng.next() < tilt ? 1 : -1;
      return sum;
    });
    if (signFlip(sums, { seed: String(trial), draws: 999 }).p <= 0.05) rejected++;
  }
  process.stdout.write(`${String(patients).padStart(8)}  ${(rejected / trials).toFixed(3)}\n`);
}
