// Pictures to mine in: a folder, and what tables say of them: captions, categories, patients, terms, questions asked before.

import * as z from 'zod';
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { folderPictures } from '../../../records/folder.ts';
import type { DataRoot } from '../../../records/source.ts';
import { jsonOrLiteral } from '../../reply-json.ts';
import { isTable, tableRows } from '../../table-rows.ts';

export interface MinedPicture {
  /** Name within the source. */
  readonly name: string;
  readonly hash: string;
  readonly caption?: string;
  readonly categories: readonly string[];
  readonly patient?: string;
  readonly licence?: string;
  /** Question (as compared) → question as asked and its answer, where there is only one. */
  readonly asked: ReadonlyMap<string, { readonly question: string; readonly answer: string }>;
  load(): Promise<Uint8Array>;
}

export const COLUMNS = [
  'picture',
  'caption',
  'category',
  'patient',
  'licence',
  'question',
  'answer',
] as const;

const cell = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : value));
const text = cell.transform((value) => (Array.isArray(value) ? value.join(', ') : String(value).trim()));
const row = z.object({
  picture: text.refine((name) => name !== '', 'there is no picture'),
  ...{ caption: text, category: cell, patient: text, licence: text, question: text, answer: text },
});

/** What a table says of one picture. */
interface Said {
  caption?: string;
  categories: Set<string>;
  patient?: string;
  licence?: string;
  readonly asked: Map<string, { question: string; answers: Map<string, string> }>;
}

export const compared = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

function categoriesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const parsed = jsonOrLiteral(String(value));
  if (parsed.ok && Array.isArray(parsed.value)) return parsed.value.map(String);
  return String(value)
    .split(/[;|]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

async function tableOf(
  data: DataRoot,
  tables: readonly string[],
  given: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Said>> {
  // A column counts only under the name of the field, or under the one that the user gives.
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, given[name] ?? name]));
  const found = new Map<string, Said>();
  for await (const { row: own } of tableRows(data, tables, row, { columns })) {
    const said: Said = found.get(own.picture) ?? { categories: new Set(), asked: new Map() };
    found.set(own.picture, said);
    for (const field of ['caption', 'patient', 'licence'] as const)
      if (own[field] !== '') said[field] ??= own[field];
    for (const name of categoriesOf(own.category)) said.categories.add(name);
    if (own.question === '' || own.answer === '') continue;
    const key = compared(own.question);
    const asked = said.asked.get(key) ?? { question: own.question, answers: new Map<string, string>() };
    asked.answers.set(compared(own.answer), own.answer);
    said.asked.set(key, asked);
  }
  return found;
}

const isMask = (name: string): boolean =>
  /(?:^|\/)masks?\//i.test(name) || /[_ -](?:mask|segmentation)(?:[_ -]?\d+)?\.\w+$/i.test(name);

export interface FoundPictures {
  readonly pictures: readonly MinedPicture[];
  /** Of all files, also those left out as the same picture under another name. */
  readonly names: readonly string[];
}

/** Pictures once each, in the order of their names. `tables` undefined: nothing is known of them. */
export async function minedPictures(
  data: DataRoot,
  options: {
    readonly tables: readonly string[];
    readonly columns: Readonly<Record<string, string>>;
    readonly licence?: string;
    readonly signal: AbortSignal;
    readonly onPicture: () => void;
  },
): Promise<FoundPictures> {
  for (const table of options.tables)
    if (!isTable(table) || !(await data.has(table)))
      throw new OverreadError(
        'file-not-found',
        `The source has no table ${table}: name one that lies in it.`,
      );
  const said = await tableOf(data, options.tables, options.columns);
  const pictures: MinedPicture[] = [];
  const hashes = new Set<string>();
  const names: string[] = [];
  for await (const { value } of folderPictures(data, { signal: options.signal })) {
    const { name, load } = value;
    if (isMask(name)) continue;
    options.onPicture();
    names.push(name);
    const hash = sha256(await load());
    if (hashes.has(hash)) continue;
    hashes.add(hash);
    const base = name.split('/').at(-1) ?? name;
    const own = said.get(name) ?? said.get(base) ?? said.get(base.replace(/\.\w+$/, ''));
    const licence = own?.licence ?? options.licence;
    pictures.push({
      ...{ name, hash, load },
      categories: [...(own?.categories ?? [])],
      asked: new Map(
        [...(own?.asked ?? [])].flatMap(([key, { question, answers }]) => {
          const [answer, ...others] = answers.values();
          return others.length > 0 || answer === undefined ? [] : [[key, { question, answer }] as const];
        }),
      ),
      ...(own?.caption === undefined ? {} : { caption: own.caption }),
      ...(own?.patient === undefined ? {} : { patient: own.patient }),
      ...(licence === undefined ? {} : { licence }),
    });
  }
  return { pictures, names };
}
