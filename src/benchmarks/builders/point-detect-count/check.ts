// The check of point-detect-count: squares of known places, built into instructions, read and scored through the engine.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { random } from '../../../domain/random.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { openData } from '../../../records/data-root.ts';
import type { Builder } from '../../builder.ts';
import medmultipoints from '../../published/medmultipoints/index.ts';

const [WIDTH, HEIGHT] = [120, 80];

/**
 * A reader that finds bright squares by threshold, without the annotations, must agree with what was built; the same
 * reader on pictures turned half around must not beat one guess in the middle.
 */
export async function checkBuilder(
  builder: Builder,
  { seed, scratch, progress, signal, readPublished }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const [source, out] = [join(scratch, 'squares'), join(scratch, 'built')];
  const seen = await writeSquares(source, seed);
  const { items } = await builder.build({
    source,
    out,
    seed,
    protocol: 'strict',
    options: {},
    progress,
    signal,
  });
  const right = new Map<string, string>();
  const turned = new Map<string, string>();
  const data = await openData(out);
  for await (const { item } of medmultipoints.records(data, { mode: 'json', seed })) {
    const picture = item.prompt.find((part) => part.type === 'image')?.image;
    const squares = seen.get((await picture?.load())?.length ?? 0) ?? [];
    right.set(item.id, said(item.type, squares));
    turned.set(
      item.id,
      said(
        item.type,
        squares.map(([x1, y1, x2, y2]) => [WIDTH - x2, HEIGHT - y2, WIDTH - x1, HEIGHT - y1]),
      ),
    );
  }
  const read = (replies: ReadonlyMap<string, string>) =>
    readPublished({ benchmark: 'medmultipoints', data: out, mode: 'json', protocol: 'strict', replies });
  const [result, wrong] = [await read(right), await read(turned)];
  const value = (cells: typeof result.baselines, reader: string) =>
    cells.find((one) => one.reader === reader)?.overall[0].score ?? Number.NaN;
  const cell = result.readers[0].overall[0];
  const baseline = value(result.baselines, 'one-in-the-middle');
  const control = wrong.readers[0].overall[0].score ?? Number.NaN;
  return {
    passed: (cell.score ?? 0) > 0.99 && (cell.score ?? 0) > baseline && control < (cell.score ?? 0) / 2,
    baseline: { name: 'one thing in the middle (point F1)', value: baseline },
    result: { name: 'squares found by threshold (point F1)', value: cell.score ?? Number.NaN },
    ...(cell.ci95 === null ? {} : { ci95: cell.ci95 }),
    mustNotWin: {
      regime: 'the same squares turned half around',
      value: control,
      held: control < (cell.score ?? 0) / 2,
    },
    detail: `${items} instructions from masks of ${seen.size} synthetic pictures`,
  };
}

type Square = readonly [number, number, number, number];

/** Pictures and masks of squares; what a threshold finds in each, by the length of the file (all differ). */
async function writeSquares(folder: string, seed: string): Promise<Map<number, Square[]>> {
  const rng = random(seed, 'squares');
  const seen = new Map<number, Square[]>();
  for (const sub of ['images', 'masks']) await mkdir(join(folder, sub), { recursive: true });
  for (let at = 0; at < 12; at++) {
    const pixels = new Uint8Array(WIDTH * HEIGHT).map(() => 10 + rng.int(60));
    const mask = new Uint8Array(WIDTH * HEIGHT);
    const squares: Square[] = [];
    // Places in the upper half only, so that turning the picture moves every one of them.
    for (const cell of rng.shuffle([0, 1, 2, 3]).slice(0, 1 + rng.int(4))) {
      const side = 6 + rng.int(8);
      const [x, y] = [cell * 30 + rng.int(14), rng.int(20)];
      for (let row = y; row < y + side; row++) {
        pixels.fill(230, row * WIDTH + x, row * WIDTH + x + side);
        mask.fill(1, row * WIDTH + x, row * WIDTH + x + side);
      }
      squares.push([x, y, x + side, y + side]);
    }
    const png = await encodePng({ width: WIDTH, height: HEIGHT, channels: 1, data: pixels });
    if (seen.has(png.length)) continue;
    seen.set(png.length, brightSquares(pixels));
    await writeFile(join(folder, 'images', `p${at}.png`), png);
    await writeFile(
      join(folder, 'masks', `p${at}.png`),
      await encodePng({ width: WIDTH, height: HEIGHT, channels: 1, data: mask }),
    );
  }
  return seen;
}

/** Squares by threshold alone: each run of bright pixels whose upper neighbours are dark begins one. */
function brightSquares(pixels: Uint8Array): Square[] {
  const bright = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT && pixels[y * WIDTH + x] > 128;
  const found: Square[] = [];
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      if (!bright(x, y) || bright(x - 1, y) || bright(x, y - 1)) continue;
      let [x2, y2] = [x, y];
      while (bright(x2, y)) x2++;
      while (bright(x, y2)) y2++;
      found.push([x, y, x2, y2]);
    }
  return found;
}

function said(type: string, squares: readonly Square[]): string {
  const points = squares.map(([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2]);
  const answer =
    type === 'pointing'
      ? points.map((point_2d) => ({ point_2d }))
      : type === 'bounding'
        ? squares.map((bbox_2d) => ({ bbox_2d }))
        : {
            counts: squares.length,
            ...(type === 'count-and-point' ? { point_2d: points } : {}),
            ...(type === 'count-and-box' ? { bbox_2d: squares } : {}),
          };
  return JSON.stringify(answer);
}
