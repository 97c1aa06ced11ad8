// patho-agentic-rag: a router decides whether to search pages, pages are searched in turns by words and picture, then answered.
import { quotedPassages } from '../../../knowledge/retrieval/quoted.ts';
import { type StrategySession, strategy } from '../../strategy.ts';
import { type PageNote, searchPages } from './pages.ts';
import { decisionIn, type RoutingDecision } from './router.ts';

const routerWords = (most: number): string =>
  'Decide how this question should be worked on; do not answer it. A library of textbook pages can be searched, and a ' +
  'classifier can say which tissue the picture shows. Reply with a JSON object: {"retrieve": true or false, "queries": ' +
  `[up to ${most} short searches in different words, empty without retrieval], "classify_tissue": true or false}.`;

/** Asked once more for a reply that cannot be read; then the question itself is searched for, and the log says so. */
async function route(session: StrategySession, most: number): Promise<RoutingDecision> {
  const { text } = session.task.question;
  const fixed = session.choice('route', ['ask', 'always', 'never']);
  if (fixed === 'always') return { retrieve: true, queries: [text], classify: false };
  if (fixed === 'never') return { retrieve: false, queries: [], classify: false };
  const content = [
    ...session.question.filter((part) => part.type !== 'text'),
    { type: 'text' as const, text: `Question: ${text}\n\n${routerWords(most)}` },
  ];
  const reasons: string[] = [];
  for (const sample of [0, 1]) {
    const reply = await session.ask([{ role: 'user', content }], { as: 'router', sample });
    const said = decisionIn(reply, most);
    if (said.ok) return session.note('route', said.decision, { asked: sample + 1, reasons });
    reasons.push(said.reason);
  }
  return session.note('route', { retrieve: true, queries: [text], classify: false }, { asked: 2, reasons });
}

async function tissue(session: StrategySession): Promise<string | undefined> {
  const [first] = session.shown;
  const { classify } = session.experts;
  if (classify === undefined || first === undefined) {
    session.note('tissue', {
      skipped: classify === undefined ? 'no classify expert is given' : 'no picture',
    });
    return undefined;
  }
  const { question, signal } = session.task;
  const labels = await classify.classify(await session.stored(first.hash), undefined, {
    patientId: question.patientId,
    signal,
  });
  const [best] = session.note(
    'tissue',
    [...labels].sort((a, b) => b.probability - a.probability).slice(0, 3),
  );
  if (best === undefined) return undefined;
  return `A classifier takes the tissue for "${best.label.slice(0, 100)}" (${Math.round(100 * best.probability)} %).`;
}

function notesText(notes: readonly PageNote[]): string {
  return quotedPassages(
    notes.map(({ query, pages, summary }, at) => ({
      id: `note-${at}`,
      text: summary,
      source: `notes on ${pages.join(', ')}, searched for: ${query}`,
    })),
  );
}

const pathoAgenticRag = strategy({
  id: 'patho-agentic-rag',
  summary: 'router, page search in turns by words and picture, fused late interaction, then the answer',
  needsImage: false,
  options: [
    { name: 'route', summary: 'ask the router, or always or never search', default: 'ask' },
    { name: 'queries', summary: 'most rewrites of the question (assumed)', default: '3' },
    { name: 'turns', summary: 'most turns of search (assumed)', default: '3' },
    { name: 'pages', summary: 'pages shown in a turn (assumed)', default: '2' },
    { name: 'pool', summary: 'pages that each search returns for reranking (assumed)', default: '20' },
    {
      name: 'rerank',
      summary: 'fusion of words and picture (text where the retriever searches by words only), or text alone',
      default: 'fusion',
    },
    { name: 'text-share', summary: 'share of the words in the fusion, 0 to 1 (assumed)', default: '0.5' },
    { name: 'peak', summary: 'how much peaky evidence adds in the fusion (assumed)', default: '1' },
  ],
  roles: [
    { name: 'router', summary: 'PROVIDER/MODEL that decides whether and what to search' },
    { name: 'searcher', summary: 'PROVIDER/MODEL that reads the pages and sums them up' },
  ],
  method: {
    paper: {
      title:
        'Patho-AgenticRAG: Towards Multimodal Agentic Retrieval-Augmented Generation for Pathology VLMs via Reinforcement Learning',
      arxiv: '2508.02258',
      year: 2025,
    },
    command:
      'overread run BENCH --data DIR --reader patho-agentic-rag@PROVIDER/MODEL --expert retrieve=passages:PAGES,method=late',
    needs: [
      'a folder of page pictures, with their text or ocr=yes',
      'token vectors of pages and queries, for method=late',
    ],
    tasks: ['visual question answering', 'retrieval-augmented generation'],
    modalities: ['pathology slide'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const queries = session.number('queries', { min: 1, max: 10 });
    const decision = await route(session, queries);
    const label = decision.classify ? await tissue(session) : undefined;
    const notes = decision.retrieve
      ? await searchPages(session, decision.queries, {
          pool: session.number('pool', { min: 1, max: 200 }),
          pages: session.number('pages', { min: 1, max: 10 }),
          turns: session.number('turns', { min: 1, max: 10 }),
          rerank: session.choice('rerank', ['fusion', 'text']),
          fusion: {
            textShare: session.number('text-share', { min: 0, max: 1 }),
            peak: session.number('peak', { min: 0, max: 10 }),
          },
        })
      : [];
    const found = [label, notesText(notes)].filter((text) => text !== undefined && text !== '').join('\n');
    const system = session.task.question.system ?? '';
    return session.ask([
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      {
        role: 'user',
        content: [...(found === '' ? [] : [{ type: 'text' as const, text: found }]), ...session.question],
      },
    ]);
  },
});
export default pathoAgenticRag;
