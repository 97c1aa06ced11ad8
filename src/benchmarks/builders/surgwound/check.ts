// The check of surgwound: judgements can be learnt from the attributes that built items carry, and not from another's.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ATTRIBUTES } from '../../../agents/readers/woundqwen/attributes.ts';
import { syntheticRows } from '../../../agents/readers/woundqwen/check.ts';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { macroF1 } from '../../../scoring/classification/confusion.ts';
import {
  crossValidated,
  majority,
  naiveBayes,
  type TableRow,
} from '../../../scoring/classification/naive-bayes.ts';
import type { Builder } from '../../builder.ts';

interface BuiltItem {
  readonly patient: string;
  readonly answer: string;
  readonly materials?: readonly { readonly title: string; readonly text: string }[];
}

/** The table that a built folder's items are: their records' attributes, their answers, grouped by picture. */
export function tableOf(lines: string): TableRow[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const { patient, answer, materials = [] } = JSON.parse(line) as BuiltItem;
      const told = new Map(materials.map(({ title, text }) => [title, text]));
      return { features: ATTRIBUTES.map(({ id }) => told.get(id) ?? ''), label: answer, group: patient };
    });
}

export async function checkSurgwound(
  builder: Builder,
  { seed, scratch, progress, signal }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const source = join(scratch, 'sheet');
  await mkdir(source, { recursive: true });
  const rows = syntheticRows(seed);
  const header = ['image_name', ...ATTRIBUTES.map(({ column }) => column), 'infection_risk_assessment'];
  const sheet = rows.map(({ image, facts, risk }) =>
    [image, ...ATTRIBUTES.map(({ id }) => facts[id]), risk].join(','),
  );
  await writeFile(join(source, 'labels.csv'), [header.join(','), ...sheet, ''].join('\n'));
  const learnt = async (attributes: string, learn: typeof naiveBayes | typeof majority = naiveBayes) => {
    const out = join(scratch, `${attributes}-${learn.name}`);
    const options = { task: ['risk'], attributes: [attributes] };
    await builder.build({ source, out, seed, protocol: 'strict', options, progress, signal });
    const table = tableOf(await readFile(join(out, 'items.jsonl'), 'utf8'));
    return macroF1(crossValidated(table, { seed, learn })) ?? 0;
  };
  const [most, own, others] = [await learnt('own', majority), await learnt('own'), await learnt('shuffled')];
  // Classes guessed as often as they are have a macro-F1 of a third; 0.05 is for luck over 400 wounds.
  const held = others <= 1 / 3 + 0.05;
  return {
    passed: own > most + 0.2 && held,
    baseline: { name: 'most frequent class, macro-F1', value: most },
    result: { name: 'naive Bayes on the items’ attributes, macro-F1', value: own },
    mustNotWin: { regime: 'another wound’s attributes', value: others, held },
    detail: `Synthetic, ${rows.length} wounds, five folds by picture.`,
  };
}
