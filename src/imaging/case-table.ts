// The table of cases beside a dataset (metadata.csv, cases.json): age, sex, phase and scanner by case.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Phase } from '../domain/case.ts';
import { entriesOf } from './dataset-files.ts';
import type { CaseFacts } from './layout.ts';

/** Names that TotalSegmentator ("meta.csv"), AbdomenAtlas and one's own data give the table. */
const TABLE_NAME = /^(meta|metadata|cases|.*_metadata)\.(csv|tsv)$/i;

/** Columns by what they hold; the first that a table has counts. Compared in small letters without _ and spaces. */
const COLUMNS = {
  id: ['imageid', 'bdmapid', 'caseid', 'case', 'id', 'name'],
  patient: ['patient', 'patientid', 'subject', 'subjectid'],
  age: ['age', 'ageyears', 'patientage'],
  sex: ['sex', 'gender', 'patientsex'],
  phase: ['phase', 'ctphase', 'contrast', 'contrastphase'],
  maker: ['manufacturer', 'scannermanufacturer', 'vendor'],
  scanner: ['scanner', 'scannermodel', 'model'],
  modality: ['modality'],
  licence: ['licence', 'license'],
} as const;
type Column = keyof typeof COLUMNS;

const PHASES: readonly (readonly [RegExp, Phase])[] = [
  [/plain|unenhanced|non[- ]?contrast|native|^(no|none|nc)$/i, 'unenhanced'],
  [/arter/i, 'arterial'],
  [/ven|portal/i, 'portal-venous'],
  [/delay|late|excret/i, 'delayed'],
];

/** What a table says of one case. `patient` where it tells which cases are of one person. */
export interface CaseRow {
  readonly facts: CaseFacts;
  readonly patient?: string;
}

export interface CaseTable {
  /** The row of a case; file endings and letter case of its name do not matter. No facts for one without a row. */
  row(name: string): CaseRow;
  /** Label scheme that the table names for the whole dataset. */
  readonly scheme?: string;
}

/**
 * The table in `folder`: `cases.json` as the phantoms write it, else a CSV of one of the usual names.
 * Empty without one or when it cannot be read: a table adds facts, it never stops a case.
 */
export async function caseTable(folder: string): Promise<CaseTable> {
  const { files } = await entriesOf(folder);
  const file = files.find((name) => name === 'cases.json') ?? files.find((name) => TABLE_NAME.test(name));
  const text = file && (await readFile(join(folder, file), 'utf8').catch(() => undefined));
  if (!text) return tableOf(new Map());
  return file === 'cases.json' ? fromJson(text) : tableOf(rowsById(text));
}

function tableOf(rows: ReadonlyMap<string, CaseRow>, scheme?: string): CaseTable {
  return { row: (name) => rows.get(keyOf(name)) ?? { facts: {} }, scheme };
}

const casesFile = z.object({
  format: z.literal('overread-cases'),
  scheme: z.string().optional(),
  licence: z.string().optional(),
  cases: z.record(z.string(), z.record(z.string(), z.unknown())),
});

function fromJson(text: string): CaseTable {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return tableOf(new Map());
  }
  const parsed = casesFile.safeParse(json);
  if (!parsed.success) return tableOf(new Map());
  const { scheme, licence, cases } = parsed.data;
  const rows = Object.entries(cases).map(([id, fields]): [string, CaseRow] => {
    const row = rowFrom((key) => String(fields[key] ?? ''));
    return [keyOf(id), licence === undefined ? row : { ...row, facts: { licence, ...row.facts } }];
  });
  return tableOf(new Map(rows), scheme);
}

const keyOf = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replace(/\.nii(\.gz)?$/, '');

function rowsById(text: string): Map<string, CaseRow> {
  const [head = [], ...body] = parseCsv(text);
  const names = head.map((name) => name.toLowerCase().replace(/[\s_]/g, ''));
  const at = Object.fromEntries(
    Object.entries(COLUMNS).map(([key, wanted]) => [
      key,
      wanted.map((name) => names.indexOf(name)).find((index) => index >= 0) ?? -1,
    ]),
  ) as Record<Column, number>;
  const rows = new Map<string, CaseRow>();
  if (at.id < 0) return rows;
  for (const cells of body) {
    const cell = (key: Column) => cells[at[key]] ?? '';
    if (cell('id').trim() !== '') rows.set(keyOf(cell('id')), rowFrom(cell));
  }
  return rows;
}

function rowFrom(field: (key: Column) => string): CaseRow {
  const cell = (key: Column) => field(key).trim();
  const scanner = [cell('maker'), cell('scanner')].filter((part) => part !== '').join(' ');
  const facts = dropEmpty({
    ageYears: ageOf(cell('age')),
    sex: sexOf(cell('sex')),
    phase: phaseOf(cell('phase')),
    scanner: scanner || undefined,
    modality: cell('modality').toUpperCase() || undefined,
    licence: cell('licence') || undefined,
  });
  return cell('patient') === '' ? { facts } : { facts, patient: cell('patient') };
}

function dropEmpty(facts: CaseFacts): CaseFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** "61", "61.0", DICOM's "061Y". */
function ageOf(text: string): number | undefined {
  const match = /^0*(\d{1,3})(?:\.\d+)?\s*Y?$/i.exec(text);
  const years = match === null ? Number.NaN : Number(match[1]);
  return years <= 120 ? years : undefined;
}

function sexOf(text: string): CaseFacts['sex'] {
  if (/^(f|female|w|woman)$/i.test(text)) return 'F';
  if (/^(m|male|man)$/i.test(text)) return 'M';
  return /^(o|other)$/i.test(text) ? 'O' : undefined;
}

function phaseOf(text: string): Phase | undefined {
  return PHASES.find(([pattern]) => pattern.test(text))?.[1];
}

/** Rows of cells: commas, semicolons or tabs (whichever the first line has most of), quotes as in RFC 4180. */
export function parseCsv(text: string): string[][] {
  const first = text.split('\n', 1)[0];
  const separator = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length)[0];
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const source = text.replace(/^\uFEFF/, '');
  for (let i = 0; i < source.length; i++) {
    const letter = source[i];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[i + 1] === '"') cell += source[++i];
      else quoted = false;
    } else if (letter === '"' && cell === '') quoted = true;
    else if (letter === separator) {
      row.push(cell);
      cell = '';
    } else if (letter === '\n') {
      row.push(cell.replace(/\r$/, ''));
      rows.push(row);
      row = [];
      cell = '';
    } else cell += letter;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
