// Any set of labelled pictures as a benchmark: folders of classes, a NumPy archive, or a table of files and labels.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { DataRoot } from '../../../records/source.ts';
import {
  CLASS_BASELINES,
  type ClassItem,
  type ClassReference,
  classMetrics,
  classOracle,
  classRecord,
  MAX_CLASSES,
  measureClass,
} from '../../classes.ts';
import { writeShaded } from '../../fixture-picture.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { classNames, labelledPictures } from './sources.ts';

async function* records(
  data: DataRoot,
  { split, columns = {}, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<ClassReference>> {
  const chosen = { columns, ...(signal === undefined ? {} : { signal }) };
  // Classes are those of the whole set, also where only one split is read: labels pass by once before the pictures do.
  const labels = new Set<string>();
  for await (const { label } of labelledPictures(data, chosen)) labels.add(label);
  const names = await classNames(data, labels, columns);
  if (names.size < 2)
    throw new OverreadError(
      'format-unknown',
      `${labels.size === 0 ? 'There are no labelled pictures here' : `All pictures have the label "${[...labels][0]}"`}: give a folder for each class, a .npz with test_images and test_labels, or a table with columns for picture and label.`,
    );
  if (names.size > MAX_CLASSES)
    throw new OverreadError(
      'limit-exceeded',
      `There are ${names.size} classes, more than the ${MAX_CLASSES} letters: merge classes first.`,
    );
  const places = new Map([...names.keys()].map((label, place) => [label, place]));
  const classes = [...names.values()];
  for await (const picture of labelledPictures(data, chosen)) {
    if (split !== undefined && picture.split !== split) continue;
    const place = places.get(picture.label);
    if (place === undefined) continue;
    yield classRecord({
      id: picture.id,
      split: picture.split,
      cluster: picture.patient ?? picture.id,
      picture: { name: picture.name, load: picture.load },
      type: 'picture-class',
      question: columns.question ?? 'What does this picture show?',
      classes,
      labels: [place],
    });
  }
}

const imageClasses: PublishedBenchmark<ClassReference, ClassItem> = {
  id: 'image-classes',
  kind: 'benchmark',
  summary: 'any set of labelled pictures, such as BUSI or HAM10000, asked as a choice',
  paper: { title: 'Labelled pictures of your own, or of a public set without a protocol of its own' },
  command: 'overread run image-classes --data DIR --reader MODEL',
  needs: ['folders of classes, a .npz archive, or a table of pictures and labels'],
  card: {
    source: 'whoever made the pictures',
    licence: 'as the pictures',
    access: 'open',
    getIt:
      'Put pictures in a folder for each class (below train, validation, test if you have them), or give a .npz in MedMNIST’s form, or a CSV beside the pictures.',
    size: 'as many as there are',
    splits: { train: null, validation: null, test: null },
    files: [
      { name: '**', about: 'pictures in folders of classes, a .npz archive, or a table beside pictures' },
      { name: 'classes.json', about: 'names of classes, where labels are numbers', required: false },
    ],
    format: 'verified',
    columns: {
      picture: 'image_id',
      label: 'label',
      patient: 'patient_id',
      split: 'split',
      question: 'the question itself, in your words',
      'class-LABEL': 'name of the class with this label',
    },
    faults: [
      'Without a column for patients each picture counts as its own cluster, and intervals are too narrow where patients have several.',
      'Without splits every picture is of the test split, and the most frequent class of training is not known.',
    ],
    tasks: ['classification'],
    modalities: ['any picture'],
  },
  modes: ['choice'],
  facets: [],
  records,
  measure: measureClass,
  metrics: classMetrics,
  baselines: CLASS_BASELINES,
  oracle: classOracle,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'image-classes');
    await mkdir(folder, { recursive: true });
    const lines = ['image_id,label,patient_id,split'];
    for (let at = 0; at < items; at++) {
      const shade = rng.pick(['bright', 'dark'] as const);
      await writeShaded(join(folder, 'images', `p${at}.png`), shade, rng);
      // Patients have two pictures each.
      lines.push([`p${at}`, shade, `patient-${at >> 1}`, at % 4 < 2 ? 'test' : 'train'].join(','));
      if (at % 5 === 0) await writeShaded(join(folder, 'masks', `p${at}_mask.png`), 'bright', rng);
    }
    await writeFile(join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
    await writeFile(
      join(folder, 'classes.json'),
      JSON.stringify({ bright: 'bright skin', dark: 'dark skin' }),
    );
    return { items };
  },
  check: publishedCheck(() => imageClasses),
};
export default imageClasses;
