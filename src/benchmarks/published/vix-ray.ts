// ViX-Ray: Vietnamese findings and impressions of chest radiographs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import type { DataRoot } from '../../records/source.ts';
import bleu4Method4 from '../../scoring/metrics/bleu-4-method-4.ts';
import chrf from '../../scoring/metrics/chrf.ts';
import meteor from '../../scoring/metrics/meteor.ts';
import rouge1Unicode from '../../scoring/metrics/rouge-1-unicode.ts';
import rougeLAscii from '../../scoring/metrics/rouge-l-ascii.ts';
import rougeLUnicode from '../../scoring/metrics/rouge-l-unicode.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { ItemPart, PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { checkedRow } from '../release-rows.ts';
import { withoutThinking } from '../replies.ts';
import { tablePicture } from '../table-picture.ts';
import { columnsOf, isTable, tableRows } from '../table-rows.ts';
import { composed, type TextStatistics, textScores } from '../text-scores.ts';

const COLUMNS = {
  image: 'image',
  findings: 'findings',
  impression: 'impressions',
  age: 'Ages',
  sex: 'sex',
  view: 'view',
  note: 'Ghi chú',
  technique: 'Kỹ thuật',
} as const;

const words = z.union([z.string(), z.number(), z.bigint()]).transform(String).nullish();
const row = z.object({
  image: z.unknown(),
  findings: words,
  impression: words,
  age: words,
  sex: words,
  view: words,
  technique: words,
});

interface Reference {
  readonly text: string;
}
interface Item {
  readonly text: TextStatistics;
}

const SCORES = {
  published: textScores([bleu4Method4, rougeLAscii, rougeLUnicode]),
  strict: textScores([rougeLUnicode, rouge1Unicode, bleu4Method4, meteor, chrf]),
};

const ASK: Readonly<Record<string, string>> = {
  findings: 'Đây là phim X-quang ngực thẳng. Hãy mô tả hình ảnh bằng tiếng Việt.',
  impression: 'Đây là phim X-quang ngực thẳng. Hãy viết kết luận ngắn bằng tiếng Việt.',
};
const USUAL: Readonly<Record<string, string>> = {
  findings: 'Hai phế trường sáng đều. Bóng tim không to. Góc sườn hoành hai bên nhọn.',
  impression: 'Hiện tại chưa thấy bất thường trên phim X-quang ngực.',
};

const SPLITS = ['train', 'validation', 'test'] as const;

/** By the file's name; a release of one table is all test. */
function splitOf(name: string): (typeof SPLITS)[number] {
  if (/train/i.test(name)) return 'train';
  return /val|dev/i.test(name) ? 'validation' : 'test';
}

/** A row's cells by our fields. Names of columns are compared composed, as "Ghi chú" may be letters and marks apart. */
function fieldsOf(
  cells: Readonly<Record<string, unknown>>,
  named: Readonly<Record<string, string>>,
): unknown {
  const composedCells = new Map(Object.entries(cells).map(([column, cell]) => [composed(column), cell]));
  return Object.fromEntries(
    Object.entries(named).map(([field, column]) => [field, composedCells.get(composed(column))]),
  );
}

async function* records(
  data: DataRoot,
  { mode, split, columns, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  const named = columnsOf({ columns: COLUMNS }, columns);
  const anyRow = z.record(z.string(), z.unknown());
  for (const name of (await data.list()).filter(isTable)) {
    const own = splitOf(name);
    if (split !== undefined && split !== own) continue;
    const options = signal === undefined ? {} : { signal };
    for await (const { row: cells, at } of tableRows(data, [name], anyRow, options)) {
      const said = checkedRow(fieldsOf(cells, named), row, name, at);
      const text = composed((mode === 'impression' ? said.impression : said.findings) ?? '').trim();
      if (text === '') continue;
      const id = `${name.replace(/\.[^/]*$/, '')}-${at + 1}`;
      const image = await tablePicture(data, `${id}.png`, said.image, ['images', 'image']);
      const parts: ItemPart[] = image === undefined ? [] : [{ type: 'image', image }];
      const facets = { sex: said.sex ?? '', view: said.view ?? '', technique: said.technique ?? '' };
      yield {
        item: {
          id,
          patientId: id,
          stage: mode === 'impression' ? 'medical-reasoning' : 'visual-reasoning',
          type: mode,
          answerKind: 'text',
          text: ASK[mode] ?? '',
          options: [],
          slots: {},
          split: own,
          system: '',
          facets: Object.fromEntries(
            Object.entries(facets)
              .filter(([, value]) => value.trim() !== '')
              .map(([facet, value]) => [facet, composed(value).trim().toLowerCase()]),
          ),
          licence: 'CC-BY-NC-SA-4.0',
          prompt: [...parts, { type: 'text', text: ASK[mode] ?? '' }],
        },
        reference: { text },
      };
    }
  }
}

const vixRay: PublishedBenchmark<Reference, Item> = {
  id: 'vix-ray',
  kind: 'benchmark',
  summary: 'Vietnamese findings and impressions of chest radiographs',
  paper: {
    title: 'ViX-Ray: A Vietnamese Chest X-Ray Dataset for Vision-Language Models',
    arxiv: '2603.15513',
    year: 2026,
  },
  command: 'overread run vix-ray --data DIR --reader MODEL',
  needs: ['tables with pictures (Parquet, CSV or JSON lines)'],
  card: {
    source: 'Military Hospital 175, Ho Chi Minh City',
    url: 'https://huggingface.co/datasets/MilitaryHospital175/VNMedical_bv175',
    licence: 'CC-BY-NC-SA-4.0',
    access: 'registration',
    getIt: 'Take the tables and pictures of MilitaryHospital175/VNMedical_bv175 from Hugging Face.',
    size: '5,400 posteroanterior radiographs; 4,320 for training, 540 for validation, 540 for testing',
    splits: { train: 4320, validation: 540, test: 540 },
    files: [
      { name: '**test*', about: 'test rows; Parquet, CSV, TSV or JSON lines' },
      { name: '**train*', about: 'training rows', required: false },
      { name: '**val*', about: 'validation rows', required: false },
    ],
    format: 'unverified',
    columns: COLUMNS,
    faults: [
      'No release could be seen: columns are taken as the card maps them, and the names of the note and technique columns are a guess.',
      'The paper’s metrics could not be read: `published` gives BLEU-4 and both ROUGE-L of Vietnamese tables, on composed text.',
      'A row has no patient: each picture is taken for one.',
    ],
    tasks: ['report generation'],
    modalities: ['radiograph'],
  },
  modes: ['findings', 'impression'],
  facets: ['sex', 'view', 'technique'],
  records,
  measure({ reference }, { text, status }, { protocol }) {
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const said = protocol === 'strict' ? withoutThinking(text) : text;
    // Letters with their marks apart or together are the same text in both protocols.
    const pair = { prediction: outcome === 'scored' ? composed(said) : '', references: [reference.text] };
    return { outcome, item: { text: SCORES[protocol].item(pair) } };
  },
  metrics: (protocol) => SCORES[protocol].summaries<Item>(({ text }) => text),
  baselines: [
    {
      id: 'normal-film',
      summary: 'the report of a normal film',
      reply: ({ type }) => USUAL[type] ?? '',
    },
  ],
  oracle: ({ reference }) => reference.text,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'vix-ray');
    await mkdir(folder, { recursive: true });
    const places = [
      ...['màng phổi trung thất', 'thùy giữa', 'vòm hoành', 'đỉnh tim'],
      ...['đỉnh phổi phải', 'đáy phổi trái', 'rốn phổi phải', 'góc sườn hoành trái'],
    ];
    const kinds = ['Đám mờ', 'Nốt mờ', 'Dày màng phổi', 'Bóng tim to', 'Tràn dịch', 'Gãy xương', 'Xẹp'];
    const lines: string[] = [];
    for (let at = 0; at < items; at++) {
      const shade = at % 2 === 0 ? 'bright' : 'dark';
      const image = `film${at}.png`;
      await writeShaded(join(folder, 'images', image), shade, rng);
      const [kind, place, size] = [rng.pick(kinds), rng.pick(places), 5 + rng.int(800)];
      // Every other row in letters and marks apart, as some programs write Vietnamese.
      const form = (text: string) => text.normalize(at % 2 === 0 ? 'NFC' : 'NFD');
      const cells: Readonly<Record<string, unknown>> = {
        image,
        findings: form(
          rng.pick([
            `${kind} ở ${place} đo ${size} mm, phim số ${1000 + rng.int(9000)}.`,
            `Thấy tại ${place} một ${kind.toLowerCase()}, đường kính ${size}.`,
            `Phim chụp lần ${size}: ${place} có ${kind.toLowerCase()} mới.`,
          ]),
        ),
        impressions: form(`Theo dõi ${kind.toLowerCase()} ở ${place}, ${size} mm.`),
        ...{ Ages: 40 + rng.int(50), sex: at % 3 === 0 ? 'Nam' : 'Nữ', view: at % 2 === 0 ? 'PA' : 'AP' },
        [form(COLUMNS.technique)]: 'Thẳng',
      };
      lines.push(JSON.stringify(cells));
    }
    await writeFile(join(folder, 'test.jsonl'), `${lines.join('\n')}\n`);
    return { items };
  },
  check: publishedCheck(() => vixRay),
};
export default vixRay;
