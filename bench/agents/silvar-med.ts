// SilVar-Med's round trip on real questions: VQA-RAD's words are spoken by espeak-ng and heard by pocketsphinx.
// npx node bench/agents/silvar-med.ts [--data ../shared/data] [--questions 60] [--seed 0]
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Random, random } from '../../src/domain/random.ts';
import { programThere, runProgram } from '../../src/experts/run-program.ts';
import { waveBytes } from '../../src/experts/speech/wave.ts';
import { type SeenRequest, startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';
import { readArm } from './arm.ts';
import { percent, percentCell } from './table.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    questions: { type: 'string', default: '60' },
    seed: { type: 'string', default: '0' },
  },
});

interface Row {
  readonly qid: number;
  readonly image_name: string;
  readonly question: string;
  readonly answer: string | number;
}
const rowsOf = (file: string) =>
  (JSON.parse(readFileSync(join(values.data, 'vqa-rad', file), 'utf8')) as Row[]).filter(({ answer }) =>
    /^(yes|no)$/i.test(String(answer).trim()),
  );
const wordsIn = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .match(/[a-z0-9']+/g) ?? [];

/**
 * The error model of the reader: it sees nothing in the picture. It looks up the five training questions whose words are
 * most like those that it was sent (cosine of word counts by inverse document frequency), says what most of them were
 * answered, and guesses where no word is known. It has nothing but the words of its request.
 */
function reader(training: readonly Row[]): (request: SeenRequest, rng: Random) => string {
  const seen = training.map(({ question, answer }) => ({
    words: new Set(wordsIn(question)),
    yes: String(answer).trim().toLowerCase() === 'yes',
  }));
  const count = new Map<string, number>();
  for (const { words } of seen) for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
  const weight = (word: string) => Math.log(seen.length / (count.get(word) ?? seen.length)) ** 2;
  const lengths = seen.map(
    ({ words }) => Math.sqrt([...words].reduce((sum, word) => sum + weight(word), 0)) || 1,
  );
  return ({ asked }, rng) => {
    // Options and what stands around the question are the same for all; only its own words may decide.
    const text = asked
      .split('\n')
      .filter((line) => !/^[AB]\. |^Answer with|^The question is spoken/.test(line))
      .join(' ')
      .replace(/Transcript:( nothing could be made out\.)?/, '');
    const known = [...new Set(wordsIn(text))].filter((word) => count.has(word));
    const likeness = seen.map(({ words }, at) => {
      const common = known.reduce((sum, word) => sum + (words.has(word) ? weight(word) : 0), 0);
      return common / lengths[at];
    });
    const nearest = [...likeness.keys()].sort((a, b) => likeness[b] - likeness[a]).slice(0, 5);
    const votes = nearest.filter((at) => likeness[at] > 0).map((at) => (seen[at].yes ? 1 : -1));
    const sum = votes.reduce<number>((total, vote) => total + vote, 0);
    const said = sum === 0 ? (rng.next() < 0.5 ? 'yes' : 'no') : sum > 0 ? 'yes' : 'no';
    return new RegExp(`^([A-Z])\\. ${said}$`, 'm').exec(asked)?.[1] ?? said;
  };
}

/** Words to put in, take out or exchange. */
function edits(a: readonly string[], b: readonly string[]): number {
  let row = b.map((_, at) => at + 1);
  row.unshift(0);
  for (const [i, word] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min(row[j] + (word === other ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    row = next;
  }
  return row[b.length];
}

/** A bigram model in ARPA's format, as recognisers read it: absolute discounting of 0.5, backed off to single words. */
function arpa(sentences: readonly (readonly string[])[]): string {
  const DISCOUNT = 0.5;
  const after = new Map<string, Map<string, number>>();
  const single = new Map<string, number>();
  for (const words of sentences) {
    let before = '<s>';
    for (const word of [...words, '</s>']) {
      const row = after.get(before) ?? new Map<string, number>();
      after.set(before, row.set(word, (row.get(word) ?? 0) + 1));
      single.set(word, (single.get(word) ?? 0) + 1);
      before = word;
    }
  }
  const total = [...single.values()].reduce((sum, count) => sum + count, 0);
  const share = (word: string) => (single.get(word) ?? 0) / total;
  const log = (value: number) => Math.log10(value).toFixed(5);
  const pairs: string[] = [];
  const backed = new Map<string, string>();
  for (const [before, row] of after) {
    const count = [...row.values()].reduce((sum, each) => sum + each, 0);
    for (const [word, each] of row) pairs.push(`${log((each - DISCOUNT) / count)} ${before} ${word}`);
    const left = 1 - [...row.keys()].reduce((sum, word) => sum + share(word), 0);
    backed.set(before, log(Math.min(1e3, (DISCOUNT * row.size) / count / Math.max(left, 1e-6))));
  }
  const singles = [
    `-99 <s> ${backed.get('<s>')}`,
    ...[...single.keys()].map((word) => `${log(share(word))} ${word} ${backed.get(word) ?? '0'}`),
  ];
  return [
    ...['', '\\data\\', `ngram 1=${singles.length}`, `ngram 2=${pairs.length}`],
    ...['', '\\1-grams:', ...singles, '', '\\2-grams:', ...pairs, '', '\\end\\', ''],
  ].join('\n');
}

/** 95 % interval of a statistic over groups drawn with replacement. */
function interval<T>(
  groups: readonly T[],
  of: (drawn: readonly T[]) => number,
  rng: Random,
): [number, number] {
  const found = Array.from({ length: 2000 }, () => of(groups.map(() => groups[rng.int(groups.length)])));
  found.sort((a, b) => a - b);
  return [found[50], found[1949]];
}

const scratch = mkdtempSync(join(tmpdir(), 'overread-silvar-med-'));
/** Words that the recogniser's dictionary can say; a grammar with any other is refused by it. */
const DICTIONARY = '/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict';
const SPHINX = 'transcribe=command:pocketsphinx_continuous -infile {input} -logfn /dev/null';

async function main(): Promise<void> {
  await programThere('espeak-ng', 'apt-get install espeak-ng');
  await programThere('pocketsphinx_continuous', 'apt-get install pocketsphinx pocketsphinx-en-us');
  const rng = random(values.seed, 'silvar-med');
  const chosen = rng.shuffle(rowsOf('testset.json')).slice(0, Number(values.questions));
  for (const name of ['said', 'noise']) mkdirSync(join(scratch, name));
  const lines: string[] = [];
  for (const { qid, image_name, question, answer } of chosen) {
    const id = `q${qid}`;
    const sound = join(scratch, 'said', `${id}.wav`);
    const args = ['-v', 'en-us', '-s', '150', '-w', sound, ` ${question}`];
    await runProgram({ program: 'espeak-ng', args, folder: scratch, timeoutMs: 20_000 });
    const samples = new Float32Array(32_000).map(() => (rng.next() - 0.5) * 0.2);
    writeFileSync(join(scratch, 'noise', `${id}.wav`), waveBytes({ rate: 16_000, samples }));
    for (const name of ['said', 'noise'])
      copyFileSync(join(values.data, 'vqa-rad', 'images', image_name), join(scratch, name, image_name));
    lines.push(
      JSON.stringify({
        ...{ id, question, patient: image_name, pictures: [image_name], audio: `${id}.wav` },
        ...{ options: ['yes', 'no'], answer: String(answer).trim().toLowerCase() },
      }),
    );
  }
  for (const name of ['said', 'noise'])
    writeFileSync(join(scratch, name, 'items.jsonl'), `${lines.join('\n')}\n`);
  const plain = (text: string) => wordsIn(text.replaceAll("'", '')).join(' ');
  const grammar = join(scratch, 'questions.gram');
  const pronounced = new Set(
    readFileSync(DICTIONARY, 'utf8')
      .split('\n')
      .map((line) => line.split(/[ (]/)[0]),
  );
  const sayable = (text: string) =>
    plain(text)
      .split(' ')
      .filter((word) => pronounced.has(word));
  const all = [...new Set(chosen.map(({ question }) => sayable(question).join(' ')))]
    .filter((text) => text !== '')
    .join(' | ');
  writeFileSync(grammar, `#JSGF V1.0;\ngrammar questions;\npublic <question> = ${all} ;\n`);

  // Of the training split alone; some of its questions are worded as some of the test split.
  const language = join(scratch, 'questions.lm');
  writeFileSync(language, arpa(rowsOf('trainset.json').map(({ question }) => sayable(question))));

  const server = await startSimulatedReader({ seed: values.seed, answer: reader(rowsOf('trainset.json')) });
  const right = new Map(
    chosen.map(({ qid, answer }) => [`q${qid}`, /^yes/i.test(String(answer).trim()) ? 'A' : 'B']),
  );
  const place = { scratch, url: server.url, seed: values.seed };
  async function arm(folder: string, mode: string, experts: readonly string[]) {
    const { cells, reads } = await readArm(place, {
      ...{ data: join(scratch, folder), mode, experts, concurrency: 2 },
      readers: [mode === 'written' ? 'direct@compatible/sim' : 'silvar-med@compatible/sim'],
    });
    const [cell] = cells;
    if (cell.failed > 0) throw new Error(`${cell.failed} reads of ${folder} failed.`);
    const heard = new Map<string, string>();
    const correct = new Map<string, number>();
    for (const [id, read] of await reads()) {
      const note = read.toolCalls.find(({ tool }) => tool === 'silvar-med:transcribe');
      heard.set(id, (note?.result as { text?: string } | undefined)?.text ?? '');
      const letter = read.answer?.kind === 'choice' ? read.answer.letter : '';
      correct.set(id, Number(letter === right.get(id)));
    }
    return { cell, heard, correct };
  }
  try {
    const written = await arm('said', 'written', []);
    const arms = [
      { name: 'spoken, general language model', ...(await arm('said', 'asked', [SPHINX])) },
      {
        name: 'spoken, bigrams of the training questions',
        ...(await arm('said', 'asked', [`${SPHINX} -lm "${language.replaceAll(',', ',,')}"`])),
      },
      {
        name: 'spoken, grammar of these questions',
        ...(await arm('said', 'asked', [`${SPHINX} -jsgf "${grammar.replaceAll(',', ',,')}"`])),
      },
      { name: 'noise in place of the question (must not win)', ...(await arm('noise', 'asked', [SPHINX])) },
    ];
    const out = [
      `Real questions and pictures (VQA-RAD, yes/no, test split), made voice, simulated reader; ${chosen.length} questions, ${new Set(chosen.map(({ image_name }) => image_name)).size} pictures, seed ${values.seed}.`,
      '',
      '| arm | word error rate, % | accuracy, % | spoken − written | n | chance |',
      '| --- | --- | --- | --- | --- | --- |',
    ];
    out.push(`| written | 0 | ${percentCell(written.cell)} | | ${written.cell.n} | 50 |`);
    const pictures = [...new Set(chosen.map(({ image_name }) => image_name))];
    for (const { name, cell, heard, correct } of arms) {
      const groups = pictures.map((picture) =>
        chosen
          .filter(({ image_name }) => image_name === picture)
          .map(({ qid, question }) => {
            const wanted = wordsIn(plain(question));
            return {
              wrong: edits(wanted, wordsIn(heard.get(`q${qid}`) ?? '')),
              words: wanted.length,
              change: (correct.get(`q${qid}`) ?? 0) - (written.correct.get(`q${qid}`) ?? 0),
            };
          }),
      );
      type Group = (typeof groups)[number];
      const total = (drawn: readonly Group[], of: (each: Group[number]) => number) =>
        drawn.reduce((sum, group) => sum + group.reduce((inner, each) => inner + of(each), 0), 0);
      const rate = (drawn: readonly Group[]) =>
        total(drawn, ({ wrong }) => wrong) / total(drawn, ({ words }) => words);
      const change = (drawn: readonly Group[]) => total(drawn, (each) => each.change) / total(drawn, () => 1);
      const both = (of: typeof rate, stream: string) =>
        `${percent(of(groups))} [${interval(groups, of, rng.fork(`${name}${stream}`))
          .map(percent)
          .join(', ')}]`;
      const wer = name.startsWith('noise') ? '' : both(rate, 'words');
      out.push(`| ${name} | ${wer} | ${percentCell(cell)} | ${both(change, 'change')} | ${cell.n} | 50 |`);
    }
    process.stdout.write(`${out.join('\n')}\n`);
  } finally {
    await server.close();
  }
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
