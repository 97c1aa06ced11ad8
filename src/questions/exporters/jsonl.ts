// JSON lines with everything: question, key with evidence, and case of each line. Imports back without loss.
import type { Exporter } from '../export.ts';
import { writeJsonl } from '../jsonl.ts';

export default {
  id: 'jsonl',
  summary: 'one line per question with its key, evidence and case; imports back without loss',
  async write({ canary, items, file }) {
    const path = file('.jsonl');
    const lines = writeJsonl(path, canary);
    for await (const item of items()) await lines.write({ canary, ...item });
    await lines.close();
    return [path];
  },
} satisfies Exporter;
