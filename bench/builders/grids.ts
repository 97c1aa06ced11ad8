// MedObvious grids from real labelled pictures, counted anew by a script that shares no code with the builder.
// npx node bench/builders/grids.ts --data ../shared/data [--seed 0] [--cases 12] [--keep DIR] [--python python3]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import medobviousGrids from '../../src/benchmarks/builders/medobvious/index.ts';
import medobvious from '../../src/benchmarks/published/medobvious/index.ts';
import type { PublishedBenchmark } from '../../src/benchmarks/published.ts';
import { scorePublished } from '../../src/benchmarks/published-score.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import type { Volume } from '../../src/domain/volume.ts';
import { openVolume } from '../../src/imaging/open.ts';
import { squarePixels } from '../../src/imaging/raster-size.ts';
import { type Plane, sliceCount, sliceOf, windowed, windowOf } from '../../src/imaging/slices.ts';
import { writePng } from '../../src/imaging/write-png.ts';
import { openData } from '../../src/records/data-root.ts';
import { table, writeSection } from '../masks/section.ts';
import { scoreText } from '../published/markdown.ts';
import { counted } from './python.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    cases: { type: 'string', default: '12' },
    keep: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const data = resolve(values.data);
const scratch =
  values.keep === undefined ? mkdtempSync(join(tmpdir(), 'overread-grids-')) : resolve(values.keep);
mkdirSync(scratch, { recursive: true });
const progress = progressBar(process.stderr);
const signal = new AbortController().signal;

/** Every `step`-th slice of a volume that shows the patient at all, as PNG. */
async function writeSlices(folder: string, volume: Volume, plane: Plane, step: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const window = windowOf(volume.data);
  const count = sliceCount(volume.grid, plane);
  for (let index = Math.floor(count / 6); index < (5 * count) / 6; index += step)
    await writePng(
      join(folder, `${index}.png`),
      squarePixels(windowed(sliceOf(volume, plane, index), window)),
    );
}

const slices = join(scratch, 'slices');
for (const [name, file, plane, step] of [
  ['CT', 'ct-abdomen-totalseg/example_ct.nii.gz', 'axial', 2],
  ['MR', 'ct-abdomen-totalseg/example_mr_sm.nii.gz', 'axial', 1],
] as const)
  await writeSlices(join(slices, name), await openVolume(join(data, file)), plane, step);

const numbered = (names: readonly string[]) =>
  Object.fromEntries(names.map((name, at) => [String(at), name]));
const sources = [
  { path: slices, classes: 'modality', anatomy: 'trunk', licence: 'Apache-2.0' },
  {
    ...{
      path: join(data, 'pneumoniamnist/pneumoniamnist.npz'),
      classes: 'finding',
      names: numbered(['normal', 'pneumonia']),
    },
    ...{ modality: 'radiograph', anatomy: 'chest', licence: 'CC-BY-4.0' },
  },
  {
    ...{ path: join(data, 'vqa-rad'), table: 'testset.json', licence: 'CC0-1.0' },
    columns: { picture: 'image_name', anatomy: 'image_organ' },
    names: { CHEST: 'chest', ABD: 'abdomen', HEAD: 'head' },
  },
  {
    ...{
      path: join(data, 'busi-ultrasound/busi_64.npz'),
      classes: 'finding',
      names: numbered(['normal', 'benign', 'malignant']),
    },
    ...{ modality: 'ultrasound', anatomy: 'breast', licence: 'CC-BY-4.0' },
  },
  {
    ...{
      path: join(data, 'ham10000'),
      table: 'metadata.csv',
      columns: { picture: 'image_id', finding: 'dx', patient: 'lesion_id' },
    },
    names: {
      nv: 'nevus',
      mel: 'melanoma',
      akiec: 'actinic keratosis',
      bcc: 'basal cell carcinoma',
      bkl: 'benign keratosis',
      df: 'dermatofibroma',
      vasc: 'vascular lesion',
    },
    ...{ modality: 'dermoscopy', anatomy: 'skin', licence: 'CC-BY-NC-4.0' },
  },
  {
    ...{
      path: join(data, 'blood-cells-bccd/bccd_crops_28.npz'),
      classes: 'anatomy',
      names: numbered(['red blood cell', 'white blood cell', 'platelet']),
    },
    ...{ modality: 'microscopy', licence: 'MIT' },
  },
];
const list = join(scratch, 'sources.json');
writeFileSync(list, JSON.stringify({ sources }));

interface Count {
  readonly wrong: readonly string[];
  readonly rows: number;
  readonly grids: number;
  readonly compared: number;
  readonly lowestCorrelation: number;
  readonly boxes: number;
  readonly crossing: number;
  readonly tiers: Readonly<
    Record<
      string,
      { cases: number; positive: number; negative: number; pictures: number; places: number[]; crude: number }
    >
  >;
}

try {
  const out = join(scratch, 'grids');
  rmSync(out, { recursive: true, force: true });
  const began = performance.now();
  const summary = await medobviousGrids.build({
    ...{ source: list, out, seed: values.seed, protocol: 'strict', progress, signal },
    options: { cases: [values.cases], normal: ['normal', 'nevus'] },
  });
  const seconds = (performance.now() - began) / 1000;
  const count = counted<Count>(values.python, 'grids_count.py', [out, list]);
  const release = await openData(out);
  const report = await scorePublished({
    ...{
      plugin: medobvious as unknown as PublishedBenchmark,
      data: release,
      contentHash: summary.contentHash,
    },
    ...{ options: { mode: 'grid', seed: values.seed }, runs: [], protocol: 'strict', seed: values.seed },
  });
  const agree =
    count.wrong.length === 0 &&
    count.rows === summary.items &&
    Object.entries(count.tiers).every(
      ([tier, own]) =>
        summary.counts[tier] === 8 * own.cases &&
        own.positive === 5 * own.cases &&
        own.negative === 3 * own.cases,
    );
  const tiers = table(
    [
      'tier',
      'cases',
      'tasks (with odd tile, without)',
      'pictures used',
      'odd tile at each place',
      'odd tile by crude looks',
    ],
    Object.entries(count.tiers).map(([tier, own]) => {
      return [
        tier,
        String(own.cases),
        `${own.positive + own.negative} (${own.positive}, ${own.negative})`,
        String(own.pictures),
        `${Math.min(...own.places)}–${Math.max(...own.places)}`,
        `${own.crude} of ${own.cases}`,
      ];
    }),
  );
  const baselines = table(
    ['reader that sees nothing', 'all tasks', 'with an odd tile', 'without'],
    report.baselines.map(({ reader, overall, facets }) => [
      reader,
      scoreText(overall[0]),
      scoreText(facets.negative.no[0]),
      scoreText(facets.negative.yes[0]),
    ]),
  );
  const section = [
    '## Grids from real pictures',
    '',
    `\`npx node bench/builders/grids.ts --data ../shared/data --seed ${values.seed} --cases ${values.cases}\``,
    '',
    `MedObvious grids from CT and MR slices (TotalSegmentator's examples), PneumoniaMNIST, VQA-RAD (by organ), BUSI, HAM10000`,
    `and blood cells (BCCD): ${summary.items} tasks on ${count.grids} grids in ${seconds.toFixed(0)} s. A Python script that shares no code with the`,
    `builder counted tasks, answers and positions from the files (${agree ? 'all agree' : `DISAGREES: ${count.wrong.join('; ')}`}), found each of ${count.boxes} red boxes on its tile,`,
    `compared ${count.compared} tiles with the source pictures that they are said to be (least correlation ${count.lowestCorrelation.toFixed(3)} at 16 × 16 × 3),`,
    `and met ${count.crossing} pictures in more than one split. Splits are those of the sources. The last column is a reader that`,
    'compares mean colour, contrast and blackness of the tiles and nothing else: what it finds needs no knowledge of medicine.',
    'VQA-RAD says the organ and not the modality, so its tiles are in v4 only, where radiographs, CT and MR of an organ mix.',
    '',
    tiers,
    '',
    'Accuracy in percent, strict, 95 % intervals over cases. Questions are worded alike with and without an odd tile; what by-wording',
    'still gains over chance is that referring questions, here as in the release, are only asked where there is one.',
    '',
    baselines,
    '',
    ...summary.skipped.map(({ reason, count: n }) => `- left out ${n}: ${reason}`),
  ].join('\n');
  process.stdout.write(`${section}\n`);
  if (!agree) process.exitCode = 1;
  if (values.write)
    writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'builders/grids', section);
} finally {
  if (values.keep === undefined) rmSync(scratch, { recursive: true, force: true });
}
