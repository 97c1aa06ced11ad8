// Parquet: one row per question, the nested members as JSON columns. Imports back without loss.
import { parquetWriteFile } from 'hyparquet-writer';
import type { Exporter } from '../export.ts';

type Cell = string | number | null;

export default {
  id: 'parquet',
  summary: 'one row per question; options, slots, evidence and case as JSON text; imports back without loss',
  async write({ canary, items, file }) {
    const columns: Record<string, Cell[]> = {};
    const put = (name: string, value: Cell | undefined) => {
      columns[name] = columns[name] ?? [];
      columns[name].push(value ?? null);
    };
    for await (const { question, key, case: record } of items()) {
      put('id', question.id);
      put('case_id', question.caseId);
      put('patient_id', question.patientId);
      put('split', question.split);
      put('stage', question.stage);
      put('type', question.type);
      put('answer_kind', question.answerKind);
      put('text', question.text);
      put('context', question.context);
      put('unit', question.unit);
      put('options', JSON.stringify(question.options));
      put('slots', JSON.stringify(question.slots));
      put('answer', key.answer);
      put('value', key.value);
      put('letter', key.letter);
      put('evidence', JSON.stringify(key.evidence));
      put('assumed', JSON.stringify(key.assumed));
      put('flags', JSON.stringify(key.flags));
      put('case', JSON.stringify(record));
      put('canary', canary);
    }
    const path = file('.parquet');
    await parquetWriteFile({
      filename: path,
      columnData: Object.entries(columns).map(([name, data]) => ({
        name,
        data,
        type: name === 'value' ? ('DOUBLE' as const) : ('STRING' as const),
        nullable: true,
      })),
      kvMetadata: [{ key: 'canary', value: canary }],
    });
    return [path];
  },
} satisfies Exporter;
