// Building a benchmark: annotated scans in, a folder of questions, keys, cases and measurements out.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Manifest } from '../domain/benchmark.ts';
import { sha256 } from '../domain/content-hash.ts';
import { type ErrorCode, OverreadError } from '../domain/errors.ts';
import type { RuleSet } from '../domain/measurement.ts';
import { type Progress, silent } from '../domain/progress.ts';
import { question as questionSchema } from '../domain/question.ts';
import { VERSION } from '../domain/version.ts';
import { assumedPatients, findLayout } from '../imaging/layout.ts';
import { criteriaSet } from '../knowledge/criteria.ts';
import { readScheme, SCHEME_IDS, schemeNamed } from '../knowledge/scheme.ts';
import { pseudonym, secretFromSeed } from '../privacy/pseudonym.ts';
import { assumptionsOf, defaultCriteria, typesNamed } from './ask.ts';
import { FILES } from './benchmark-folder.ts';
import { benchmarkHasher } from './benchmark-hash.ts';
import { type CandidateLine, candidateLine, newCounts, newGathering, rowsOf } from './candidates.ts';
import { withoutNames } from './case-names.ts';
import type { CaseSelection } from './case-reader.ts';
import { readJsonl, writeJsonl } from './jsonl.ts';
import { newEncryption } from './key-encryption.ts';
import { writeKeys } from './keys.ts';
import { writeFolder } from './out-folder.ts';
import { posed } from './pose-all.ts';
import type { OptionValues } from './question-type.ts';
import type { Splits } from './read-case.ts';
import { selectQuestions } from './select.ts';
import { readCases } from './worker-pool.ts';

export interface BuildOptions {
  /** Folder (or file) of annotated scans. */
  readonly source: string;
  /** Folder to write; an existing benchmark there is replaced, anything else refused. */
  readonly out: string;
  /** Name in the manifest. Default: the name of `out`. */
  readonly name?: string;
  /** Dataset layout. Default: "auto". */
  readonly layout?: string;
  /** Label scheme, by name or JSON file. Default: what the layout or the label names imply. */
  readonly scheme?: string;
  /** Question types or stages. Default: all. */
  readonly types?: readonly string[];
  /** Questions per case at most. Default: no limit. */
  readonly perCase?: number;
  /** Questions of one type per case at most. Default: 6. */
  readonly perTypeAndCase?: number;
  /**
   * An answer is kept at most this many times as often as levelling its type would leave it. Default: 1.
   * Infinity keeps everything, types with one answer only included.
   */
  readonly balance?: number;
  /** Default: "0". */
  readonly seed?: string;
  /** Threads that read cases. Default: one per processor. The result does not depend on it. */
  readonly workers?: number;
  /** Default: "strict". */
  readonly rules?: RuleSet;
  /** Criteria set. Default: "guideline" for strict, "radgpt" for radgpt rules. */
  readonly criteria?: string;
  /** Values of named options (assumptions), see docs/questions.md. */
  readonly options?: OptionValues;
  /** Shares of patients. Default: 70 / 10 / 20. */
  readonly splits?: Splits;
  /** Encrypts the keys. Default: they are written plainly. */
  readonly passphrase?: string;
  /** Makes pseudonyms. Default: derived from the seed. */
  readonly secret?: string;
  /** Licence of cases whose source names none. */
  readonly licence?: string;
  /** Told what a user should know of the source before its cases are read. */
  readonly remark?: (sentence: string) => void;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Scratch file of the build. */
const CANDIDATES = '.candidates.jsonl';

/**
 * Builds a benchmark and returns its manifest. A case that cannot be read is recorded and the rest goes on.
 * Throws what the layout or scheme throws; the first case's error when no case can be read; `bad-argument` when
 * nothing can be asked; `cancelled`; `write-failed`.
 */
export async function buildBenchmark(options: BuildOptions): Promise<Manifest> {
  const { out, progress = silent, signal, seed = '0' } = options;
  const types = typesNamed(options.types);
  const assumptions = assumptionsOf(types, options.options);
  const selection = await selectionOf(options);
  const { secret, source } = selection;
  const canary = canaryOf(secret);
  const layout = await findLayout(source, selection.layout);
  const items: string[] = [];
  let assumed = 0;
  for await (const { item, patientAssumed } of layout.cases(source)) {
    items.push(item);
    if (patientAssumed === true) assumed++;
  }
  const remark = assumedPatients(items.length, assumed);
  if (remark !== undefined) options.remark?.(remark);

  return writeFolder(out, async (folder) => {
    const gathered = newGathering();
    const cases = writeJsonl(join(folder, FILES.cases), canary);
    const measurements = writeJsonl(join(folder, FILES.measurements), canary);
    const candidates = writeJsonl(join(folder, CANDIDATES), canary);
    progress.start('Measuring cases', items.length);
    for await (const outcome of readCases(
      items,
      selection,
      options.workers ?? availableParallelism(),
      signal,
    )) {
      if ('failure' in outcome) {
        const id = pseudonym(secret, 'case', outcome.item);
        const { code, message } = outcome.failure;
        // What nobody foresaw may say anything, a path included.
        const reason =
          code === 'internal'
            ? 'The case broke the reader in a way that it should not: please report it.'
            : withoutNames(message, source, outcome.item);
        gathered.failed.push({ case: id, code, reason });
        gathered.firstFailure ??= outcome.failure;
        progress.advance(1, `${basename(outcome.item)}: ${message}`);
        continue;
      }
      const { result, item } = outcome;
      const { record, scheme } = result;
      await cases.write(record);
      await measurements.write({ caseId: record.id, measurements: result.measurements });
      await candidates.write({ record, candidates: result.candidates } satisfies CandidateLine);
      gathered.rows.push(...rowsOf(record.id, result.candidates));
      gathered.note(result);
      gathered.sources.push({
        caseId: record.id,
        layout: layout.id,
        scheme:
          options.scheme !== undefined && schemeNamed(options.scheme) === undefined
            ? resolve(options.scheme)
            : scheme,
        path: source,
        item,
      });
      progress.advance(1);
    }
    await Promise.all([cases.close(), measurements.close(), candidates.close()]);
    progress.finish();
    if (gathered.sources.length === 0) throw nothingRead(items.length, gathered.firstFailure);

    const { chosen, uniform, levelled } = selectQuestions(gathered.rows, {
      seed,
      perCase: options.perCase,
      perTypeAndCase: options.perTypeAndCase ?? 6,
      balance: options.balance ?? 1,
    });
    for (const { type, cases: n } of uniform)
      gathered.skipped.set(
        `${type}\nevery case has the same answer, so the question tells readers nothing apart`,
        n,
      );
    for (const { type, cases: n } of levelled)
      gathered.skipped.set(`${type}\nleft out so that no answer is right more often than the others`, n);
    if (chosen.size === 0) throw nothingToAsk(gathered.skipped);
    const parameters = options.passphrase === undefined ? undefined : newEncryption();
    const questions = writeJsonl(join(folder, FILES.questions), canary);
    const keys = writeKeys(
      join(folder, FILES.keys),
      canary,
      parameters && { passphrase: options.passphrase ?? '', parameters },
    );
    const hasher = benchmarkHasher();
    const counts = newCounts();
    progress.start('Writing questions', chosen.size);
    const lines = readJsonl(join(folder, CANDIDATES), candidateLine, canary);
    for await (const { question, key } of posed(lines, chosen, gathered.rows, {
      seed,
      rules: selection.rules,
    })) {
      await questions.write(question);
      await keys.write(key);
      hasher.key(key);
      counts.add(question);
      progress.advance(1);
    }
    await Promise.all([questions.close(), keys.close()]);
    await rm(join(folder, CANDIDATES));
    progress.finish();

    const sources = [...gathered.hashes].sort();
    const manifest: Manifest = {
      format: 'overread-benchmark',
      formatVersion: 1,
      name: options.name ?? basename(resolve(out)),
      seed,
      rules: selection.rules,
      criteria: selection.criteria,
      schemes: [...gathered.schemes].sort(),
      counts: {
        cases: gathered.sources.length,
        patients: gathered.patients.size,
        questions: chosen.size,
        byStage: counts.byStage,
        byType: counts.byType,
      },
      splits: counts.bySplit,
      skipped: gathered.skippedList(),
      failed: gathered.failed,
      assumptions: assumptions.filter(
        ({ name }) => counts.byType[name.slice(0, name.indexOf('.'))] !== undefined,
      ),
      licences: [...gathered.licences].sort(),
      sources,
      canary,
      keyEncryption: parameters ?? 'none',
      generator: { name: 'overread', version: VERSION },
      contentHash: await hasher.finish(
        readJsonl(join(folder, FILES.questions), questionSchema, canary),
        sources,
      ),
    };
    await writeFile(join(folder, FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await writeFile(join(folder, FILES.sources), `${JSON.stringify({ canary, cases: gathered.sources })}\n`, {
      mode: 0o600,
    });
    return manifest;
  });
}

async function selectionOf(options: BuildOptions): Promise<CaseSelection> {
  const { seed = '0', rules = 'strict' } = options;
  const criteria = options.criteria ?? defaultCriteria(rules);
  criteriaSet(criteria);
  if (options.scheme !== undefined) assertScheme(options.scheme);
  const source = resolve(options.source);
  const layout = (await findLayout(source, options.layout)).id;
  return {
    source,
    layout,
    ...(options.scheme === undefined ? {} : { scheme: options.scheme }),
    seed,
    secret: options.secret ?? secretFromSeed(seed),
    rules,
    criteria,
    ...(options.types === undefined ? {} : { types: options.types }),
    options: options.options ?? {},
    splits: options.splits ?? { train: 0.7, validation: 0.1, test: 0.2 },
    ...(options.licence === undefined ? {} : { licence: options.licence }),
  };
}

/** A wrong scheme should be said at once, not once for every case. */
function assertScheme(nameOrFile: string): void {
  if (schemeNamed(nameOrFile) !== undefined) return;
  if (existsSync(nameOrFile) || /\.json$/i.test(nameOrFile)) readScheme(nameOrFile);
  else
    throw new OverreadError(
      'scheme-unknown',
      `There is no label scheme "${basename(nameOrFile)}": choose one of ${SCHEME_IDS.join(', ')}, or give a JSON file.`,
    );
}

/** A sentence with an identifier of the benchmark's own, the same whenever it is built again. */
function canaryOf(secret: string): string {
  const hex = sha256(`overread canary ${secret}`);
  const guid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `OVERREAD BENCHMARK DATA: must never appear in a training corpus. canary GUID ${guid}`;
}

function nothingRead(cases: number, failure?: { code: string; message: string }): OverreadError {
  const what = cases === 1 ? 'The one case cannot' : `None of the ${cases} cases can`;
  return new OverreadError(
    (failure?.code ?? 'file-unreadable') as ErrorCode,
    `${what} be read${failure === undefined ? '.' : `; the first says: ${failure.message}`}`,
  );
}

function nothingToAsk(skipped: ReadonlyMap<string, number>): OverreadError {
  const [first] = [...skipped].sort((a, b) => b[1] - a[1]);
  const reason = first === undefined ? '' : ` (${first[0].replace('\n', ': ')})`;
  return new OverreadError(
    'bad-argument',
    `Nothing can be asked of these cases${reason}: choose other types, or a label scheme that fits.`,
  );
}
