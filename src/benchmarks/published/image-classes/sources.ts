// Where labelled pictures come from: a table beside pictures, a NumPy archive, or a folder for each class.
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { readJson, readWhole } from '../../../records/data-root.ts';
import { delimitedRecords } from '../../../records/delimited.ts';
import { folderPictures } from '../../../records/folder.ts';
import type { DataRoot } from '../../../records/source.ts';
import { arrayPicture, arrayRows } from '../../class-arrays.ts';

export interface Labelled {
  readonly id: string;
  /** Of the file, for people: a reader never sees it. */
  readonly name: string;
  readonly split: 'train' | 'validation' | 'test';
  readonly patient?: string;
  /** Name of the class, or its number as text. */
  readonly label: string;
  load(): Promise<Uint8Array>;
}

/** Our field → the names that tables give it, in order of preference. */
export const TABLE_COLUMNS = {
  picture: ['picture', 'image_id', 'image', 'filename', 'file', 'path'],
  label: ['label', 'dx', 'class', 'diagnosis', 'category', 'target'],
  patient: ['patient', 'patient_id', 'lesion_id', 'subject', 'subject_id', 'case_id'],
  split: ['split', 'set', 'fold', 'partition'],
} as const;

const SPLITS: Readonly<Record<string, Labelled['split']>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

export const splitOf = (text: string): Labelled['split'] | undefined => {
  const key = text.trim().toLowerCase();
  return Object.hasOwn(SPLITS, key) ? SPLITS[key] : undefined;
};

/** Files that lie beside pictures and are none: masks of segmentations. */
const isMask = (name: string): boolean =>
  /(?:^|\/)masks?\//i.test(name) || /[_ -](?:mask|segmentation|seg|gt)(?:[_ -]?\d+)?\.\w+$/i.test(name);

const stem = (name: string): string => (name.split('/').at(-1) ?? '').replace(/\.\w+$/, '');

/** An item's id: its file's name, or a hash of that where the name tells the class. */
function idOf(name: string, label: string): string {
  const bare = name.replace(/\.\w+$/, '');
  const tells = /[a-z]/i.test(label) && bare.toLowerCase().includes(label.toLowerCase());
  return tells ? `picture-${sha256(bare).slice(0, 12)}` : bare;
}

interface Chosen {
  readonly columns: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The first source that the data have: table, archive, folders. Throws `format-unknown` when there is none. */
export async function* labelledPictures(data: DataRoot, chosen: Chosen): AsyncGenerator<Labelled> {
  const names = await data.list();
  const tables = names.filter((name) => /\.(csv|tsv)$/i.test(name));
  for (const table of tables) {
    const columns = await tableColumns(data, table, chosen.columns);
    if (columns !== undefined) {
      yield* fromTable(data, table, columns, chosen);
      return;
    }
  }
  const archives = names.filter((name) => name.endsWith('.npz'));
  if (archives.length > 0) {
    for (const archive of archives) yield* fromArchive(data, archive, chosen);
    return;
  }
  yield* fromFolders(data, chosen);
}

type TableFields = Partial<Record<keyof typeof TABLE_COLUMNS, string>> & {
  readonly picture: string;
  readonly label: string;
};

async function tableColumns(
  data: DataRoot,
  table: string,
  given: Readonly<Record<string, string>>,
): Promise<TableFields | undefined> {
  for await (const { value } of delimitedRecords(await data.open(table))) {
    const held = new Map(Object.keys(value).map((name) => [name.toLowerCase(), name]));
    const named = (field: keyof typeof TABLE_COLUMNS) => {
      const own = given[field];
      if (own !== undefined && !held.has(own.toLowerCase()))
        throw new OverreadError(
          'bad-argument',
          `${table} has no column "${own}": it has ${[...held.values()].join(', ').slice(0, 400)}.`,
        );
      return (own === undefined ? TABLE_COLUMNS[field] : [own])
        .map((name) => held.get(name.toLowerCase()))
        .find((name) => name !== undefined);
    };
    const [picture, label, patient, split] = [
      named('picture'),
      named('label'),
      named('patient'),
      named('split'),
    ];
    if (picture === undefined || label === undefined) return undefined;
    return {
      picture,
      label,
      ...(patient === undefined ? {} : { patient }),
      ...(split === undefined ? {} : { split }),
    };
  }
  return undefined;
}

async function* fromTable(
  data: DataRoot,
  table: string,
  fields: TableFields,
  { signal }: Chosen,
): AsyncGenerator<Labelled> {
  const names = await data.list();
  const byName = new Map(names.map((name) => [name, name]));
  const byStem = new Map(
    names
      .filter((name) => !isMask(name) && !/\.(csv|tsv|json|npz|txt|md)$/i.test(name))
      .map((name) => [stem(name), name]),
  );
  const stream = delimitedRecords(await data.open(table), signal === undefined ? {} : { signal });
  for await (const { value, next } of stream) {
    const written = (value[fields.picture] ?? '').trim();
    const label = (value[fields.label] ?? '').trim();
    const where = `${table}, record ${next.index}`;
    if (written === '' || label === '')
      throw new OverreadError('file-corrupt', `${where}: the picture or its label is empty.`);
    const file = byName.get(written) ?? byStem.get(stem(written)) ?? written;
    const split = fields.split === undefined ? 'test' : splitOf(value[fields.split] ?? '');
    if (split === undefined)
      throw new OverreadError(
        'file-corrupt',
        `${where}: "${value[fields.split ?? ''] ?? ''}" is no split: write train, validation or test.`,
      );
    const patient = fields.patient === undefined ? '' : (value[fields.patient] ?? '').trim();
    yield {
      id: idOf(stem(written), label),
      name: written,
      split,
      label,
      load: () => readWhole(data, file),
      ...(patient === '' ? {} : { patient }),
    };
  }
}

async function* fromArchive(data: DataRoot, archive: string, { signal }: Chosen): AsyncGenerator<Labelled> {
  const rows = arrayRows(await data.open(archive), signal === undefined ? {} : { signal });
  for await (const { split, at, image, labels } of rows) {
    const id = `${stem(archive)}-${split}-${at}`;
    if (labels.length !== 1)
      throw new OverreadError(
        'format-unsupported',
        `${archive} has ${labels.length} labels for a picture: only sets with one are read.`,
      );
    yield { id, name: id, split, label: String(labels[0]), load: () => arrayPicture(image, id) };
  }
}

/** Folders: CLASS/FILE or SPLIT/CLASS/FILE; of one folder, the file's name without its number ("benign_12.png"). */
async function* fromFolders(data: DataRoot, { signal }: Chosen): AsyncGenerator<Labelled> {
  const files: { name: string; load(): Promise<Uint8Array> }[] = [];
  for await (const { value } of folderPictures(data, signal === undefined ? {} : { signal }))
    if (!isMask(value.name)) files.push(value);
  const parts = files.map(({ name }) => name.split('/').slice(0, -1));
  const classes = new Set(
    parts.map((folders) => folders.filter((name) => splitOf(name) === undefined).at(-1) ?? ''),
  );
  for (const [at, { name, load }] of files.entries()) {
    const folder = parts[at].filter((part) => splitOf(part) === undefined).at(-1) ?? '';
    const split = parts[at].map(splitOf).find((found) => found !== undefined) ?? 'test';
    const label = classes.size > 1 ? folder : stem(name).replace(/[\s_-]*\(?\d+\)?$/, '');
    yield { id: idOf(name, label), name, split, label, load };
  }
}

/**
 * Names of classes by their labels, in the order in which they are offered: from classes.json (a list, or label → name),
 * from `--column class-LABEL=NAME`, else the labels themselves.
 */
export async function classNames(
  data: DataRoot,
  labels: ReadonlySet<string>,
  columns: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const given = new Map<string, string>();
  if (await data.has('classes.json')) {
    const said = await readJson(data, 'classes.json');
    if (typeof said !== 'object' || said === null)
      throw new OverreadError(
        'file-corrupt',
        'classes.json is neither a list of names nor an object of them.',
      );
    for (const [label, name] of Object.entries(said)) given.set(label, String(name));
  }
  for (const [field, name] of Object.entries(columns))
    if (field.startsWith('class-')) given.set(field.slice('class-'.length), name);
  const known = new Set([...given.keys(), ...labels]);
  const inOrder = [...known].sort((a, b) =>
    /^\d+$/.test(a) && /^\d+$/.test(b) ? Number(a) - Number(b) : a < b ? -1 : 1,
  );
  return new Map(
    inOrder.map((label) => [label, given.get(label) ?? (/^\d+$/.test(label) ? `class ${label}` : label)]),
  );
}
