// ViTAR's check: a spot smaller than a pixel of what the reader sees at once, and one that it sees at once.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelBox } from '../../../domain/expert.ts';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { PublishedReport } from '../../../domain/report.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';
import { pixelBoxIou, type SaidBox } from '../../regions/boxes.ts';
import { loggedReads, notes } from '../../regions/logged-reads.ts';
import { letterOf, sightOf, thingsIn } from '../../regions/testing/sight.ts';

const SIDE = 320;
const ITEMS = 80;
const TISSUE = 90;
const NODULE = 135;
const SPOT = 245;

/** The declared error model. */
const READER = {
  /** Every picture is seen as at most so many pixels a side: 8 pixels of a whole picture make one. */
  acuity: 40,
  /** Noise of what is seen, grey levels. */
  noise: 4,
  /** A spot is seen where a pixel is brighter than this. */
  seen: 205,
  /** A nodule that is seen is not named, in so many cases. */
  missed: 0.1,
  /** Corners of named boxes are off by up to so many of its pixels. */
  jitter: 1,
  /** What it says is not what it thinks, in so many replies. */
  lapse: 0.04,
};
const ERROR_MODEL =
  `the reader sees each picture as ${READER.acuity} pixels a side with noise of ${READER.noise} grey levels, ` +
  `overlooks ${READER.missed * 100} % of nodules when it marks, is off by up to a pixel, and lapses in ${READER.lapse * 100} % of replies`;

interface Planted {
  readonly png: Uint8Array;
  readonly hasSpot: boolean;
  /** The nodule that may hold the spot. */
  readonly nodule: PixelBox;
}

/** Three nodules on tissue; in half of the pictures one of them holds a bright square of `spot` pixels a side. */
async function plant(spot: number, hasSpot: boolean, rng: Random): Promise<Planted> {
  const data = new Uint8Array(SIDE * SIDE).map(() => TISSUE + rng.int(9) - 4);
  const places = rng.shuffle([0, 1, 2, 3]).slice(0, 3);
  const nodules = places.map((place) => ({
    x: (place % 2) * 160 + 40 + rng.int(80),
    y: Math.floor(place / 2) * 160 + 40 + rng.int(80),
    radius: 18 + rng.int(5),
  }));
  for (const { x, y, radius } of nodules)
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++)
        if (dx * dx + dy * dy <= radius * radius) data[(y + dy) * SIDE + x + dx] = NODULE + rng.int(9) - 4;
  const { x, y, radius } = nodules[0];
  const far = Math.max(0, Math.floor(radius / 2 - spot / 2));
  const [left, top] = [
    x - (spot >> 1) + rng.int(2 * far + 1) - far,
    y - (spot >> 1) + rng.int(2 * far + 1) - far,
  ];
  if (hasSpot)
    for (let row = top; row < top + spot; row++) data.fill(SPOT, row * SIDE + left, row * SIDE + left + spot);
  const nodule: PixelBox = [x - radius, y - radius, x + radius + 1, y + radius + 1];
  return { png: await encodePng({ width: SIDE, height: SIDE, channels: 1, data }), hasSpot, nodule };
}

async function writeItems(folder: string, spot: number, rng: Random): Promise<Map<string, Planted>> {
  await mkdir(folder, { recursive: true });
  const planted = new Map<string, Planted>();
  const items: WrittenItem[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const one = await plant(spot, at % 2 === 0, rng.fork(String(at)));
    planted.set(`item-${at}`, one);
    await writeFile(join(folder, `p${at}.png`), one.png);
    items.push({
      id: `item-${at}`,
      question: 'Does one of the nodules hold a bright spot?',
      options: at % 3 === 0 ? ['no', 'yes'] : ['yes', 'no'],
      answer: one.hasSpot ? 'yes' : 'no',
      pictures: [`p${at}.png`],
    });
  }
  await writeItemsFile(folder, items);
  return planted;
}

/** What the simulated reader replies: from the pictures sent to it and the words beside them, nothing else. */
export function simulatedReply({ turns, pictures, asked }: SeenRequest, rng: Random): string {
  const last = turns.findLast(({ role }) => role === 'user')?.text ?? '';
  const sights = pictures.map((picture, at) =>
    sightOf(picture, READER.acuity, { sd: READER.noise, seed: `${at}${rng.next()}` }),
  );
  if (last.includes('<act>')) {
    const [whole] = sights;
    const found = thingsIn(whole, (grey) => grey > (TISSUE + NODULE) / 2).filter(({ area }) => area >= 6);
    const boxes = found
      .filter(() => rng.next() >= READER.missed)
      .map(({ box }) => ({
        box: box.map((at, side) => {
          const off = at + rng.uniform(-READER.jitter, READER.jitter);
          return Math.round((Math.max(0, off) * 1000) / (side % 2 === 0 ? whole.width : whole.height));
        }),
      }));
    return `<think>${found.length} nodules stand out.</think><act>${JSON.stringify(boxes)}</act>`;
  }
  const isSeen = sights.some(({ grey }) => grey.some((value) => value > READER.seen));
  const said = (rng.next() < READER.lapse ? !isSeen : isSeen) ? 'yes' : 'no';
  const answer = letterOf(asked, said);
  return last.includes('<answer>') ? `<rethink>${said}</rethink><answer>${answer}</answer>` : answer;
}

/** Mean over pictures of the best overlap of a marked box with the nodule that was asked about. */
async function actIou(
  context: CheckContext,
  report: PublishedReport,
  planted: ReadonlyMap<string, Planted>,
): Promise<number> {
  let sum = 0;
  const reads = await loggedReads(context.scratch, report.readers[1].runId);
  for (const [id, read] of reads) {
    const nodule = planted.get(id)?.nodule ?? [0, 0, 0, 0];
    const said = notes<{ boxes?: readonly SaidBox[] }>(read, 'vitar:act').flatMap(
      ({ result }) => result.boxes ?? [],
    );
    const overlaps = said.map(({ box }) => pixelBoxIou(box, nodule));
    sum += Math.max(0, ...overlaps);
  }
  return sum / reads.size;
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const rng = random(context.seed, 'vitar');
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedReply, record: false });
  try {
    const small = join(context.scratch, 'sub-pixel');
    const large = join(context.scratch, 'large');
    const planted = await writeItems(small, 3, rng.fork('sub-pixel'));
    await writeItems(large, 19, rng.fork('large'));
    const read = (data: string, options: Readonly<Record<string, string>> = {}) =>
      context.readRelease({
        benchmark: 'own-items',
        data,
        readers: ['direct@compatible/sim', 'vitar@compatible/sim'],
        server: server.url,
        options: { edge: '128', ...options },
      });
    const hidden = await read(small);
    const marked = await read(small, { feedback: 'mark' });
    const plain = await read(large);
    const score = (report: PublishedReport, at: number) => cellOf(report, at).score ?? 0;
    const [pair] = hidden.pairs;
    const [same] = plain.pairs;
    const overlap = await actIou(context, hidden, planted);
    const ci95 = hidden.readers[1].overall[0].ci95;
    return {
      passed: pair.verdict === 'win' && same.verdict === 'tie' && overlap > 0.5,
      baseline: { name: 'one round (direct)', value: score(hidden, 0) },
      result: { name: 'two rounds', value: score(hidden, 1) },
      ...(ci95 === null ? {} : { ci95 }),
      mustNotWin: {
        regime: 'a spot that is seen at once',
        value: score(plain, 1) - score(plain, 0),
        held: same.verdict === 'tie',
      },
      detail:
        `synthetic, n = ${ITEMS} a regime; ${ERROR_MODEL}. ` +
        `Marked boxes overlap the nodule by IoU ${overlap.toFixed(2)} on average; frames without crops score ${score(marked, 1).toFixed(2)}, ` +
        `since they show nothing more. Large spots: ${score(plain, 0).toFixed(2)} at once, ${score(plain, 1).toFixed(2)} in two rounds.`,
    };
  } finally {
    await server.close();
  }
}
