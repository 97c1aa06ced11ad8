// Search over pages in turns: words and picture are searched, fused, the best pages are shown and summed up.
import { OverreadError } from '../../../domain/errors.ts';
import type { Passage, RetrievalQuery, Retrieved } from '../../../domain/expert.ts';
import type { PromptPart } from '../../../domain/question.ts';
import { lastJsonObject, withoutThoughts } from '../../../experts/json-reply.ts';
import { rasterOfBytes } from '../../../imaging/picture-bytes.ts';
import { quotedPassages } from '../../../knowledge/retrieval/quoted.ts';
import { searchesWordsOnly } from '../../../knowledge/retrieval/words-only.ts';
import type { StrategySession, Turn } from '../../strategy.ts';
import { type FusionOptions, fusedPages, pageEvidence } from './fusion.ts';

export interface SearchSettings {
  /** Pages that each search returns, to be reranked. */
  readonly pool: number;
  /** Pages shown in one turn. */
  readonly pages: number;
  readonly turns: number;
  /** "text": the picture is not searched. */
  readonly rerank: 'fusion' | 'text';
  readonly fusion: FusionOptions;
}

/** What was found in one turn, in the model's words. */
export interface PageNote {
  readonly query: string;
  readonly pages: readonly string[];
  readonly summary: string;
}

/** Turns until the model has enough, the pages run out or the budget is spent. */
export async function searchPages(
  session: StrategySession,
  queries: readonly string[],
  settings: SearchSettings,
): Promise<PageNote[]> {
  const { question, signal } = session.task;
  const call = { patientId: question.patientId, signal };
  const retriever = session.expert('retrieve');
  const asked = { k: settings.pool, notOf: question.patientId };
  const byPicture = settings.rerank === 'fusion' ? await searchedByPicture(session, asked) : [];
  // Without a picture search there is nothing to fuse, and the log must not say that there was.
  const rerank = byPicture === undefined ? 'text' : settings.rerank;
  const waiting = [...queries];
  const shown = new Set<string>();
  const notes: PageNote[] = [];
  for (let turn = 0; turn < settings.turns; turn++) {
    const query = waiting.shift();
    if (query === undefined) break;
    const byText = await retriever.retrieve({ ...asked, text: query }, call);
    const ranked = reranked(byText, byPicture ?? [], { ...settings, rerank });
    const fresh = ranked.filter(
      ({ passage }) => !shown.has(passage.id) && passage.patientId !== question.patientId,
    );
    const pages = fresh.slice(0, settings.pages).map(({ passage }) => passage);
    session.note('pages', {
      query,
      rerank,
      ranked: ranked.slice(0, 10).map(({ passage, score }) => ({ id: passage.id, score })),
      shown: pages.map(({ id }) => id),
    });
    if (pages.length === 0) continue;
    for (const { id, patientId } of pages) {
      shown.add(id);
      if (patientId !== undefined) session.alsoOf(patientId);
    }
    const { summary, enough, next } = await summedUp(session, query, pages);
    notes.push({ query, pages: pages.map(({ id }) => id), summary });
    if (enough) break;
    if (next !== undefined) waiting.unshift(next);
    // Without a better idea the same words bring the next pages of the ranking.
    else if (waiting.length === 0) waiting.push(query);
  }
  return notes;
}

/** Pages like the picture shown first; undefined, and noted, where the retriever searches by words only. */
async function searchedByPicture(
  session: StrategySession,
  asked: Pick<RetrievalQuery, 'k' | 'notOf'>,
): Promise<readonly Retrieved[] | undefined> {
  const [first] = session.shown;
  if (first === undefined) return [];
  const { question, signal } = session.task;
  const picture = await session.stored(first.hash);
  try {
    return await session
      .expert('retrieve')
      .retrieve({ ...asked, picture }, { patientId: question.patientId, signal });
  } catch (error) {
    if (!searchesWordsOnly(error)) throw error;
    session.note('picture-search', { skipped: 'the retriever searches by words only', rerank: 'text' });
    return undefined;
  }
}

interface RankedPage {
  readonly passage: Passage;
  readonly score: number;
}

function reranked(
  byText: readonly Retrieved[],
  byPicture: readonly Retrieved[],
  { rerank, fusion }: SearchSettings,
): RankedPage[] {
  if (rerank === 'text') return byText.map(({ passage, score }) => ({ passage, score }));
  const passages = new Map([...byText, ...byPicture].map(({ passage }) => [passage.id, passage]));
  return fusedPages(pageEvidence([byText], [byPicture]), fusion).flatMap(({ id, score }) => {
    const passage = passages.get(id);
    return passage === undefined ? [] : [{ passage, score }];
  });
}

/** A page as the model sees it: its picture, and its text as a quotation. */
async function pageParts(session: StrategySession, pages: readonly Passage[]): Promise<PromptPart[]> {
  const parts: PromptPart[] = [{ type: 'text', text: quotedPassages(pages) }];
  for (const [at, { hash }] of pages.entries()) {
    if (hash === undefined) continue;
    const bytes = await session.blobs.get(hash);
    if (bytes === undefined)
      throw new OverreadError('file-not-found', 'The picture of a found page is missing: search again.');
    parts.push({ type: 'text', text: `Page of reference ${at + 1}:` });
    parts.push(await session.picture(await rasterOfBytes(bytes), 'page'));
  }
  return parts;
}

interface SummedUp {
  readonly summary: string;
  readonly enough: boolean;
  readonly next?: string;
}

const ASK_SUMMARY =
  'Sum up in a few sentences what these pages say that bears on the question about the picture shown first, and say ' +
  'when they do not fit it. Reply with a JSON object: {"summary": "…", "enough": true or false, "next_query": "other ' +
  'words to search for, or empty"}. Do not answer the question itself yet.';

/** A reply without the object counts whole as the summary, and as not enough. */
async function summedUp(
  session: StrategySession,
  query: string,
  pages: readonly Passage[],
): Promise<SummedUp> {
  const turn: Turn = {
    role: 'user',
    content: [
      ...session.question.filter((part) => part.type !== 'text'),
      { type: 'text', text: `Question: ${session.task.question.text}\nSearched for: ${query}` },
      ...(await pageParts(session, pages)),
      { type: 'text', text: ASK_SUMMARY },
    ],
  };
  const reply = await session.ask([turn], { as: 'searcher' });
  const said = lastJsonObject(withoutThoughts(reply));
  if (typeof said?.summary !== 'string') {
    session.note('summary', { degraded: 'the reply holds no summary and is taken as one' });
    return { summary: reply.trim().slice(0, 2000), enough: false };
  }
  const next = typeof said.next_query === 'string' ? said.next_query.trim().slice(0, 300) : '';
  return {
    summary: said.summary.trim().slice(0, 2000),
    enough: said.enough === true,
    ...(next === '' ? {} : { next }),
  };
}
