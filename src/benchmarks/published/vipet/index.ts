// ViPET (ViMed-PET): Vietnamese reports, questions and lesions of whole-body FDG PET/CT.

import { STRICT_TERMS } from '../../../scoring/clinical/lesion-terms.ts';
import {
  type DescribedLesion,
  LESION_MATCHES,
  type LesionCounts,
  lesionScore,
  matchLesions,
  sortLesions,
} from '../../../scoring/clinical/lesions.ts';
import type { Summary } from '../../../scoring/metric.ts';
import bleu4Method4 from '../../../scoring/metrics/bleu-4-method-4.ts';
import chrf from '../../../scoring/metrics/chrf.ts';
import ciderD from '../../../scoring/metrics/cider-d.ts';
import meteor from '../../../scoring/metrics/meteor.ts';
import rouge1Ascii from '../../../scoring/metrics/rouge-1-ascii.ts';
import rouge1Unicode from '../../../scoring/metrics/rouge-1-unicode.ts';
import rouge1UnicodeWhitespace from '../../../scoring/metrics/rouge-1-unicode-whitespace.ts';
import rougeLAscii from '../../../scoring/metrics/rouge-l-ascii.ts';
import rougeLUnicode from '../../../scoring/metrics/rouge-l-unicode.ts';
import rougeLUnicodeWhitespace from '../../../scoring/metrics/rouge-l-unicode-whitespace.ts';
import { type BleuItem, brevityPenalty } from '../../../scoring/text/bleu.ts';
import type { Measured, PublishedBenchmark, Reply, TrivialBaseline } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { withoutThinking } from '../../replies.ts';
import { anyJson } from '../../reply-json.ts';
import { composed, type TextStatistics, textScores } from '../../text-scores.ts';
import { writeFixture } from './fixture.ts';
import { outputs } from './outputs.ts';
import { lesionRow, METADATA, MODES, patientRow, type Reference, records } from './release.ts';
import { LESION_KEYS } from './words.ts';

interface Item {
  readonly text?: TextStatistics;
  readonly lesions?: LesionCounts;
}

const TEXTS = {
  published: textScores([
    bleu4Method4,
    rouge1Ascii,
    rougeLAscii,
    rouge1UnicodeWhitespace,
    rougeLUnicodeWhitespace,
  ]),
  strict: textScores([rougeLUnicode, rouge1Unicode, bleu4Method4, meteor, chrf, ciderD]),
};

const penalty: Summary<Item> = {
  id: 'brevity-penalty',
  summary: 'what BLEU is multiplied by for a corpus shorter than its references',
  better: 'higher',
  range: [0, 1],
  of: (items) =>
    items.length === 0 ? null : brevityPenalty(items.flatMap(({ text }) => (text?.[0] as BleuItem) ?? [])),
};

const lesionMetrics: readonly Summary<Item>[] = [
  ...LESION_MATCHES.map(
    (match): Summary<Item> => ({
      id: `f1-${match.toLowerCase()}`,
      summary: `micro F1 of lesions that agree in ${{ T: 'type', TP: 'type and position', TF: 'type and uptake', TPF: 'type, position and uptake' }[match]}`,
      better: 'higher',
      range: [0, 1],
      of: (items) =>
        lesionScore(
          items.flatMap(({ lesions }) => lesions ?? []),
          match,
        )?.f1 ?? null,
    }),
  ),
  ...(['precision', 'recall'] as const).map(
    (part): Summary<Item> => ({
      id: `${part}-t`,
      summary: `micro ${part} of lesions that agree in type`,
      better: 'higher',
      range: [0, 1],
      of: (items) =>
        lesionScore(
          items.flatMap(({ lesions }) => lesions ?? []),
          'T',
        )?.[part] ?? null,
    }),
  ),
];

/** The lesions of a reply; undefined when it holds no list of them. */
function lesionsIn(text: string): DescribedLesion[] | undefined {
  const found = anyJson(withoutThinking(text));
  const list = found.ok && !Array.isArray(found.value) ? [found.value] : found.ok ? found.value : undefined;
  if (!Array.isArray(list)) return undefined;
  const parsed = list.map((row: unknown) => lesionRow.safeParse(row));
  return parsed.every(({ success }) => success) ? parsed.flatMap(({ data }) => data ?? []) : undefined;
}

const inForm = (lesion: DescribedLesion): DescribedLesion => ({
  shape: composed(lesion.shape),
  location: composed(lesion.location),
  uptake: composed(lesion.uptake),
});

function measureLesions(
  reference: Extract<Reference, { kind: 'lesions' }>,
  { text, status }: Reply,
  strict: boolean,
): Measured<Item> {
  const terms = strict ? STRICT_TERMS : reference.terms;
  const form = strict ? inForm : (lesion: DescribedLesion) => lesion;
  const said = status === 'refused' || status === 'failed' ? undefined : lesionsIn(text);
  const wanted = sortLesions(reference.lesions.map(form), terms);
  const lesions = matchLesions(sortLesions((said ?? []).map(form), terms), wanted, terms);
  if (status === 'refused' || status === 'failed') return { outcome: status, item: { lesions } };
  return { outcome: said === undefined ? 'unparsed' : 'scored', item: { lesions } };
}

const NOTHING: Readonly<Record<string, string>> = {
  report:
    'Không thấy tổn thương tăng chuyển hóa FDG ở vùng đầu cổ, lồng ngực, ổ bụng, khung chậu và hệ cơ xương.',
  question: 'Không thấy bất thường tăng chuyển hóa FDG.',
  lesions: '[]',
};

const baselines: readonly TrivialBaseline[] = [
  {
    id: 'nothing-found',
    summary: 'one sentence that finds nothing, for every patient',
    reply: ({ type }) => NOTHING[type] ?? '',
  },
  {
    id: 'one-node',
    summary: 'one lymph node with uptake, for every patient',
    reply: ({ type }) =>
      type === 'lesions'
        ? JSON.stringify([
            {
              [LESION_KEYS.shape]: 'Hạch',
              [LESION_KEYS.location]: 'Trung thất',
              [LESION_KEYS.fdg]: { [LESION_KEYS.uptake]: 'Có tăng' },
            },
          ])
        : 'Có hạch trung thất tăng chuyển hóa FDG.',
  },
];

const vipet: PublishedBenchmark<Reference, Item> = {
  id: 'vipet',
  kind: 'benchmark',
  summary: 'Vietnamese reports, questions and lesions of whole-body FDG PET/CT',
  paper: {
    title:
      'Toward a Vision-Language Foundation Model for Medical Data: Multimodal Dataset and Benchmarks for Vietnamese PET/CT Report Generation',
    arxiv: '2509.24739',
    year: 2025,
  },
  command: 'overread run vipet --data DIR --reader MODEL',
  needs: [METADATA, 'PETCT*/ (reports and volumes)'],
  card: {
    source: 'Nguyen et al. (ViMed-PET); dothanhdatle/ViPET-VLM (evaluator and outputs)',
    url: 'https://github.com/dothanhdatle/ViPET-VLM',
    licence: 'CC-BY-NC-SA-4.0 (reports and scans); MIT (evaluator)',
    access: 'registration',
    getIt:
      'Take the files from the Hugging Face data set thainamhoang/ViMed-PET-CT, and metadata.csv, the verified lesions and the outputs from the repository.',
    size: '2,757 patients with PET, CT and a report; 80 patients with verified lesions',
    splits: { train: null, validation: null, test: null },
    files: [
      { name: `**${METADATA}`, about: 'patients and their files', fields: Object.keys(patientRow.shape) },
      { name: '*/*/reports/*.json', about: 'reports by region, and their conclusion' },
      { name: '*/*/PET/*.npz', about: 'PET volumes; readers of words can do without', required: false },
      { name: '*/*/CT/*.npz', about: 'CT volumes; readers of words can do without', required: false },
      { name: '**vqa_test.json', about: 'questions (mode vqa)', required: false },
      { name: '**medical_test_set/*.json', about: 'verified lesions (mode lesions)', required: false },
      { name: '**categories_ver1.py', about: 'the evaluator’s own dictionary of lesions', required: false },
    ],
    format: 'verified',
    faults: [
      'ROUGE was computed with a tokenizer for English that drops every letter with a diacritic, so that words fall into pieces: `strict` takes Unicode words, and `published` shows both.',
      'Lesions of which the type is unknown agree with one another (63 of the 323 right types): in `strict` they agree with nothing.',
      'Uptake is looked for before its negation, sides before organs, and the left thyroid lobe counts as lung: `strict` mends the order.',
      'Text is compared as it stands, so that composed and decomposed letters differ: `strict` composes it first.',
      'BERTScore of the authors’ table needs a model and is not computed.',
    ],
    tasks: ['report generation', 'visual question answering', 'lesion extraction'],
    modalities: ['PET', 'CT'],
  },
  modes: MODES,
  facets: ['year', 'sex'],
  records,
  outputs,
  measure({ reference }, reply, { protocol }) {
    const strict = protocol === 'strict';
    if (reference.kind === 'lesions') return measureLesions(reference, reply, strict);
    const { status } = reply;
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const spoken = outcome === 'scored' ? withoutThinking(reply.text) : '';
    const pair = strict
      ? { prediction: composed(spoken), references: [composed(reference.text)] }
      : { prediction: outcome === 'scored' ? reply.text : '', references: [reference.text] };
    return { outcome, item: { text: TEXTS[protocol].item(pair) } };
  },
  metrics(protocol, mode) {
    if (mode === 'lesions') return lesionMetrics;
    const texts = TEXTS[protocol].summaries<Item>(({ text }) => text);
    return protocol === 'published' ? [...texts, penalty] : texts;
  },
  baselines,
  oracle: ({ reference }) =>
    reference.kind === 'text'
      ? reference.text
      : JSON.stringify(
          reference.lesions.map(({ shape, location, uptake }) => ({
            [LESION_KEYS.shape]: shape,
            [LESION_KEYS.location]: location,
            [LESION_KEYS.fdg]: { [LESION_KEYS.uptake]: uptake },
          })),
        ),
  fixture: writeFixture,
  check: publishedCheck(() => vipet),
};
export default vipet;
