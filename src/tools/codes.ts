// Codes of structures and findings: a small table of the project's own from public facts, and a user's table.
import { basename } from 'node:path';
import MiniSearch from 'minisearch';
import { OverreadError } from '../domain/errors.ts';
import { STRUCTURES } from '../domain/structures.ts';
import type { Code } from '../domain/tool.ts';
import { segmentCodes } from '../imaging/dicom/segment-codes.ts';
import { openFile } from '../records/data-root.ts';
import { delimitedRecords } from '../records/delimited.ts';

const DICOM = 'DICOM PS3.16, codes for structures (SNOMED CT)';
const ICD = 'ICD-10-CM, US National Center for Health Statistics (public domain)';

const finding = (code: string, name: string, ...also: string[]): Code => ({
  system: 'ICD-10-CM',
  code,
  name,
  also,
  source: ICD,
});

/** What images commonly show, one by one: not the classification, which is the user's table to bring. */
const FINDINGS: readonly Code[] = [
  finding('C18.9', 'malignant neoplasm of colon, unspecified', 'colon cancer', 'colorectal carcinoma'),
  finding('C22.0', 'liver cell carcinoma', 'hepatocellular carcinoma', 'HCC'),
  finding('C25.9', 'malignant neoplasm of pancreas, unspecified', 'pancreatic cancer', 'PDAC'),
  finding('C34.90', 'malignant neoplasm of unspecified part of unspecified bronchus or lung', 'lung cancer'),
  finding(
    'C64.9',
    'malignant neoplasm of unspecified kidney, except renal pelvis',
    'renal cell carcinoma',
    'kidney cancer',
  ),
  finding('C78.7', 'secondary malignant neoplasm of liver and intrahepatic bile duct', 'liver metastasis'),
  finding('I26.99', 'other pulmonary embolism without acute cor pulmonale', 'pulmonary embolism'),
  finding('I51.7', 'cardiomegaly', 'enlarged heart'),
  finding('J18.9', 'pneumonia, unspecified organism', 'consolidation by pneumonia'),
  finding('J81.0', 'acute pulmonary edema', 'lung oedema'),
  finding('J90', 'pleural effusion, not elsewhere classified'),
  finding('J93.9', 'pneumothorax, unspecified'),
  finding('J98.11', 'atelectasis'),
  finding('K76.0', 'fatty (change of) liver, not elsewhere classified', 'steatosis', 'fatty liver'),
  finding('K74.60', 'unspecified cirrhosis of liver', 'liver cirrhosis'),
  finding('K76.6', 'portal hypertension'),
  finding('K76.89', 'other specified diseases of liver', 'liver cyst'),
  finding('K80.20', 'calculus of gallbladder without cholecystitis without obstruction', 'gallstones'),
  finding('K86.2', 'cyst of pancreas', 'pancreatic cyst'),
  finding('K86.3', 'pseudocyst of pancreas', 'pancreatic pseudocyst'),
  finding('N13.30', 'unspecified hydronephrosis'),
  finding('N20.0', 'calculus of kidney', 'kidney stone', 'nephrolithiasis'),
  finding('N28.1', 'cyst of kidney, acquired', 'renal cyst', 'kidney cyst'),
  finding('R16.0', 'hepatomegaly, not elsewhere classified', 'enlarged liver'),
  finding('R16.1', 'splenomegaly, not elsewhere classified', 'enlarged spleen'),
  finding('R91.1', 'solitary pulmonary nodule', 'lung nodule'),
];

/** Structures as DICOM segmentations code them, and findings. */
export const OWN_CODES: readonly Code[] = [
  ...STRUCTURES.flatMap(({ id, name, kind }): Code[] => {
    const { type, category } = segmentCodes(id);
    if (kind === 'lesion' || type.value === category.value) return [];
    return [{ system: 'SCT', code: type.value, name: type.meaning, also: [name, id], source: DICOM }];
  }),
  ...['cyst', 'tumor', 'lesion'].map((kind): Code => {
    const { type } = segmentCodes(kind);
    return { system: 'SCT', code: type.value, name: type.meaning, also: [kind], source: DICOM };
  }),
  ...FINDINGS,
];

const MAX_ROWS = 1_000_000;

/**
 * A user's table, comma- or tab-separated, with the columns system, code, name and, if wanted, also (other names,
 * separated by "|"). Throws `file-corrupt` for a table without those columns, and what opening a file throws.
 */
export async function readCodeTable(path: string): Promise<Code[]> {
  const name = basename(path);
  const bad = (what: string) =>
    new OverreadError('file-corrupt', `${name} ${what}: write the columns system, code, name and also.`);
  const codes: Code[] = [];
  const file = await openFile(path).catch((cause: unknown) => {
    if (OverreadError.isInstance(cause)) throw cause;
    throw new OverreadError('file-not-found', `There is no table "${name}": check the path.`, { cause });
  });
  for await (const { value } of delimitedRecords(file)) {
    const row = Object.fromEntries(
      Object.entries(value).map(([column, cell]) => [column.trim().toLowerCase(), String(cell ?? '').trim()]),
    );
    const { system = '', code = '', name: called = '', also = '' } = row;
    if (system === '' || code === '' || called === '') throw bad('has a row without system, code or name');
    if (codes.length === MAX_ROWS) throw bad(`has more than ${MAX_ROWS} rows`);
    const others = also.split('|').filter((other) => other.trim() !== '');
    codes.push({
      system,
      code,
      name: called,
      ...(others.length === 0 ? {} : { also: others }),
      source: name,
    });
  }
  if (codes.length === 0) throw bad('has no rows');
  return codes;
}

const indexes = new WeakMap<readonly Code[], MiniSearch>();

function indexOf(codes: readonly Code[]): MiniSearch {
  const known = indexes.get(codes);
  if (known !== undefined) return known;
  const index = new MiniSearch({ fields: ['name', 'also'], storeFields: [] });
  index.addAll(codes.map(({ name, also = [] }, id) => ({ id, name, also: also.join(' ') })));
  indexes.set(codes, index);
  return index;
}

export interface FoundCode extends Code {
  readonly score: number;
}

/** Codes that are the query, or whose names hold all of its words (the best first), the earlier table's before. */
export function findCodes(
  tables: readonly (readonly Code[])[],
  query: string,
  { system, limit }: { readonly system?: string; readonly limit: number },
): FoundCode[] {
  const spelled = (text: string) => text.trim().toLowerCase();
  const wanted = spelled(query);
  const found = tables.flatMap((codes, table) => {
    const exact = codes
      .filter(({ code }) => spelled(code) === wanted)
      .map((code) => ({ ...code, score: Number.POSITIVE_INFINITY, table }));
    const named = indexOf(codes)
      .search(query, { combineWith: 'AND', prefix: true, fuzzy: (term) => (term.length > 5 ? 0.2 : false) })
      .map(({ id, score }) => ({ ...codes[id as number], score, table }));
    return [...exact, ...named];
  });
  return found
    .filter((code) => system === undefined || spelled(code.system) === spelled(system))
    .sort((a, b) => b.score - a.score || a.table - b.table)
    .slice(0, limit)
    .map(({ table: _, ...code }) => ({ ...code, score: Math.min(code.score, 1e6) }));
}
