// What two benchmarks do not share: questions and keys added, removed or changed, by type.
import { contentHash } from '../domain/content-hash.ts';
import { openBenchmark } from './benchmark-folder.ts';
import { eachKey } from './keys.ts';

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
}

interface Entry {
  readonly type: string;
  readonly question: string;
  key?: string;
}

/**
 * Compares two benchmark folders by question id.
 * @param options.passphrase opens encrypted keys of both. Throws `key-locked` without it.
 */
export async function diffBenchmarks(
  before: string,
  after: string,
  options: { passphrase?: string } = {},
): Promise<BenchmarkDifference> {
  const [a, b] = [await load(before, options.passphrase), await load(after, options.passphrase)];
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
    if (contentHash(a.manifest[name]) !== contentHash(b.manifest[name]))
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
  };
}

/** Hashes of each question and key: small enough to hold for any benchmark. */
async function load(path: string, passphrase: string | undefined) {
  const benchmark = await openBenchmark(path);
  const entries = new Map<string, Entry>();
  for await (const question of benchmark.eachQuestion())
    entries.set(question.id, { type: question.type, question: contentHash(question) });
  for await (const key of eachKey(path, passphrase)) {
    const entry = entries.get(key.questionId);
    if (entry !== undefined) entry.key = contentHash(key);
  }
  return { manifest: benchmark.manifest, entries };
}
