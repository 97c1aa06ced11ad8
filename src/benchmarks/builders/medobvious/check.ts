// The builder's own check: a reader that looks at the tiles finds the odd one, and finds nothing when labels are dealt out.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { random } from '../../../domain/random.ts';
import { openRaster } from '../../../imaging/formats/raster.ts';
import type { Builder } from '../../builder.ts';
import { shadedPicture } from '../../fixture-picture.ts';
import { type TaskRow, taskRow } from '../../published/medobvious/tasks.ts';
import { GAP } from './tiles.ts';

const TILE = 16;

/** Mean brightness of each tile, in reading order. */
async function brightness(path: string, side: number): Promise<number[]> {
  const { width, channels, data } = await openRaster(path);
  return Array.from({ length: side * side }, (_, place) => {
    const [left, top] = [(place % side) * (TILE + GAP), Math.floor(place / side) * (TILE + GAP)];
    let sum = 0;
    for (let y = 0; y < TILE; y++)
      for (let x = 0; x < TILE; x++) sum += Number(data[((top + y) * width + left + x) * channels]);
    return sum / TILE ** 2;
  });
}

/** The place whose brightness stands apart by more than a quarter of the scale; undefined when none does. */
function apart(values: readonly number[]): number | undefined {
  const median = [...values].sort((a, b) => a - b)[values.length >> 1];
  const far = values.map((value) => Math.abs(value - median));
  const most = Math.max(...far);
  return most > 64 ? far.indexOf(most) : undefined;
}

/** What one says who looks at the tiles of choice questions; "no" to everything else. */
async function looked(folder: string, rows: readonly TaskRow[]): Promise<Map<string, string>> {
  const replies = new Map<string, string>();
  for (const { id, image_path, options } of rows) {
    const letters = Object.keys(options ?? {});
    if (letters.length === 0) {
      replies.set(id, 'no');
      continue;
    }
    const found = apart(await brightness(join(folder, image_path), letters.length > 5 ? 3 : 2));
    replies.set(id, letters[found ?? letters.length - 1]);
  }
  return replies;
}

/** Pictures of two modalities, one bright and one dark; `dealt`: labels have nothing to do with the pictures. */
async function writePictures(folder: string, seed: string, dealt: boolean): Promise<void> {
  const rng = random(seed, 'medobvious-check', String(dealt));
  for (let at = 0; at < 40; at++) {
    const kind = at % 2 === 0 ? 'ultrasound' : 'microscopy';
    const shade = (dealt ? rng.int(2) : at % 2) === 0 ? 'bright' : 'dark';
    await mkdir(join(folder, kind), { recursive: true });
    await writeFile(join(folder, kind, `${at}.png`), await shadedPicture(shade, rng));
  }
}

export function gridsCheck(
  builder: () => Builder,
): (context: CheckContext) => Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  return async (context) => {
    const { seed, scratch, progress, signal } = context;
    const read = async (dealt: boolean) => {
      const source = join(scratch, dealt ? 'dealt' : 'labelled');
      const out = `${source}-grids`;
      await writePictures(source, seed, dealt);
      const { items } = await builder().build({
        ...{ source, out, seed, progress, signal, protocol: 'strict' },
        options: { classes: ['modality'], cases: ['24'], tiers: ['v2,v3'], tile: [String(TILE)] },
      });
      const rows = (await readFile(join(out, 'all_tasks.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => taskRow.parse(JSON.parse(line)));
      const replies = await looked(out, rows);
      const report = await context.readPublished({
        ...{ benchmark: 'medobvious', data: out, mode: 'grid', protocol: 'strict', replies },
      });
      const choices = (reader: (typeof report.readers)[number]) => reader.facets.type['detection-mcq'][0];
      return {
        items,
        own: choices(report.readers[0]),
        baselines: report.baselines.map((one) => [one.reader, choices(one)] as const),
      };
    };
    const labelled = await read(false);
    const dealt = await read(true);
    const [name, best] = labelled.baselines.reduce((a, b) => ((b[1].score ?? 0) > (a[1].score ?? 0) ? b : a));
    const [score, reach] = [labelled.own.score ?? 0, best.score ?? 1];
    const dealtScore = dealt.own.score ?? 1;
    return {
      passed: (labelled.own.ci95?.[0] ?? 0) > reach && dealtScore < score / 2,
      baseline: { name: `${name} (choice)`, value: reach },
      result: { name: 'a reader that looks at the tiles (choice)', value: score },
      ...(labelled.own.ci95 === null ? {} : { ci95: labelled.own.ci95 }),
      mustNotWin: {
        regime: 'labels that have nothing to do with the pictures',
        value: dealtScore,
        held: dealtScore < score / 2,
      },
      detail: `${labelled.items} tasks in 2 × 2 and 3 × 3 grids of bright and dark noise`,
    };
  };
}
