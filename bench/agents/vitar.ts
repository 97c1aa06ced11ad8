// ViTAR on real breast ultrasound (BUSI) with planted flecks: one round against two, flecks hidden or plain.
// npx node bench/agents/vitar.ts [--data ../shared/data]
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pixelBoxIou, type SaidBox } from '../../src/agents/regions/boxes.ts';
import { notes } from '../../src/agents/regions/logged-reads.ts';
import {
  letterOf,
  type Sight,
  sightOf,
  type Thing,
  thingsIn,
} from '../../src/agents/regions/testing/sight.ts';
import { type Random, random } from '../../src/domain/random.ts';
import type { SeenRequest } from '../../src/experts/testing/simulated-reader.ts';
import { rasterOfBytes } from '../../src/imaging/picture-bytes.ts';
import { encodePng } from '../../src/imaging/write-png.ts';
import { withArms } from './arm.ts';
import { header, percentCell, row, told } from './table.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } });
const source = join(values.data, 'busi-ultrasound', 'images');
/** Every picture is seen as at most 64 pixels a side: 4 × 4 of a whole BUSI picture make one. */
const ACUITY = 64;
const LAPSE = 0.05;

/** The largest dark area in the middle of a picture, as the reader sees it: the outermost eighth is left out. */
function darkArea({ width, height, grey }: Sight): Thing | undefined {
  const inner = grey.map((value, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x < width / 8 || y < height / 8 || x >= (7 * width) / 8 || y >= (7 * height) / 8 ? 255 : value;
  });
  const sorted = inner.filter((value) => value < 255).sort();
  const cut = sorted[Math.floor(sorted.length / 8)] ?? 0;
  return thingsIn({ width, height, grey: inner, shrink: 1 }, (value) => value <= cut)[0];
}

/** Four items a picture: two with a fleck of `fleck` pixels a side in the dark area, two without. */
async function writeItems(folder: string, fleck: number): Promise<Map<string, SaidBox['box']>> {
  mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  const areas = new Map<string, SaidBox['box']>();
  for (const name of readdirSync(source).sort()) {
    const raster = await rasterOfBytes(readFileSync(join(source, name)));
    const area = darkArea(sightOf(raster, ACUITY, { sd: 0, seed: '' }));
    if (area === undefined) continue;
    const scale = raster.width / ACUITY;
    for (let at = 0; at < 4; at++) {
      const rng = random('0', name, String(fleck), String(at));
      const data = raster.data.slice();
      const has = at % 2 === 0;
      const place = rng.pick(area.pixels);
      const [x, y] = [(place % ACUITY) * scale, Math.floor(place / ACUITY) * scale].map((from) =>
        Math.min(Math.round(from) + rng.int(4), raster.width - fleck),
      );
      for (let row = y; has && row < y + fleck; row++)
        data.fill(
          255,
          (row * raster.width + x) * raster.channels,
          (row * raster.width + x + fleck) * raster.channels,
        );
      const id = `${name.replace('.png', '')}-${at}`;
      writeFileSync(join(folder, `${id}.png`), await encodePng({ ...raster, data }));
      areas.set(id, area.box.map((side) => side * scale) as unknown as SaidBox['box']);
      const question = 'Does the dark area hold a bright fleck?';
      const options = rng.shuffle(['yes', 'no']);
      lines.push(
        JSON.stringify({
          id,
          patient: name,
          question,
          options,
          answer: has ? 'yes' : 'no',
          pictures: [`${id}.png`],
        }),
      );
    }
  }
  writeFileSync(join(folder, 'items.jsonl'), lines.join('\n'));
  return areas;
}

/** Whether a pixel of a box is brighter by 85 than the mean of those three away from it. */
function hasFleck({ width, height, grey }: Sight, [x0, y0, x1, y1]: Thing['box']): boolean {
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      let [sum, count] = [0, 0];
      for (let dy = -3; dy <= 3; dy++)
        for (let dx = -3; dx <= 3; dx++) {
          const [nx, ny] = [x + dx, y + dy];
          if (Math.max(Math.abs(dx), Math.abs(dy)) < 3 || nx < 0 || ny < 0 || nx >= width || ny >= height)
            continue;
          sum += grey[ny * width + nx];
          count++;
        }
      if (grey[y * width + x] - sum / count > 85) return true;
    }
  return false;
}

/** From pixels alone: a fleck stands out from what is around it, in the dark area of the whole or in a crop of it. */
function reply({ turns, pictures, asked }: SeenRequest, rng: Random): string {
  const last = turns.findLast(({ role }) => role === 'user')?.text ?? '';
  const whole = sightOf(pictures[0], ACUITY, { sd: 3, seed: String(rng.next()) });
  const area = darkArea(whole);
  if (last.includes('<act>')) {
    const box = area?.box.map((at) => Math.round((at * 1000) / ACUITY)) ?? [250, 250, 750, 750];
    return `<think>There is a dark area.</think><act>${JSON.stringify([{ box }])}</act>`;
  }
  const crop = pictures.length > 1 ? pictures[pictures.length - 1] : undefined;
  const isCrop = crop !== undefined && crop.width !== pictures[0].width;
  const looked = isCrop ? sightOf(crop, ACUITY, { sd: 3, seed: String(rng.next()) }) : whole;
  const box = isCrop ? ([0, 0, looked.width, looked.height] as const) : area?.box;
  const isSeen = box !== undefined && hasFleck(looked, box);
  const answer = letterOf(asked, (rng.next() < LAPSE ? !isSeen : isSeen) ? 'yes' : 'no');
  return last.includes('<answer>') ? `<rethink>looked</rethink><answer>${answer}</answer>` : answer;
}

await withArms({ seed: '0', answer: reply }, async (readArm, scratch) => {
  header('flecks', 'reader', 'n (pictures)', 'accuracy (%)', 'chance (%)', 'IoU of the marked box');
  for (const [how, fleck] of [
    ['hidden: 2 × 2 pixels, a quarter of what one seen pixel covers', 2],
    ['plain: 7 × 7 pixels (must not win)', 7],
  ] as const) {
    const data = join(scratch, `fleck-${fleck}`);
    const areas = await writeItems(data, fleck);
    for (const [reader, options] of [
      ['direct', {}],
      ['vitar', { feedback: 'mark' }],
      ['vitar', { feedback: 'both' }],
    ] as const) {
      const { cells, reads: logged } = await readArm({
        data,
        readers: [`${reader}@compatible/sim`],
        options,
      });
      const reads = await logged();
      const overlaps = [...reads].flatMap(([id, read]) =>
        notes<{ boxes?: readonly SaidBox[] }>(read, 'vitar:act').flatMap(({ result }) =>
          (result.boxes ?? []).map(({ box }) => pixelBoxIou(box, areas.get(id) ?? [0, 0, 1, 1])),
        ),
      );
      const mean = overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length;
      const name = 'feedback' in options ? `${reader}, ${options.feedback}` : reader;
      row(
        how,
        name,
        `${reads.size} (${areas.size / 4})`,
        told(cells, 'accuracy', percentCell),
        '50.0',
        overlaps.length === 0 ? '–' : mean.toFixed(2),
      );
    }
  }
});
