// Patho-AgenticRAG on synthetic pages: how well words, picture and their fusion rank the right page, and what that is worth to a reader.
// npx node bench/agents/patho-agentic-rag.ts [--seed 0] [--queries 150]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  pagePicture,
  simulatedReply,
  tissuePicture,
  writeLibrary,
} from '../../src/agents/readers/patho-agentic-rag/check.ts';
import { fusedPages, pageEvidence } from '../../src/agents/readers/patho-agentic-rag/fusion.ts';
import { type Random, random } from '../../src/domain/random.ts';
import { startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';
import { letterTokens } from '../../src/knowledge/retrieval/letter-tokens.ts';
import { passageIndex } from '../../src/knowledge/retrieval/passage-index.ts';
import { patchTokens } from '../../src/knowledge/retrieval/patch-tokens.ts';
import {
  meanAt,
  ndcgAt,
  type RankedAnswer,
  recallAt,
  reciprocalRankAt,
} from '../../src/scoring/retrieval/ranking.ts';
import { readArm } from './arm.ts';
import { header, percent, percentCell, row } from './table.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '0' }, queries: { type: 'string', default: '150' } },
});
const ORGANS = ['thyroid', 'kidney', 'breast', 'colon', 'bladder', 'prostate', 'ovary', 'pancreas'];
const DIRECTIONS = [0, 45, 90, 135];

/** Every organ with every figure, and as many pages of noise that speak of everything a little. */
async function library(rng: Random) {
  const pages = [];
  for (const organ of ORGANS)
    for (const degrees of DIRECTIONS) {
      const picture = await pagePicture(degrees, rng);
      pages.push({
        ...{
          id: `${organ}/${degrees}`,
          source: 'atlas',
          text: `Entities of the ${organ}. The figure shows one.`,
        },
        picture: async () => picture,
      });
    }
  for (let at = 0; at < ORGANS.length; at++) {
    const picture = await pagePicture(rng.uniform(10, 35) + 45 * rng.int(4), rng);
    const text = `Index ${at}: ${rng.shuffle(ORGANS).slice(0, 4).join(', ')}; entities, page ${at * 17}.`;
    pages.push({ id: `index-${at}`, source: 'index', text, picture: async () => picture });
  }
  return pages;
}

const tokens = {
  ...{ id: 'letters', hash: 'letters', joint: false },
  text: async (texts: readonly string[]) => texts.map(letterTokens),
  picture: ({ bytes }: { readonly bytes: Uint8Array }) => patchTokens(bytes),
};

async function ranking(): Promise<void> {
  const rng = random(values.seed, 'patho-bench');
  const pages = await library(rng);
  const index = await passageIndex(pages, { method: 'late', tokens, distinct: false });
  const answers: Record<string, RankedAnswer[]> = {
    words: [],
    picture: [],
    fusion: [],
    'fusion without kurtosis': [],
  };
  for (let at = 0; at < Number(values.queries); at++) {
    const [organ, degrees] = [rng.pick(ORGANS), rng.pick(DIRECTIONS)];
    const k = pages.length;
    const words = await index.search({ text: `entities of the ${organ}`, k });
    const picture = await index.search({ picture: { bytes: await tissuePicture(degrees, rng) }, k });
    const evidence = pageEvidence([words], [picture]);
    const relevant = new Map([[`${organ}/${degrees}`, 1]]);
    const add = (name: string, returned: readonly string[]) => answers[name].push({ returned, relevant });
    const ids = (found: typeof words) => found.map(({ passage }) => passage.id);
    add('words', ids(words));
    add('picture', ids(picture));
    add(
      'fusion',
      fusedPages(evidence).map(({ id }) => id),
    );
    add(
      'fusion without kurtosis',
      fusedPages(evidence, { peak: 0 }).map(({ id }) => id),
    );
  }
  process.stdout.write(
    `Ranking, synthetic pages: ${pages.length} pages, ${values.queries} queries, one right page each\n\n`,
  );
  header('ranked by', 'recall@1', 'recall@4', 'MRR@10', 'NDCG@10');
  for (const [name, of] of Object.entries(answers))
    row(
      name,
      percent(meanAt(recallAt, of, 1)),
      percent(meanAt(recallAt, of, 4)),
      percent(meanAt(reciprocalRankAt, of, 10)),
      percent(meanAt(ndcgAt, of, 10)),
    );
}

async function reading(): Promise<void> {
  process.stdout.write('\nReading, synthetic pages, the same simulated reader in all arms\n\n');
  header('regime', 'arm', 'accuracy', 'n', 'requests');
  const server = await startSimulatedReader({ seed: values.seed, answer: simulatedReply });
  const scratch = mkdtempSync(join(tmpdir(), 'overread-patho-'));
  try {
    for (const [regime, alike] of [
      ['words and picture decide', false],
      ['words alone decide (must not win)', true],
    ] as const) {
      const folder = join(scratch, String(alike));
      await writeLibrary(folder, alike, random(values.seed, 'patho-agentic-rag', regime));
      const pages = `retrieve=passages:${join(folder, 'pages')},method=late,repeats=keep`;
      for (const [name, reader, options] of [
        ['no pages', 'direct', undefined],
        ['words, 1 turn of 1 page', 'patho-agentic-rag', { rerank: 'text', turns: '1', pages: '1' }],
        ['fusion, 1 turn of 1 page', 'patho-agentic-rag', { rerank: 'fusion', turns: '1', pages: '1' }],
        ['words, 3 turns of 1 page', 'patho-agentic-rag', { rerank: 'text', turns: '3', pages: '1' }],
        ['fusion, 3 turns of 1 page', 'patho-agentic-rag', { rerank: 'fusion', turns: '3', pages: '1' }],
      ] as const) {
        const { report, cells } = await readArm(
          { scratch, url: server.url, seed: values.seed },
          {
            data: folder,
            readers: [`${reader}@compatible/sim`],
            ...(options === undefined ? {} : { options, experts: [pages] }),
          },
        );
        row(regime, name, percentCell(cells[0]), cells[0].n, report.readers[0].cost?.requests ?? 0);
      }
    }
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

await ranking();
await reading();
