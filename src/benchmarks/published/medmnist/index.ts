// MedMNIST: small pictures and volumes of many kinds with standard splits, each set one NumPy archive.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { DataRoot } from '../../../records/source.ts';
import { npy, npz } from '../../../records/testing/npz-writer.ts';
import { ARRAY_SPLITS, type ArraySplit, arrayCounts, arrayPicture, arrayRows } from '../../class-arrays.ts';
import {
  CLASS_BASELINES,
  type ClassItem,
  type ClassReference,
  classMetrics,
  classOracle,
  classRecord,
  measureClass,
} from '../../classes.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { type MedMnistSet, SETS, setOf } from './sets.ts';

const filesOf = async (data: DataRoot) => (await data.list()).filter((name) => setOf(name) !== undefined);

async function* records(
  data: DataRoot,
  { split, signal }: Pick<RecordOptions, 'split' | 'signal'>,
): AsyncGenerator<PublishedRecord<ClassReference>> {
  const files = await filesOf(data);
  if (files.length === 0)
    throw new OverreadError(
      'format-unknown',
      `There is no file of MedMNIST here, such as pneumoniamnist.npz (known: ${Object.keys(SETS).join(', ')}); "image-classes" takes other archives.`,
    );
  for (const file of files) {
    const known = setOf(file);
    if (known === undefined) continue;
    const { id, set } = known;
    const stem = file.replace(/^.*\/|\.npz$/g, '');
    const rows = arrayRows(await data.open(file), {
      ...(split === undefined ? {} : { split }),
      ...(signal === undefined ? {} : { signal }),
    });
    for await (const { split: own, at, image, labels } of rows) {
      const name = `${stem}-${own}-${at}`;
      yield classRecord({
        id: name,
        split: own,
        cluster: name,
        picture: { name, load: () => arrayPicture(image, name) },
        type: id,
        question: set.question,
        classes: set.classes,
        labels: placesOf(labels, set, `${file}, ${own} ${at}`),
        multi: set.task === 'multi-label',
        facets: { set: id, modality: set.modality },
        licence: set.licence ?? 'CC-BY-4.0',
      });
    }
  }
}

function placesOf(labels: readonly number[], { task, classes }: MedMnistSet, where: string): number[] {
  const many = task === 'multi-label';
  const places = many ? labels.flatMap((value, at) => (value === 1 ? [at] : [])) : [...labels];
  const fits = many ? labels.length === classes.length : places.length === 1;
  if (fits && places.every((place) => Number.isInteger(place) && place >= 0 && place < classes.length))
    return places;
  throw new OverreadError(
    'file-corrupt',
    `${where}: the label is none of the ${classes.length} classes of the set: copy the file again.`,
  );
}

/** Splits whose size differs from the published one: a cut copy allows no official result. */
async function remarks(data: DataRoot): Promise<string[]> {
  const found: string[] = [];
  for (const file of await filesOf(data)) {
    const known = setOf(file);
    if (known === undefined) continue;
    const counts = await arrayCounts(await data.open(file));
    for (const [at, split] of (Object.keys(ARRAY_SPLITS) as ArraySplit[]).entries()) {
      const held = counts[split] ?? 0;
      const published = known.set.counts[at];
      if (held !== published)
        found.push(
          `${file} has ${held} ${split} pictures, the release ${published}: results on this split are not the official ones.`,
        );
    }
  }
  return found;
}

const medMnist: PublishedBenchmark<ClassReference, ClassItem> = {
  id: 'medmnist',
  kind: 'benchmark',
  summary: 'small pictures and volumes of twelve modalities with standard splits, asked as a choice',
  paper: {
    title: 'MedMNIST v2 - A large-scale lightweight benchmark for 2D and 3D biomedical image classification',
    url: 'https://doi.org/10.1038/s41597-022-01721-8',
    year: 2023,
  },
  command: 'overread run medmnist --data pneumoniamnist.npz --split test --reader MODEL',
  needs: ['one or more sets, such as pneumoniamnist.npz'],
  card: {
    source: 'Yang et al.',
    url: 'https://medmnist.com/',
    licence: 'CC-BY-4.0, DermaMNIST CC-BY-NC-4.0',
    access: 'open',
    getIt:
      'Download the sets you want from zenodo.org/records/10519652 (28 to 224 pixels), and name a file or the folder.',
    size: '18 sets: 708,069 pictures, 9,998 volumes',
    splits: { train: null, validation: null, test: null },
    files: [{ name: '**mnist*.npz', about: 'a set', fields: ['test_images', 'test_labels'] }],
    format: 'verified',
    faults: [
      'No set says which pictures are of one patient: each counts as its own cluster, so intervals are too narrow.',
      'The paper reports accuracy and AUC of classifiers; a reader that names one class has no AUC, and its accuracy at 28 pixels says little of full pictures.',
    ],
    tasks: ['classification'],
    modalities: [...new Set(Object.values(SETS).map(({ modality }) => modality))],
  },
  modes: ['choice'],
  facets: ['set', 'modality'],
  records,
  remarks,
  measure: measureClass,
  metrics: classMetrics,
  baselines: CLASS_BASELINES,
  oracle: classOracle,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medmnist');
    await mkdir(folder, { recursive: true });
    const arrays: Record<string, Uint8Array> = {};
    // Bright pictures are normal; the larger part lies in the test split.
    const sizes = {
      train: Math.ceil(items / 3),
      val: 2,
      test: Math.max(2, items - Math.ceil(items / 3) - 2),
    };
    for (const [short, n] of Object.entries(sizes)) {
      const labels = Uint8Array.from({ length: n }, (_, at) => (at % 3 === 0 ? 0 : 1));
      const pixels = Uint8Array.from(
        { length: n * 28 * 28 },
        (_, at) => (labels[Math.floor(at / 784)] === 0 ? 200 : 30) + rng.int(40),
      );
      arrays[`${short}_images`] = npy('|u1', [n, 28, 28], pixels);
      arrays[`${short}_labels`] = npy('|u1', [n, 1], labels);
    }
    await writeFile(join(folder, 'pneumoniamnist.npz'), npz(arrays, true));
    return { items: sizes.train + sizes.val + sizes.test };
  },
  check: publishedCheck(() => medMnist),
};
export default medMnist;
