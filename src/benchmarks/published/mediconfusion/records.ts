// MediConfusion's release: pairs of pictures with one question, asked once for each picture in one of four ways.
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { readWhole } from '../../../records/data-root.ts';
import { delimitedRecords } from '../../../records/delimited.ts';
import { jsonEntries } from '../../../records/json.ts';
import type { DataRoot } from '../../../records/source.ts';
import type { ItemPart, ItemPicture, PublishedRecord, RecordOptions } from '../../published.ts';
import { checkedRow } from '../../release-rows.ts';
import { jsonOrLiteral } from '../../reply-json.ts';

export const MODES = ['mc', 'free', 'greedy', 'prefix'] as const;
export type Mode = (typeof MODES)[number];
export type Letter = 'A' | 'B';

/** The CSV holds lists as Python prints them. */
const list = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === 'string' ? jsonOrLiteral(value) : { ok: true, value }))
  .refine((found) => found.ok, 'it is no list')
  .transform((found) => ('value' in found ? found.value : []))
  .pipe(z.array(z.string()));
const localId = z.union([z.number(), z.string()]).transform(String);
const letter = z.enum(['A', 'B']);
const similarity = z.union([z.number(), z.string()]).nullish();

/** A pair of the release. Captions, similarities and the machine's first draft take no part in the reading. */
export const pairRow = z.object({
  im_1: z.string(),
  im_2: z.string(),
  im_1_local: localId,
  im_2_local: localId,
  cap_1: z.string().nullish(),
  cap_2: z.string().nullish(),
  category_1: list,
  category_2: list,
  BiomedCLIP_sim: similarity,
  DINO_sim: similarity,
  question: z.string().min(1),
  option_A: z.string().min(1),
  option_B: z.string().min(1),
  im_1_correct: letter,
  im_2_correct: letter,
  /** In files of our own builder only. */
  split: z.enum(['train', 'validation', 'test']).optional(),
  licence_1: z.string().optional(),
  licence_2: z.string().optional(),
});
export type PairRow = z.infer<typeof pairRow>;

export interface Reference {
  readonly pair: string;
  readonly place: 1 | 2;
  readonly letter: Letter;
  readonly question: string;
  readonly options: Readonly<Record<Letter, string>>;
  /** Of this picture, and of the other one of the pair. */
  readonly categories: readonly string[];
  readonly otherCategories: readonly string[];
}

export const TABLES = ['dataset.json', 'dataset.csv'] as const;

/** The name of the pairs' table in this copy; it may lie in the folder "data". */
export async function tableOf(data: DataRoot): Promise<string> {
  const names = await data.list();
  for (const table of TABLES) {
    const found = names.find((name) => name === table || name.endsWith(`/${table}`));
    if (found !== undefined) return found;
  }
  throw new OverreadError(
    'file-not-found',
    'The release has no dataset.json or dataset.csv: give the folder that holds one of them.',
  );
}

export async function* pairsOf(
  data: DataRoot,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly id: string; readonly pair: PairRow }> {
  const name = await tableOf(data);
  const source = await data.open(name);
  const options = signal === undefined ? {} : { signal };
  if (name.endsWith('.json')) {
    for await (const { value, next } of jsonEntries(source, options))
      yield { id: value[0], pair: checkedRow(value[1], pairRow, name, next.index - 1) };
    return;
  }
  for await (const { value, next } of delimitedRecords(source, options)) {
    const { id } = checkedRow(value, z.object({ id: z.string().min(1) }), name, next.index - 1);
    // Columns that a table of text leaves empty are absent.
    const held = Object.fromEntries(Object.entries(value).filter(([, text]) => text !== ''));
    yield { id, pair: checkedRow(held, pairRow, name, next.index - 1) };
  }
}

const PICTURE = /\.(?:jpe?g|png|webp|tiff?|bmp|gif)$/i;

/** Picture files by local id and by the path that the ROCO release gives them. */
export async function picturesOf(data: DataRoot): Promise<{
  readonly count: number;
  of(local: string, released: string): ItemPicture | undefined;
}> {
  const names = (await data.list()).filter((name) => PICTURE.test(name));
  const byStem = new Map(names.map((name) => [(name.split('/').at(-1) ?? name).replace(PICTURE, ''), name]));
  return {
    count: names.length,
    of(local, released) {
      if (names.length === 0) return undefined;
      const file =
        byStem.get(local) ?? names.find((name) => name === released || name.endsWith(`/${released}`));
      return {
        name: file ?? `${local}.jpg`,
        async load() {
          if (file !== undefined) return readWhole(data, file);
          throw new OverreadError(
            'file-not-found',
            `The release has no picture ${local}.jpg: fetch all pictures, or read without any.`,
          );
        },
      };
    },
  };
}

/** Pairs that share pictures, directly or through others, stand or fall together: the name of each one's group. */
async function groupsOf(data: DataRoot): Promise<(id: string) => string> {
  const parent = new Map<string, string>();
  const root = (node: string): string => {
    let at = node;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  const join = (a: string, b: string) => {
    const [x, y] = [root(a), root(b)];
    if (x !== y) parent.set(y, x);
  };
  for await (const { id, pair } of pairsOf(data)) {
    join(`pair ${id}`, `picture ${pair.im_1_local}`);
    join(`pair ${id}`, `picture ${pair.im_2_local}`);
  }
  const names = new Map<string, string>();
  return (id) => {
    const top = root(`pair ${id}`);
    const name = names.get(top) ?? `group-${names.size + 1}`;
    names.set(top, name);
    return name;
  };
}

/** What is said in each mode, in our own words; the forms of options and answer are the release's. */
function words(mode: Mode, { question, option_A, option_B }: PairRow): string {
  if (mode === 'free') return `Look at the picture and answer the question.\n${question}`;
  if (mode === 'prefix') return `Question: ${question} Answer:`;
  const primed = mode === 'mc';
  return [
    'Look at the picture and choose the right option for the question.',
    `Question: ${question}`,
    primed ? `("A": ${option_A})` : `A: ${option_A}`,
    primed ? `("B": ${option_B})` : `B: ${option_B}`,
    'Reply with the letter of the option, one letter only.',
    primed ? '#answer: ("' : 'Answer: ',
  ].join('\n');
}

export async function* records(
  data: DataRoot,
  { mode, split, signal }: Pick<RecordOptions, 'mode' | 'split' | 'signal'>,
): AsyncGenerator<PublishedRecord<Reference>> {
  const group = await groupsOf(data);
  const pictures = await picturesOf(data);
  for await (const { id, pair } of pairsOf(data, signal)) {
    const own = pair.split ?? 'test';
    if (split !== undefined && split !== own) continue;
    const options = { A: pair.option_A, B: pair.option_B };
    for (const place of [1, 2] as const) {
      const image = pictures.of(pair[`im_${place}_local`], pair[`im_${place}`]);
      const licence = pair[`licence_${place}`];
      const prompt: ItemPart[] = [{ type: 'text', text: words(mode as Mode, pair) }];
      if (image !== undefined) prompt.push({ type: 'image', image });
      yield {
        item: {
          id: `${id}-${place}`,
          patientId: group(id),
          stage: 'recognition',
          type: 'confusing-pair',
          answerKind: mode === 'free' ? 'text' : 'categorical',
          text: pair.question,
          options:
            mode === 'free' ? [] : (['A', 'B'] as const).map((one) => ({ letter: one, text: options[one] })),
          slots: { mode },
          split: own,
          system: 'You are a helpful assistant who knows medicine well.',
          ...(licence === undefined ? {} : { licence }),
          prompt,
        },
        reference: {
          pair: id,
          place,
          letter: pair[`im_${place}_correct`],
          question: pair.question,
          options,
          categories: pair[`category_${place}`],
          otherCategories: pair[`category_${place === 1 ? 2 : 1}`],
        },
      };
    }
  }
}
