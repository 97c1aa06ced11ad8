// JSON lines as our exporter writes them: question, key and case of each line.
import * as z from 'zod';
import { caseRecord } from '../../domain/case.ts';
import { OverreadError } from '../../domain/errors.ts';
import { key, question } from '../../domain/question.ts';
import type { Importer } from '../importer.ts';
import { wrongRecord } from '../importer.ts';
import { linesOf, parseLine } from '../jsonl.ts';

const line = z.object({ canary: z.string().optional(), question, key, case: caseRecord });

export default {
  id: 'jsonl',
  summary: 'JSON lines written by `overread export --to jsonl`',
  async *items(file) {
    for await (const { line: number, text } of linesOf(file)) {
      if (number === 1 && /^\{"canary":"[^"]*"\}$/.test(text)) continue;
      try {
        yield parseLine(file, number, text, line);
      } catch (error) {
        if (!OverreadError.isInstance(error)) throw error;
        throw wrongRecord(file, `line ${number}`, 'it is no question with key and case', error);
      }
    }
  },
} satisfies Importer;
