// Labelled pictures for grids: folders of classes, archives, tables with a column for each label, or several of these.
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import * as z from 'zod';
import { sha256 } from '../../../domain/content-hash.ts';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import { openData, readWhole } from '../../../records/data-root.ts';
import type { DataRoot } from '../../../records/source.ts';
import { classNames, labelledPictures, splitOf } from '../../published/image-classes/sources.ts';
import { isTable, tableRows } from '../../table-rows.ts';

export const LABELS = ['modality', 'anatomy', 'view', 'finding'] as const;
export type Label = (typeof LABELS)[number];

export interface GridPicture {
  /** Source and name within it. */
  readonly id: string;
  /** SHA-256 of its bytes: the same picture under two names is one picture. */
  readonly hash: string;
  readonly split: 'train' | 'validation' | 'test';
  /** Pictures of one patient stay in one split. */
  readonly patient?: string;
  readonly labels: Readonly<Partial<Record<Label, string>>>;
  readonly licence?: string;
  load(): Promise<Uint8Array>;
}

const field = z.enum([...LABELS, 'picture', 'patient', 'split', 'licence']);

/** One source, as a file of sources lists them; paths are relative to that file. */
export const gridSource = z
  .object({
    path: z.string().min(1),
    /** Table of labels within the source, where it is not the source itself. */
    table: z.string().optional(),
    /** Our field → the table's column. */
    columns: z.partialRecord(field, z.string()).default({}),
    /** What the classes of folders or archives say. */
    classes: z.enum(LABELS).optional(),
    /** Class (a folder's name, a number, a table's value) → how it is called. */
    names: z.record(z.string(), z.string()).default({}),
    /** Classes that are left out: name them here. */
    leaveOut: z.array(z.string()).default([]),
    modality: z.string().optional(),
    anatomy: z.string().optional(),
    view: z.string().optional(),
    finding: z.string().optional(),
    licence: z.string().optional(),
  })
  .strict();
export type GridSource = z.infer<typeof gridSource>;
const sourceList = z.object({ sources: z.array(gridSource).min(1) }).strict();

/** The sources of a JSON file {"sources": […]}; undefined for anything else. Throws `bad-config` for a wrong list. */
export async function listedSources(path: string): Promise<GridSource[] | undefined> {
  if (!/\.json$/i.test(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new OverreadError(
      'file-unreadable',
      `${basename(path)} cannot be read as JSON (${messageOf(cause)}).`,
      {
        cause,
      },
    );
  }
  if (typeof value !== 'object' || value === null || !('sources' in value)) return undefined;
  const found = sourceList.safeParse(value);
  if (!found.success) {
    const [issue] = found.error.issues;
    throw new OverreadError(
      'bad-config',
      `${basename(path)}: "${issue.path.join('.')}" is wrong (${issue.message}).`,
    );
  }
  return found.data.sources.map((source) => ({ ...source, path: resolve(dirname(path), source.path) }));
}

export interface FoundPictures {
  readonly pictures: readonly GridPicture[];
  /** Reason → pictures left out. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** Every picture of the sources once, in the order of the sources. */
export async function gridPictures(
  sources: readonly GridSource[],
  signal: AbortSignal,
  onPicture: () => void,
): Promise<FoundPictures> {
  const skipped = new Map<string, number>();
  const skip = (reason: string) => void skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  const byHash = new Map<string, GridPicture>();
  const torn = new Set<string>();
  for (const source of sources) {
    const names = new Set<string>();
    for await (const { name, load, split, patient, labels, licence } of rowsOf(source, signal)) {
      signal.throwIfAborted();
      const id = `${basename(source.path)}/${name}`;
      // A table may have a row for each question about a picture.
      if (names.has(id)) continue;
      names.add(id);
      const said = labelsOf(source, labels);
      if (load === undefined || said === undefined) {
        skip(load === undefined ? 'the table names a picture that is not there' : 'its class is left out');
        continue;
      }
      onPicture();
      const hash = sha256(await load());
      const known = byHash.get(hash);
      if (known !== undefined) {
        const same = LABELS.every((label) => known.labels[label] === said[label]);
        if (!same) torn.add(hash);
        skip(same ? 'the same picture under another name' : 'the same picture twice, with different labels');
        continue;
      }
      const terms = licence ?? source.licence;
      byHash.set(hash, {
        ...{ id, hash, split, labels: said, load },
        ...(patient === undefined ? {} : { patient: `${basename(source.path)}/${patient}` }),
        ...(terms === undefined ? {} : { licence: terms }),
      });
    }
  }
  // Which of its labels is right nobody can say, so such a picture is in no grid.
  for (const hash of torn) {
    byHash.delete(hash);
    skip('the same picture twice, with different labels');
  }
  return { pictures: [...byHash.values()], skipped };
}

interface SourceRow {
  readonly name: string;
  readonly split: GridPicture['split'];
  readonly labels: Partial<Record<Label, string>>;
  readonly licence?: string;
  readonly patient?: string;
  /** Undefined where the picture is not there. */
  readonly load: (() => Promise<Uint8Array>) | undefined;
}

function labelsOf(
  source: GridSource,
  own: Partial<Record<Label, string>>,
): GridPicture['labels'] | undefined {
  const said: Partial<Record<Label, string>> = {};
  for (const label of LABELS) {
    const text = own[label];
    if (text !== undefined && source.leaveOut.includes(text)) return undefined;
    const value = text === undefined ? source[label] : (source.names[text] ?? text);
    if (value !== undefined && value !== '') said[label] = value;
  }
  return said;
}

async function* rowsOf(source: GridSource, signal: AbortSignal): AsyncGenerator<SourceRow> {
  const isOwnTable = isTable(source.path) && source.table === undefined;
  const data = await openData(isOwnTable ? dirname(source.path) : source.path);
  const table = isOwnTable ? basename(source.path) : source.table;
  const hasLabels = LABELS.some((label) => source.columns[label] !== undefined);
  if (table !== undefined || hasLabels) {
    yield* tableSource(data, table ?? (await onlyTable(data)), source, signal);
    return;
  }
  const { classes } = source;
  if (classes === undefined)
    throw new OverreadError(
      'bad-argument',
      `Say what the classes of "${basename(source.path)}" are: --classes modality, anatomy, view or finding.`,
    );
  const { picture, patient, split } = source.columns;
  const columns = Object.fromEntries(
    Object.entries({ picture, patient, split }).filter(([, column]) => column !== undefined),
  ) as Record<string, string>;
  const labels = new Set<string>();
  for await (const { label } of labelledPictures(data, { columns, signal })) labels.add(label);
  const names = await classNames(data, labels, {});
  for await (const row of labelledPictures(data, { columns, signal })) {
    const { id, label, split: own, patient: whose, load } = row;
    const name = source.names[label] === undefined ? (names.get(label) ?? label) : label;
    yield {
      ...{ name: id, split: own, labels: { [classes]: name }, load },
      ...(whose === undefined ? {} : { patient: whose }),
    };
  }
}

async function onlyTable(data: DataRoot): Promise<string> {
  const tables = (await data.list()).filter((name) => isTable(name) && !name.includes('/'));
  if (tables.length === 1) return tables[0];
  throw new OverreadError(
    'bad-argument',
    `There are ${tables.length} tables beside the pictures: name the one with the labels with --table.`,
  );
}

const cell = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value).trim()));
const labelRow = z.object({
  picture: cell.refine(
    (text) => text !== '',
    'there is no picture: name its column with --column picture=COLUMN',
  ),
  ...{ modality: cell, anatomy: cell, view: cell, finding: cell, patient: cell, split: cell, licence: cell },
});

async function* tableSource(
  data: DataRoot,
  table: string,
  source: GridSource,
  signal: AbortSignal,
): AsyncGenerator<SourceRow> {
  const files = await data.list();
  const byName = new Map<string, string>();
  for (const file of files) {
    const name = file.split('/').at(-1) ?? file;
    for (const known of [file, name, name.replace(/\.\w+$/, '')])
      if (!byName.has(known)) byName.set(known, file);
  }
  // Only columns that are named count: a column that happens to be called "view" may mean anything.
  const columns = Object.fromEntries(
    field.options.map((name) => [
      name,
      source.columns[name] ?? (name === 'picture' ? 'picture' : `\u0000${name}`),
    ]),
  );
  for await (const { row } of tableRows(data, [table], labelRow, { columns, signal })) {
    const file = byName.get(row.picture);
    const labels: Partial<Record<Label, string>> = {};
    for (const label of LABELS) if (row[label] !== '') labels[label] = row[label];
    yield {
      name: file ?? row.picture,
      split: splitOf(row.split) ?? 'test',
      labels,
      load: file === undefined ? undefined : () => readWhole(data, file),
      ...(row.patient === '' ? {} : { patient: row.patient }),
      ...(row.licence === '' ? {} : { licence: row.licence }),
    };
  }
}
