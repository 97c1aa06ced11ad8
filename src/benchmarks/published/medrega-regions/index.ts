// Region tasks after MedRegA: region to name, name to region, and reports whose findings are grounded in boxes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { readWhole } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import type { DataRoot } from '../../../records/source.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions, TrivialBaseline } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { checkedRow } from '../../release-rows.ts';
import { lineOf, REGION_TASKS, type RegionRow, regionLine, regionOracle, rowOf } from './regions.ts';
import { type Item, regionItem, regionMetrics } from './scores.ts';

const FILE = 'regions.jsonl';

async function* records(
  data: DataRoot,
  { mode, split }: RecordOptions,
): AsyncGenerator<PublishedRecord<RegionRow>> {
  const names = (await data.list()).filter((name) => name.endsWith('.jsonl'));
  if (names.length === 0)
    throw new OverreadError(
      'file-not-found',
      'There is no file of JSON lines with conversations: give the folder that holds it.',
    );
  for (const name of names) {
    let at = 0;
    for await (const { value } of jsonlRecords(await data.open(name))) {
      // Other conversations of the release (questions, reports without boxes) are no region tasks.
      const row = rowOf(checkedRow(value, regionLine, name, at++));
      if (row === undefined || (split !== undefined && row.split !== split)) continue;
      const { question, ...reference } = row;
      const isListed = mode === 'listed' && row.candidates.length > 0 && row.task !== 'name-to-region';
      const text = isListed ? `${question}\nChoose names from: ${row.candidates.join(', ')}.` : question;
      yield {
        item: {
          id: row.id,
          patientId: row.patient,
          stage: row.task === 'grounded-report' ? 'visual-reasoning' : 'recognition',
          type: row.task,
          answerKind: row.task === 'region-to-name' ? 'categorical' : 'text',
          text,
          options: [],
          slots: mode === 'listed' ? { candidates: row.candidates.join('|') } : {},
          split: row.split,
          system: '',
          facets: { modality: row.modality, plane: row.plane },
          ...(row.licence === undefined ? {} : { licence: row.licence }),
          prompt: [
            { type: 'image', image: { name: row.image, load: () => readWhole(data, row.image) } },
            { type: 'text', text },
          ],
        },
        reference,
      };
    }
  }
}

/** What can be said of any picture: its middle half, under the first name. */
const middle: TrivialBaseline = {
  id: 'middle-of-the-picture',
  summary: 'the middle half of the picture, called by the first name of the list',
  reply({ type, slots }) {
    const name = slots.candidates?.split('|')[0] ?? 'organ';
    const box = '<box>[[250, 250, 749, 749]]</box>';
    return type === 'region-to-name' ? name : type === 'name-to-region' ? box : `<ref>${name}</ref>${box}`;
  },
};

const medregaRegions: PublishedBenchmark<RegionRow, Item> = {
  id: 'medrega-regions',
  kind: 'benchmark',
  summary: 'regions to names, names to regions, and reports grounded in boxes',
  paper: {
    title: 'Interpretable Bilingual Multimodal Large Language Model for Diverse Biomedical Tasks',
    arxiv: '2410.18387',
    url: 'https://github.com/xmed-lab/MedRegA',
    year: 2024,
  },
  command: 'overread run medrega-regions --data DIR --reader MODEL',
  needs: [FILE, 'pictures'],
  card: {
    source: 'Wang et al. (MedRegInstruct)',
    url: 'https://github.com/xmed-lab/MedRegA',
    licence: 'that of the source data sets; stated item by item where known',
    access: 'on-request',
    getIt:
      'Ask the authors for MedRegInstruct’s region files (lines like the repository’s demo_data/data_file.jsonl) with their pictures, or build the same from your own scans with "overread make region-tasks".',
    size: '550 thousand region-text pairs in the paper; 4 in the repository',
    splits: { train: null, validation: null, test: null },
    files: [
      {
        name: '**.jsonl',
        about: 'conversations about regions, one a line',
        fields: ['id', 'image', 'width', 'height', 'conversations'],
      },
      { name: '**.png', about: 'the pictures', required: false },
      { name: '**.jpg', about: 'the pictures', required: false },
    ],
    format: 'verified',
    faults: [
      'A name is right when three quarters of its words are said, whatever else is; strict wants the name and nothing more.',
      'Of one true region only the first box said is scored, or, of several said, the best: further boxes cost nothing; strict matches one to one.',
      'The released evaluator exchanges precision and recall of several regions; their F1, reported here, is the same.',
      'Only boxes of whole numbers in double brackets are read; strict reads decimals and JSON too.',
      'BLEU and BERTScore of names and the texts of grounded reports are left out here; reports are scored by their regions.',
    ],
    tasks: ['region recognition', 'detection', 'grounded report'],
    modalities: ['CT', 'MR', 'radiograph', 'histology', 'ultrasound'],
  },
  modes: ['listed', 'open'],
  facets: ['type', 'modality', 'plane'],
  records,
  measure({ reference }, { text, status }, { protocol }) {
    const item = regionItem(reference, text, protocol);
    return {
      outcome: status === 'failed' || status === 'refused' ? status : item.parsed ? 'scored' : 'unparsed',
      item,
    };
  },
  metrics: regionMetrics,
  baselines: [middle],
  oracle: ({ reference }) => regionOracle(reference),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medrega-regions');
    const [width, height] = [100, 60];
    const candidates = ['bright block', 'dark block', 'grey block'];
    await mkdir(join(folder, 'images'), { recursive: true });
    const rows: RegionRow[] = [];
    for (let at = 0; rows.length < items || at < 3; at++) {
      const image = `images/p${at}.png`;
      const data = new Uint8Array(width * height).fill(110);
      const regions = rng
        .shuffle([0, 1, 2])
        .slice(0, 2)
        .map((place, n) => {
          const name = candidates[(at + n) % 3];
          const [x, y] = [place * 33 + rng.int(6), 4 + rng.int(20)];
          const [w, h] = [12 + rng.int(12), 12 + rng.int(18)];
          for (let row = y; row < y + h; row++)
            data.fill({ b: 230, d: 20, g: 160 }[name[0]] ?? 0, row * width + x, row * width + x + w);
          return { name, box: [x, y, x + w, y + h] as [number, number, number, number] };
        });
      await writeFile(join(folder, image), await encodePng({ width, height, channels: 1, data }));
      const common = {
        image,
        image_size: [width, height] as [number, number],
        candidates,
        patient: `p${at}`,
        modality: at % 2 === 0 ? 'synthetic' : 'drawn',
        plane: 'picture',
        licence: 'CC0-1.0',
        split: 'test' as const,
      };
      const asked: Readonly<Record<RegionRow['task'], RegionRow['regions']>> = {
        'region-to-name': [regions[0]],
        'name-to-region': [regions[1]],
        'grounded-report': regions,
      };
      for (const task of REGION_TASKS)
        rows.push({ ...common, id: `p${at}-${task}`, task, regions: asked[task] });
    }
    await writeFile(join(folder, FILE), rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join(''));
    return { items: rows.length };
  },
  check: publishedCheck(() => medregaRegions),
};
export default medregaRegions;
