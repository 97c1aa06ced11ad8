// Search over passages: by words, vectors, tokens or all fused, without the asking patient's own, without repeats.
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { EvidenceSpread, Passage } from '../../domain/expert.ts';
import { adaptiveCount } from './adaptive.ts';
import { wordIndex } from './bm25.ts';
import {
  type EncodeOptions,
  encodedPassages,
  encodedPictures,
  encodedTexts,
  type PictureBytes,
  type SideEncoder,
} from './encode-passages.ts';
import { reciprocalRankFusion, weightedFusion } from './fusion.ts';
import { type TokenIndex, type TokenRows, tokenIndex } from './late-interaction.ts';
import { indexedBytes, type MemoryBudget, memoryBudget } from './memory.ts';
import { withoutNearDuplicates } from './near-duplicates.ts';
import type { LocalPassage } from './passage-files.ts';
import { type Accept, byNearness, type Ranked } from './ranked.ts';
import { vectorIndex } from './vector-index.ts';
import { nothingToCompare } from './words-only.ts';

export const SEARCH_METHODS = ['bm25', 'vectors', 'late', 'fusion', 'random'] as const;
export type SearchMethod = (typeof SEARCH_METHODS)[number];

/** Texts and pictures as single vectors; what an encoder cannot do is absent. */
export interface PassageEncoder extends SideEncoder<Float32Array> {
  readonly id: string;
  readonly hash: string;
}

/** Texts and pictures as rows of token vectors. */
export interface TokenEncoder extends SideEncoder<TokenRows> {
  readonly id: string;
  readonly hash: string;
  /** One space for both: words are then looked for in pictures of pages, and pictures in texts. */
  readonly joint: boolean;
}

export interface PassageIndexOptions {
  readonly method: SearchMethod;
  /** For "vectors", and for "fusion" where it is given. */
  readonly encoder?: PassageEncoder;
  /** For "late", and for "fusion" where it is given. */
  readonly tokens?: TokenEncoder;
  /** How "fusion" adds up. Default reciprocal ranks. */
  readonly fuse?: 'ranks' | 'scores';
  /** Weights of words, vectors and tokens when scores are added. Default 1 each. */
  readonly weights?: { readonly bm25?: number; readonly vectors?: number; readonly late?: number };
  /** Adaptive k: keep while the first score over the i-th is below it. Absent: always k. */
  readonly threshold?: number;
  /** Leave near-duplicates of what is already found out. Default true. */
  readonly distinct?: boolean;
  readonly memory?: MemoryBudget;
  readonly signal?: AbortSignal;
}

export interface PassageQuery {
  readonly text?: string;
  readonly picture?: PictureBytes;
  readonly k: number;
  readonly domain?: string;
  readonly notOf?: string;
}

export interface FoundPassage {
  readonly passage: LocalPassage;
  readonly score: number;
  readonly spread?: EvidenceSpread;
}

export interface PassageIndex {
  search(query: PassageQuery): Promise<FoundPassage[]>;
}

/** Longest query in characters: a question, not a document. */
const LONGEST_QUERY = 4000;

const badArgument = (sentence: string) => new OverreadError('bad-argument', sentence);

/**
 * Indexes the passages. Errors: `bad-argument` when the method lacks its encoder, `limit-exceeded`, the encoder's own;
 * of a search `bad-argument` when the query lacks what the method compares.
 */
export async function passageIndex(
  passages: readonly LocalPassage[],
  options: PassageIndexOptions,
): Promise<PassageIndex> {
  const { method, encoder, tokens, memory = memoryBudget(), threshold, distinct = true } = options;
  if (method === 'vectors' && encoder === undefined)
    throw badArgument('The method "vectors" needs an encoder: give embed=…, or method=bm25.');
  if (method === 'late' && tokens === undefined)
    throw badArgument('The method "late" needs vectors of tokens: give tokens=…, or method=bm25.');
  const uses = (what: SearchMethod) => method === what || method === 'fusion';
  const words = uses('bm25') ? indexedWords(passages, memory) : undefined;
  const { signal } = options;
  const dense =
    uses('vectors') && encoder !== undefined
      ? await denseIndex(passages, encoder, { signal, take: (vector) => memory.take(4 * vector.length) })
      : undefined;
  const late =
    uses('late') && tokens !== undefined
      ? await lateIndex(passages, tokens, { signal, take: ({ data }) => memory.take(4 * data.length) })
      : undefined;

  async function rankings({ text, picture }: PassageQuery, pool: number, accept: Accept): Promise<Kind[]> {
    const found: Kind[] = [];
    if (words !== undefined && text !== undefined)
      found.push({ kind: 'bm25', ranking: words.rank(text, pool, accept) });
    if (dense !== undefined) {
      const ranking = await dense({ text, picture }, pool, accept);
      if (ranking !== undefined) found.push({ kind: 'vectors', ranking });
    }
    if (late !== undefined) {
      const told = await late({ text, picture }, pool, accept);
      if (told !== undefined) found.push({ kind: 'late', ...told });
    }
    return found;
  }

  return {
    async search(query) {
      const { k, domain, notOf } = query;
      const text = query.text?.trim().slice(0, LONGEST_QUERY);
      const asked = { ...query, text: text === '' ? undefined : text };
      if (asked.text === undefined && asked.picture === undefined)
        throw badArgument('A search needs words or a picture.');
      const accept: Accept = (at) => allowed(passages[at], domain, notOf);
      const pool = distinct ? Math.max(50, 8 * k) : k;
      const kinds: Kind[] =
        method === 'random'
          ? [{ kind: 'random', ranking: drawn(passages, asked, accept).slice(0, pool) }]
          : await rankings(asked, method === 'fusion' ? Math.max(100, pool) : pool, accept);
      if (kinds.length === 0) throw nothingToCompare(method, asked.text === undefined ? 'words' : 'pictures');
      const ranked = method === 'fusion' ? fused(kinds, options) : kinds[0].ranking;
      const spread = kinds.find((kind) => kind.spread !== undefined)?.spread;
      const kept = distinct
        ? withoutNearDuplicates(ranked, ({ at }) => passages[at].text, { most: k })
        : ranked.slice(0, k);
      const scores = kept.map(({ score }) => score);
      const count = threshold === undefined ? kept.length : adaptiveCount(scores, { threshold, cap: k });
      return kept.slice(0, count).map(({ at, score }) => {
        const shares = spread?.(at);
        return { passage: passages[at], score, ...(shares === undefined ? {} : { spread: shares }) };
      });
    },
  };
}

interface Kind {
  readonly kind: SearchMethod;
  readonly ranking: readonly Ranked[];
  readonly spread?: (at: number) => EvidenceSpread | undefined;
}

type Asked = Pick<PassageQuery, 'text' | 'picture'>;

/** Never the patient's own; of the wanted domain, where the passage has one. */
function allowed(passage: Passage, domain: string | undefined, notOf: string | undefined): boolean {
  if (notOf !== undefined && passage.patientId === notOf) return false;
  return (
    domain === undefined ||
    passage.domain === undefined ||
    passage.domain.toLowerCase() === domain.toLowerCase()
  );
}

function indexedWords(passages: readonly LocalPassage[], memory: MemoryBudget) {
  for (const { text } of passages) memory.take(indexedBytes(text));
  return wordIndex(passages.map(({ text }) => text));
}

async function denseIndex(
  passages: readonly LocalPassage[],
  encoder: PassageEncoder,
  options: EncodeOptions<Float32Array>,
): Promise<(query: Asked, k: number, accept: Accept) => Promise<readonly Ranked[] | undefined>> {
  const vectors = await encodedPassages(passages, encoder, 'text', options);
  const dims = vectors.find((vector) => vector !== undefined)?.length ?? 0;
  const index = vectorIndex(vectors.map((vector) => vector ?? new Float32Array(dims)));
  return async ({ text, picture }, k, accept) => {
    const queries: Float32Array[] = [];
    if (text !== undefined && encoder.text !== undefined) queries.push((await encoder.text([text]))[0]);
    if (picture !== undefined && encoder.picture !== undefined) queries.push(await encoder.picture(picture));
    if (queries.length === 0) return undefined;
    const encoded: Accept = (at) => vectors[at] !== undefined && accept(at);
    const most = queries.length === 1 ? k : passages.length;
    return averaged(queries.map((query) => index.rank(query, most, encoded))).slice(0, k);
  };
}

/** Mean score of passages over rankings of all of them; one that a ranking lacks has 0 there. */
function averaged(rankings: readonly (readonly Ranked[])[]): readonly Ranked[] {
  if (rankings.length === 1) return rankings[0];
  const sums = new Map<number, number>();
  for (const ranking of rankings)
    for (const { at, score } of ranking) sums.set(at, (sums.get(at) ?? 0) + score / rankings.length);
  return [...sums].map(([at, score]) => ({ at, score })).sort(byNearness);
}

async function lateIndex(
  passages: readonly LocalPassage[],
  tokens: TokenEncoder,
  options: EncodeOptions<TokenRows>,
) {
  // Pages are looked at where words and pictures share a space: that is what late interaction over pages is for.
  const shared = tokens.joint
    ? tokenIndex(await encodedPassages(passages, tokens, 'picture', options))
    : undefined;
  const ofTexts = shared ?? tokenIndex(await encodedTexts(passages, tokens, options));
  const ofPictures = shared ?? tokenIndex(await encodedPictures(passages, tokens, options));
  return async (
    { text, picture }: Asked,
    k: number,
    accept: Accept,
  ): Promise<Omit<Kind, 'kind'> | undefined> => {
    const sides: { index: TokenIndex; query: TokenRows }[] = [];
    if (text !== undefined && tokens.text !== undefined)
      sides.push({ index: ofTexts, query: (await tokens.text([text]))[0] });
    if (picture !== undefined && tokens.picture !== undefined)
      sides.push({ index: ofPictures, query: await tokens.picture(picture) });
    if (sides.length === 0) return undefined;
    const most = sides.length === 1 ? k : passages.length;
    const ranking = averaged(sides.map(({ index, query }) => index.rank(query, most, accept))).slice(0, k);
    const [{ index, query }] = sides;
    return { ranking, ...(sides.length === 1 ? { spread: (at: number) => index.spread(query, at) } : {}) };
  };
}

function fused(
  kinds: readonly Kind[],
  { fuse = 'ranks', weights = {} }: PassageIndexOptions,
): readonly Ranked[] {
  if (fuse === 'ranks') return reciprocalRankFusion(kinds.map(({ ranking }) => ranking));
  const weightOf = (kind: SearchMethod) => weights[kind as 'bm25' | 'vectors' | 'late'] ?? 1;
  return weightedFusion(kinds.map(({ kind, ranking }) => ({ ranking, weight: weightOf(kind) })));
}

/** The control: any passages, the same for the same question, whatever they say. */
function drawn(passages: readonly LocalPassage[], { text = '', picture }: Asked, accept: Accept): Ranked[] {
  const seed = sha256(JSON.stringify([text, picture === undefined ? '' : sha256(picture.bytes)]));
  return [...passages.keys()]
    .filter(accept)
    .map((at) => ({ at, key: sha256(`${seed}/${passages[at].id}`) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ at }) => ({ at, score: 1 }));
}
