import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../../domain/random.ts';
import type { Protocol } from '../../../domain/report.ts';
import { openData } from '../../../records/data-root.ts';
import { publishedContract } from '../../published.contract.ts';
import type { PublishedRecord } from '../../published.ts';
import medobvious from './index.ts';
import { type Gold, releasedReading, statedPosition, strictReading } from './parse.ts';
import { caseTasks, optionsOf, POSITIONS, type Side, type TaskRow } from './tasks.ts';

/** Keys from F on, which the released parser cannot give. */
const unreadable = (rows: readonly TaskRow[]) =>
  rows.filter(({ task_type, answer }) => task_type.endsWith('_mcq') && answer > 'E').length;

const scratch = await mkdtemp(join(tmpdir(), 'medobvious-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));
await medobvious.fixture(scratch, { items: 24, seed: 'contract' });
const rows = (await readFile(join(scratch, 'all_tasks.jsonl'), 'utf8'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as TaskRow);

publishedContract(medobvious, {
  oracleScores: (protocol) => (protocol === 'strict' ? 1 : 1 - unreadable(rows) / rows.length),
});

const goldOf = (taskType: Gold['taskType'], answer: string, side: Side = 2): Gold => ({
  taskType,
  answer,
  negative: false,
  side,
  options: taskType.endsWith('_mcq')
    ? Object.entries(optionsOf(side)).map(([letter, text]) => ({ letter, text }))
    : [],
});

it('tells nobody who is asked whether there is an odd tile, and cuts scores by it all the same', async () => {
  const shown = new Map<string, Set<boolean>>();
  for await (const { item, reference } of medobvious.records(await openData(scratch), {
    mode: 'grid',
    seed: '0',
  })) {
    const { type, stage, facets, slots } = item;
    // Referring questions are never asked of a grid without an odd tile, as released.
    if (type.startsWith('referring')) continue;
    const seen = JSON.stringify([type, stage, facets, slots]);
    shown.set(seen, (shown.get(seen) ?? new Set()).add(reference.negative));
  }
  expect([...shown.values()].every((kinds) => kinds.size === 2)).toBe(true);
  const cut = medobvious.breakdowns?.([], 'strict', 'grid').negative;
  const item = { right: 1, negative: true, guess: 0.2 };
  expect([cut?.yes.holds(item), cut?.no.holds(item)]).toEqual([true, false]);
});

describe('a case of MedObvious', () => {
  const spec = { tier: 'v3', id: 'v3_mr_0', side: 3, oddAt: 5, boxAt: 0, odd: 'MR', common: 'CT' } as const;

  it('has eight tasks: five with an odd tile, three without, the last letter standing for none', () => {
    const tasks = caseTasks(spec, 'strict');
    expect(tasks.map(({ id }) => id.slice('v3_mr_0_'.length))).toEqual([
      'det_mcq',
      'det_open',
      'ref_mcq',
      'ref_open',
      'vis_pos',
      'det_mcq_neg',
      'det_open_neg',
      'vis_neg',
    ]);
    expect(tasks.filter(({ is_negative }) => is_negative)).toHaveLength(3);
    expect(tasks.map(({ answer }) => answer)).toEqual([
      'F',
      'middle-right',
      'F',
      'middle-right',
      'yes',
      'J',
      'none',
      'no',
    ]);
    expect(Object.values(optionsOf(3)).slice(0, 9)).toEqual(POSITIONS[3]);
  });

  it('names the odd kind in referring questions only', () => {
    for (const { task_type, question } of caseTasks(spec, 'strict'))
      expect(/\bMR\b/.test(question)).toBe(task_type.startsWith('referring'));
  });

  it('words positives and negatives alike when strict, and otherwise as released', () => {
    const question = (protocol: Protocol, suffix: string) =>
      caseTasks(spec, protocol).find(({ id }) => id.endsWith(suffix))?.question;
    for (const [positive, negative] of [
      ['det_mcq', 'det_mcq_neg'],
      ['det_open', 'det_open_neg'],
      ['vis_pos', 'vis_neg'],
    ]) {
      expect(question('strict', positive)).toBe(question('strict', negative));
      expect(question('published', positive)).not.toBe(question('published', negative));
    }
  });

  it('explains negatives by the kind that is shown when strict, by the odd kind as released', () => {
    const explained = (protocol: Protocol) =>
      caseTasks(spec, protocol).find(({ id }) => id.endsWith('mcq_neg'))?.explanation;
    expect(explained('strict')).toContain('CT');
    expect(explained('published')).toContain('MR');
  });
});

describe('MedObvious replies', () => {
  const right = (gold: Gold, text: string) => [
    releasedReading(gold, text).right,
    strictReading(gold, text).right,
  ];

  it('the released parser can never read F to J, the strict one reads them', () => {
    for (const letter of 'ABCDEFGHIJ')
      for (const text of [letter, `${letter})`, `The answer is ${letter}.`])
        expect(right(goldOf('detection_mcq', letter, 3), text), text).toEqual([letter <= 'E', true]);
  });

  it.each([
    ['an article', 'B', 'It is a CT among MRIs: B.', false, true],
    ['a word of letters', 'E', 'None', true, true],
    ['a word of letters in a sentence', 'A', 'None of them differs', false, false],
    ['small letters', 'C', 'c', true, true],
    ['two letters', 'A', 'A or B', true, false],
    ['no letter', 'D', '???', false, false],
  ])('choice, %s', (_, answer, text, released, strict) => {
    expect(right(goldOf('detection_mcq', answer), text)).toEqual([released, strict]);
  });

  it.each([
    ['the place alone', 'top-left', 'Top Left.', true, true],
    ['all places', 'top-left', 'top-left, top-right, bottom-left, bottom-right', true, false],
    [
      'the place and the others',
      'top-left',
      'Top-left. It is an MRI while the top-right is a CT.',
      true,
      true,
    ],
    [
      'the odd one in the second sentence',
      'top-right',
      'The top-left is a CT. The outlier is the top-right.',
      true,
      true,
    ],
    ['row and column', 'bottom-left', 'row 2, column 1', false, true],
    ['another word for it', 'bottom-right', 'lower right', false, true],
    ['none', 'none', 'None: all pictures show CT.', true, true],
    ['none in other words', 'none', 'There is no outlier.', false, true],
    ['a place where there is none', 'none', 'top-left', false, false],
    ['nothing', 'top-left', 'I see scans.', false, false],
  ])('open, %s', (_, answer, text, released, strict) => {
    expect(right(goldOf('detection_open', answer), text)).toEqual([released, strict]);
  });

  it('the middle of nine is found by any of its names', () => {
    for (const text of ['middle-center', 'center', 'the one in the middle', 'row 2 col 2', 'Middle centre'])
      expect(statedPosition(text, 3)).toEqual({ ok: true, value: 'middle-center' });
    expect(statedPosition('center', 2).ok).toBe(false);
  });

  it.each(['top', 'row 3, column 1', 'the upper one'])('"%s" is no place of four', (text) => {
    expect(statedPosition(text, 2).ok).toBe(false);
  });

  it('every place is read back from its own name, whatever stands around it', () => {
    const sides = fc.constantFrom<Side>(2, 3);
    const before = fc.constantFrom('', 'Answer: ', 'The outlier is at the ', '<think>maybe bottom</think>');
    fc.assert(
      fc.property(sides, fc.nat(8), before, fc.constantFrom('', '.', ' tile.'), (side, at, head, tail) => {
        const place = POSITIONS[side][at % side ** 2];
        expect(statedPosition(`${head}${place}${tail}`, side)).toEqual({ ok: true, value: place });
      }),
    );
  });

  it('yes and no', () => {
    const gold = goldOf('visual_referring', 'no');
    expect(right(gold, 'No, it looks like the others.')).toEqual([true, true]);
    expect(right(gold, 'I do not know; yes')).toEqual([false, false]);
    expect(right(gold, 'Well, no or yes')).toEqual([true, false]);
  });
});

describe('readers that see nothing, on MedObvious', () => {
  const read = async (id: string, protocol: Protocol) => {
    const baseline = medobvious.baselines.find((one) => one.id === id);
    if (baseline === undefined) throw new Error(id);
    const rng = random('baselines', id);
    const found: { record: PublishedRecord<Gold>; right: number }[] = [];
    const data = await openData(scratch);
    for await (const record of medobvious.records(data, { mode: 'grid', seed: '0' })) {
      const text = baseline.reply(record.item, { mostFrequent: () => undefined }, () => rng.next());
      const reply = { text, status: 'answered' as const };
      const { item } = await medobvious.measure(record, reply, { mode: 'grid', protocol });
      found.push({ record, right: item.right });
    }
    return found;
  };
  const share = (of: readonly { right: number }[]) =>
    of.reduce((sum, { right }) => sum + right, 0) / of.length;

  it('always "none" has all choice items without an odd tile and none of those with one', async () => {
    const choices = (await read('always-none', 'strict')).filter(
      ({ record }) => record.item.options.length > 0,
    );
    expect(share(choices.filter(({ record }) => record.reference.negative))).toBe(1);
    expect(share(choices.filter(({ record }) => !record.reference.negative))).toBe(0);
  });

  it('always "yes" has half of the visual items, under both protocols', async () => {
    for (const protocol of ['strict', 'published'] as const) {
      const visual = (await read('always-yes', protocol)).filter(
        ({ record }) => record.item.options.length === 0,
      );
      expect(share(visual.filter(({ record }) => record.item.type === 'visual-referring'))).toBe(0.5);
    }
  });

  it('guessing is worth a fifth of 2 × 2 and a tenth of 3 × 3', () => {
    for (const side of [2, 3] as const) {
      const gold = goldOf('detection_mcq', 'A', side);
      const letters = gold.options.map(({ letter }) => letter);
      const hits = letters.filter((letter) => strictReading(gold, letter).right).length;
      expect(hits / letters.length).toBe(side === 2 ? 1 / 5 : 1 / 10);
    }
  });

  it('the wording gives negatives away', async () => {
    const found = await read('by-wording', 'strict');
    expect(share(found.filter(({ record }) => record.reference.negative))).toBe(1);
    expect(share(found.filter(({ record }) => record.item.type === 'visual-referring'))).toBe(1);
  });
});
