// MedMultiPoints: pointing, boxing and counting of cells, polyps and instruments, after Point, Detect, Count.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../domain/content-hash.ts';
import { random } from '../../../domain/random.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import type { PublishedBenchmark, TrivialBaseline } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { carefulReading, releasedReading } from './reading.ts';
import { outputs, ROWS, records, row } from './records.ts';
import { type Item, itemOf, metrics } from './scores.ts';
import { type Corners, type Pair, type Reference, replyOf, TASKS, type Task } from './tasks.ts';

const NOTHING = { count: null, points: [], boxes: [] };

/** One thing in the middle of the picture, as large as half of it. */
const oneInTheMiddle: TrivialBaseline = {
  id: 'one-in-the-middle',
  summary: 'one thing in the middle, half as large as the picture',
  reply({ type, slots }) {
    const [width, height] = [Number(slots.width ?? 640), Number(slots.height ?? 480)];
    return replyOf({
      order: 0,
      task: type as Task,
      label: slots.label,
      count: 1,
      points: [[width / 2, height / 2]],
      boxes: [[width / 4, height / 4, (3 * width) / 4, (3 * height) / 4]],
    });
  },
};

const nothingThere: TrivialBaseline = {
  id: 'nothing-there',
  summary: 'says that there is nothing',
  reply: ({ type, slots }) =>
    replyOf({ order: 0, task: type as Task, label: slots.label, count: 0, points: [], boxes: [] }),
};

const medmultipoints: PublishedBenchmark<Reference, Item> = {
  id: 'medmultipoints',
  kind: 'benchmark',
  summary: 'points, boxes and counts of cells, polyps and instruments in pictures',
  paper: {
    title:
      'Point, Detect, Count: Multi-Task Medical Image Understanding with Instruction-Tuned Vision-Language Models',
    arxiv: '2505.16647',
    url: 'https://github.com/simula/PointDetectCount',
    year: 2025,
  },
  command: 'overread run medmultipoints --data DIR --reader MODEL',
  needs: ['annotated rows (Parquet) or multi-task-test.jsonl with its pictures'],
  card: {
    source: 'Gautam, Riegler and Halvorsen, SimulaMet',
    url: 'https://huggingface.co/datasets/SimulaMet/MedMultiPoints',
    licence: 'none stated: read in place, not passed on',
    access: 'open',
    getIt:
      'Download the Parquet files of SimulaMet/MedMultiPoints, or its instruction_dataset with the pictures in MedMultiPoints-images, into one folder.',
    size: '10,600 pictures; five tasks for each annotated row',
    splits: { train: null, validation: null, test: null },
    files: [
      { name: '**.parquet', about: 'annotated rows with their pictures', required: false },
      { name: ROWS, about: 'the same rows as JSON lines', required: false, fields: Object.keys(row.shape) },
      { name: '**multi-task-test.jsonl', about: 'the release’s test instructions', required: false },
      { name: '**multi-task-train.jsonl', about: 'the release’s training instructions', required: false },
    ],
    format: 'verified',
    faults: [
      'Points are measured to the nearest true point only, so that missed points cost nothing; strict matches them one to one.',
      'Pictures for which no point was given are left out of the point errors and only counted.',
      'Only a block fenced as json is read; any other reply is an empty answer, and its count 0.',
      'The evaluator stops on malformed coordinates: such points are taken as none (12 replies of the public model), such boxes left out.',
      'All boxes are equally sure, so that average precision depends on the order of pictures.',
      'In two of the five tasks the answer may use another synonym than the question; labels are not scored.',
      'In 604 of the 2,500 released lines of the public model the truth says count instead of counts, which the evaluator takes for 0.',
      'The README names the picture column image and the code image_data: both are read.',
    ],
    tasks: ['pointing', 'detection', 'counting'],
    modalities: ['microscopy', 'endoscopy'],
  },
  modes: ['json'],
  sampling: { temperature: 0 },
  facets: ['type', 'label', 'organ', 'classification'],
  records,
  outputs,
  measure({ reference }, { text, status }, { protocol }) {
    if (status === 'failed' || status === 'refused')
      return {
        outcome: status,
        item: itemOf(reference, NOTHING, false, protocol),
      };
    if (protocol === 'published') {
      const said = releasedReading(reference.task, text);
      return {
        outcome: said.parsed ? 'scored' : 'unparsed',
        item: itemOf(reference, said, said.parsed, protocol),
      };
    }
    const said = carefulReading(reference.task, text);
    return {
      outcome: said.ok ? 'scored' : 'unparsed',
      item: itemOf(reference, said.ok ? said.value : NOTHING, said.ok, protocol),
    };
  },
  metrics,
  baselines: [nothingThere, oneInTheMiddle],
  oracle: ({ reference }) => replyOf(reference),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medmultipoints');
    const pictures = Math.max(3, Math.ceil(items / TASKS.length));
    const [width, height] = [96, 72];
    await mkdir(join(folder, 'images'), { recursive: true });
    const lines: string[] = [];
    for (let at = 0; at < pictures; at++) {
      const data = new Uint8Array(width * height).map(() => 20 + rng.int(30));
      const boxes: Corners[] = [];
      const points: Pair[] = [];
      const cells = rng.shuffle(Array.from({ length: 12 }, (_, cell) => cell)).slice(0, 1 + rng.int(5));
      for (const cell of cells) {
        const side = 8 + rng.int(8);
        const x = (cell % 4) * 24 + 2 + rng.int(6);
        const y = Math.floor(cell / 4) * 24 + 2 + rng.int(6);
        for (let dy = 0; dy < side; dy++) data.fill(220, (y + dy) * width + x, (y + dy) * width + x + side);
        boxes.push([x, y, x + side, y + side]);
        points.push([x + side / 2, y + side / 2]);
      }
      const png = await encodePng({ width, height, channels: 1, data });
      const hash = sha256(png);
      await writeFile(join(folder, 'images', `${hash}.png`), png);
      lines.push(
        JSON.stringify({
          image: `images/${hash}.png`,
          image_sha256: hash,
          img_size: [width, height],
          points,
          bbox: boxes,
          count: boxes.length,
          label: ['bright square', 'normal'][at % 2],
          collection_method: 'counting',
          classification: 'synthetic',
          organ: ['squares', 'tiles'][at % 2],
        }),
      );
    }
    await writeFile(join(folder, ROWS), `${lines.join('\n')}\n`);
    return { items: pictures * TASKS.length };
  },
  check: publishedCheck(() => medmultipoints),
};
export default medmultipoints;
