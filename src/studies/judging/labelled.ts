// Items that people have scored, for a judge to score as well.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import type { JudgeAgreement, LabelledItem } from '../../experts/judging/judge-agreement.ts';
import { openFile } from '../../records/data-root.ts';
import { jsonlRecords } from '../../records/jsonl.ts';
import { type Rows, withInterval } from '../tables.ts';

const line = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  cluster: z.string().optional(),
  question: z.string().default(''),
  reference: z.string(),
  answer: z.string(),
  label: z.number(),
});

/** JSON lines of {reference, answer, label} and, where known, {id, cluster, question}. Throws `file-corrupt` naming the line. */
export async function readLabelled(path: string): Promise<LabelledItem[]> {
  const source = await openFile(path);
  const items: LabelledItem[] = [];
  for await (const { value } of jsonlRecords(source)) {
    const parsed = line.safeParse(value);
    if (!parsed.success)
      throw new OverreadError(
        'file-corrupt',
        `${source.name}, record ${items.length + 1}: "${parsed.error.issues[0].path.join('.')}" is wrong (${parsed.error.issues[0].message}).`,
      );
    const { id, cluster, label, ...item } = parsed.data;
    items.push({
      id: id ?? String(items.length + 1),
      item,
      label,
      ...(cluster === undefined ? {} : { cluster }),
    });
  }
  if (items.length === 0)
    throw new OverreadError('bad-argument', `${source.name} holds no labelled item: give JSON lines.`);
  return items;
}

/** Agreement as a table, and how often each label met each score. */
export function agreementRows(found: JudgeAgreement): { readonly measures: Rows; readonly table: Rows } {
  const row = (name: string, { value, ci95 }: JudgeAgreement['equal']) => [name, withInterval(value, ci95)];
  return {
    measures: [
      ['agreement with people', `${found.scored} of ${found.items} items`],
      row('equal scores', found.equal),
      row('Cohen’s κ', found.kappa),
      row('κ, quadratic weights', found.weightedKappa),
      row('Kendall’s τ-b', found.tau),
      row('judge − people', found.bias),
      ['without a score', String(found.unread)],
      ['failed', String(found.failed)],
    ],
    table: [
      ['people \\ judge', ...found.scale.map(String)],
      ...found.table.map((counts, at) => [String(found.scale[at]), ...counts.map(String)]),
    ],
  };
}
