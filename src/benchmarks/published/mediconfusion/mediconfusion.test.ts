import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../../domain/random.ts';
import type { Protocol } from '../../../domain/report.ts';
import { openData } from '../../../records/data-root.ts';
import { publishedContract } from '../../published.contract.ts';
import type { Judge, PublishedRecord } from '../../published.ts';
import { scoreReplies } from '../../published-score.ts';
import {
  likelier,
  likelihoodReply,
  releasedLetter,
  releasedRatings,
  strictLetter,
  strictRatings,
} from './choices.ts';
import mediconfusion from './index.ts';
import type { Letter, Reference } from './records.ts';
import { type Item, metrics } from './scores.ts';

/** Rates the answer that the reply repeats with ten, the other with one. */
const attentive: Judge = {
  id: 'attentive',
  async ask(prompt) {
    const part = (name: string) =>
      new RegExp(`\\[${name}\\]\\n([\\s\\S]*?)(?=\\n\\n\\[|$)`).exec(prompt)?.[1];
    const reply = part('AI Assistant');
    const rate = (answer: string) => (part(answer) === reply ? 10 : 1);
    return `A: ${rate('Answer A')}\nB: ${rate('Answer B')}\nYour explanation: the words`;
  },
};

publishedContract(mediconfusion, { judge: attentive });

const reference: Reference = {
  pair: '1',
  place: 1,
  letter: 'A',
  question: 'What is seen?',
  options: { A: 'A cyst of the liver', B: 'An abscess' },
  categories: ['Hepatic'],
  otherCategories: ['Hepatic'],
};

describe('letters of MediConfusion replies', () => {
  const letters = (text: string) => {
    const [released, strict] = [releasedLetter(text), strictLetter(text, reference)];
    return [released.ok ? released.value : '-', strict.ok ? strict.value : '-'];
  };
  it.each([
    ['A', 'A', 'A'],
    ['B.', 'B', 'B'],
    ['A:', 'A', 'A'],
    ['A")', 'A', 'A'],
    ['("B")', 'B', 'B'],
    ['("B").', 'B', 'B'],
    ['\nB\n', 'B', 'B'],
    ['The answer is B', 'B', 'B'],
    ['A)', '-', 'A'],
    ['(B)', '-', 'B'],
    ['**B**', '-', 'B'],
    ['a', '-', 'A'],
    ['"B"', '-', 'B'],
    ['A B', '-', '-'],
    ['A or B', '-', '-'],
    ['Both A and B', '-', '-'],
    ['A dark area', 'A', '-'],
    ['An abscess', '-', 'B'],
    ['', '-', '-'],
  ])('%j: %s as released, %s strictly', (text, released, strict) => {
    expect(letters(text)).toEqual([released, strict]);
  });

  it('each of the eleven released forms is read, and both letters at once never are', () => {
    const forms = (letter: string) =>
      [`${letter}`, `${letter}:`, `.${letter}`, `.${letter}:`, `${letter}.`, `${letter}")`].concat([
        `${letter}\n`,
        `\n${letter}`,
        `("${letter}":`,
        `("${letter}")`,
        `("${letter}").`,
      ]);
    const form = (letter: Letter) => fc.constantFrom(...forms(letter));
    fc.assert(
      fc.property(form('A'), form('B'), fc.constantFrom('', 'so ', 'it is\n'), (a, b, before) => {
        expect(releasedLetter(before + a)).toEqual({ ok: true, value: 'A' });
        expect(releasedLetter(before + b)).toEqual({ ok: true, value: 'B' });
        expect(releasedLetter(`${before}${a} ${b}`).ok).toBe(false);
      }),
    );
  });
});

describe('judges and log-probabilities', () => {
  const shown = (found: ReturnType<typeof strictRatings>) =>
    found === undefined ? 'none' : found.ok ? found.value : '-';
  it.each([
    ['A: 9\nB: 2\nYour explanation: x', 'A', 'A'],
    ['A: 4\n\nB: 7\n\nYour explanation: x', 'B', 'B'],
    ['A: 5\nB: 7\nYour explanation: x', '-', '-'],
    ['B: 9\nA: 2', 'none', 'B'],
    ['Ratings:\nA: 9\nB: 2', 'none', 'A'],
    ['**A**: 9\n**B**: 2', 'none', 'A'],
    ['A: 9/10\nB: 2/10', 'none', 'A'],
    ['A: 90\nB: 2', 'A', 'none'],
    ['', 'none', 'none'],
  ])('%j: %s as released, %s strictly', (reply, released, strict) => {
    expect([shown(releasedRatings(reply)), shown(strictRatings(reply))]).toEqual([released, strict]);
  });

  it('the likelier option is chosen; a tie is what the mode says, and no answer when strict', () => {
    const read = (text: string, mode: 'greedy' | 'prefix' = 'greedy', protocol: Protocol = 'strict') => {
      const found = likelier(text, mode, protocol);
      return found.ok ? found.value : '-';
    };
    expect(read('{"A": -0.2, "B": -1.9}')).toBe('A');
    expect(read('B\n{"A": -3, "B": -0.05}')).toBe('B');
    expect(read('{"text_A": -3, "text_B": -0.05}', 'prefix')).toBe('B');
    const tie = (['greedy', 'prefix'] as const).map((mode) => likelihoodReply(mode, -1, -1));
    expect([read(tie[0], 'greedy', 'published'), read(tie[1], 'prefix', 'published'), read(tie[0])]).toEqual([
      'A',
      'B',
      '-',
    ]);
    for (const text of ['A', '', '{"A": -1}', '{"A": 0.7, "B": 0.3}', '{"A": "x", "B": -1}'])
      expect(read(text)).toBe('-');
    // What a reader says of letters is no answer where the options' texts are compared.
    expect(read('{"A": -0.2, "B": -1.9}', 'prefix')).toBe('-');
  });

  it('without a judge free replies have no score, and a judge that fails is not held against the reader', async () => {
    const failing: Judge = { id: 'mute', ask: async () => 'I would rather not.' };
    const record = { item: {}, reference } as PublishedRecord<Reference>;
    for (const judge of [undefined, failing]) {
      const options = {
        protocol: 'strict',
        mode: 'free',
        ...(judge === undefined ? {} : { judge }),
      } as const;
      const { item } = await mediconfusion.measure(record, { text: 'a cyst', status: 'answered' }, options);
      for (const metric of metrics('strict')) expect(metric.of([item])).toBe(null);
    }
  });
});

describe('scores of pairs', () => {
  const item = (pair: string, place: 1 | 2, choice: Letter | null): Item => ({
    ...{ pair, place, choice, judged: true, key: place === 1 ? 'A' : 'B' },
    ...{ categories: ['x'], otherCategories: ['x'] },
  });
  const score = (id: string, items: readonly Item[], protocol: Protocol = 'strict') =>
    metrics(protocol)
      .find((metric) => metric.id === id)
      ?.of(items);

  it('one right, one confused, one invalid and one swapped pair', () => {
    const items = [
      ...[item('r', 1, 'A'), item('r', 2, 'B')],
      ...[item('c', 1, 'B'), item('c', 2, 'B')],
      ...[item('i', 1, 'A'), item('i', 2, null)],
      ...[item('s', 1, 'B'), item('s', 2, 'A')],
    ];
    expect(score('set-accuracy', items)).toBe(1 / 4);
    expect(score('individual-accuracy', items)).toBe(4 / 8);
    expect(score('confusion', items)).toBe(1 / 3);
    expect(score('invalid', items)).toBe(1 / 8);
    expect(score('precision', items)).toBe(1 / 2);
  });

  it('where nothing is valid, confusion is 0 as released and undefined strictly', () => {
    const items = [item('i', 1, null), item('i', 2, null)];
    expect([score('confusion', items, 'published'), score('confusion', items)]).toEqual([0, null]);
  });

  it('repeats of a pair are matched in their order', () => {
    const items = [item('r', 1, 'A'), item('r', 1, 'B'), item('r', 2, 'B'), item('r', 2, 'A')];
    expect(score('set-accuracy', items)).toBe(1 / 2);
    expect(score('confusion', items)).toBe(0);
  });
});

/** Groups of pairs that share pictures; counted with a script of its own, as is all of PARITY. */
const GROUPS = 60;
/** A reader that says A to pictures of even local id: [occurrences, set, individual, confused]. */
const PARITY = {
  total: [38, 165, 89],
  categories: {
    Cerebral: [79, 17, 33, 35],
    Vascular: [73, 20, 39, 38],
    'Head and Neck': [67, 18, 30, 21],
    Spinal: [51, 4, 21, 32],
    Musculoskeletal: [42, 8, 19, 23],
    Cardiac: [52, 14, 26, 24],
    Gastrointestinal: [43, 6, 20, 28],
    Pulmonary: [20, 6, 13, 13],
    'Nuclear Medicine': [14, 2, 4, 4],
  },
} as const;

const release = fileURLToPath(new URL('../../../../../shared/data/mediconfusion/', import.meta.url));
describe.skipIf(!existsSync(release))('the released pairs', () => {
  const scratch = mkdtemp(join(tmpdir(), 'mediconfusion-'));
  afterAll(async () => rm(await scratch, { recursive: true, force: true }));

  const scored = async (
    say: (record: PublishedRecord<Reference>) => string,
    protocol: Protocol = 'published',
  ) => {
    const data = await openData(release);
    async function* replies() {
      for await (const record of mediconfusion.records(data, { mode: 'mc', seed: '0' }))
        yield { record, reply: { text: say(record), status: 'answered' as const } };
    }
    const report = await scoreReplies({
      plugin: mediconfusion as never,
      contentHash: '',
      options: { mode: 'mc', seed: '0' },
      protocol,
      reader: 'x',
      replies: replies() as never,
      resamples: 20,
    });
    const [reader] = report.readers;
    return {
      report,
      value: (id: string) => reader.overall.find(({ metric }) => metric === id)?.score,
      category: (name: string) => reader.facets.category[name].map(({ score }) => score),
    };
  };

  it('constant answers score 0, 50 and 100 percent confusion; the oracle 100, 100, 0; swapped 0, 0, 0', async () => {
    const key = ({ reference: { letter } }: PublishedRecord<Reference>) => letter;
    const swapped = (record: PublishedRecord<Reference>) => (key(record) === 'A' ? 'B' : 'A');
    for (const protocol of ['published', 'strict'] as const)
      for (const [say, expected] of [
        [() => 'A', [0, 0.5, 1]],
        [() => 'B', [0, 0.5, 1]],
        [key, [1, 1, 0]],
        [swapped, [0, 0, 0]],
      ] as const) {
        const { report, value } = await scored(say, protocol);
        expect([report.benchmark.items, report.benchmark.patients]).toEqual([352, GROUPS]);
        expect([value('set-accuracy'), value('individual-accuracy'), value('confusion')]).toEqual(expected);
      }
  });

  it('counts categories by the occurrences of their pictures, as an independent count has it', async () => {
    const data = await openData(release);
    const locals: number[] = [];
    for await (const { pair } of (await import('./records.ts')).pairsOf(data))
      locals.push(Number(pair.im_1_local), Number(pair.im_2_local));
    let at = 0;
    const { value, category } = await scored(() => (locals[at++] % 2 === 0 ? 'A' : 'B'));
    expect(value('set-accuracy')).toBeCloseTo(PARITY.total[0] / 176, 12);
    expect(value('individual-accuracy')).toBeCloseTo(PARITY.total[1] / 352, 12);
    expect(value('confusion')).toBeCloseTo(PARITY.total[2] / 176, 12);
    for (const [name, [occurrences, set, individual, confused]] of Object.entries(PARITY.categories)) {
      const [first, second, third] = category(name);
      expect(first).toBeCloseTo(set / occurrences, 12);
      expect(second).toBeCloseTo(individual / occurrences, 12);
      expect(third).toBeCloseTo(confused / occurrences, 12);
    }
  });

  it('guessing has a quarter of the pairs, half of the pictures, and is confused half of the time', async () => {
    const sums = [0, 0, 0];
    const runs = 40;
    for (let seed = 0; seed < runs; seed++) {
      const rng = random('guess', String(seed));
      const items: Item[] = [];
      for await (const record of mediconfusion.records(await openData(release), { mode: 'mc', seed: '0' })) {
        const reply = { text: rng.next() < 0.5 ? 'A' : 'B', status: 'answered' as const };
        items.push((await mediconfusion.measure(record, reply, { mode: 'mc', protocol: 'published' })).item);
      }
      metrics('published')
        .slice(0, 3)
        .forEach((metric, m) => {
          sums[m] += metric.of(items) ?? Number.NaN;
        });
    }
    // Standard errors over 40 runs of 176 pairs: 0.005, 0.004, 0.006.
    expect(Math.abs(sums[0] / runs - 0.25)).toBeLessThan(0.02);
    expect(Math.abs(sums[1] / runs - 0.5)).toBeLessThan(0.016);
    expect(Math.abs(sums[2] / runs - 0.5)).toBeLessThan(0.024);
  });

  it('JSON and CSV hold the same questions', async () => {
    const folder = await scratch;
    const all = async (path: string) => {
      const found: unknown[] = [];
      for await (const { item, reference: known } of mediconfusion.records(await openData(path), {
        mode: 'greedy',
        seed: '0',
      }))
        found.push([item, known]);
      return found;
    };
    const { readFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'dataset.csv'), await readFile(join(release, 'dataset.csv')));
    expect(JSON.stringify(await all(folder))).toBe(JSON.stringify(await all(release)));
  });
});
