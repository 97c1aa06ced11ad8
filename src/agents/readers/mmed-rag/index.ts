// mmed-rag: reports of similar cases from the case's own domain, as many as are near enough, beside the question.
import type { RetrievalQuery, Retrieved } from '../../../domain/expert.ts';
import type { PromptPart } from '../../../domain/question.ts';
import type { Random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { adaptiveCount } from '../../../knowledge/retrieval/adaptive.ts';
import { quotedPassages } from '../../../knowledge/retrieval/quoted.ts';
import { searchesWordsOnly } from '../../../knowledge/retrieval/words-only.ts';
import { type StrategySession, strategy } from '../../strategy.ts';
import { DOMAINS, routedDomain } from './domain.ts';

type Sought = Pick<RetrievalQuery, 'text' | 'picture'>;

/** What is found; in the question's words, and noted, where the retriever cannot search by the picture. */
async function foundOrInWords(
  session: StrategySession,
  sought: Sought,
  search: (sought: Sought) => Promise<readonly Retrieved[]>,
): Promise<{ readonly found: readonly Retrieved[]; readonly sought: Sought }> {
  try {
    return { found: await search(sought), sought };
  } catch (error) {
    if (!searchesWordsOnly(error)) throw error;
    session.note('query', {
      degraded: 'the retriever searches by words only',
      wanted: 'picture',
      by: 'text',
    });
    const inWords = { text: session.task.question.text };
    return { found: await search(inWords), sought: inWords };
  }
}

/** References of the case's domain, the near ones only. */
async function references(session: StrategySession): Promise<readonly Retrieved[]> {
  const { question, signal } = { question: session.task.question, signal: session.task.signal };
  const retriever = session.expert('retrieve');
  const cap = session.number('k', { min: 1, max: 50 });
  const threshold = session.number('threshold', { min: 1, max: 1e6 });
  const by = session.choice('query', ['picture', 'text', 'both']);
  const own = session.choice('own-report', ['never', 'allowed']);
  const routed = session.note('domain', await routedDomain(session, session.option('domain') ?? 'auto'));
  const [first] = session.shown;
  // A question without a picture can be looked up by its words only.
  const picture = by === 'text' || first === undefined ? undefined : await session.stored(first.hash);
  const wanted: Sought =
    picture === undefined
      ? { text: question.text }
      : { picture, ...(by === 'picture' ? {} : { text: question.text }) };
  const search = (sought: Sought) =>
    retriever.retrieve(
      {
        ...{ k: cap, ...sought },
        ...(routed.domain === undefined ? {} : { domain: routed.domain }),
        ...(own === 'never' ? { notOf: question.patientId } : {}),
      },
      { patientId: question.patientId, signal },
    );
  const { found, sought } = await foundOrInWords(session, wanted, search);
  // A user's own retriever may know of no patients: what it should have left out is left out here.
  const others =
    own === 'never' ? found.filter(({ passage }) => passage.patientId !== question.patientId) : found;
  const kept = others.slice(
    0,
    adaptiveCount(
      others.map(({ score }) => score),
      { threshold, cap },
    ),
  );
  session.note('references', {
    found: others.map(({ passage, score }) => ({ id: passage.id, source: passage.source, score })),
    kept: kept.length,
    by: (['text', 'picture'] as const).filter((kind) => sought[kind] !== undefined),
  });
  for (const { passage } of kept) if (passage.patientId !== undefined) session.alsoOf(passage.patientId);
  return kept;
}

/** The question, its pictures replaced by noise where that is probed: an answer that stays right was copied. */
async function shownQuestion(session: StrategySession): Promise<readonly PromptPart[]> {
  if (session.choice('picture', ['shown', 'noise']) === 'shown') return session.question;
  const parts: PromptPart[] = [];
  for (const part of session.question)
    parts.push(
      part.type === 'image'
        ? await session.picture(noiseLike(await session.raster(part.hash), session.random), 'noise')
        : part,
    );
  session.note('picture', { replacedBy: 'noise' });
  return parts;
}

/** Uniform noise of the picture's size. */
export function noiseLike({ width, height, channels }: Raster, random: Random): Raster {
  const data = new Uint8Array(width * height * channels).map(() => random.int(256));
  return { width, height, channels, data };
}

const mmedRag = strategy({
  id: 'mmed-rag',
  summary: 'answers beside reports of similar cases: domain router, retrieval, adaptive k',
  needsImage: false,
  options: [
    { name: 'k', summary: 'most references shown (assumed: no default is published)', default: '5' },
    {
      name: 'threshold',
      summary: 'adaptive k: references are kept while the first score over theirs is below this',
      default: '1.5',
    },
    {
      name: 'query',
      summary:
        'what is looked up: picture (the words where there is none or the retriever searches by words only), text, or both',
      default: 'picture',
    },
    {
      name: 'domain',
      summary: 'auto (classify expert, else the model), classify, model, all, or a domain by name',
      default: 'auto',
    },
    { name: 'domains', summary: 'the domains that a case may be of', default: DOMAINS },
    { name: 'references', summary: 'retrieved, or none: the same reader without them', default: 'retrieved' },
    {
      name: 'own-report',
      summary: 'never: the patient’s own passages are left out; allowed: an upper bound, not a result',
      default: 'never',
    },
    {
      name: 'picture',
      summary: 'shown, or noise: who answers right then copies from the references',
      default: 'shown',
    },
  ],
  method: {
    paper: {
      title: 'MMed-RAG: Versatile Multimodal RAG System for Medical Vision Language Models',
      arxiv: '2410.13085',
      year: 2025,
    },
    command:
      'overread run BENCH --data DIR --reader mmed-rag@PROVIDER/MODEL --expert retrieve=passages:REPORTS.jsonl,method=vectors,embed=onnx/CLIP',
    needs: ['reports of other patients as passages', 'an encoder of pictures and texts, for query=picture'],
    tasks: ['visual question answering', 'retrieval-augmented generation'],
    modalities: ['radiograph', 'fundus photograph', 'pathology slide'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const wanted = session.choice('references', ['retrieved', 'none']) === 'retrieved';
    const kept = wanted ? await references(session) : [];
    const quoted = quotedPassages(kept.map(({ passage }) => passage));
    const system = session.task.question.system ?? '';
    const question = await shownQuestion(session);
    return session.ask([
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      {
        role: 'user',
        content: [...(quoted === '' ? [] : [{ type: 'text' as const, text: quoted }]), ...question],
      },
    ]);
  },
});
export default mmedRag;
