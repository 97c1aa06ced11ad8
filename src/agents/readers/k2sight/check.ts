// K2Sight's check: things under rare names that the reader does not know, told by what they look like.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { PublishedReport } from '../../../domain/report.ts';
import { greyAt, type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { writePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';
import { sightOf, type Thing, thingsIn } from '../../regions/testing/sight.ts';
import type { AttributeCard } from './card.ts';

const SIDE = 160;
const GROUND = 128;
const ITEMS = 60;

const SHAPES = ['round', 'square', 'ring-shaped', 'elongated'] as const;
const DENSITIES = ['bright', 'dark'] as const;
const PLACES = ['upper', 'lower'] as const;
type Shape = (typeof SHAPES)[number];
interface Kind {
  readonly shape: Shape;
  readonly density: (typeof DENSITIES)[number];
  readonly place: (typeof PLACES)[number];
}

/** Names that nothing but a card explains. */
const RARE = [
  'vexoma',
  'dulcine',
  'orthel body',
  'marquin sign',
  'tesk lesion',
  'plovian focus',
  'ankarid',
  'hesper spot',
];
/** What the reader calls shapes by itself. */
const COMMON: Readonly<Record<Shape, string>> = {
  round: 'disc',
  square: 'block',
  'ring-shaped': 'hoop',
  elongated: 'bar',
};

const KINDS: readonly Kind[] = SHAPES.flatMap((shape) =>
  DENSITIES.flatMap((density) => PLACES.map((place) => ({ shape, density, place }))),
);

/** The kinds that have a rare name: every shape, density and half of the picture among them. */
const NAMED: readonly Kind[] = [0, 3, 4, 7, 8, 11, 12, 15].map((at) => KINDS[at]);

/** The declared error model. */
const MISREAD = 0.05;
const JITTER = 2;
const ERROR_MODEL = `the reader finds all things, misreads each attribute of a thing in ${100 * MISREAD} %, is off by up to ${JITTER} pixels, and picks at random where it knows no word`;

function draw(
  data: Uint8Array,
  { shape, density }: Kind,
  x: number,
  y: number,
): [number, number, number, number] {
  const value = density === 'bright' ? 215 : 40;
  const [halfWidth, halfHeight] = shape === 'elongated' ? [16, 4] : [11, 11];
  for (let dy = -halfHeight; dy <= halfHeight; dy++)
    for (let dx = -halfWidth; dx <= halfWidth; dx++) {
      const distance = Math.hypot(dx, dy);
      const isIn =
        shape === 'round' ? distance <= 11 : shape === 'ring-shaped' ? distance <= 11 && distance >= 6 : true;
      if (isIn) data[(y + dy) * SIDE + x + dx] = value;
    }
  return [x - halfWidth, y - halfHeight, x + halfWidth + 1, y + halfHeight + 1];
}

/** A picture with the thing and three others, each unlike it in one attribute or more; where the thing is. */
async function scene(kind: Kind, path: string, rng: Random): Promise<[number, number, number, number]> {
  const data = new Uint8Array(SIDE * SIDE).map(() => GROUND + rng.int(13) - 6);
  const others = rng
    .shuffle(KINDS)
    .filter(
      (other) => other.shape !== kind.shape || other.density !== kind.density || other.place !== kind.place,
    );
  // Two things in each half of the picture.
  const inHalf = (place: Kind['place'], n: number) =>
    others.filter((other) => other.place === place).slice(0, n);
  const all = [kind, ...PLACES.flatMap((place) => inHalf(place, place === kind.place ? 1 : 2))];
  const free = { upper: rng.shuffle([0, 1]), lower: rng.shuffle([0, 1]) };
  const boxes = all.map((one) => {
    const column = free[one.place].pop() ?? 0;
    const [x, y] = [column * 80 + 24 + rng.int(32), (one.place === 'upper' ? 0 : 80) + 20 + rng.int(40)];
    return draw(data, one, x, y);
  });
  await writePng(path, { width: SIDE, height: SIDE, channels: 1, data });
  return boxes[0];
}

async function writeScenes(folder: string, nameOf: (kind: Kind) => string, rng: Random): Promise<void> {
  await mkdir(folder, { recursive: true });
  const items: WrittenItem[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const kind = NAMED[at % NAMED.length];
    const box = await scene(kind, join(folder, `p${at}.png`), rng.fork(String(at)));
    items.push({
      id: `item-${at}`,
      question: `Where is the ${nameOf(kind)}?`,
      type: 'thing',
      pictures: [`p${at}.png`],
      boxes: [box],
    });
  }
  await writeItemsFile(folder, items);
}

/** Cards of the rare names, each with the looks of the name `shift` further on: 0 the right ones. */
function cards(shift: number): Record<string, AttributeCard> {
  return Object.fromEntries(
    RARE.map((name, at) => {
      const { shape, density, place } = NAMED[(at + shift) % NAMED.length];
      return [
        name,
        {
          description: `A ${density}, ${shape} thing in the ${place} half.`,
          attributes: { shape, density, location: `${place} half` },
          source: 'made up for this check',
        },
      ];
    }),
  );
}

/** What a thing looks like, from its pixels, each attribute misread now and then. */
function looksOf(thing: Thing, picture: SeenRequest['pictures'][number], rng: Random): Kind {
  const [x0, y0, x1, y1] = thing.box;
  const [width, height] = [x1 - x0, y1 - y0];
  const centre = greyAt(picture, Math.floor((x0 + x1) / 2), Math.floor((y0 + y1) / 2));
  const fill = thing.area / (width * height);
  const shape: Shape =
    width > 2 * height
      ? 'elongated'
      : Math.abs(centre - GROUND) < 40
        ? 'ring-shaped'
        : fill > 0.92
          ? 'square'
          : 'round';
  const read = <T>(value: T, values: readonly T[]): T => (rng.next() < MISREAD ? rng.pick(values) : value);
  return {
    shape: read(shape, SHAPES),
    density: read(thing.grey > GROUND ? 'bright' : 'dark', DENSITIES),
    place: read((y0 + y1) / 2 < picture.height / 2 ? 'upper' : 'lower', PLACES),
  };
}

/** Boxes the thing that fits most of the words that the reader knows; what it is told about the form of boxes is no such word. */
export function simulatedReply({ pictures, asked }: SeenRequest, rng: Random): string {
  const [picture] = pictures;
  const told = asked
    .split('\n')
    .filter((line) => !line.includes('JSON'))
    .join('\n')
    .toLowerCase();
  const says = (word: string) => new RegExp(`(?<![a-z])${word}(?![a-z])`).test(told);
  const things = thingsIn(
    sightOf(picture, SIDE, { sd: 0, seed: '' }),
    (grey) => Math.abs(grey - GROUND) > 45,
  ).filter(({ area }) => area > 60);
  const fit = things.map((thing) => {
    const { shape, density, place } = looksOf(thing, picture, rng);
    return (
      [says(shape) || says(COMMON[shape]), says(density), says(place)].filter(Boolean).length + rng.next() / 2
    );
  });
  const thing = things[fit.indexOf(Math.max(...fit))];
  if (thing === undefined) return '[]';
  const scale = asked.includes('thousandths') ? 1000 / SIDE : 1;
  const box = thing.box.map((at) => Math.round((at + rng.uniform(-JITTER, JITTER)) * scale));
  return JSON.stringify([{ box }]);
}

export async function check(
  context: CheckContext,
  reader: 'k2sight' | 'abnormality-grounding',
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const rng = random(context.seed, 'k2sight');
  const [rare, common] = ['rare', 'common'].map((name) => join(context.scratch, name));
  await writeScenes(rare, (kind) => RARE[NAMED.indexOf(kind)], rng.fork('rare'));
  await writeScenes(
    common,
    ({ shape, density, place }) => `${density} ${COMMON[shape]} in the ${place} half`,
    rng.fork('common'),
  );
  const file = async (name: string, shift: number) => {
    const path = join(context.scratch, name);
    await writeFile(path, JSON.stringify(cards(shift)));
    return path;
  };
  const right = await file('cards.json', 0);
  const shuffled = await file('shuffled.json', 3);
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedReply, record: false });
  try {
    const read = (data: string, attributes: string) =>
      context.readRelease({
        benchmark: 'own-items',
        mode: 'boxes',
        data,
        readers: ['direct@compatible/sim', `${reader}@compatible/sim`],
        server: server.url,
        options: { attributes },
      });
    const told = await read(rare, right);
    const mistold = await read(rare, shuffled);
    const known = await read(common, right);
    const cell = (report: PublishedReport, at: number, metric: string) =>
      cellOf(report, at, metric).score ?? 0;
    const [pair] = told.pairs;
    const [same] = known.pairs;
    const [wrong] = mistold.pairs;
    const ci95 = told.readers[1].overall[0].ci95;
    return {
      passed: pair.verdict === 'win' && same.verdict !== 'win' && wrong.verdict !== 'win',
      baseline: { name: 'the name alone (mean IoU)', value: cell(told, 0, 'mean-iou') },
      result: { name: 'with its card (mean IoU)', value: cell(told, 1, 'mean-iou') },
      ...(ci95 === null ? {} : { ci95 }),
      mustNotWin: {
        regime: 'names that the reader knows',
        value: cell(known, 1, 'mean-iou') - cell(known, 0, 'mean-iou'),
        held: same.verdict !== 'win',
      },
      detail:
        `synthetic, n = ${ITEMS} a regime, four things a picture; ${ERROR_MODEL}. ` +
        `AP50 ${cell(told, 0, 'ap50').toFixed(2)} by name, ${cell(told, 1, 'ap50').toFixed(2)} with cards. ` +
        `Cards of other names: mean IoU ${cell(mistold, 1, 'mean-iou').toFixed(2)}. Known names: ${cell(known, 0, 'mean-iou').toFixed(2)} without cards, ${cell(known, 1, 'mean-iou').toFixed(2)} with.`,
    };
  } finally {
    await server.close();
  }
}
