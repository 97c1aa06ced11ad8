// Items of surgical wounds out of a sheet of labels: attributes of pictures, and judgements that are told attributes.
import { basename } from 'node:path';
import { type WoundRow, type WoundTask, woundItems } from '../../../agents/readers/woundqwen/items.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { openData, readWhole } from '../../../records/data-root.ts';
import type { DataRoot } from '../../../records/source.ts';
import { groupedFolds } from '../../../scoring/classification/naive-bayes.ts';
import type { Builder } from '../../builder.ts';
import { type BuiltFolder, buildFolder, skippedOf, tally } from '../../built-folder.ts';
import { checkSurgwound } from './check.ts';
import { sheetName, woundRows } from './sheet.ts';

const TASKS: readonly WoundTask[] = ['attributes', 'risk', 'urgency', 'report'];
const TOLD = ['own', 'shuffled', 'none'] as const;

const surgwound: Builder = {
  id: 'surgwound',
  kind: 'builder',
  summary: 'attributes, infection risk, urgency and reports of surgical wounds from a sheet of labels',
  paper: {
    title: 'SurgWound-Bench: A Benchmark for Surgical Wound Diagnosis',
    arxiv: '2508.15189',
    url: 'https://github.com/xuxuxuxuxuxjh/SurgWound',
    year: 2025,
  },
  command: 'overread make surgwound SHEET.csv --out DIR',
  needs: ['the sheet of labels as CSV', 'for attributes and reports, the pictures that it names'],
  writes: 'own-items',
  options: [
    {
      name: 'task',
      value: 'TASK',
      about: `what is asked: ${TASKS.join(', ')}; default risk and urgency`,
      repeatable: true,
    },
    {
      name: 'attributes',
      value: 'WHOSE',
      about: 'attributes among an item’s records: own, shuffled (another wound’s, a control), none',
      default: 'own',
    },
    { name: 'pictures', value: 'DIR', about: 'folder of the pictures; default: items of texts only' },
    { name: 'folds', value: 'N', about: 'folds by picture, as the facet "fold"', default: '5' },
    {
      name: 'fold',
      value: 'N',
      about: 'the fold that is the test split, the others train; default: all test',
    },
  ],
  async build(request) {
    const { options, seed } = request;
    const tasks = options.task ?? ['risk', 'urgency'];
    const told = options.attributes?.[0] ?? 'own';
    const unknown = [
      ...tasks.filter((task) => !TASKS.includes(task as WoundTask)),
      ...(TOLD.includes(told as (typeof TOLD)[number]) ? [] : [told]),
    ][0];
    if (unknown !== undefined)
      throw new OverreadError(
        'bad-argument',
        `"${unknown}" is none of ${TASKS.join(', ')} for --task or ${TOLD.join(', ')} for --attributes.`,
      );
    const folds = whole('folds', options.folds?.[0] ?? '5', { min: 2, max: 1000 });
    const test =
      options.fold?.[0] === undefined
        ? undefined
        : whole('fold', options.fold[0], { min: 0, max: folds - 1 });
    const counts = tally();
    const skipped = tally();
    const data = await openData(request.source);
    const rows: WoundRow[] = [];
    for await (const row of woundRows(data, await sheetName(data), (reason) => skipped.add(reason)))
      rows.push(row);
    const pictures = options.pictures?.[0] === undefined ? undefined : await openData(options.pictures[0]);
    const classes = {
      risk: classesOf(rows, 'risk'),
      urgency: classesOf(rows, 'urgency'),
    };
    const foldOf = groupedFolds(
      rows.map(({ image }) => image),
      { folds, seed },
    );
    const others = told === 'shuffled' ? othersOf(rows, seed) : undefined;
    return buildFolder(request.out, async (folder) => {
      const lines: string[] = [];
      for (const row of rows) {
        const fold = foldOf.get(row.image) ?? 0;
        const picture = pictures === undefined ? undefined : await copied(folder, pictures, row.image);
        if (pictures !== undefined && picture === undefined) skipped.add('a picture is not there');
        for (const task of tasks as WoundTask[]) {
          if (task === 'attributes' && picture === undefined) {
            skipped.add('attributes are asked of a picture: give --pictures');
            continue;
          }
          const items = woundItems(row, {
            seed,
            task,
            fold,
            ...(task === 'risk' || task === 'urgency' ? { classes: classes[task] } : {}),
            ...(told === 'none'
              ? { told: null }
              : others === undefined
                ? {}
                : { told: others.get(row) ?? null }),
            ...(picture === undefined ? {} : { picture }),
            ...(test === undefined ? {} : { split: fold === test ? 'test' : 'train' }),
          });
          if (items.length === 0) skipped.add(`a row has no label for ${task}`);
          for (const item of items) {
            counts.add(String(item.type));
            lines.push(JSON.stringify(item));
          }
        }
      }
      if (lines.length === 0)
        throw new OverreadError(
          'file-corrupt',
          `No item could be made: ${Object.keys(skipped.counts())[0] ?? 'the sheet holds no row'}.`,
        );
      await folder.write('items.jsonl', `${lines.join('\n')}\n`);
      return { items: lines.length, counts: counts.counts(), skipped: skippedOf(skipped.counts()) };
    });
  },
  check: (context) => checkSurgwound(surgwound, context),
};
export default surgwound;

function whole(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new OverreadError(
    'bad-argument',
    `--${name} takes a whole number from ${min} to ${max}, not "${text}".`,
  );
}

/** Labels that the sheet gives, in the order of their names. */
function classesOf(rows: readonly WoundRow[], target: 'risk' | 'urgency'): string[] {
  return [...new Set(rows.flatMap((row) => (row[target] === undefined ? [] : [row[target]])))].sort();
}

/** Each row with one of another picture, in a seeded circle. */
function othersOf(rows: readonly WoundRow[], seed: string): Map<WoundRow, WoundRow> {
  const order = random(seed, 'others').shuffle(rows);
  return new Map(
    order.flatMap((row, at): [WoundRow, WoundRow][] => {
      for (let step = 1; step < order.length; step++) {
        const other = order[(at + step) % order.length];
        if (other.image !== row.image) return [[row, other]];
      }
      return [];
    }),
  );
}

async function copied(folder: BuiltFolder, pictures: DataRoot, image: string): Promise<string | undefined> {
  const name = `pictures/${basename(image)}`;
  if (folder.has(name)) return name;
  if (!(await pictures.has(image))) return undefined;
  await folder.write(name, await readWhole(pictures, image));
  return name;
}
