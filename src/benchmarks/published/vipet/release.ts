// ViMed-PET as released: a table of patients, reports of four regions, questions, verified lesions, volumes in .npz.
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { readJson, readWhole } from '../../../records/data-root.ts';
import { jsonElements } from '../../../records/json.ts';
import type { DataRoot } from '../../../records/source.ts';
import { releasedTerms } from '../../../scoring/clinical/lesion-dictionary.ts';
import { type LesionTerms, PUBLISHED_TERMS } from '../../../scoring/clinical/lesion-terms.ts';
import type { DescribedLesion } from '../../../scoring/clinical/lesions.ts';
import type { ItemPart, PublishedItem, PublishedRecord, RecordOptions } from '../../published.ts';
import { checkedRow, checkedRows } from '../../release-rows.ts';
import { tableRows } from '../../table-rows.ts';
import { volumePictures } from './volumes.ts';
import { LESION_KEYS, promptOf } from './words.ts';

export const METADATA = 'metadata.csv';

export type Reference =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'lesions'; readonly lesions: readonly DescribedLesion[]; readonly terms: LesionTerms };

export const patientRow = z.object({
  name: z.string().min(1),
  sex: z.string(),
  year: z.coerce.number(),
  pet_path: z.string(),
  ct_path: z.string(),
  report_path: z.string(),
});
type Patient = z.infer<typeof patientRow>;

const text = z.string().nullish();
const report = z.object({
  'Nhận định kết quả': text,
  'Mô tả hình ảnh': z
    .object({ 'Đầu - cổ': text, 'Lồng ngực': text, 'Ổ bụng - khung chậu': text, 'Hệ cơ - xương': text })
    .nullish(),
});
const conversation = z.object({
  patient_id: z.string(),
  conversation: z.array(z.object({ question: z.string(), answer: z.string() })),
});

const said = z.union([z.string(), z.number()]).transform(String).nullish();
/** A lesion as released; what is not said is empty. */
export const lesionRow = z
  .object({
    [LESION_KEYS.shape]: said,
    [LESION_KEYS.location]: said,
    [LESION_KEYS.fdg]: z
      .object({ [LESION_KEYS.uptake]: said })
      .loose()
      .nullish(),
  })
  .transform(
    (row): DescribedLesion => ({
      shape: (row[LESION_KEYS.shape] as string | null | undefined) ?? '',
      location: (row[LESION_KEYS.location] as string | null | undefined) ?? '',
      uptake:
        (row[LESION_KEYS.fdg] as Record<string, string | null> | null | undefined)?.[LESION_KEYS.uptake] ??
        '',
    }),
  );

type Split = 'train' | 'validation' | 'test';

/** By the month of the scan: the last months of each year are the test set, the month before them validation. */
export function splitOf({ year, pet_path }: Pick<Patient, 'year' | 'pet_path'>): Split {
  const month = Number(/THANG (\d+)/.exec(pet_path)?.[1] ?? 0);
  const large = year === 2018 || year === 2023;
  if (month === 12 || (large && month === 11)) return 'test';
  return month === (large ? 10 : 11) ? 'validation' : 'train';
}

async function patients(data: DataRoot, options: RecordOptions): Promise<ReadonlyMap<string, Patient>> {
  const { signal } = options;
  const names = await data.list();
  const table = names.find((name) => /(^|\/)metadata\.csv$/.test(name)) ?? METADATA;
  const rows = tableRows(data, [table], patientRow, signal === undefined ? {} : { signal });
  const found = new Map<string, Patient>();
  for await (const { row } of rows) found.set(row.name, row);
  return found;
}

/** The table leaves out some patients of the verified lesions: year and month are then the file name's, the rest unknown. */
function unlisted(name: string, file: string): Patient {
  const [, year = '0', month = '12'] = /(\d{4})_THANG (\d+)/.exec(file) ?? [];
  const path = `THANG ${month}`;
  return { name, sex: '', year: Number(year), pet_path: path, ct_path: path, report_path: path };
}

export const MODES = ['report', 'vqa', 'lesions'] as const;
export type Mode = (typeof MODES)[number];

/** Records of a mode in release order. Throws what reading throws; `file-corrupt` for a report of another form. */
export async function* records(
  data: DataRoot,
  options: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  const known = await patients(data, options);
  const wanted = (split: Split) => options.split === undefined || options.split === split;
  const make = (patient: Patient, rest: Pick<PublishedItem, 'id' | 'type' | 'text'>, reference: Reference) =>
    recordOf(data, patient, rest, reference);
  if (options.mode === 'report') {
    for (const patient of known.values()) {
      if (!wanted(splitOf(patient))) continue;
      const value = checkedRow(await readJson(data, patient.report_path), report, patient.report_path, 0);
      const regions = value['Mô tả hình ảnh'];
      const parts = [
        ...['Đầu - cổ', 'Lồng ngực', 'Ổ bụng - khung chậu', 'Hệ cơ - xương'].map(
          (region) => (regions as Record<string, string | null> | null | undefined)?.[region],
        ),
        value['Nhận định kết quả'],
      ];
      const whole = parts.filter(Boolean).join(' ');
      yield await make(
        patient,
        { id: patient.name, type: 'report', text: '' },
        { kind: 'text', text: whole },
      );
    }
    return;
  }
  const names = await data.list();
  if (options.mode === 'vqa') {
    for (const file of names.filter((name) => /(^|\/)vqa_(train|val|test)\.json$/.test(name)))
      for await (const row of checkedRows(jsonElements(await data.open(file)), conversation)) {
        const patient = known.get(row.patient_id) ?? unlisted(row.patient_id, file);
        if (!wanted(splitOf(patient))) continue;
        for (const [at, { question, answer }] of row.conversation.entries())
          yield await make(
            patient,
            { id: `${patient.name}-q${at + 1}`, type: 'question', text: question },
            { kind: 'text', text: answer },
          );
      }
    return;
  }
  const terms = await termsBeside(data);
  for (const file of names.filter((name) => /(^|\/)medical_test_set\/[^/]+\.json$/.test(name))) {
    const name = /(patient_\d+)\.json$/.exec(file)?.[1];
    if (name === undefined)
      throw new OverreadError('file-corrupt', `${file} does not end with its patient's name: copy it again.`);
    const patient = known.get(name) ?? unlisted(name, file);
    if (!wanted(splitOf(patient))) continue;
    const lesions: DescribedLesion[] = [];
    for await (const lesion of checkedRows(jsonElements(await data.open(file)), lesionRow))
      lesions.push(lesion);
    const reference: Reference = { kind: 'lesions', lesions, terms };
    yield await make(patient, { id: `${patient.name}-lesions`, type: 'lesions', text: '' }, reference);
  }
}

async function recordOf(
  data: DataRoot,
  patient: Patient,
  rest: Pick<PublishedItem, 'id' | 'type' | 'text'>,
  reference: Reference,
): Promise<PublishedRecord<Reference>> {
  const images = await volumePictures(data, patient);
  const words = promptOf(rest.type, rest.text);
  const prompt: ItemPart[] = [
    ...images.map((image): ItemPart => ({ type: 'image', image })),
    { type: 'text', text: words },
  ];
  return {
    item: {
      ...rest,
      text: rest.text === '' ? words : rest.text,
      patientId: patient.name,
      stage: rest.type === 'question' ? 'recognition' : 'visual-reasoning',
      answerKind: 'text',
      options: [],
      slots: {},
      split: splitOf(patient),
      system: '',
      facets: {
        ...(patient.year === 0 ? {} : { year: String(patient.year) }),
        ...(patient.sex === '' ? {} : { sex: patient.sex }),
      },
      licence: 'CC-BY-NC-SA-4.0',
      prompt,
    },
    reference,
  };
}

/** The authors' own dictionary, where it lies beside the data; else ours, which sorts their outputs alike. */
export async function termsBeside(data: DataRoot): Promise<LesionTerms> {
  const names = await data.list();
  const dictionary = names.find((name) => /(^|\/)categories_ver1\.py$/.test(name));
  if (dictionary === undefined) return PUBLISHED_TERMS;
  const whole = names.find((name) => /(^|\/)vitri_dacbiet\.txt$/.test(name));
  const read = async (name: string) => new TextDecoder().decode(await readWhole(data, name, 8 << 20));
  return releasedTerms(await read(dictionary), whole === undefined ? '' : await read(whole), dictionary);
}
