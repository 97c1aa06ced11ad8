// The check of region-grades: bright blocks inside dim ones, built into records, and graded again from the pictures.
import { join } from 'node:path';
import { gridOf } from '../../domain/geometry.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { random } from '../../domain/random.ts';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { openData } from '../../records/data-root.ts';
import type { Builder } from '../builder.ts';
import plugin from '../published/3dreasonknee/index.ts';

const SHAPE = [40, 32, 8] as const;
const NAME = 'tumor of organ';

/**
 * A reader that counts grey and white pixels of the shown slices must grade and box as the records say; given the slices
 * of another volume it must do no better than half as well.
 */
export async function checkRegionGrades(
  builder: Builder,
  { seed, scratch, progress, signal, readPublished }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const [source, out] = [join(scratch, 'nested'), join(scratch, 'built')];
  await writeNested(source, seed);
  const { items } = await builder.build({
    source,
    out,
    seed,
    protocol: 'strict',
    options: { label: ['1=organ', '2=tumor'], window: ['0,400'] },
    progress,
    signal,
  });
  const { default: sharp } = await import('sharp');
  const ids: string[] = [];
  const said: string[] = [];
  for await (const { item } of plugin.records(await openData(out), { mode: 'boxes', seed })) {
    const slices: Pixels[] = [];
    for (const part of item.prompt) {
      if (part.type !== 'image') continue;
      const { data, info } = await sharp(await part.image.load())
        .extractChannel(0)
        .raw()
        .toBuffer({ resolveWithObject: true });
      slices.push({ data, width: info.width });
    }
    ids.push(item.id);
    said.push(readOf(slices));
  }
  const read = (replies: readonly string[]) =>
    readPublished({
      benchmark: plugin.id,
      data: out,
      mode: 'boxes',
      protocol: 'strict',
      replies: new Map(ids.map((id, at) => [id, replies[at]])),
    });
  const result = await read(said);
  const control = await read(said.map((_, at) => said[(at + 1) % said.length]));
  const cell = (report: typeof result, metric: string) =>
    report.readers[0].overall.find((one) => one.metric === metric);
  const grades = cell(result, 'question-accuracy');
  const box = cell(result, 'box-iou-3d')?.score ?? Number.NaN;
  const wrong = cell(control, 'box-iou-3d')?.score ?? Number.NaN;
  const best = Math.max(
    ...result.baselines.map(
      ({ overall }) => overall.find(({ metric }) => metric === 'question-accuracy')?.score ?? 0,
    ),
  );
  const score = grades?.score ?? Number.NaN;
  const held = wrong < box / 2;
  return {
    passed: score > 0.9 && box > 0.9 && score > best && held,
    baseline: { name: 'one grade for everything (questions right)', value: best },
    result: { name: 'grades counted in the pictures (questions right)', value: score },
    ...(grades?.ci95 ? { ci95: grades.ci95 } : {}),
    mustNotWin: { regime: 'the slices of another volume (3D IoU)', value: wrong, held },
    detail: `${items} records on synthetic volumes; 3D IoU ${box.toFixed(3)}`,
  };
}

/** A dim block with 0 to 3 bright blocks side by side in it, of several sizes. */
async function writeNested(folder: string, seed: string): Promise<void> {
  const rng = random(seed, 'nested');
  const grid = gridOf(SHAPE, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1]);
  for (let at = 0; at < 12; at++) {
    const mask = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
    const image = new Int16Array(mask.length);
    const fill = (
      x: number,
      y: number,
      z: number,
      [w, h, d]: readonly number[],
      label: number,
      value: number,
    ) => {
      for (let k = z; k < z + d; k++)
        for (let j = y; j < y + h; j++) {
          const row = (k * SHAPE[1] + j) * SHAPE[0];
          mask.fill(label, row + x, row + x + w);
          image.fill(value, row + x, row + x + w);
        }
    };
    const [x, y, z] = [1 + rng.int(12), 1 + rng.int(10), 1 + rng.int(3)];
    fill(x, y, z, [24, 12 + rng.int(8), 3], 1, 200);
    const parts = at % 4;
    const height = 3 + rng.int(9);
    for (let part = 0; part < parts; part++) fill(x + part * 8, y, z, [4 + rng.int(3), height, 3], 2, 400);
    await writeNifti(join(folder, 'images', `nested${at}.nii.gz`), { grid, data: image });
    await writeNifti(join(folder, 'labels', `nested${at}.nii.gz`), { grid, data: mask });
  }
}

interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
}

/** Bounds, share and number of parts from grey values alone. Slices are stretched one by one: any grey is tissue. */
function readOf(slices: readonly Pixels[]): string {
  const bounds = [Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY, -1];
  const take = (axis: number, value: number) => {
    bounds[axis * 2] = Math.min(bounds[axis * 2], value);
    bounds[axis * 2 + 1] = Math.max(bounds[axis * 2 + 1], value);
  };
  let [all, bright, parts] = [0, 0, 0];
  slices.forEach(({ data, width }, slice) => {
    // Without a tumour the organ is as bright as the window's stretch makes it.
    const levels = new Set(data);
    const isBright = (value: number) => levels.size > 2 && value > 200;
    let row = -1;
    let starts = 0;
    for (let at = 0; at < data.length; at++) {
      if (data[at] === 0) continue;
      all++;
      take(0, slice);
      take(1, at % width);
      take(2, Math.floor(at / width));
      if (!isBright(data[at])) continue;
      bright++;
      // Parts lie below one another in the picture: count where a column of them begins anew.
      if (at < width || !isBright(data[at - width])) {
        const column = at % width;
        if (row < 0) row = column;
        if (column === row) starts++;
      }
    }
    parts = Math.max(parts, starts);
  });
  const share = bright / all;
  const size = bright === 0 ? 0 : share < 0.33 ? 1 : share <= 0.66 ? 2 : 3;
  return JSON.stringify({
    MOAKS_scores: { [NAME]: { size, number: Math.min(3, parts) } },
    bounding_box: bounds,
  });
}
