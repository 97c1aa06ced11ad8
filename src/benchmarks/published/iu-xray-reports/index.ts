// Open-i's chest radiograph reports (IU-Xray): findings from pictures, impressions from findings.
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { readWhole } from '../../../records/data-root.ts';
import { jsonElements } from '../../../records/json.ts';
import type { DataRoot } from '../../../records/source.ts';
import { tarSamples } from '../../../records/tar.ts';
import { type FindingItem, findingBits, findingSummaries } from '../../../scoring/clinical/finding-scores.ts';
import { claimedFindings } from '../../../scoring/clinical/findings.ts';
import chrf from '../../../scoring/metrics/chrf.ts';
import cider from '../../../scoring/metrics/cider.ts';
import ciderD from '../../../scoring/metrics/cider-d.ts';
import meteor from '../../../scoring/metrics/meteor.ts';
import rougeLUnicode from '../../../scoring/metrics/rouge-l-unicode.ts';
import { bleuMetric } from '../../../scoring/text/bleu.ts';
import type { ItemPart, PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { checkedRows } from '../../release-rows.ts';
import { withoutThinking } from '../../replies.ts';
import { composed, type TextStatistics, textScores } from '../../text-scores.ts';
import { constant } from '../../trivial.ts';
import { writeFixture } from './fixture.ts';
import { type OpenIRecord, readOpenI } from './openi.ts';

const ARCHIVE = 'NLMCXR_reports.tgz';
const LIST = 'iuxray_report_test.json';

const listed = z.object({ id: z.string(), report: z.string(), image_path: z.array(z.string()) });

export interface Reference {
  readonly text: string;
}

interface Item {
  readonly text: TextStatistics;
  readonly findings: FindingItem;
}

/** Names by which a picture of the archive may lie beside it. */
const pictureNames = (id: string): string[] =>
  ['NLMCXR_png/', 'images/', ''].flatMap((folder) =>
    ['.png', '.jpg'].map((ending) => `${folder}${id}${ending}`),
  );

async function picturesOf(data: DataRoot, candidates: readonly (readonly string[])[]): Promise<ItemPart[]> {
  const parts: ItemPart[] = [];
  for (const names of candidates)
    for (const name of names)
      if (await data.has(name)) {
        parts.push({ type: 'image', image: { name, load: () => readWhole(data, name) } });
        break;
      }
  return parts;
}

async function* openIRecords(data: DataRoot, { signal }: RecordOptions): AsyncGenerator<OpenIRecord> {
  const read = (bytes: Uint8Array, file: string) => readOpenI(new TextDecoder().decode(bytes), file);
  if (await data.has(ARCHIVE)) {
    const options = { extensions: ['xml'], ...(signal === undefined ? {} : { signal }) };
    for await (const { value } of tarSamples(await data.open(ARCHIVE), options)) {
      const bytes = value.files.get('xml');
      if (bytes !== undefined) yield read(bytes, `${value.key}.xml`);
    }
    return;
  }
  for (const name of (await data.list()).filter((file) => /(^|\/)ecgen-radiology\/\d+\.xml$/.test(file)))
    yield read(await readWhole(data, name, 8 << 20), name);
}

/** Which of the lists the release is: the archive of all reports, or the test list without impressions. */
async function isListOnly(data: DataRoot): Promise<boolean> {
  const names = await data.list();
  if (names.includes(ARCHIVE) || names.some((name) => /(^|\/)ecgen-radiology\/\d+\.xml$/.test(name)))
    return false;
  if (names.includes(LIST)) return true;
  throw new OverreadError(
    'file-not-found',
    `There is no ${ARCHIVE}, no folder ecgen-radiology and no ${LIST} in the release: "overread data card iu-xray-reports" says where to get them.`,
  );
}

const ASK = {
  report: 'These are the radiographs of one chest examination. Write the findings section of the report.',
  impression: 'These are the findings of a chest radiograph. Write the impression section of the report.',
};

async function* records(data: DataRoot, options: RecordOptions): AsyncGenerator<PublishedRecord<Reference>> {
  const { mode, split } = options;
  // Open-i has no split of its own: everything is there to be tested on.
  if (split !== undefined && split !== 'test') return;
  const make = (id: string, parts: readonly ItemPart[], text: string) => ({
    item: {
      ...{ id, patientId: id, type: mode === 'impression' ? 'impression' : 'findings' },
      stage: mode === 'impression' ? ('medical-reasoning' as const) : ('visual-reasoning' as const),
      answerKind: 'text' as const,
      text: mode === 'impression' ? ASK.impression : ASK.report,
      ...{ options: [], slots: {}, split: 'test' as const, system: '', licence: 'CC-BY-NC-ND-4.0' },
      facets: { pictures: mode === 'report' && parts.length > 1 ? 'shown' : 'none' },
      prompt: parts,
    },
    reference: { text },
  });
  const report = async (candidates: readonly (readonly string[])[]): Promise<ItemPart[]> => [
    ...(await picturesOf(data, candidates)),
    { type: 'text', text: ASK.report },
  ];
  if (await isListOnly(data)) {
    if (mode === 'impression') return;
    for await (const row of checkedRows(jsonElements(await data.open(LIST)), listed)) {
      const candidates = row.image_path.map((path) => [`images/${path}`, path]);
      yield make(row.id, await report(candidates), row.report);
    }
    return;
  }
  for await (const record of openIRecords(data, options)) {
    const { id, findings, impression } = record;
    if (mode === 'report' && findings !== '')
      yield make(id, await report(record.pictures.map(pictureNames)), findings);
    if (mode === 'impression' && findings !== '' && impression !== '')
      yield make(id, [{ type: 'text', text: `${ASK.impression}\n\nFindings: ${findings}` }], impression);
  }
}

const bleu = ([1, 2, 3, 4] as const).map((order) =>
  bleuMetric({ id: `bleu-${order}-unicode`, order, tokenizer: 'unicode' }),
);
const TEXTS = {
  published: textScores([...bleu.toReversed(), meteor, rougeLUnicode, cider]),
  strict: textScores([bleu[3], rougeLUnicode, meteor, chrf, ciderD]),
};

/** Removed words were written as XXXX; nobody is asked to guess them. */
const withoutRemoved = (text: string): string => composed(text).replace(/\bX{3,}\b/gi, ' ');

const NORMAL =
  'The heart is normal in size. The lungs are clear. There is no pleural effusion or pneumothorax.';

const iuXrayReports: PublishedBenchmark<Reference, Item> = {
  id: 'iu-xray-reports',
  kind: 'benchmark',
  summary: 'findings of chest radiographs from pictures, and impressions from findings',
  paper: {
    title: 'Preparing a collection of radiology examinations for distribution and retrieval',
    url: 'https://doi.org/10.1093/jamia/ocv080',
    year: 2016,
  },
  command: 'overread run iu-xray-reports --data DIR --reader MODEL',
  needs: [`${ARCHIVE} or ${LIST}`],
  card: {
    source: 'Indiana University; National Library of Medicine (Open-i)',
    url: 'https://openi.nlm.nih.gov/',
    licence: 'CC-BY-NC-ND-4.0',
    access: 'open',
    getIt: `Download ${ARCHIVE}, and NLMCXR_png.tgz unpacked into NLMCXR_png/, from Open-i; or the test list of 590 reports of R2Gen with its images/.`,
    size: '3,955 reports, 7,470 pictures; 3,425 reports have findings',
    splits: { test: null },
    files: [
      { name: ARCHIVE, about: 'all reports, one XML file each', required: false },
      { name: 'ecgen-radiology/*.xml', about: 'the same, unpacked', required: false },
      { name: LIST, about: 'the test list, findings only', required: false },
      { name: 'NLMCXR_png/*', about: 'pictures of the archive', required: false },
      { name: 'images/**', about: 'pictures of the test list', required: false },
    ],
    format: 'verified',
    faults: [
      'Words removed for privacy read XXXX, in references and therefore in what trained models write: `strict` leaves them out on both sides.',
      '`published` is scored on words only; a report that denies every finding comes close to most references: `strict` begins with fourteen findings read by rules from both texts.',
      'The two films of an examination are asked about together, as in R2Gen.',
    ],
    tasks: ['report generation', 'summarisation'],
    modalities: ['radiograph'],
  },
  modes: ['report', 'impression'],
  facets: ['pictures'],
  records,
  measure({ reference }, { text, status }, { protocol }) {
    const strict = protocol === 'strict';
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const said = outcome === 'scored' ? withoutThinking(text) : '';
    const form = strict ? withoutRemoved : (own: string) => own;
    return {
      outcome,
      item: {
        text: TEXTS[protocol].item({ prediction: form(said), references: [form(reference.text)] }),
        findings: {
          // A reader that says nothing has not said that there is no finding.
          said: said.trim() === '' ? 0 : findingBits(claimedFindings(said)),
          wanted: findingBits(claimedFindings(reference.text)),
        },
      },
    };
  },
  metrics(protocol) {
    const texts = TEXTS[protocol].summaries<Item>(({ text }) => text);
    const findings = findingSummaries<Item>((item) => item.findings);
    return protocol === 'published' ? [...texts, ...findings] : [...findings, ...texts];
  },
  baselines: [
    constant(NORMAL, 'normal-report'),
    constant('No acute disease.', 'no-disease'),
    {
      id: 'last-sentence',
      summary: 'the last sentence of the findings that are given, where they are',
      reply: ({ type, prompt }) => {
        const last = prompt.at(-1);
        const given = type === 'impression' && last?.type === 'text' ? last.text : '';
        return given.split(/(?<=[.?!])\s+/).at(-1) ?? '';
      },
    },
  ],
  oracle: ({ reference }) => reference.text,
  fixture: writeFixture,
  check: publishedCheck(() => iuXrayReports),
};
export default iuXrayReports;
