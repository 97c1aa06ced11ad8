// The check of region-tasks: bright blocks in volumes, built into tasks, and found again by threshold in the pictures.
import { join } from 'node:path';
import { gridOf } from '../../domain/geometry.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { random } from '../../domain/random.ts';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { openData } from '../../records/data-root.ts';
import type { Builder } from '../builder.ts';
import plugin from '../published/medrega-regions/index.ts';

const SHAPE = [64, 48, 6] as const;
const NAMES = ['bright block', 'dim block'];
const LEVELS = [300, 150];

/**
 * A reader that finds blocks by their brightness in the pictures must name and box them; the same reader with left and
 * right exchanged must not.
 */
export async function checkRegionTasks(
  builder: Builder,
  { seed, scratch, progress, signal, readPublished }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const [source, out] = [join(scratch, 'blocks'), join(scratch, 'built')];
  await writeBlocks(source, seed);
  const { items } = await builder.build({
    source,
    out,
    seed,
    protocol: 'strict',
    options: { label: NAMES.map((name, at) => `${at + 1}=${name}`) },
    progress,
    signal,
  });
  const { default: sharp } = await import('sharp');
  const right = new Map<string, string>();
  const mirrored = new Map<string, string>();
  for await (const { item, reference } of plugin.records(await openData(out), { mode: 'listed', seed })) {
    const picture = item.prompt.find((part) => part.type === 'image')?.image;
    const { data, info } = await sharp((await picture?.load()) ?? new Uint8Array())
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const found = blocksIn(data, info.width, info.height);
    const asked = item.type === 'name-to-region' ? reference.regions[0].name : undefined;
    const middle = (box: readonly number[]) => (box[0] + box[2]) / 2;
    const reply = (boxes: readonly { name: string; box: readonly number[] }[]): string => {
      if (item.type === 'region-to-name') {
        const x = (/\[\[(\d+), \d+, (\d+)/.exec(item.text) ?? []).slice(1).map(Number);
        const near = [...boxes].sort(
          (a, b) => Math.abs(middle(a.box) - (x[0] + x[1]) / 2) - Math.abs(middle(b.box) - (x[0] + x[1]) / 2),
        )[0];
        return near?.name ?? '';
      }
      return boxes
        .filter(({ name }) => asked === undefined || name === asked)
        .map(
          ({ name, box }) =>
            `${asked === undefined ? `<ref>${name}</ref>` : ''}<box>[[${box.join(', ')}]]</box>`,
        )
        .join('\n');
    };
    right.set(item.id, reply(found));
    mirrored.set(
      item.id,
      reply(found.map(({ name, box: [x1, y1, x2, y2] }) => ({ name, box: [999 - x2, y1, 999 - x1, y2] }))),
    );
  }
  const read = (replies: ReadonlyMap<string, string>) =>
    readPublished({ benchmark: plugin.id, data: out, mode: 'listed', protocol: 'strict', replies });
  const [result, control] = [await read(right), await read(mirrored)];
  const cell = (report: typeof result, reader?: string) =>
    (reader === undefined
      ? report.readers[0]
      : report.baselines.find((one) => one.reader === reader)
    )?.overall.find(({ metric }) => metric === 'region-iou');
  const own = cell(result);
  const baseline = cell(result, 'middle-of-the-picture')?.score ?? Number.NaN;
  const wrong = cell(control)?.score ?? Number.NaN;
  const score = own?.score ?? Number.NaN;
  return {
    passed: score > 0.9 && score > baseline && wrong < score / 2,
    baseline: { name: 'the middle of the picture (region IoU)', value: baseline },
    result: { name: 'blocks found by brightness (region IoU)', value: score },
    ...(own?.ci95 ? { ci95: own.ci95 } : {}),
    mustNotWin: {
      regime: 'the same blocks with left and right exchanged',
      value: wrong,
      held: wrong < score / 2,
    },
    detail: `${items} tasks on synthetic volumes with pixels of 1 × 1.5 mm`,
  };
}

/** Two blocks, one on each side at different heights, in five volumes with pixels that are not square. */
async function writeBlocks(folder: string, seed: string): Promise<void> {
  const rng = random(seed, 'blocks');
  const grid = gridOf(SHAPE, [1, 0, 0, 0, 0, 1.5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1]);
  for (let at = 0; at < 8; at++) {
    const mask = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
    const image = new Int16Array(mask.length).fill(20);
    [0, 1].forEach((label) => {
      const x = (label === at % 2 ? 3 : 36) + rng.int(8);
      const [y, w, h] = [4 + rng.int(18), 8 + rng.int(9), 8 + rng.int(14)];
      for (let k = 2; k < 4; k++)
        for (let j = y; j < y + h; j++) {
          const row = (k * SHAPE[1] + j) * SHAPE[0];
          mask.fill(label + 1, row + x, row + x + w);
          image.fill(LEVELS[label], row + x, row + x + w);
        }
    });
    await writeNifti(join(folder, 'images', `blocks${at}.nii.gz`), { grid, data: image });
    await writeNifti(join(folder, 'labels', `blocks${at}.nii.gz`), { grid, data: mask });
  }
}

/** Bounds of each brightness, from 0 to 999 over the picture. */
function blocksIn(data: Uint8Array, width: number, height: number): { name: string; box: number[] }[] {
  const peak = data.reduce((most, value) => Math.max(most, value), 0);
  const floor = data.reduce((least, value) => Math.min(least, value), 255);
  const share = (value: number) => (value - floor) / (peak - floor);
  return NAMES.flatMap((name, label) => {
    const [low, high] = label === 0 ? [0.75, 1.01] : [0.25, 0.75];
    const columns = new Int32Array(width);
    const rows = new Int32Array(height);
    for (let at = 0; at < data.length; at++) {
      const value = share(data[at]);
      if (value < low || value >= high) continue;
      columns[at % width]++;
      rows[Math.floor(at / width)]++;
    }
    // Edges between two levels pass through the middle: a row or column counts when enough of it is there.
    const span = (counts: Int32Array) => {
      const most = counts.reduce((best, one) => Math.max(best, one), 0);
      const own = [...counts.keys()].filter((at) => counts[at] > most / 2);
      return [own[0], (own.at(-1) ?? 0) + 1];
    };
    const [[x1, x2], [y1, y2]] = [span(columns), span(rows)];
    if (x1 === undefined || y1 === undefined) return [];
    const part = (value: number, size: number) => Math.round((value / size) * 999);
    return [{ name, box: [part(x1, width), part(y1, height), part(x2, width), part(y2, height)] }];
  });
}
