// MedVistaGym's check: a mark too fine to be seen at once, read by a policy that looks at it, one that looks elsewhere,
// and none; and a mark that is seen at once.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { PublishedReport } from '../../../domain/report.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { letterOf, type Sight, sightOf, thingsIn } from '../../regions/testing/sight.ts';

const SIDE = 320;
const ITEMS = 48;
const TISSUE = 90;
const NODULE = 150;
const BAR = 250;
/** The first is what the others are compared with. */
const READERS = [
  'direct@compatible/looker',
  'medvistagym@compatible/looker',
  'medvistagym@compatible/wanderer',
];
const DIRECTIONS = ['horizontal', 'rising', 'vertical', 'falling'] as const;

/** The declared error model, the same for every arm: what it cannot see it guesses, evenly among the options. */
const READER = {
  /** Every picture is seen as at most so many pixels a side: 8 pixels of a whole picture make one. */
  acuity: 40,
  /** Noise of what is seen, grey levels. */
  noise: 4,
  /** A bar is seen where at least `pixels` are brighter than this. */
  seen: 210,
  pixels: 8,
  /** It names any option, drawn evenly, in so many replies: so that no arm stands at the end of the scale. */
  lapse: 0.06,
};
const ERROR_MODEL =
  `simulated reader: sees each picture as ${READER.acuity} pixels a side with noise of ${READER.noise} grey levels, ` +
  `guesses among the options what it cannot see, and in ${READER.lapse * 100} % of replies what it can; the policies differ in where they zoom, nothing else`;

/** A nodule with a bar across it, in one of four directions. */
async function plant(size: number, rng: Random): Promise<{ png: Uint8Array; direction: string }> {
  const data = new Uint8Array(SIDE * SIDE).map(() => TISSUE + rng.int(9) - 4);
  const radius = size;
  const thick = Math.max(1, Math.round(size / 10));
  const at = () => radius + 8 + rng.int(SIDE - 2 * (radius + 8));
  const [x, y] = [at(), at()];
  const turn = rng.int(DIRECTIONS.length);
  const angle = (turn * Math.PI) / 4;
  // Rows run downwards, so a rising bar has a falling row.
  const [ux, uy] = [Math.cos(angle), -Math.sin(angle)];
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) {
      if (dx * dx + dy * dy > radius * radius) continue;
      const across = Math.abs(dx * uy - dy * ux);
      const along = Math.abs(dx * ux + dy * uy);
      data[(y + dy) * SIDE + x + dx] = across <= thick && along <= radius * 0.75 ? BAR : NODULE;
    }
  return {
    png: await encodePng({ width: SIDE, height: SIDE, channels: 1, data }),
    direction: DIRECTIONS[turn],
  };
}

async function writeItems(folder: string, size: number, rng: Random): Promise<void> {
  await mkdir(folder, { recursive: true });
  const items: WrittenItem[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const own = rng.fork(String(at));
    const { png, direction } = await plant(size, own);
    await writeFile(join(folder, `p${at}.png`), png);
    items.push({
      id: `item-${at}`,
      question: 'How does the bar in the nodule run?',
      options: own.shuffle(DIRECTIONS),
      answer: direction,
      pictures: [`p${at}.png`],
    });
  }
  await writeItemsFile(folder, items);
}

/** The direction of what is bright, by its second moments; undefined where too little of it is seen. */
function directionSeen({ width, grey }: Sight): string | undefined {
  const bright = [...grey.entries()].filter(([, value]) => value > READER.seen).map(([at]) => at);
  if (bright.length < READER.pixels) return undefined;
  const xs = bright.map((at) => at % width);
  const ys = bright.map((at) => -Math.floor(at / width));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const xx = mean(xs.map((x) => (x - mx) ** 2));
  const yy = mean(ys.map((y) => (y - my) ** 2));
  const xy = mean(xs.map((x, n) => (x - mx) * (ys[n] - my)));
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  return DIRECTIONS[((Math.round(angle / (Math.PI / 4)) % 4) + 4) % 4];
}

/** Where a policy zooms: on the nodule that it sees, or, whatever it sees, on the quarter that is farthest from it. */
function boxToZoom(whole: Sight, policy: string): number[] {
  const [nodule] = thingsIn(whole, (grey) => grey > (TISSUE + NODULE) / 2);
  const box = nodule?.box ?? [0, 0, whole.width, whole.height];
  if (policy === 'looker')
    return box.map((edge, side) => Math.max(0, (edge + (side < 2 ? -1 : 1)) * whole.shrink));
  const half = SIDE / 2;
  const left = (box[0] + box[2]) / 2 < whole.width / 2 ? half : 0;
  const top = (box[1] + box[3]) / 2 < whole.height / 2 ? half : 0;
  return [left, top, left + half, top + half];
}

/** What the simulated reader replies, from the pictures and words that were sent to it. */
export function simulatedPolicy({ turns, pictures, asked, body }: SeenRequest, rng: Random): string {
  const sights = pictures.map((picture, at) =>
    sightOf(picture, READER.acuity, { sd: READER.noise, seed: `${at}${rng.next()}` }),
  );
  const hasTool = asked.includes('zoom_picture');
  if (hasTool && turns.length === 1)
    return `<think>The bar is too fine to be seen.</think><tool_call>${JSON.stringify({
      name: 'zoom_picture',
      arguments: { image: 1, box: boxToZoom(sights[0], String(body.model)) },
    })}</tool_call>`;
  const seen = sights.map(directionSeen).findLast((direction) => direction !== undefined);
  const letter = letterOf(
    asked,
    seen === undefined || rng.next() < READER.lapse ? rng.pick(DIRECTIONS) : seen,
  );
  return asked.includes('<answer>') ? `<think>It runs so.</think><answer>${letter}</answer>` : letter;
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const rng = random(context.seed, 'medvistagym');
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedPolicy, record: false });
  try {
    const fine = join(context.scratch, 'fine');
    const coarse = join(context.scratch, 'coarse');
    await writeItems(fine, 14, rng.fork('fine'));
    await writeItems(coarse, 90, rng.fork('coarse'));
    const read = (data: string) =>
      context.readRelease({
        benchmark: 'own-items',
        data,
        readers: READERS,
        server: server.url,
      });
    const hidden = await read(fine);
    const plain = await read(coarse);
    const cells = hidden.readers.map(({ overall: [cell] }) => cell);
    const [none, optimal, wrong] = cells.map(({ score }) => score ?? Number.NaN);
    const [plainNone, plainOptimal] = plain.readers.map(({ overall: [cell] }) => cell.score ?? Number.NaN);
    const chance = 1 / DIRECTIONS.length;
    // Within what a guesser scores in 999 of 1000 campaigns.
    const reach = 3.29 * Math.sqrt((chance * (1 - chance)) / ITEMS);
    const isChance = (score: number) => Math.abs(score - chance) <= reach;
    const { ci95 } = cells[1];
    const verdict = ({ pairs }: PublishedReport) =>
      pairs.find(({ a, b }) => [a, b].includes(READERS[1]) && [a, b].includes(READERS[0]))?.verdict;
    const held = verdict(plain) === 'tie';
    return {
      passed: verdict(hidden) === 'win' && isChance(none) && isChance(wrong) && wrong < optimal && held,
      baseline: { name: 'no tool', value: none },
      result: { name: 'tools, zoomed where the nodule is seen', value: optimal },
      ...(ci95 === undefined || ci95 === null ? {} : { ci95 }),
      mustNotWin: { regime: 'the bar is seen at once', value: plainOptimal, against: plainNone, held },
      detail: `${ITEMS} synthetic pictures, chance ${chance}; the same tools used in the wrong place ${wrong.toFixed(3)}; ${ERROR_MODEL}`,
    };
  } finally {
    await server.close();
  }
}
