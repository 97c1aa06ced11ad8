// DeepTumorVQA version 2: test_qa.json and the same records as JSON lines.
import { writeFile } from 'node:fs/promises';
import { PUBLISHED_STAGES } from '../../scoring/subtypes.ts';
import type { Exporter } from '../export.ts';
import { type PublishedRecord, toPublished } from '../published-record.ts';

export default {
  id: 'deeptumorvqa',
  summary: 'DeepTumorVQA 2: {version, num_questions, question_types, questions} as .json, and flat .jsonl',
  async write({ canary, items, file }) {
    const questions: PublishedRecord[] = [];
    for await (const item of items()) questions.push(toPublished(item, canary));
    const used = new Set(questions.map(({ question_type }) => question_type));
    const whole = {
      version: '2.0',
      num_questions: questions.length,
      question_types: Object.values(PUBLISHED_STAGES).filter((name) => used.has(name)),
      canary,
      questions,
    };
    const files = [file('.json'), file('.jsonl')];
    await writeFile(files[0], `${JSON.stringify(whole, null, 1)}\n`);
    await writeFile(files[1], questions.map((record) => `${JSON.stringify(record)}\n`).join(''));
    return files;
  },
} satisfies Exporter;
