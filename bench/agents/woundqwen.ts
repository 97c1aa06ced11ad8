// Stage 2 of woundqwen on 686 real label rows: with the wound's attributes, without, with another's, and naive Bayes.
// npx node bench/agents/woundqwen.ts [--data ../shared/data] [--seed 0]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeWound, SLIP } from '../../src/agents/readers/woundqwen/simulated-judge.ts';
import { tableOf } from '../../src/benchmarks/builders/surgwound/check.ts';
import builder from '../../src/benchmarks/builders/surgwound/index.ts';
import { silent } from '../../src/domain/progress.ts';
import { macroF1 } from '../../src/scoring/classification/confusion.ts';
import {
  crossValidated,
  majority,
  naiveBayes,
  type TableRow,
} from '../../src/scoring/classification/naive-bayes.ts';
import { withArms } from './arm.ts';
import { header, row, told } from './table.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, seed: { type: 'string', default: '0' } },
});
const source = join(values.data, 'surgwound-labels', 'labels.csv');
const SEEDS = ['0', '1', '2', '3', '4'];

await withArms({ seed: values.seed, answer: judgeWound }, async (read, folder) => {
  const built = async (task: string, attributes: string) => {
    const out = join(folder, `${task}-${attributes}`);
    const options = { task: [task], attributes: [attributes] };
    const { signal } = new AbortController();
    await builder.build({
      source,
      out,
      seed: values.seed,
      protocol: 'strict',
      options,
      progress: silent,
      signal,
    });
    return out;
  };
  process.stdout.write(
    `Real labels of 686 wounds; the reader is simulated: it counts signs in the attributes that it is told, and slips in ${100 * SLIP} % of replies.\n\n`,
  );
  header('judgement', 'arm', 'accuracy', 'macro-F1', 'n');
  for (const task of ['risk', 'urgency']) {
    const own = await built(task, 'own');
    const arm = async (name: string, data: string, reader: string) => {
      const { cells } = await read({ data, readers: [`${reader}@compatible/sim`] });
      row(task, name, told(cells, 'accuracy'), told(cells, 'macro-f1'), cells[0].n);
    };
    await arm('without attributes', own, 'direct');
    await arm('told the attributes', own, 'woundqwen');
    await arm('told another wound’s (must not win)', await built(task, 'shuffled'), 'woundqwen');
    const table = tableOf(readFileSync(join(own, 'items.jsonl'), 'utf8'));
    const models = [
      ['most frequent class', majority],
      ['naive Bayes', naiveBayes],
      ['naive Bayes, even priors', (rows: readonly TableRow[]) => naiveBayes(rows, { prior: 'flat' })],
    ] as const;
    for (const [name, learn] of models) {
      const runs = SEEDS.map((seed) => crossValidated(table, { seed, learn }));
      const mean = (of: (said: (typeof runs)[number]) => number) =>
        (runs.reduce((sum, said) => sum + of(said), 0) / runs.length).toFixed(3);
      const right = mean(
        (said) => said.filter((each) => each.prediction === each.reference).length / said.length,
      );
      row(
        task,
        `${name}, 5 folds by picture × 5 seeds`,
        right,
        mean((said) => macroF1(said) ?? 0),
        table.length,
      );
    }
  }
  const answers = async (task: string) =>
    tableOf(readFileSync(join(folder, `${task}-own`, 'items.jsonl'), 'utf8'));
  const [risk, urgency] = [await answers('risk'), await answers('urgency')];
  const urgencies = [...new Set(urgency.map(({ label }) => label))].sort();
  process.stdout.write('\n');
  header('risk', ...urgencies.map((name) => name.split(':')[0]));
  for (const level of ['Low', 'Medium', 'High'])
    row(
      level,
      ...urgencies.map(
        (name) => risk.filter(({ label }, at) => label === level && urgency[at].label === name).length,
      ),
    );
});
