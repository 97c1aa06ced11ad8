// nnU-Net and Medical Segmentation Decathlon: dataset.json with imagesTr/ and labelsTr/.
import { basename, join } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import type { RawAnnotation, RawLabel } from '../../domain/volume.ts';
import { caseTable } from '../case-table.ts';
import { entriesOf, isVolumeName, noImage, readJson, stemOf } from '../dataset-files.ts';
import type { CaseFacts, Layout, LayoutCase, LayoutOptions } from '../layout.ts';
import { openAnnotation, openVolume } from '../open.ts';

const PARTS = [
  { images: 'imagesTr', labels: 'labelsTr' },
  { images: 'imagesTs', labels: 'labelsTs' },
];

interface Dataset {
  /** Names by value, background left out. */
  readonly labels: readonly RawLabel[];
  readonly facts: CaseFacts;
  readonly notes: readonly string[];
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Reads both forms of `labels`: {"0": "background"} (2018) and {"background": 0} (since nnU-Net 2). */
export function parseDataset(json: unknown): Dataset {
  const root = record(json);
  const labels: RawLabel[] = [];
  const notes: string[] = [];
  for (const [key, value] of Object.entries(record(root.labels))) {
    const [name, number] = typeof value === 'string' ? [value, Number(key)] : [key, Number(value)];
    if (Array.isArray(value)) {
      // A region is a union that is made when training, not a value in the files.
      notes.push(
        `dataset.json calls the values ${value.join(', ')} together "${key}"; the file's own values are used.`,
      );
      continue;
    }
    if (!Number.isInteger(number) || number < 0) {
      notes.push(`dataset.json gives the label "${name}" no whole number; it was left out.`);
      continue;
    }
    if (number > 0) labels.push({ value: number, name });
  }
  const channels = Object.values(record(root.channel_names ?? root.modality)).map(String);
  const modality = channels.length === 1 ? modalityOf(channels[0]) : undefined;
  const licence = [root.licence, root.license].find((value) => typeof value === 'string');
  return {
    labels: labels.sort((a, b) => a.value - b.value),
    facts: {
      ...(modality === undefined ? {} : { modality }),
      ...(typeof licence === 'string' ? { licence } : {}),
    },
    notes,
  };
}

function modalityOf(channel: string): string | undefined {
  if (/^ct$/i.test(channel)) return 'CT';
  return /^(mri?|t1|t2|flair|adc|dwi)/i.test(channel) ? 'MR' : undefined;
}

interface Found {
  readonly item: string;
  readonly label: string;
  readonly image?: string;
}

async function found(path: string): Promise<Found[]> {
  const cases: Found[] = [];
  for (const { images, labels } of PARTS) {
    const imageFiles = (await entriesOf(join(path, images))).files.filter(isVolumeName);
    // The first channel is the image: "case_0000.nii.gz", or "case.nii.gz" in the Decathlon.
    const byCase = new Map(imageFiles.map((name) => [stemOf(name), name]));
    for (const name of (await entriesOf(join(path, labels))).files.filter(isVolumeName)) {
      const image = byCase.get(`${stemOf(name)}_0000`) ?? byCase.get(stemOf(name));
      cases.push({
        item: stemOf(name),
        label: join(path, labels, name),
        image: image && join(path, images, image),
      });
    }
  }
  return cases;
}

/** The labels that dataset.json names, whether or not they occur, then any that occur without a name. */
function named(raw: RawAnnotation, { labels, notes }: Dataset): RawAnnotation {
  const known = new Set(labels.map(({ value }) => value));
  const [layer] = raw.layers;
  const all = [...labels, ...layer.labels.filter(({ value }) => !known.has(value))];
  return {
    ...raw,
    layers: [{ ...layer, labels: all.sort((a, b) => a.value - b.value) }],
    source: { ...raw.source, notes: [...raw.source.notes, ...notes] },
  };
}

const nnunet: Layout = {
  id: 'nnunet',
  summary: 'nnU-Net or Medical Segmentation Decathlon: dataset.json, imagesTr/, labelsTr/',
  async detect(path) {
    const { files, folders } = await entriesOf(path);
    if (!folders.includes('labelsTr') && !folders.includes('labelsTs')) return 0;
    return files.includes('dataset.json') ? 1 : 0;
  },
  async *cases(path, options: LayoutOptions = {}) {
    const dataset = parseDataset(await readJson(join(path, 'dataset.json')));
    const cases = await found(path);
    if (cases.length === 0)
      throw new OverreadError(
        'layout-unknown',
        `${basename(path)} has a dataset.json but no label maps in labelsTr/: check the path.`,
      );
    const table = await caseTable(path);
    for (const one of cases) {
      const { facts, patient } = table.row(one.item);
      const modality = options.modality ?? facts.modality ?? dataset.facts.modality;
      yield {
        item: one.item,
        patient: patient ?? one.item,
        patientAssumed: patient === undefined,
        facts: { ...dataset.facts, ...facts, ...(modality === undefined ? {} : { modality }) },
        hasImage: one.image !== undefined,
        loadVolume: async () => {
          if (one.image === undefined) throw noImage();
          return openVolume(one.image, { ...options, modality });
        },
        loadAnnotation: async () => named(await openAnnotation(one.label, options), dataset),
      } satisfies LayoutCase;
    }
  },
};

export default nnunet;
