// DeepTumorVQA version 2: test_qa.json, or its records as JSON lines.
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../domain/errors.ts';
import { type Importer, wrongRecord } from '../importer.ts';
import { publishedItems, UNHELD } from '../published-import.ts';

interface Found {
  readonly record: unknown;
  readonly where: string;
}

function parsed(file: string, text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrongRecord(file, where, `not JSON (${messageOf(error)})`, error);
  }
}

/** Records of the whole file, of a bare list, or one per line. */
function* recordsOf(file: string, text: string): Generator<Found> {
  const lines = text.split(/\r?\n/);
  const firstLine = lines.find((line) => line.trim() !== '') ?? '';
  const isLines =
    /^\{.*\}\s*$/.test(firstLine) && /"qid"/.test(firstLine) && !/"questions"\s*:/.test(firstLine);
  if (isLines) {
    for (const [index, line] of lines.entries())
      if (line.trim() !== '')
        yield { record: parsed(file, line, `line ${index + 1}`), where: `line ${index + 1}` };
    return;
  }
  const whole = parsed(file, text, 'the file');
  const questions = Array.isArray(whole) ? whole : (whole as { questions?: unknown } | null)?.questions;
  if (!Array.isArray(questions)) throw wrongRecord(file, 'the file', 'it has no list of questions');
  for (const [index, record] of questions.entries()) yield { record, where: `question ${index + 1}` };
}

export default {
  id: 'deeptumorvqa',
  summary: 'DeepTumorVQA 2: test_qa.json or .jsonl, without images',
  unheld: UNHELD,
  async *items(file) {
    yield* publishedItems(file, recordsOf(file, await readFile(file, 'utf8')));
  },
} satisfies Importer;
