// DeepTumorVQA version 1: one CSV table.
import { writeFile } from 'node:fs/promises';
import { csvRow } from '../csv.ts';
import type { Exporter } from '../export.ts';
import { toPublished } from '../published-record.ts';

/** Columns of the release; the canary is ours. */
export const V1_COLUMNS = {
  'Question ID': 'qid',
  'Image ID': 'image_id',
  spacing: 'spacing',
  shape: 'shape',
  sex: 'sex',
  age: 'age',
  scanner: 'scanner',
  contrast: 'contrast',
  question: 'question',
  answer: 'answer',
  'multiple-choice question': 'mc_question',
  'correct option': 'correct_option',
  organ: 'organ',
  lesion: 'lesion',
  'question type': 'question_type',
  'question subtype': 'question_subtype',
  split: 'split',
  canary: 'canary',
} as const;

export default {
  id: 'deeptumorvqa-v1',
  summary: 'DeepTumorVQA 1: one CSV table with the columns of the release',
  async write({ canary, items, file }) {
    const lines = [csvRow(Object.keys(V1_COLUMNS))];
    for await (const item of items()) {
      const record = toPublished(item, canary);
      lines.push(csvRow(Object.values(V1_COLUMNS).map((name) => record[name])));
    }
    const path = file('.csv');
    await writeFile(path, `${lines.join('\r\n')}\r\n`);
    return [path];
  },
} satisfies Exporter;
