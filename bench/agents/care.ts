// CARE on real breast ultrasound (BUSI, 64 × 64) with real labels: a vote of three views, and a coordinator's review.
// npx node bench/agents/care.ts [--data ../shared/data] [--each 30]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ratesText, reviewRates } from '../../src/agents/care/review-rates.ts';
import { notes } from '../../src/agents/regions/logged-reads.ts';
import { letterOf } from '../../src/agents/regions/testing/sight.ts';
import type { Read } from '../../src/domain/read.ts';
import { greyAt, type SeenRequest } from '../../src/experts/testing/simulated-reader.ts';
import { encodePng } from '../../src/imaging/write-png.ts';
import { openData } from '../../src/records/data-root.ts';
import { npzRecords } from '../../src/records/npz.ts';
import { withArms } from './arm.ts';
import { header, percentCell, row, told } from './table.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    each: { type: 'string', default: '30' },
  },
});
const SIDE = 64;

/** As many test pictures with a mass as without; the right letter of each. */
async function writeItems(folder: string, each: number): Promise<Map<string, string>> {
  mkdirSync(folder, { recursive: true });
  const data = await openData(join(values.data, 'busi-ultrasound'));
  const left = { yes: each, no: each };
  const letters = new Map<string, string>();
  const lines: string[] = [];
  const arrays = ['test_images', 'test_labels'];
  for await (const { value } of npzRecords(await data.open('busi_64.npz'), { arrays })) {
    const answer = Number(value.test_labels.data[0]) === 0 ? 'no' : 'yes';
    if (left[answer]-- <= 0) continue;
    const id = `picture-${letters.size}`;
    const pixels = Uint8Array.from(value.test_images.data as ArrayLike<number>);
    writeFileSync(
      join(folder, `${id}.png`),
      await encodePng({ width: SIDE, height: SIDE, channels: 1, data: pixels }),
    );
    const options = letters.size % 2 === 0 ? ['yes', 'no'] : ['no', 'yes'];
    letters.set(id, 'AB'[options.indexOf(answer)]);
    lines.push(
      JSON.stringify({
        id,
        question: 'Does this ultrasound show a breast mass?',
        options,
        answer,
        pictures: [`${id}.png`],
      }),
    );
  }
  writeFileSync(join(folder, 'items.jsonl'), lines.join('\n'));
  return letters;
}

type Picture = SeenRequest['pictures'][number];

function meanWhere(picture: Picture, isPart: (x: number, y: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < picture.width; x++) {
      if (!isPart(x / picture.width, y / picture.height)) continue;
      sum += greyAt(picture, x, y);
      count++;
    }
  return sum / Math.max(1, count);
}

/**
 * How many grey levels darker the suspected place is than what is around it, by the view that was sent: the middle of a
 * crop against its rim, the outlined against the rest, the middle of the whole against its sides. A mass is darker.
 */
function darkness({ pictures }: SeenRequest): number {
  const [whole] = pictures;
  const view = pictures.length > 1 ? pictures[pictures.length - 1] : undefined;
  const found = new Set(view?.data);
  const isMiddle = (x: number, y: number) => Math.abs(x - 0.5) < 0.25 && Math.abs(y - 0.5) < 0.25;
  if (view !== undefined && found.size > 2)
    return meanWhere(view, (x, y) => !isMiddle(x, y)) - meanWhere(view, isMiddle);
  if (view !== undefined && found.has(0)) {
    const isIn = (x: number, y: number) =>
      greyAt(view, Math.floor(x * view.width), Math.floor(y * view.height)) > 128 && isMiddle(x, y);
    return meanWhere(whole, isMiddle) - meanWhere(whole, isIn);
  }
  const isSide = (x: number, y: number) => !isMiddle(x, y) && y > 0.2 && y < 0.8;
  return meanWhere(whole, isSide) - meanWhere(whole, isMiddle);
}

/** Fixed beforehand, fitted to nothing. */
const CUT = 15;
const UNSURE = 6;

function reply(request: SeenRequest): string {
  const { asked } = request;
  if (asked.includes('"entities"')) return '{"entities": ["breast mass"]}';
  if (asked.includes('"verdict"')) {
    const by = Number(/darker by (-?[\d.]+)/.exec(asked)?.[1] ?? CUT);
    return Math.abs(by - CUT) < UNSURE
      ? '{"verdict": "rerun", "entity": 1, "view": "global", "reason": "too close to call"}'
      : '{"verdict": "keep", "reason": "clear"}';
  }
  if (asked.includes('You coordinate')) return '{"entity": 1, "view": "zoom", "reason": "a mass is small"}';
  const by = darkness(request);
  const letter = letterOf(asked, by > CUT ? 'yes' : 'no');
  return asked.includes('<answer>')
    ? `<reason>darker by ${by.toFixed(1)}</reason><answer>${letter}</answer>`
    : letter;
}

/** What the review did: from the answers before and after it in the log, against the labels. */
function rates(reads: ReadonlyMap<string, Read>, letters: ReadonlyMap<string, string>): string {
  const answers = [...letters].flatMap(([id, letter]) => {
    const read = reads.get(id);
    const steps =
      read === undefined ? [] : notes<{ before?: string; after?: string }>(read, 'care-coord:review');
    const [first, last] = [steps[0]?.result, steps.at(-1)?.result];
    return first?.before === undefined
      ? []
      : [{ rightBefore: first.before === letter, rightAfter: last?.after === letter }];
  });
  return answers.length === 0 ? '–' : ratesText(reviewRates(answers));
}

await withArms({ seed: '0', answer: reply }, async (readArm, scratch) => {
  const data = join(scratch, 'busi');
  const letters = await writeItems(data, Number(values.each));
  const dark = 'segment=threshold:breast mass=0..45,blur=2';
  const bright = 'segment=threshold:breast mass=150..255,softness=1';
  header(
    'reader',
    'segmenter',
    'n',
    'accuracy (%)',
    'macro-F1 (%)',
    'chance (%)',
    'fixed and broken by the review',
  );
  for (const [reader, options, segmenter, named] of [
    ['direct', {}, undefined, '–'],
    ['care-flow', { views: 'zoom' }, dark, 'dark areas'],
    ['care-flow', { views: 'mask' }, dark, 'dark areas'],
    ['care-flow', {}, dark, 'dark areas'],
    ['care-coord', { review: 'off' }, dark, 'dark areas'],
    ['care-coord', {}, dark, 'dark areas'],
    ['care-flow', {}, bright, 'bright areas, surely (must not win)'],
  ] as const) {
    const { cells, reads } = await readArm({
      data,
      readers: [`${reader}@compatible/sim`],
      experts: segmenter === undefined ? [] : [segmenter],
      options: reader === 'direct' ? {} : { edge: '64', ...options },
    });
    const said = Object.entries(options).map(([name, value]) => `${name}=${value}`);
    const name = [reader, ...said].join(', ');
    row(
      name,
      named,
      letters.size,
      told(cells, 'accuracy', percentCell),
      told(cells, 'macro-f1', percentCell),
      '50.0',
      rates(await reads(), letters),
    );
  }
});
