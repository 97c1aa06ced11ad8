// What two benchmarks do not share: questions and keys added, removed or changed, by type.
import type { Manifest } from '../domain/benchmark.ts';
import { contentHash } from '../domain/content-hash.ts';
import type { Question } from '../domain/question.ts';
import { type BenchmarkFolder, openBenchmark } from './benchmark-folder.ts';
import { importerOf, SETTINGS_NOT_IMPORTED } from './import.ts';
import { eachKey } from './keys.ts';
import { fullText } from './published-record.ts';

export interface TypeDifference {
  added: number;
  removed: number;
  /** Same id, other text, options or slots. */
  changedQuestions: number;
  /** Same id, other answer, letter or evidence. */
  changedKeys: number;
}

export interface BenchmarkDifference {
  readonly same: boolean;
  readonly contentHash: { readonly before: string; readonly after: string };
  readonly questions: { readonly before: number; readonly after: number };
  readonly added: string[];
  readonly removed: string[];
  readonly changedQuestions: string[];
  readonly changedKeys: string[];
  readonly byType: Readonly<Record<string, TypeDifference>>;
  /** Settings of the manifest that differ. */
  readonly settings: Readonly<Record<string, { before: unknown; after: unknown }>>;
  /** What a side that was imported does not hold, since the form it came in has no place for it: not compared. */
  readonly notHeld: { readonly before: string[]; readonly after: string[] };
}

interface Entry {
  readonly type: string;
  readonly question: string;
  key?: string;
}

/**
 * Compares two benchmark folders by question id, in what both hold.
 * @param options.passphrase opens encrypted keys of both. Throws `key-locked` without it.
 */
export async function diffBenchmarks(
  before: string,
  after: string,
  options: { passphrase?: string } = {},
): Promise<BenchmarkDifference> {
  const folders = [await openBenchmark(before), await openBenchmark(after)] as const;
  const notHeld = { before: notHeldBy(folders[0].manifest), after: notHeldBy(folders[1].manifest) };
  const omitted = new Set([...notHeld.before, ...notHeld.after]);
  const a = await load(folders[0], omitted, options.passphrase);
  const b = await load(folders[1], omitted, options.passphrase);
  const added: string[] = [];
  const removed: string[] = [];
  const changedQuestions: string[] = [];
  const changedKeys: string[] = [];
  const byType: Record<string, TypeDifference> = {};
  const note = (id: string, type: string, what: keyof TypeDifference, list: string[]) => {
    list.push(id);
    byType[type] ??= { added: 0, removed: 0, changedQuestions: 0, changedKeys: 0 };
    byType[type][what]++;
  };
  for (const [id, entry] of a.entries) {
    const other = b.entries.get(id);
    if (other === undefined) note(id, entry.type, 'removed', removed);
    else {
      if (other.question !== entry.question) note(id, entry.type, 'changedQuestions', changedQuestions);
      if (other.key !== entry.key) note(id, entry.type, 'changedKeys', changedKeys);
    }
  }
  for (const [id, { type }] of b.entries) if (!a.entries.has(id)) note(id, type, 'added', added);
  const settings: Record<string, { before: unknown; after: unknown }> = {};
  for (const name of ['seed', 'rules', 'criteria', 'schemes', 'assumptions', 'sources', 'generator'] as const)
    if (!omitted.has(name) && contentHash(a.manifest[name]) !== contentHash(b.manifest[name]))
      settings[name] = { before: a.manifest[name], after: b.manifest[name] };
  return {
    same: a.manifest.contentHash === b.manifest.contentHash,
    contentHash: { before: a.manifest.contentHash, after: b.manifest.contentHash },
    questions: { before: a.entries.size, after: b.entries.size },
    added,
    removed,
    changedQuestions,
    changedKeys,
    byType,
    settings,
    notHeld,
  };
}

/** Members of questions, keys and manifest by their names. */
function notHeldBy(manifest: Manifest): string[] {
  const importer = importerOf(manifest);
  return importer === undefined ? [] : [...(importer.unheld ?? []), ...SETTINGS_NOT_IMPORTED];
}

/** Hashes of each question and key: small enough to hold for any benchmark. */
async function load(
  { manifest, path, eachQuestion }: BenchmarkFolder,
  omitted: ReadonlySet<string>,
  passphrase: string | undefined,
) {
  const held = (record: object) =>
    contentHash(Object.fromEntries(Object.entries(record).filter(([name]) => !omitted.has(name))));
  // What has no place for a context has it in the text.
  const asked = (question: Question) =>
    omitted.has('context') ? { ...question, text: fullText(question) } : question;
  const entries = new Map<string, Entry>();
  for await (const question of eachQuestion())
    entries.set(question.id, { type: question.type, question: held(asked(question)) });
  for await (const key of eachKey(path, passphrase)) {
    const entry = entries.get(key.questionId);
    if (entry !== undefined) entry.key = held(key);
  }
  return { manifest, entries };
}
