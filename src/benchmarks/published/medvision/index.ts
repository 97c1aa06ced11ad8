// MedVision: boxes, lesion sizes, distances, angles and areas on slices, in the units of the patient.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gridOf } from '../../../domain/geometry.ts';
import { random } from '../../../domain/random.ts';
import { writeNifti } from '../../../imaging/write-nifti.ts';
import { type PlannedScan, planFiles } from '../../medvision/write-plan.ts';
import type { PublishedBenchmark, TrivialBaseline } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { type Reference, records, releasedBox } from './records.ts';
import { carefulNumbers, type Item, itemOf, metrics, releasedNumbers } from './scores.ts';

const numberOf = (slots: Readonly<Record<string, string>>, name: string): number => Number(slots[name] ?? 1);

const halfThePicture: TrivialBaseline = {
  id: 'half-the-picture',
  summary: 'a box in the middle, half the picture wide, and sizes to match; 45 degrees',
  reply({ type, slots }) {
    const wide = (numberOf(slots, 'columns') * numberOf(slots, 'mm-right')) / 2;
    const high = (numberOf(slots, 'rows') * numberOf(slots, 'mm-down')) / 2;
    if (type === 'box') return '0.25, 0.25, 0.75, 0.75';
    if (type === 'lesion-size') return `${Math.max(wide, high)}, ${Math.min(wide, high)}`;
    if (type === 'angle') return '45';
    return String(type === 'distance' ? wide : wide * high);
  },
};

/** What the released analysis compares boxes with; its mean over items is that of the released 100 drawings. */
const randomBox: TrivialBaseline = {
  id: 'random',
  summary: 'a box with random corners, and sizes up to the picture’s',
  reply({ type, slots }, _, draw) {
    const sorted = (): [number, number] => {
      const [a, b] = [draw(), draw()];
      return [Math.min(a, b), Math.max(a, b)];
    };
    const width = numberOf(slots, 'columns') * numberOf(slots, 'mm-right');
    const height = numberOf(slots, 'rows') * numberOf(slots, 'mm-down');
    if (type === 'box') {
      const [[x0, x1], [y0, y1]] = [sorted(), sorted()];
      return [x0, y0, x1, y1].map((value) => value.toFixed(4)).join(', ');
    }
    if (type === 'angle') return (draw() * 90).toFixed(1);
    if (type === 'mask-size') return (draw() * width * height).toFixed(1);
    const [small, large] = sorted().map((share) => (share * Math.max(width, height)).toFixed(1));
    return type === 'lesion-size' ? `${large}, ${small}` : large;
  },
};

const medvision: PublishedBenchmark<Reference, Item> = {
  id: 'medvision',
  kind: 'benchmark',
  summary: 'boxes, lesion sizes, distances, angles and areas on slices, in mm and degrees',
  paper: {
    title: 'MedVision: Dataset and Benchmark for Quantitative Medical Image Analysis',
    arxiv: '2511.18676',
    url: 'https://github.com/YongchengYAO/MedVision',
    year: 2025,
  },
  command: 'overread run medvision --data DIR --reader MODEL',
  needs: ['benchmark_plan_*.json.gz', 'Images/ (NIfTI)'],
  card: {
    source: 'Yao et al.',
    url: 'https://huggingface.co/datasets/YongchengYAO/MedVision',
    licence: 'annotations and code MIT; pictures under the terms of each of the 22 source data sets',
    access: 'registration',
    getIt:
      'Follow the data sets’ own terms, let the release’s scripts prepare them, and give the folder of one data set or of several.',
    size: '30.8 million annotated slices of 22 public data sets',
    splits: { train: null, test: null },
    files: [
      { name: '**benchmark_plan_*.json.gz', about: 'what was measured on each slice' },
      { name: '**Images/*.nii.gz', about: 'volumes in RAS order' },
    ],
    format: 'verified',
    faults: [
      'Boxes are told by the first and last pixel, so that they lack a row and a column; strict takes whole pixels.',
      'Mean errors are over replies that could be read only; strict adds one in which failures count.',
      'Angles are the acute ones of lines, however the lines are directed; a plan built in strict asks for 0 to 180 degrees.',
      'Ellipses were fitted with the spacing of rows and columns exchanged, and lengths taken between rounded ends: wrong for pixels that are not square; the builder mends it in strict.',
      'Ellipses are kept whose axis ends lie near the sides of an upright box, so that most slanted lesions are left out; the builder’s strict plan measures that along the ellipse’s own axes.',
      'A slice is shown with its first axis downward, so that axial slices lie on their side; boxes refer to that picture.',
      'The released harness divides the pixel size by the factor to which each model scales its pictures; here the size is that of the picture as it is sent.',
      'Numbers are taken from anywhere in a reply, thoughts included.',
    ],
    tasks: ['detection', 'measurement'],
    modalities: ['CT', 'MR', 'ultrasound', 'radiograph', 'PET'],
  },
  modes: ['numbers'],
  sampling: { temperature: 0 },
  facets: ['type', 'dataset', 'label', 'modality', 'plane'],
  records,
  measure({ reference }, { text, status }, { protocol }) {
    const numbers = (protocol === 'published' ? releasedNumbers : carefulNumbers)(text, reference.task);
    const outcome = status === 'failed' || status === 'refused' ? status : numbers.ok ? 'scored' : 'unparsed';
    return { outcome, item: itemOf(reference, numbers, protocol) };
  },
  metrics,
  breakdowns(items, protocol) {
    const shares = [...new Set(items.flatMap(({ share }) => share ?? []))].sort(
      (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    );
    const boxes = metrics(protocol).filter(({ id }) => id.startsWith('box-'));
    const cut = shares.map((own) => [own, { holds: ({ share }: Item) => share === own, metrics: boxes }]);
    return { 'box share': Object.fromEntries(cut) };
  },
  baselines: [halfThePicture, randomBox],
  oracle: ({ reference }) =>
    (reference.task === 'box' ? releasedBox(reference) : reference.values).join(', '),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medvision');
    const grid = gridOf([44, 40, 5], [0.8, 0, 0, -17, 0, 1.1, 0, -22, 0, 0, 3, 5, 0, 0, 0, 1]);
    const [ni, nj, nk] = grid.shape;
    await mkdir(join(folder, 'Images'), { recursive: true });
    const scans: PlannedScan[] = [];
    // Each case has at least a box, a lesion and an area on three slices, a distance and an angle.
    for (let at = 0; at < Math.max(2, Math.ceil(items / 11)); at++) {
      const mask = new Uint8Array(ni * nj * nk);
      const image = new Int16Array(mask.length).map(() => -100 + rng.int(60));
      const [cx, cy] = [rng.uniform(19, 25), rng.uniform(17, 23)];
      const [a, b, turn] = [rng.uniform(9, 14), rng.uniform(8.5, 12), rng.uniform(0, Math.PI)];
      for (let k = 1; k < nk - 1; k++)
        for (let j = 0; j < nj; j++)
          for (let i = 0; i < ni; i++) {
            const [x, y] = [(i - cx) * 0.8, (j - cy) * 1.1];
            const u = (x * Math.cos(turn) + y * Math.sin(turn)) / a;
            const v = (y * Math.cos(turn) - x * Math.sin(turn)) / b;
            if (u * u + v * v > 1) continue;
            const voxel = (k * nj + j) * ni + i;
            mask[voxel] = 1;
            image[voxel] = 150 + rng.int(60);
          }
      const id = `case${String(at).padStart(3, '0')}`;
      await writeNifti(join(folder, 'Images', `${id}.nii.gz`), { grid, data: image });
      const point = () => [6 + rng.int(30), 6 + rng.int(28), 2] as const;
      scans.push({
        id,
        grid,
        layers: [{ data: mask, labels: [{ value: 1, name: 'tumor' }] }],
        landmarks: { P1: point(), P2: point(), P3: point(), P4: point() },
      });
    }
    const plans = planFiles(scans, {
      dataset: 'synthetic ellipses',
      protocol: 'strict',
      lesions: ['tumor'],
      description: 'synthetic scan of an ellipse',
      modality: 'synthetic',
      biometrics: {
        landmarks_map: { P1: 'first', P2: 'second', P3: 'third', P4: 'fourth' },
        lines_map: {
          'L-1-2': { name: 'first to second', element_keys: ['P1', 'P2'] },
          'L-3-4': { name: 'third to fourth', element_keys: ['P3', 'P4'] },
        },
        angles_map: { 'A-1': { name: 'of both lines', element_keys: ['L-1-2', 'L-3-4'] } },
        biometrics_map: [
          { metric_type: 'distance', metric_map_name: 'lines_map', metric_key: 'L-1-2', slice_dim: 2 },
          { metric_type: 'angle', metric_map_name: 'angles_map', metric_key: 'A-1', slice_dim: 2 },
        ],
      },
    });
    for (const { name, content } of plans.files) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    return { items: plans.items };
  },
  check: publishedCheck(() => medvision),
};
export default medvision;
