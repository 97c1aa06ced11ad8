// mmedagent on the closed questions of VQA-RAD: real questions, pictures and answers, simulated specialists of known habits.
// npx node bench/agents/mmedagent.ts [--data ../shared/data] [--seed 0]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Consultation,
  learnAttending,
  majorityOf,
  STRATA,
  stratumOf,
} from '../../src/agents/readers/mmedagent/curriculum.ts';
import { random } from '../../src/domain/random.ts';
import { withArms } from './arm.ts';
import { header, row, told } from './table.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, seed: { type: 'string', default: '0' } },
});
const release = join(values.data, 'vqa-rad');
const CLASSES = ['yes', 'no'];

/**
 * Specialists that no picture sways: each goes by the words of the question, so that what they share is a habit. One
 * denies what is asked to be present, one holds pictures for normal, one affirms short questions.
 */
const HABITS: readonly ((question: string) => boolean)[] = [
  (question) => !/\b(?:is|are) there\b|\bany\b|\bevidence\b/i.test(question),
  (question) => /\bnormal|\bsymmetric|\bclear\b|\bmidline\b|\bintact\b/i.test(question),
  (question) => question.split(/\s+/).length < 7,
];

interface Row {
  readonly question: string;
  readonly answer: string | number;
  readonly answer_type: string;
}

function closed(name: string): { question: string; truth: number }[] {
  const rows = JSON.parse(readFileSync(join(release, name), 'utf8')) as readonly Row[];
  return rows.flatMap(({ question, answer, answer_type }) => {
    const truth = CLASSES.indexOf(String(answer).trim().toLowerCase());
    return answer_type.trim() === 'CLOSED' && truth >= 0 ? [{ question, truth }] : [];
  });
}

const votesOf = (question: string): number[] => HABITS.map((says) => (says(question) ? 0 : 1));
const consulted = (rows: readonly { question: string; truth: number }[]): Consultation[] =>
  rows.map(({ question, truth }) => ({ votes: votesOf(question), truth }));

const [train, test] = [closed('trainset.json'), closed('testset.json')];
const options = Object.fromEntries(
  HABITS.map((_, at) => [`specialist-${at + 1}`, `compatible/spec${at + 1}`]),
);

await withArms(
  {
    seed: values.seed,
    answer: ({ asked, body }) => {
      const specialist = Number(/spec([123])$/.exec(String(body.model))?.[1] ?? 0);
      if (specialist === 0) return 'radiologist';
      const question = asked.split('\n').find((line) => line.includes('?')) ?? asked;
      return HABITS[specialist - 1](question) ? 'yes' : 'no';
    },
  },
  async (read, folder) => {
    const learnt = (name: string, from: readonly Consultation[]) => {
      const path = join(folder, `${name}.json`);
      writeFileSync(path, JSON.stringify(learnAttending(from, { classes: CLASSES, seed: values.seed })));
      return path;
    };
    const cases = consulted(train);
    const truths = random(values.seed, 'shuffled').shuffle(cases.map(({ truth }) => truth));
    const policies = {
      learnt: learnt('learnt', cases),
      shuffled: learnt(
        'shuffled',
        cases.map(({ votes }, at) => ({ votes, truth: truths[at] })),
      ),
    };
    process.stdout.write(
      `Real questions, pictures and answers; specialists are simulated and go by the words alone. Learnt from ${train.length} training questions.\n\n`,
    );
    header('arm', 'accuracy, closed questions', 'n');
    const arm = async (name: string, chosen: Record<string, string>) => {
      const { cells } = await read({
        benchmark: 'vqa-rad',
        data: release,
        split: 'test',
        readers: ['mmedagent@compatible/sim'],
        options: { ...options, ...chosen },
        facets: { 'answer type': ['closed'] },
      });
      row(name, told(cells, cells[0].metric), cells[0].n);
    };
    await arm('majority of three', { attending: 'majority' });
    await arm('attending by the learnt table', { attending: 'policy', policy: policies.learnt });
    await arm('table learnt from shuffled answers (must not win)', {
      attending: 'policy',
      policy: policies.shuffled,
    });
    const table = JSON.parse(readFileSync(policies.learnt, 'utf8')) as { table: Record<string, number> };
    process.stdout.write(
      '\nBy stratum, made with the key after the fact, over the yes-or-no questions of the test set:\n\n',
    );
    header('stratum', 'n', 'majority', 'learnt table');
    const by = Map.groupBy(consulted(test), stratumOf);
    for (const stratum of STRATA) {
      const own = by.get(stratum) ?? [];
      const share = (said: (each: Consultation) => number | null) =>
        own.length === 0
          ? '–'
          : (own.filter((each) => said(each) === each.truth).length / own.length).toFixed(3);
      row(
        stratum,
        own.length,
        share(({ votes }) => majorityOf(votes)),
        share(({ votes }) => table.table[votes.join(',')] ?? majorityOf(votes)),
      );
    }
  },
);
