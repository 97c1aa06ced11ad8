// Point, detect, count: instructions on anybody's annotated pictures, in the release format of MedMultiPoints.

import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { openData, readWhole } from '../../../records/data-root.ts';
import type { Builder, BuildRequest } from '../../builder.ts';
import { buildFolder, skippedOf, tally } from '../../built-folder.ts';
import { annotatedPictures, type Thing } from './annotations.ts';
import { checkBuilder } from './check.ts';
import { type Row, taskLines } from './instructions.ts';

const pointDetectCount: Builder = {
  id: 'point-detect-count',
  kind: 'builder',
  summary: 'pointing, boxing and counting questions from boxes, points or masks of pictures',
  paper: {
    title:
      'Point, Detect, Count: Multi-Task Medical Image Understanding with Instruction-Tuned Vision-Language Models',
    arxiv: '2505.16647',
    url: 'https://github.com/simula/PointDetectCount',
    year: 2025,
  },
  command: 'overread make point-detect-count SOURCE --out DIR',
  needs: ['pictures with Pascal VOC, COCO, table or mask annotations'],
  writes: 'medmultipoints',
  options: [
    { name: 'label', value: 'VALUE=NAME', about: 'name of a mask’s value', repeatable: true },
    { name: 'say', value: 'LABEL=WORDS', about: 'words for a label; several are synonyms', repeatable: true },
    { name: 'organ', value: 'NAME', about: 'what is pictured, for the records', default: 'unknown' },
    { name: 'test-share', value: 'SHARE', about: 'share of pictures in the test split', default: '1' },
  ],
  async build(request) {
    const { names, words, organ, testShare } = settingsOf(request);
    const counts = tally();
    const skipped = tally();
    const data = await openData(request.source);
    const pictures = await annotatedPictures(data, { names, skip: (reason) => skipped.add(reason) });
    const labels = [...new Set(pictures.flatMap(({ things }) => things.map(({ label }) => label)))].sort();
    return buildFolder(request.out, async (folder) => {
      const rows: string[] = [];
      const lines = { train: [] as string[], test: [] as string[] };
      request.progress.start('Pictures', pictures.length);
      const splits = splitOf(pictures.length, testShare, request.seed);
      for (const [at, { picture, things }] of pictures.entries()) {
        request.signal.throwIfAborted();
        request.progress.advance(1, picture);
        const bytes = await readWhole(data, picture);
        const hash = sha256(bytes);
        const size = await sizeOf(bytes, picture);
        const image = `MedMultiPoints-images/${hash}${/\.[^.]+$/.exec(picture)?.[0].toLowerCase() ?? ''}`;
        if (!folder.has(image)) await folder.write(image, bytes);
        // As released, a picture is asked about what it shows; strict also asks about what the others show.
        const asked =
          request.protocol === 'strict'
            ? labels
            : labels.filter((one) => things.some(({ label }) => label === one));
        for (const label of asked) {
          const own = things
            .filter((thing) => thing.label === label)
            .flatMap((thing) => fitted(thing, size, request, skipped));
          const row: Row = {
            image,
            image_sha256: hash,
            img_size: size,
            points: own.map(({ point }) => point),
            bbox: own.flatMap(({ box }) => (box === undefined ? [] : [box])),
            count: own.length,
            label,
            collection_method: 'counting',
            classification: label,
            organ,
            split: splits[at],
          };
          rows.push(JSON.stringify(row));
          const boxed = row.bbox.length === own.length;
          if (!boxed) skipped.add('points have no boxes to ask for');
          const rng = random(request.seed, 'instructions', hash, label);
          for (const { task, line } of taskLines(row, words.get(label) ?? [label], rng, {
            boxed,
            protocol: request.protocol,
          })) {
            lines[splits[at]].push(JSON.stringify(line));
            counts.add(task);
          }
        }
      }
      request.progress.finish();
      await folder.write('rows.jsonl', rows.map((row) => `${row}\n`).join(''));
      for (const split of ['train', 'test'] as const)
        if (lines[split].length > 0)
          await folder.write(
            `instruction_dataset/multi-task-${split}.jsonl`,
            lines[split].map((line) => `${line}\n`).join(''),
          );
      return {
        items: lines.train.length + lines.test.length,
        counts: counts.counts(),
        skipped: skippedOf(skipped.counts()),
      };
    });
  },
  check: (context) => checkBuilder(pointDetectCount, context),
};
export default pointDetectCount;

function settingsOf({ options }: BuildRequest) {
  const pairs = (name: string): [string, string][] =>
    (options[name] ?? []).map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new OverreadError('bad-argument', `Give --${name} as NAME=VALUE, not "${text}".`);
      return [text.slice(0, at), text.slice(at + 1)];
    });
  const words = new Map<string, string[]>();
  for (const [label, said] of pairs('say')) words.set(label, [...(words.get(label) ?? []), said]);
  const testShare = Number(options['test-share']?.[0] ?? 1);
  if (!(testShare >= 0 && testShare <= 1))
    throw new OverreadError('bad-argument', 'Give --test-share as a number from 0 to 1.');
  return {
    names: new Map(pairs('label').map(([value, name]) => [Number(value), name])),
    words,
    organ: options.organ?.[0] ?? 'unknown',
    testShare,
  };
}

/** Whole pictures are in one split or the other. */
function splitOf(count: number, share: number, seed: string): ('train' | 'test')[] {
  const order = random(seed, 'split').shuffle(Array.from({ length: count }, (_, at) => at));
  const test = new Set(order.slice(0, Math.round(count * share)));
  return Array.from({ length: count }, (_, at) => (test.has(at) ? 'test' : 'train'));
}

/** Strict clips boxes to the picture and drops what lies outside; published takes them as they are drawn. */
function fitted(
  thing: Thing,
  [width, height]: readonly [number, number],
  { protocol }: BuildRequest,
  skipped: ReturnType<typeof tally>,
): Thing[] {
  if (protocol === 'published') return [thing];
  const { label, box, point } = thing;
  if (box === undefined) {
    const inside = point[0] >= 0 && point[1] >= 0 && point[0] <= width && point[1] <= height;
    if (!inside) skipped.add('a point lies outside its picture');
    return inside ? [thing] : [];
  }
  const [x1, x2] = [Math.max(0, Math.min(box[0], box[2])), Math.min(width, Math.max(box[0], box[2]))];
  const [y1, y2] = [Math.max(0, Math.min(box[1], box[3])), Math.min(height, Math.max(box[1], box[3]))];
  if (x2 <= x1 || y2 <= y1) {
    skipped.add('a box is empty or outside its picture');
    return [];
  }
  const same = x1 === box[0] && y1 === box[1] && x2 === box[2] && y2 === box[3];
  return [{ label, box: [x1, y1, x2, y2], point: same ? point : [(x1 + x2) / 2, (y1 + y2) / 2] }];
}

async function sizeOf(bytes: Uint8Array, name: string): Promise<[number, number]> {
  const { default: sharp } = await import('sharp');
  try {
    const { width, height } = await sharp(bytes).metadata();
    return [width, height];
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name.split('/').at(-1)} is no picture: copy it again.`, {
      cause,
    });
  }
}
