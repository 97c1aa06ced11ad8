// K2Sight on real blood smears (BCCD): boxes by name alone, with attributes, with a sentence, and by a grounder.
// npx node bench/agents/k2sight.ts [--data ../shared/data]
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { thingsIn } from '../../src/agents/regions/testing/sight.ts';
import type { Random } from '../../src/domain/random.ts';
import type { SeenRequest } from '../../src/experts/testing/simulated-reader.ts';
import { withArms } from './arm.ts';
import { header, percentCell, row, told } from './table.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } });
const source = join(values.data, 'blood-cells-bccd');

/** The three classes: the release's name, the short name that is asked for, and words that describe it. */
const CLASSES = [
  { name: 'WBC', rare: 'Where are the WBCs?', common: 'Where are the largest things, dark violet?' },
  { name: 'Platelets', rare: 'Where are the thrombocytes?', common: 'Where are the small violet dots?' },
  { name: 'RBC', rare: 'Where are the erythrocytes?', common: 'Where are the pale red discs?' },
] as const;

/** One item for each picture and class that is on it, asked by the short name or in describing words. */
function writeItems(folder: string, words: 'rare' | 'common'): number {
  mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  for (const file of readdirSync(join(source, 'annotations')).sort()) {
    const text = readFileSync(join(source, 'annotations', file), 'utf8');
    const picture = file.replace(/\.xml$/, '.jpg');
    copyFileSync(join(source, 'images', picture), join(folder, picture));
    const objects = [...text.matchAll(/<object>[\s\S]*?<\/object>/g)].map(([object]) => object);
    for (const one of CLASSES) {
      const boxes = objects
        .filter((object) => object.includes(`<name>${one.name}</name>`))
        .map((object) =>
          ['xmin', 'ymin', 'xmax', 'ymax'].map((side) =>
            Number(new RegExp(`<${side}>(\\d+)</${side}>`).exec(object)?.[1]),
          ),
        );
      if (boxes.length === 0) continue;
      const id = `${file.replace(/\.xml$/, '')}-${one.name}`;
      const patient = file.replace(/\.xml$/, '');
      lines.push(
        JSON.stringify({
          id,
          patient,
          question: one[words],
          type: one.name.toLowerCase(),
          pictures: [picture],
          boxes,
        }),
      );
    }
  }
  writeFileSync(join(folder, 'items.jsonl'), lines.join('\n'));
  return lines.length;
}

/**
 * The simulated reader, on real pixels: violet is more blue than red, red more red than green. It knows "violet", "red",
 * "large…" and "small", no names of cells. Violet things are large or small; red things are the discs. Knowing no word of a
 * text it boxes one of the three kinds at random.
 */
function reply({ pictures, asked }: SeenRequest, rng: Random): string {
  const [picture] = pictures;
  const { width, height, channels, data } = picture;
  // Half the size, four pixels in one: single pixels of stain are noise.
  const [w, h] = [width >> 1, height >> 1];
  const violet = new Float32Array(w * h);
  const red = new Float32Array(w * h);
  for (let y = 0; y < 2 * h; y++)
    for (let x = 0; x < 2 * w; x++) {
      const from = (y * width + x) * channels;
      const [r, g, b] = [data[from], data[from + 1], data[from + 2]];
      const at = (y >> 1) * w + (x >> 1);
      violet[at] += (b - r) / 4;
      red[at] += (r - g) / 4;
    }
  const sight = (grey: Float32Array) => ({ width: w, height: h, shrink: 2, grey });
  const stained = thingsIn(sight(violet), (value) => value > 20);
  const large = stained.filter(({ area }) => area > 2000).slice(0, 3);
  const small = stained.filter(({ area }) => area > 40 && area <= 600);
  const discs = thingsIn(sight(red), (value) => value > 11).filter(({ area }) => area > 250 && area < 5000);
  const words = asked
    .split('\n')
    .filter((line) => !line.includes('JSON'))
    .join(' ')
    .toLowerCase();
  const says = (word: RegExp) => word.test(words);
  const kind = says(/violet/)
    ? says(/small|speck|dot/) && !says(/largest|large cell/)
      ? small
      : large
    : says(/\bred\b/)
      ? discs
      : rng.pick([large, small, discs]);
  const scale = asked.includes('thousandths') ? [2000 / width, 2000 / height] : [2, 2];
  return JSON.stringify(
    kind.slice(0, 40).map(({ box }) => ({ box: box.map((at, side) => Math.round(at * scale[side % 2])) })),
  );
}

await withArms({ seed: '0', answer: reply }, async (readArm, scratch) => {
  const rare = join(scratch, 'rare');
  const common = join(scratch, 'common');
  const n = writeItems(rare, 'rare');
  writeItems(common, 'common');
  header('asked', 'reader', 'n', 'mean IoU (%)', 'AP50 (%)', 'mAP (%)');
  const arms = [
    ['by short names', rare, 'direct', [], {}],
    ['by short names', rare, 'k2sight', [], {}],
    ['by short names', rare, 'abnormality-grounding', [], {}],
    [
      'by short names, grounder threshold',
      rare,
      'k2sight',
      ['ground=threshold:white blood cell=0..150;platelet=0..150;red blood cell=0..182,blur=2'],
      { by: 'expert' },
    ],
    ['in describing words (must not win)', common, 'direct', [], {}],
    ['in describing words (must not win)', common, 'k2sight', [], {}],
  ] as const;
  for (const [how, data, reader, experts, options] of arms) {
    const { cells } = await readArm({
      data,
      mode: 'boxes',
      readers: [`${reader}@compatible/sim`],
      experts,
      options,
    });
    row(how, reader, n, ...['mean-iou', 'ap50', 'map'].map((metric) => told(cells, metric, percentCell)));
  }
});
