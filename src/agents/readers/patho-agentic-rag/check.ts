// The check of patho-agentic-rag: pages of which only words, only the picture or both fit; fusion against words alone, as many pages shown.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { greyAt, type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';

const ORGANS = ['thyroid', 'kidney', 'breast', 'colon', 'bladder', 'prostate'] as const;
/** Stripes of the simulated tissue: their direction in degrees. */
const DIRECTIONS = [0, 45, 90, 135] as const;
const ITEMS = 72;
const TISSUE = 64;
const PAGE = 128;

/**
 * The reader's declared error model. Asked to route, it searches once for the organ that the question names. Of a page
 * it tells by the pixels whether the stripes run as in the question's picture, wrong with probability `misjudge`, and
 * reads the page's text. It notes a page's entity where the organ is the one asked about and the stripes agree.
 * It answers what its notes name, and guesses among the options where they name none.
 */
export const READER = { misjudge: 0.1 } as const;

/** Stripes of period 6 along a direction, with noise, from `left`, `top` on. */
function stripes(
  data: Uint8Array,
  width: number,
  left: number,
  top: number,
  degrees: number,
  rng: Random,
): void {
  const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const phase = rng.uniform(0, 2 * Math.PI);
  for (let y = 0; y < TISSUE; y++)
    for (let x = 0; x < TISSUE; x++) {
      const wave = Math.sin(((x * dx + y * dy) * 2 * Math.PI) / 6 + phase);
      const value = 128 + 70 * wave + 12 * rng.normal();
      data[(top + y) * width + left + x] = Math.max(0, Math.min(255, Math.round(value)));
    }
}

export async function tissuePicture(degrees: number, rng: Random): Promise<Uint8Array> {
  const data = new Uint8Array(TISSUE * TISSUE);
  stripes(data, TISSUE, 0, 0, degrees, rng);
  return encodePng({ width: TISSUE, height: TISSUE, channels: 1, data });
}

/** A page: lines of print above, its figure below. */
export async function pagePicture(degrees: number, rng: Random): Promise<Uint8Array> {
  const data = new Uint8Array(PAGE * PAGE).fill(245);
  for (let line = 6; line < 56; line += 8)
    for (let x = 6; x < PAGE - 6; x += 5)
      if (rng.next() < 0.8)
        for (let y = 0; y < 4; y++) for (let dx = 0; dx < 3; dx++) data[(line + y) * PAGE + x + dx] = 40;
  stripes(data, PAGE, 32, 64, degrees, rng);
  return encodePng({ width: PAGE, height: PAGE, channels: 1, data });
}

const entityOf = (organ: number, direction: number): string =>
  `type ${ORGANS[organ][0].toUpperCase()}${direction + 1}`;

/** @param alike the figures of all pages look the same, so that the organ's name alone decides */
export async function writeLibrary(folder: string, alike: boolean, rng: Random): Promise<void> {
  await mkdir(join(folder, 'pages'), { recursive: true });
  const directions = alike ? [0] : DIRECTIONS;
  for (const [organ, name] of ORGANS.entries())
    for (const [place, degrees] of directions.entries()) {
      const file = join(folder, 'pages', `page-${rng.int(1e9)}-${organ}${place}`);
      await writeFile(`${file}.png`, await pagePicture(degrees, rng));
      const text = `Entities of the ${name}. The tumour in the figure is called ${entityOf(organ, place)}.`;
      await writeFile(`${file}.txt`, text);
    }
  const items: WrittenItem[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const [organ, place] = [rng.int(ORGANS.length), rng.int(directions.length)];
    const answer = entityOf(organ, place);
    const others = alike
      ? rng
          .shuffle(ORGANS.map((_, other) => other).filter((other) => other !== organ))
          .slice(0, 3)
          .map((other) => entityOf(other, 0))
      : DIRECTIONS.map((_, other) => other)
          .filter((other) => other !== place)
          .map((other) => entityOf(organ, other));
    await writeFile(join(folder, `tissue-${at}.png`), await tissuePicture(directions[place], rng));
    items.push({
      ...{ id: `item-${at}`, answer, options: rng.shuffle([answer, ...others]) },
      question: `Which entity of the ${ORGANS[organ]} does this tissue show?`,
      pictures: [`tissue-${at}.png`],
    });
  }
  await writeItemsFile(folder, items);
}

/** The direction across which a square of a picture changes most, as one of four. */
export function directionIn(picture: Raster, left: number, top: number, side: number): number {
  const sums = [0, 0, 0, 0];
  const [step, far] = [2, side - 3];
  for (let y = 3; y < far; y++)
    for (let x = 3; x < far; x++) {
      const here = greyAt(picture, left + x, top + y);
      const change = (dx: number, dy: number) =>
        Math.abs(greyAt(picture, left + x + dx, top + y + dy) - here);
      sums[0] += change(step, 0) - change(0, step);
      sums[1] += change(step, step) - change(step, -step);
      sums[2] += change(0, step) - change(step, 0);
      sums[3] += change(step, -step) - change(step, step);
    }
  return sums.indexOf(Math.max(...sums));
}

/** What the simulated reader replies: from the pictures and words sent to it, nothing else. */
export function simulatedReply({ asked, pictures, turns }: SeenRequest, rng: Random): string {
  const last = turns.findLast(({ role }) => role === 'user')?.text ?? '';
  const organ = /entity of the (\w+) does/.exec(last)?.[1] ?? '';
  if (last.includes('"retrieve"'))
    return JSON.stringify({ retrieve: true, queries: [`entities of the ${organ}`], classify_tissue: false });
  if (last.includes('"next_query"'))
    return JSON.stringify({ ...summaryOf(last, organ, pictures, rng), next_query: '' });
  const options = [...asked.matchAll(/^([A-Z])[.:] (.+)$/gm)].map(([, letter, text]) => ({ letter, text }));
  const noted = options.find(({ text }) => last.includes(`it is ${text} `));
  return noted?.letter ?? rng.pick(options).letter;
}

function summaryOf(words: string, organ: string, pictures: SeenRequest['pictures'], rng: Random) {
  const [tissue, ...pages] = pictures;
  const texts = [...words.matchAll(/<reference number="\d+"[^>]*>\n([\s\S]*?)\n<\/reference>/g)].map(
    ([, text]) => text,
  );
  for (const [at, text] of texts.entries()) {
    const page = pages[at];
    if (page === undefined || tissue === undefined || !text.includes(`of the ${organ}.`)) continue;
    const same = directionIn(tissue, 0, 0, TISSUE) === directionIn(page, 32, 64, TISSUE);
    const taken = rng.next() < READER.misjudge ? !same : same;
    const entity = /is called (type \w+)/.exec(text)?.[1];
    if (taken && entity !== undefined)
      return { summary: `The figure fits: it is ${entity} of the ${organ}.`, enough: true };
  }
  return { summary: 'The figures do not fit.', enough: false };
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedReply });
  try {
    const regime = async (name: string, alike: boolean) => {
      const folder = join(context.scratch, name);
      await writeLibrary(folder, alike, random(context.seed, 'patho-agentic-rag', name));
      const reading = (rerank: string) =>
        context.readRelease({
          ...{ benchmark: 'own-items', data: folder, server: server.url },
          readers: ['patho-agentic-rag@compatible/sim'],
          experts: [
            `retrieve=passages:${join(folder, 'pages').replaceAll(',', ',,')},method=late,repeats=keep`,
          ],
          // The same budget for both: one turn of one page.
          options: { rerank, turns: '1', pages: '1' },
        });
      return { fusion: cellOf(await reading('fusion')), text: cellOf(await reading('text')) };
    };
    const both = await regime('both', false);
    const words = await regime('words', true);
    const wins = (both.fusion.ci95?.[0] ?? 0) > (both.text.ci95?.[1] ?? 1);
    const held = (words.fusion.score ?? 0) <= (words.text.score ?? 0);
    return {
      passed: wins && held,
      baseline: { name: 'the same search by words alone, accuracy', value: both.text.score ?? 0 },
      result: { name: 'words and picture fused, accuracy', value: both.fusion.score ?? 0 },
      ...(both.fusion.ci95 === null ? {} : { ci95: both.fusion.ci95 }),
      mustNotWin: {
        regime: 'the organ’s name alone decides, all figures look alike',
        value: words.fusion.score ?? 0,
        against: words.text.score ?? 0,
        held,
      },
      detail:
        `synthetic pages, ${ITEMS} items, chance 0.25, one turn of one page in both arms; the reader misjudges ` +
        `${100 * READER.misjudge} % of the figures and guesses without a fitting page; where words decide, words alone ` +
        `reach ${(words.text.score ?? 0).toFixed(3)}`,
    };
  } finally {
    await server.close();
  }
}
