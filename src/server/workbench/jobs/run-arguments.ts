// What a page asks for, as arguments of `overread run`: each flag from a fixed list, each value behind its "=".
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { publishedSettings } from '../../../benchmarks/published-settings.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { readManifest } from '../../../questions/benchmark-folder.ts';
import type { WorkbenchContext } from '../context.ts';
import { benchmarkIdOf, checkPlace } from '../library/library.ts';
import type { NewRuns, ReaderEntry, ResumeRun } from '../shapes/runs.ts';

type ArgumentContext = Pick<WorkbenchContext, 'store' | 'storeUrl' | 'library' | 'allow' | 'baseUrl'>;

/** What every run of this server is given, whoever asks: its store, and whom it may talk to. */
function shared({ storeUrl, allow, baseUrl }: ArgumentContext): string[] {
  return [
    `--store=${storeUrl}`,
    ...allow.map((endpoint) => `--allow=${endpoint}`),
    ...(baseUrl === undefined ? [] : [`--base-url=${baseUrl}`]),
  ];
}

/**
 * Arguments of a new run of one reader.
 * Errors: `file-not-found` and `benchmark-invalid` for the benchmark, `not-allowed` for a reader or an option that names
 * a file.
 */
export async function newRunArguments(
  context: ArgumentContext,
  wanted: Omit<NewRuns, 'readers'>,
  reader: string,
  entry: ReaderEntry,
): Promise<string[]> {
  if (entry.local)
    throw new OverreadError(
      'not-allowed',
      `The model of "${entry.id}" is a file of this machine: begin such a run on the command line.`,
    );
  const read = await benchmarkArguments(context, wanted);
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}=${value}`];
  const given = (name: string, on: boolean | undefined): string[] => (on === true ? [`--${name}`] : []);
  return [
    'run',
    `--reader=${reader}`,
    ...read.flags,
    ...flag('repeats', wanted.repeats),
    ...flag('limit', wanted.limit),
    ...flag('max-cost', wanted.maxCost),
    ...optionFlags(entry, wanted.options ?? {}),
    ...given('confidence', wanted.confidence),
    ...given('ladder', wanted.ladder),
    ...given('published-tools', wanted.publishedTools),
    ...shared(context),
    '--',
    read.place,
  ];
}

/**
 * Arguments that go on with a run: everything else stands in its record. Throws `not-allowed` for a record that names
 * programs: a store may come from elsewhere, and a click starts none of them.
 */
export function resumeArguments(context: ArgumentContext, run: RunRecord, more: ResumeRun): string[] {
  if (namesProgram(run))
    throw new OverreadError(
      'not-allowed',
      `Run ${run.id} asks programs of this machine: go on with "overread run --resume ${run.id}" on the command line.`,
    );
  checkPlace(run.benchmark, context.allow);
  return [
    'run',
    `--resume=${run.id}`,
    ...(more.retry === undefined ? [] : [`--retry=${more.retry}`]),
    ...(more.maxCost === undefined ? [] : [`--max-cost=${more.maxCost}`]),
    ...shared(context),
  ];
}

/** Experts and servers of tools as the command line wrote them down: "hear=command:PROGRAM …", "name=PROGRAM …". */
function namesProgram({ settings }: RunRecord): boolean {
  const written = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const { expertsAsWritten, mcp } = settings;
  return (
    written(expertsAsWritten).some((one) => /(?:^|=)\s*command\b/i.test(one)) ||
    written(mcp).some((one) => !/^[^=]*=https?:\/\//i.test(one))
  );
}

/** A value that an option would open, said so by the option or not. */
function namesFile(value: string): boolean {
  if (
    isAbsolute(value) ||
    /^(?:~|onnx\/|embeddings\/)/.test(value) ||
    /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(value)
  )
    return true;
  try {
    return statSync(value).isFile();
  } catch {
    return false;
  }
}

/** Options of a form that this reader has; the others are meant for another one of the same form. */
function optionFlags(reader: ReaderEntry, options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = reader.options.find((one) => one.name === name);
    if (option === undefined) return [];
    if (!option.file && !namesFile(value)) return [`--option=${name}=${value}`];
    throw new OverreadError(
      'not-allowed',
      `The option "${name}" names a file of this machine: begin such a run on the command line.`,
    );
  });
}

/** Options that no reader of the form has are a mistake. Throws `bad-argument`. */
export function checkOptions(
  readers: readonly ReaderEntry[],
  options: Readonly<Record<string, string>> = {},
): void {
  const known = [...new Set(readers.flatMap((reader) => reader.options.map(({ name }) => name)))];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new OverreadError(
    'bad-argument',
    known.length === 0
      ? `These readers take no options: leave out "${unknown}".`
      : `None of these readers has an option "${unknown}": use ${known.join(', ')}.`,
  );
}

async function benchmarkArguments(
  { store, library }: ArgumentContext,
  { benchmark, format, seed }: Omit<NewRuns, 'readers'>,
): Promise<{ readonly flags: string[]; readonly place: string }> {
  const place = await library.placeOf(benchmark);
  const earlier = (await store.runs()).find(
    ({ benchmarkHash }) => benchmarkIdOf(benchmarkHash) === benchmark,
  );
  const release = earlier === undefined ? undefined : publishedSettings(earlier);
  if (release === undefined) {
    const folder = resolve(place);
    if (benchmarkIdOf(readManifest(folder).contentHash) !== benchmark)
      throw new OverreadError(
        'benchmark-invalid',
        'The benchmark has changed since it was read: choose it anew from the list of benchmarks.',
      );
    const flags = [`--format=${format ?? 'mc'}`, ...(seed === undefined ? [] : [`--seed=${seed}`])];
    return { flags, place: folder };
  }
  // A release is the same benchmark only when it is read as it was before, its seed included.
  const { mode, split, columns, facets = {} } = release;
  return {
    flags: [
      `--data=${/^https?:/.test(place) ? place : resolve(place)}`,
      ...(mode === undefined ? [] : [`--mode=${mode}`]),
      ...(split === undefined || split === null ? [] : [`--split=${split}`]),
      ...Object.entries(columns ?? {}).map(([field, column]) => `--column=${field}=${column}`),
      ...Object.entries(facets).flatMap(([name, values]) =>
        values.map((value) => `--facet=${name}=${value}`),
      ),
      `--seed=${release.seed}`,
    ],
    place: release.benchmark,
  };
}
