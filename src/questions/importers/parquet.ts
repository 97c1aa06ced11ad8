// Parquet as our exporter writes it.
import { basename } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import * as z from 'zod';
import { caseRecord } from '../../domain/case.ts';
import { OverreadError } from '../../domain/errors.ts';
import { key, question } from '../../domain/question.ts';
import type { Importer } from '../importer.ts';
import { wrongRecord } from '../importer.ts';

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});
const text = z.string();
const row = z.object({
  id: text,
  case_id: text,
  patient_id: text,
  split: text,
  stage: text,
  type: text,
  answer_kind: text,
  text,
  context: text.nullish(),
  unit: text.nullish(),
  options: json,
  slots: json,
  answer: text,
  value: z.number().nullish(),
  letter: text,
  evidence: json,
  assumed: json,
  flags: json,
  case: json,
  canary: text.nullish(),
});

export default {
  id: 'parquet',
  summary: 'Parquet written by `overread export --to parquet`',
  async *items(file) {
    let rows: unknown[];
    try {
      rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    } catch (error) {
      throw new OverreadError(
        'file-corrupt',
        `${basename(file)} is no readable Parquet file: copy it anew.`,
        {
          cause: error,
        },
      );
    }
    for (const [index, found] of rows.entries()) {
      try {
        const r = row.parse(found);
        yield {
          question: question.parse({
            id: r.id,
            caseId: r.case_id,
            patientId: r.patient_id,
            stage: r.stage,
            type: r.type,
            answerKind: r.answer_kind,
            text: r.text,
            ...(r.unit == null ? {} : { unit: r.unit }),
            options: r.options,
            slots: r.slots,
            split: r.split,
            ...(r.context == null ? {} : { context: r.context }),
          }),
          key: key.parse({
            questionId: r.id,
            answer: r.answer,
            ...(r.value == null ? {} : { value: r.value }),
            letter: r.letter,
            evidence: r.evidence,
            assumed: r.assumed,
            flags: r.flags,
          }),
          case: caseRecord.parse(r.case),
          ...(r.canary == null ? {} : { canary: r.canary }),
        };
      } catch (error) {
        throw wrongRecord(file, `row ${index + 1}`, 'it is no question with key and case', error);
      }
    }
  },
} satisfies Importer;
