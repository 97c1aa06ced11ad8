// Turning a file of questions in another format into a benchmark folder. Scans and measurements do not come with it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Manifest } from '../domain/benchmark.ts';
import type { CaseRecord } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import { type Key, type Question, question as questionSchema } from '../domain/question.ts';
import { VERSION } from '../domain/version.ts';
import { FILES } from './benchmark-folder.ts';
import { benchmarkHasher } from './benchmark-hash.ts';
import { newCounts } from './candidates.ts';
import { type Importer, NO_SOURCE, wrongRecord } from './importer.ts';
import { importers } from './importers/registry.generated.ts';
import { readJsonl, writeJsonl } from './jsonl.ts';
import { writeKeys } from './keys.ts';
import { writeFolder } from './out-folder.ts';

export function importerNamed(id: string): Importer {
  const all = importers as Readonly<Record<string, Importer>>;
  if (Object.hasOwn(all, id)) return all[id];
  throw new OverreadError(
    'bad-argument',
    `There is no import format "${id}": use ${Object.keys(all).join(', ')}.`,
  );
}

/** The importer that made a benchmark; undefined for one that was built from scans. */
export function importerOf({ generator }: Pick<Manifest, 'generator'>): Importer | undefined {
  const id = /^overread import (.+)$/.exec(generator.name)?.[1] ?? '';
  return Object.hasOwn(importers, id) ? (importers as Readonly<Record<string, Importer>>)[id] : undefined;
}

/** Settings that no form holds: an imported manifest has something in their place. */
export const SETTINGS_NOT_IMPORTED = ['seed', 'rules', 'criteria', 'schemes', 'assumptions'] as const;

/**
 * Imports a file as a benchmark folder without images and measurements. Returns its manifest.
 * Throws `file-corrupt` for a broken record, `bad-argument` for a file without questions or an output that is no
 * benchmark.
 */
export async function importBenchmark(
  file: string,
  options: { from: string; out: string; name?: string },
): Promise<Manifest> {
  const importer = importerNamed(options.from);
  const fileHash = await hashOf(file);
  const { out } = options;
  return writeFolder(out, async (folder) => {
    const cases = new Map<string, CaseRecord>();
    const seen = new Set<string>();
    const counts = newCounts();
    const hasher = benchmarkHasher();
    const keys: Key[] = [];
    const questions: Question[] = [];
    let canary: string | undefined;
    for await (const item of importer.items(resolve(file))) {
      if (seen.has(item.question.id))
        throw wrongRecord(file, `question ${item.question.id}`, 'the id occurs twice');
      seen.add(item.question.id);
      canary ??= item.canary;
      cases.set(item.case.id, item.case);
      counts.add(item.question);
      hasher.key(item.key);
      questions.push(item.question);
      keys.push(item.key);
    }
    if (questions.length === 0)
      throw new OverreadError(
        'bad-argument',
        `${basename(file)} holds no question: check the file and --from.`,
      );
    const mark =
      canary ??
      `OVERREAD BENCHMARK DATA: must never appear in a training corpus. canary ${fileHash.slice(0, 32)}`;
    const write = async (name: string, records: Iterable<unknown>) => {
      const writer = writeJsonl(join(folder, name), mark);
      for (const record of records) await writer.write(record);
      await writer.close();
    };
    await write(FILES.cases, cases.values());
    await write(FILES.questions, questions);
    await write(FILES.measurements, []);
    const keyFile = writeKeys(join(folder, FILES.keys), mark);
    for (const key of keys) await keyFile.write(key);
    await keyFile.close();
    await writeFile(join(folder, FILES.sources), `${JSON.stringify({ canary: mark, cases: [] })}\n`);
    const sources = sourcesOf(cases.values(), fileHash);
    const manifest: Manifest = {
      format: 'overread-benchmark',
      formatVersion: 1,
      name: options.name ?? basename(resolve(out)),
      seed: 'imported',
      rules: 'radgpt',
      criteria: 'published',
      schemes: [],
      counts: {
        cases: cases.size,
        patients: new Set([...cases.values()].map(({ patientId }) => patientId)).size,
        questions: questions.length,
        byStage: counts.byStage,
        byType: counts.byType,
      },
      splits: counts.bySplit,
      skipped: [],
      failed: [],
      assumptions: [],
      licences: [...new Set([...cases.values()].flatMap(({ licence }) => licence ?? []))].sort(),
      sources,
      canary: mark,
      keyEncryption: 'none',
      generator: { name: `overread import ${importer.id}`, version: VERSION },
      contentHash: await hasher.finish(
        readJsonl(join(folder, FILES.questions), questionSchema, mark),
        sources,
      ),
    };
    await writeFile(join(folder, FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  });
}

/** What the cases say they were made of; the imported file itself where they say nothing. */
function sourcesOf(cases: Iterable<CaseRecord>, fileHash: string): string[] {
  const hashes = new Set<string>();
  for (const { annotationHash, imageHash } of cases)
    for (const hash of [annotationHash, imageHash])
      if (hash !== undefined && hash !== NO_SOURCE) hashes.add(hash);
  return hashes.size > 0 ? [...hashes].sort() : [fileHash];
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new OverreadError('file-not-found', `${basename(file)} cannot be read: check the path.`, {
      cause: error,
    });
  }
  return hash.digest('hex');
}
