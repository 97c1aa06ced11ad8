// Checks a release against its data card: files, sizes, sums, fields, counts, and pictures that are named but missing.
import { createHash } from 'node:crypto';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { DataRoot } from '../records/source.ts';
import { chosenRecords } from './chosen-records.ts';
import type { CardFile, PublishedBenchmark } from './published.ts';
import { type PublishedOptions, recordOptions } from './published-source.ts';

export interface DataFinding {
  readonly level: 'missing' | 'differs' | 'remark';
  readonly message: string;
}

export interface DataCheck {
  readonly benchmark: string;
  /** Nothing that the card requires is missing, and every record could be read. */
  readonly complete: boolean;
  readonly records: number;
  readonly splits: Readonly<Record<string, number>>;
  /** Pictures that records name, and how many of them could not be had. */
  readonly pictures: number;
  readonly missingPictures: number;
  readonly findings: readonly DataFinding[];
}

/** A file name pattern: `*` within a folder, `**` across folders. */
export function namePattern(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`);
}

async function digest(data: DataRoot, name: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of (await data.open(name)).stream()) hash.update(chunk);
  return hash.digest('hex');
}

async function checkFile(data: DataRoot, names: readonly string[], file: CardFile): Promise<DataFinding[]> {
  const pattern = namePattern(file.name);
  const matching = names.filter((name) => pattern.test(name));
  if (matching.length === 0)
    return [
      file.required === false
        ? { level: 'remark', message: `${file.name} (${file.about}) is not there; it is not required.` }
        : { level: 'missing', message: `${file.name} (${file.about}) is missing.` },
    ];
  const findings: DataFinding[] = [];
  for (const name of matching) {
    const { size } = await data.open(name);
    if (file.bytes !== undefined && size !== file.bytes)
      findings.push({ level: 'differs', message: `${name} has ${size} bytes, the release ${file.bytes}.` });
    for (const algorithm of ['md5', 'sha256'] as const) {
      const expected = file[algorithm];
      if (expected === undefined) continue;
      const found = await digest(data, name, algorithm);
      if (found !== expected)
        findings.push({
          level: 'differs',
          message: `${name} has the ${algorithm} ${found}, the release ${expected}.`,
        });
    }
  }
  return findings;
}

/** Reads every record once and opens every picture, keeping none. Never throws for what is wrong with the data. */
export async function checkData(
  plugin: PublishedBenchmark,
  data: DataRoot,
  chosen: PublishedOptions = {},
): Promise<DataCheck> {
  const options = recordOptions(plugin, chosen);
  const findings: DataFinding[] = [];
  const names = await data.list();
  for (const file of plugin.card.files) findings.push(...(await checkFile(data, names, file)));
  const splits: Record<string, number> = {};
  const known = new Set<string>();
  const lost: string[] = [];
  let records = 0;
  let pictures = 0;
  try {
    for await (const { item } of chosenRecords(plugin, data, options)) {
      records++;
      splits[item.split] = (splits[item.split] ?? 0) + 1;
      if (known.has(item.id))
        findings.push({ level: 'differs', message: `The item ${item.id} is there twice.` });
      known.add(item.id);
      for (const part of item.prompt) {
        if (part.type !== 'image') continue;
        pictures++;
        const bytes = await part.image.load().catch((error: unknown) => {
          if (OverreadError.isInstance(error)) return undefined;
          throw error;
        });
        if (bytes === undefined || bytes.length === 0) lost.push(part.image.name);
      }
    }
    for (const message of (await plugin.remarks?.(data, options)) ?? [])
      findings.push({ level: 'remark', message });
  } catch (error) {
    if (!OverreadError.isInstance(error) || error.code === 'cancelled') throw error;
    findings.push({ level: 'differs', message: messageOf(error) });
  }
  if (lost.length > 0)
    findings.push({
      level: 'missing',
      message: `${lost.length} of ${pictures} pictures cannot be had, the first: ${lost[0]}.`,
    });
  for (const [split, expected] of Object.entries(plugin.card.splits))
    if (
      expected !== null &&
      options.split === undefined &&
      options.facets === undefined &&
      (splits[split] ?? 0) !== expected
    )
      findings.push({
        level: 'remark',
        message: `The split ${split} has ${splits[split] ?? 0} items here, ${expected} in the release.`,
      });
  return {
    benchmark: plugin.id,
    complete: records > 0 && findings.every(({ level }) => level === 'remark'),
    records,
    splits,
    pictures,
    missingPictures: lost.length,
    findings,
  };
}
