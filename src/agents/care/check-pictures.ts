// The synthetic ward of CARE's checks: nodules with a bright or a dark core, a decoy, and a reader that errs by view.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext } from '../../domain/method.ts';
import { type Random, random } from '../../domain/random.ts';
import { greyAt, type SeenRequest } from '../../experts/testing/simulated-reader.ts';
import { writePng } from '../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../checks/items-folder.ts';
import { loggedReads } from '../regions/logged-reads.ts';
import { letterOf, sightOf, thingsIn } from '../regions/testing/sight.ts';

const SIDE = 96;
const TISSUE = 90;
/** Core against rim: ±40 grey levels. */
const CONTRAST = 40;

/** Outlines the nodule, rim and core. */
export const GOOD_SEGMENTER = 'segment=threshold:nodule=108..255,softness=3';
/** Outlines the decoy instead, and is sure of it. */
export const LYING_SEGMENTER = 'segment=threshold:nodule=0..60,softness=1';

/** The declared error model. */
export const READER = {
  /** Error of the contrast that is read off, in grey levels, by view: from 40 it is wrong in 19, 21 and 16 of 100. */
  zoom: 45,
  mask: 50,
  global: 40,
  /** Without a view of the nodule it looks at the decoy in so many cases. */
  astray: 0.1,
};

/** Writes `items` questions on the core of the nodule; returns the right letter of each. */
export async function writeWard(folder: string, items: number, seed: string): Promise<Map<string, string>> {
  const rng = random(seed, 'care');
  await mkdir(folder, { recursive: true });
  const right = new Map<string, string>();
  const written: WrittenItem[] = [];
  for (let at = 0; at < items; at++) {
    const own = rng.fork(String(at));
    const data = new Uint8Array(SIDE * SIDE).map(() => TISSUE + own.int(9) - 4);
    const isBright = at % 2 === 0;
    const [left, other] = own.shuffle([0, 1]);
    const disc = (side: number, grey: number, bright: boolean) => {
      const [x, y] = [side * 48 + 20 + own.int(8), 20 + own.int(56)];
      const radius = 12 + own.int(4);
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++) {
          const distance = Math.hypot(dx, dy);
          if (distance > radius) continue;
          const core = distance <= 6 ? (bright ? CONTRAST : -CONTRAST) : 0;
          data[(y + dy) * SIDE + x + dx] = grey + core + own.int(9) - 4;
        }
    };
    disc(left, 165, isBright);
    // Dark, and its core says nothing about the nodule's.
    disc(other, 45, own.next() < 0.5);
    await writePng(join(folder, `p${at}.png`), { width: SIDE, height: SIDE, channels: 1, data });
    const options = own.shuffle(['bright', 'dark']);
    const answer = isBright ? 'bright' : 'dark';
    right.set(`item-${at}`, 'AB'[options.indexOf(answer)]);
    written.push({
      id: `item-${at}`,
      question: 'Is the core of the nodule bright or dark against its rim?',
      options,
      answer,
      pictures: [`p${at}.png`],
    });
  }
  await writeItemsFile(folder, written);
  return right;
}

type Picture = SeenRequest['pictures'][number];

/** Core less rim of what lies around a point: what the pixels say, before the reader's error. */
function contrastAt(picture: Picture, x: number, y: number, scale: number): number {
  const sums = { core: 0, rim: 0 };
  const counts = { core: 0, rim: 0 };
  const reach = Math.round(12 * scale);
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
      const distance = Math.hypot(dx, dy) / scale;
      if (px < 0 || py < 0 || px >= picture.width || py >= picture.height || distance > 11) continue;
      const part = distance <= 5 ? 'core' : distance >= 8 ? 'rim' : undefined;
      if (part === undefined) continue;
      sums[part] += greyAt(picture, px, py);
      counts[part]++;
    }
  return sums.core / Math.max(1, counts.core) - sums.rim / Math.max(1, counts.rim);
}

const centre = (box: readonly [number, number, number, number]) =>
  [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] as const;

/** What the reader sees of the core, in grey levels brighter than the rim: from the pictures that were sent, and chance. */
export function seenContrast(
  { pictures }: Pick<SeenRequest, 'pictures'>,
  rng: Random,
  share: number,
): number {
  const whole = pictures[0];
  const view = pictures.length > 1 ? pictures[pictures.length - 1] : undefined;
  const values = new Set(view?.data);
  if (view !== undefined && values.size > 2) {
    // A crop: the thing fills it but for the margins, so its radius tells the scale.
    const scale = Math.min(view.width, view.height) / 1.3 / 28;
    return contrastAt(view, view.width / 2, view.height / 2, scale) + share * READER.zoom * rng.normal();
  }
  if (view !== undefined && values.has(0)) {
    const [outlined] = thingsIn(sightOf(view, SIDE, { sd: 0, seed: '' }), (grey) => grey > 128);
    if (outlined !== undefined)
      return contrastAt(whole, ...centre(outlined.box), 1) + share * READER.mask * rng.normal();
  }
  const sight = sightOf(whole, SIDE, { sd: 0, seed: '' });
  const isAstray = rng.next() < READER.astray;
  const [thing] = thingsIn(sight, (grey) => (isAstray ? grey < 70 && grey > 0 : grey > 115));
  return (
    (thing === undefined ? 0 : contrastAt(whole, ...centre(thing.box), 1)) +
    share * READER.global * rng.normal()
  );
}

/**
 * The reply to a request for an answer: what was seen, in words, and the option that follows from it, or with
 * probability `slip` the other one. `share` scales the error of seeing.
 */
export function answerOf(request: SeenRequest, rng: Random, slip = 0, share = 1): string {
  const contrast = seenContrast(request, rng, share);
  const word = contrast > 0 ? 'brighter' : 'darker';
  const isBright = rng.next() < slip ? contrast <= 0 : contrast > 0;
  const letter = letterOf(request.asked, isBright ? 'bright' : 'dark');
  const isTagged = request.asked.includes('<answer>');
  const reason = `The core looks ${Math.abs(contrast).toFixed(0)} grey levels ${word} than the rim.`;
  return isTagged ? `<reason>${reason}</reason>\n<answer>${letter}</answer>` : letter;
}

/** Whether each item of a run was answered with its right letter. */
export async function rightOf(
  context: CheckContext,
  runId: string | null,
  letters: ReadonlyMap<string, string>,
): Promise<Map<string, boolean>> {
  const reads = await loggedReads(context.scratch, runId);
  return new Map(
    [...letters].map(([id, letter]) => {
      const answer = reads.get(id)?.answer;
      return [id, answer?.kind === 'choice' && answer.letter === letter];
    }),
  );
}
