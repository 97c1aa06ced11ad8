// Outputs of the released evaluator's runs: reports, answers and extracted lesions, each beside its reference.
import * as z from 'zod';
import { jsonElements } from '../../../records/json.ts';
import type { DataRoot } from '../../../records/source.ts';
import type { PublishedRecord, RecordOptions, Reply } from '../../published.ts';
import { checkedRow } from '../../release-rows.ts';
import { lesionRow, type Reference, termsBeside } from './release.ts';
import { promptOf } from './words.ts';

const spoken = z.object({
  patient_id: z.string(),
  question: z.string().optional(),
  generated: z.string(),
  ground_truth: z.string(),
});
const extracted = z.object({
  patient_id: z.string(),
  extracted_generated: z.array(z.unknown()).nullable(),
  extracted_ground_truth: z.array(z.unknown()).nullable(),
});

const TYPES: Readonly<Record<string, string>> = { report: 'report', vqa: 'question', lesions: 'lesions' };

/** The mode that a row of outputs belongs to, by its fields. */
function modeOf(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  if ('extracted_generated' in row) return 'lesions';
  if (!('generated' in row && 'ground_truth' in row)) return undefined;
  return 'question' in row ? 'vqa' : 'report';
}

/** Rows of the mode from every JSON list below the root. Throws `file-corrupt` naming file and row. */
export async function* outputs(
  data: DataRoot,
  { mode }: RecordOptions,
): AsyncGenerator<{ record: PublishedRecord<Reference>; reply: Reply }> {
  const terms = await termsBeside(data);
  const seen = new Map<string, number>();
  for (const name of (await data.list()).filter((file) => file.endsWith('.json'))) {
    const source = await data.open(name);
    if (
      !(await isList(source.size === 0 ? new Uint8Array() : await source.read(0, Math.min(64, source.size))))
    )
      continue;
    let at = 0;
    for await (const { value } of jsonElements(source)) {
      if (modeOf(value) !== mode) break;
      const row = checkedRow<z.infer<typeof extracted> | z.infer<typeof spoken>>(
        value,
        mode === 'lesions' ? extracted : spoken,
        name,
        at++,
      );
      const nth = (seen.get(row.patient_id) ?? 0) + 1;
      seen.set(row.patient_id, nth);
      // Two patients of the released outputs are there twice.
      const id =
        mode === 'vqa'
          ? `${row.patient_id}-q${nth}`
          : nth === 1
            ? row.patient_id
            : `${row.patient_id}-${nth}`;
      yield outputOf(row, id, mode, name, terms);
    }
  }
}

const isList = (head: Uint8Array): boolean => /^\ufeff?\s*\[/.test(new TextDecoder().decode(head));

function outputOf(
  row: z.infer<typeof extracted> | z.infer<typeof spoken>,
  id: string,
  mode: string,
  file: string,
  terms: Awaited<ReturnType<typeof termsBeside>>,
): { record: PublishedRecord<Reference>; reply: Reply } {
  const type = TYPES[mode] ?? mode;
  const question = 'question' in row ? (row.question ?? '') : '';
  const words = promptOf(type, question);
  const item = {
    id,
    type,
    text: question === '' ? words : question,
    patientId: row.patient_id,
    stage: mode === 'vqa' ? ('recognition' as const) : ('visual-reasoning' as const),
    answerKind: 'text' as const,
    options: [],
    slots: {},
    split: 'test' as const,
    system: '',
    prompt: [{ type: 'text' as const, text: words }],
  };
  const answered = (text: string): Reply => ({ text, status: 'answered' });
  if (!('extracted_generated' in row))
    return {
      record: { item, reference: { kind: 'text', text: row.ground_truth } },
      reply: answered(row.generated),
    };
  const lesions = (row.extracted_ground_truth ?? []).map((lesion, at) =>
    checkedRow(lesion, lesionRow, file, at),
  );
  return {
    record: { item, reference: { kind: 'lesions', lesions, terms } },
    reply: answered(JSON.stringify(row.extracted_generated ?? [])),
  };
}
