// Records of the DeepTumorVQA releases as questions and keys of a benchmark.
import type { CaseRecord } from '../domain/case.ts';
import { ageBandOf } from '../domain/case.ts';
import type { Option, Stage } from '../domain/question.ts';
import { pseudonym, secretFromSeed } from '../privacy/pseudonym.ts';
import { PUBLISHED_STAGES, subtypeId, subtypeOf } from '../scoring/subtypes.ts';
import { type ImportItem, NO_SOURCE, type Unheld, wrongRecord } from './importer.ts';
import { fullText, type PublishedRecord, parseChoices, publishedRecord } from './published-record.ts';

/** Units of the numeric subtypes, which the releases state in the question's text only. */
const UNITS: Readonly<Record<string, string>> = {
  'organ-volume-measurement': 'cm3',
  'organ-hu-measurement': "[hnsf'U]",
  'lesion-volume-measurement': 'cm3',
  'organ-hu-ratio': '1',
  'tumor-burden-percentage': '%',
  'largest-lesion-diameter': 'cm',
  'largest-lesion-slice': '%',
  'lesion-counting': '1',
  'lesion-count-by-location': '1',
  'organ-aggregation': 'cm3',
  'tumor-organ-hu-difference': "[hnsf'U]",
};

/** What the releases have no place for; cases come back under pseudonyms of their names. */
export const UNHELD: readonly Unheld[] = [
  'caseId',
  'patientId',
  'context',
  'slots',
  'evidence',
  'assumed',
  'flags',
  'sources',
];

/** The items of records that were read from a file; `where` names a record in an error. */
export async function* publishedItems(
  file: string,
  records: AsyncIterable<{ record: unknown; where: string }> | Iterable<{ record: unknown; where: string }>,
): AsyncGenerator<ImportItem> {
  // Image names are kept apart from what readers see; one secret for all imports keeps an image's pseudonym stable.
  const secret = secretFromSeed('deeptumorvqa');
  for await (const { record, where } of records) {
    const parsed = publishedRecord.safeParse(record);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw wrongRecord(file, where, `"${issue.path.join('.')}" is wrong (${issue.message})`, parsed.error);
    }
    yield itemOf(file, where, parsed.data, secret);
  }
}

function itemOf(file: string, where: string, record: PublishedRecord, secret: string): ImportItem {
  const type = subtypeId(record.question_subtype)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const subtype = subtypeOf(type);
  const named = record.question_type.trim().toLowerCase();
  const stage =
    subtype?.stage ??
    (Object.entries(PUBLISHED_STAGES).find(([, name]) => name === named)?.[0] as Stage | undefined);
  if (stage === undefined)
    throw wrongRecord(file, where, `"${record.question_type}" is no stage and the subtype is unknown`);
  const options = parseChoices(record.mc_question ?? '', record.question);
  const letter = (record.correct_option ?? '').trim().toUpperCase();
  if (options.length > 0 && !options.some((o) => o.letter === letter))
    throw wrongRecord(file, where, `the correct option "${letter}" is not among the options`);
  const value = subtype?.answerKind === 'numeric' ? Number(record.answer) : Number.NaN;
  const caseId = pseudonym(secret, 'case', record.image_id);
  const patientId = pseudonym(secret, 'patient', record.image_id);
  const split = splitOf(record.split);
  return {
    question: {
      id: record.qid,
      caseId,
      patientId,
      stage,
      type,
      answerKind: subtype?.answerKind ?? kindOf(options),
      text: fullText({ text: record.question }),
      ...unitOf(record, type),
      options,
      slots: {},
      split,
    },
    key: {
      questionId: record.qid,
      answer: record.answer,
      ...(Number.isFinite(value) ? { value } : {}),
      letter,
      evidence: [],
      assumed: [],
      flags: [],
    },
    case: caseOf(record, caseId, patientId, split),
    ...(record.canary ? { canary: record.canary } : {}),
  };
}

function unitOf(record: PublishedRecord, type: string): { unit?: string } {
  const unit = record.unit ?? (Object.hasOwn(UNITS, type) ? UNITS[type] : undefined);
  return unit ? { unit } : {};
}

function kindOf(options: readonly Option[]): 'binary' | 'categorical' {
  return options.length === 2 && options.every(({ text }) => /^(yes|no)$/i.test(text))
    ? 'binary'
    : 'categorical';
}

function splitOf(split: string | null | undefined): CaseRecord['split'] {
  if (split === 'train' || split === 'validation' || split === 'test') return split;
  return /^val/i.test(split ?? '') ? 'validation' : 'test';
}

function numbersIn(text: string | null | undefined): [number, number, number] {
  const found = (text ?? '').match(/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)?.map(Number) ?? [];
  return [found[0] ?? 0, found[1] ?? 0, found[2] ?? 0];
}

const PHASES: ReadonlyMap<string, CaseRecord['phase']> = new Map([
  ['plain', 'unenhanced'],
  ['unenhanced', 'unenhanced'],
  ['arterial', 'arterial'],
  ['venous', 'portal-venous'],
  ['portal-venous', 'portal-venous'],
  ['delay', 'delayed'],
  ['delayed', 'delayed'],
]);

function caseOf(
  record: PublishedRecord,
  id: string,
  patientId: string,
  split: CaseRecord['split'],
): CaseRecord {
  const { age, sex, scanner, contrast } = record;
  const years = typeof age === 'string' && /^\d+(-\d+|\+)$/.test(age) ? undefined : Number(age ?? Number.NaN);
  const ageBand = years === undefined ? String(age) : ageBandOf(years);
  const letter = (sex ?? '').trim().charAt(0).toUpperCase();
  return {
    id,
    patientId,
    modality: 'CT',
    shape: numbersIn(record.shape),
    spacing: numbersIn(record.spacing),
    axes: 'unknown',
    ...(letter === 'F' || letter === 'M' || letter === 'O' ? { sex: letter } : {}),
    ...(ageBand === undefined ? {} : { ageBand }),
    phase: PHASES.get((contrast ?? '').trim().toLowerCase()) ?? 'unknown',
    ...(scanner ? { scanner } : {}),
    annotationHash: NO_SOURCE,
    split,
  };
}
