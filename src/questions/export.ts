// Writing a benchmark in another format: its questions with their keys, for somebody else's harness.
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CaseRecord } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Key, Question } from '../domain/question.ts';
import { openBenchmark } from './benchmark-folder.ts';
import { exporters } from './exporters/registry.generated.ts';
import { openKeys } from './keys.ts';

/** A question with all that belongs to it. */
export interface ExportItem {
  readonly question: Question;
  readonly key: Key;
  readonly case: CaseRecord;
}

export interface ExportContext {
  /** Name of the benchmark. */
  readonly name: string;
  readonly canary: string;
  /** Items in file order; may be gone through once for each call. */
  items(): AsyncIterable<ExportItem>;
  /** The file to write, with one of the exporter's endings. It gets its own name when all are written. */
  file(ending: string): string;
}

/** An export format: one file in `exporters/`, default export, file name = id. */
export interface Exporter {
  readonly id: string;
  readonly summary: string;
  /** Writes its files and returns their paths. Every file carries the canary. */
  write(context: ExportContext): Promise<string[]>;
}

export function exporterNamed(id: string): Exporter {
  const all = exporters as Readonly<Record<string, Exporter>>;
  if (Object.hasOwn(all, id)) return all[id];
  throw new OverreadError(
    'bad-argument',
    `There is no export format "${id}": use ${Object.keys(all).join(', ')}.`,
  );
}

/**
 * Exports a benchmark with its keys.
 * @param options.out a folder, or a path whose ending is replaced by the format's own. Default: beside the benchmark,
 * under its name.
 * Throws `key-locked` for encrypted keys without their passphrase, `write-failed`.
 */
export async function exportBenchmark(
  folder: string,
  options: { to: string; out?: string; passphrase?: string },
): Promise<{ files: string[]; questions: number }> {
  const exporter = exporterNamed(options.to);
  const benchmark = await openBenchmark(folder);
  const keys = await openKeys(folder, options.passphrase);
  const { name, canary, counts } = benchmark.manifest;
  const stem = await stemOf(options.out ?? dirname(resolve(folder)), basename(resolve(folder)));
  async function* items(): AsyncGenerator<ExportItem> {
    for await (const question of benchmark.eachQuestion()) {
      const key = keys.get(question.id);
      const record = benchmark.cases.get(question.caseId);
      if (key === undefined || record === undefined)
        throw new OverreadError(
          'benchmark-invalid',
          `Question ${question.id} has no ${key === undefined ? 'key' : 'case'}: build the benchmark again.`,
        );
      yield { question, key, case: record };
    }
  }
  // Written beside its place and moved there: a full disk leaves no half of a file, and an older export as it was.
  const partial = join(dirname(stem), `.${basename(stem)}.${randomUUID().slice(0, 8)}`);
  const endings: string[] = [];
  const file = (ending: string): string => {
    endings.push(ending);
    return `${partial}${ending}`;
  };
  try {
    await exporter.write({ name, canary, items, file });
    for (const ending of endings) {
      await chmod(`${partial}${ending}`, 0o600);
      await rename(`${partial}${ending}`, `${stem}${ending}`);
    }
    return { files: endings.map((ending) => `${stem}${ending}`), questions: counts.questions };
  } catch (error) {
    await Promise.all(endings.map((ending) => rm(`${partial}${ending}`, { force: true }).catch(() => {})));
    if (OverreadError.isInstance(error) && error.code !== 'write-failed') throw error;
    throw new OverreadError(
      'write-failed',
      `The export ${basename(stem)} cannot be written: free some space or choose another --out.`,
      { cause: error },
    );
  }
}

/** The path without ending: a folder gets files named after the benchmark. */
async function stemOf(out: string, name: string): Promise<string> {
  const path = resolve(out);
  const isFolder = (existsSync(path) && statSync(path).isDirectory()) || /[\\/]$/.test(out);
  if (isFolder) {
    await mkdir(path, { recursive: true });
    return join(path, name);
  }
  await mkdir(dirname(path), { recursive: true });
  return path.replace(/\.(?:jsonl?|csv|parquet)$/i, '');
}
