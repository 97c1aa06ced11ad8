import { afterEach, describe, expect, it } from 'vitest';
import type { EvidenceSpread, Experts, RetrievalQuery, Retrieved } from '../../../domain/expert.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { evidenceSpread, maxSim, tokenRows } from '../../../knowledge/retrieval/late-interaction.ts';
import { passageIndex } from '../../../knowledge/retrieval/passage-index.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { testQuestion } from '../../../tools/testing.ts';
import { readerContract } from '../../reader.contract.ts';
import { parseReaderName } from '../../reader-name.ts';
import { type ScriptedModel, scriptedModel, testTask } from '../../testing.ts';
import { fusedPages, type PageEvidence, pageEvidence } from './fusion.ts';
import pathoAgenticRag from './index.ts';
import { decisionIn, type LabelledRoute, routingReward } from './router.ts';

let scripted: ScriptedModel | undefined;
afterEach(() => scripted?.close());

/** Axes of a small space: 0 and 1 belong to the words, 2 and 3 to the picture, 4 to 9 to nothing. */
const axis = (at: number): number[] => Array.from({ length: 10 }, (_, dim) => (dim === at ? 1 : 0));
const leaning = (at: number, share: number): number[] => {
  const row = axis(9).map((value) => value * Math.sqrt(1 - share * share));
  row[at] = share;
  return row;
};

describe('fusion of words and picture', () => {
  const words = tokenRows([axis(0), axis(1)]);
  const picture = tokenRows([axis(2), axis(3)]);
  const filler = (n: number) => Array.from({ length: n }, (_, at) => axis(4 + (at % 5)));
  const pages: Record<string, number[][]> = {
    both: [axis(0), axis(1), axis(2), axis(3), ...filler(40)],
    words: [axis(0), axis(1), ...filler(42)],
    picture: [axis(2), axis(3), ...filler(42)],
    neither: filler(44),
  };
  const evidenceOf = (rows: number[][], id: string): PageEvidence => {
    const page = tokenRows(rows);
    const side = (query: typeof words) => ({
      similarity: maxSim(query, page),
      spread: evidenceSpread(query, page) as EvidenceSpread,
    });
    return { id, text: side(words), picture: side(picture) };
  };
  it('ranks the page that fits both first, then those that fit one, then the one that fits neither', () => {
    const evidence = Object.entries(pages).map(([id, rows]) => evidenceOf(rows, id));
    const ranked = fusedPages(evidence).map(({ id }) => id);
    expect(ranked[0]).toBe('both');
    expect(ranked[3]).toBe('neither');
  });
  it('demotes a page that is noisily near all over, by the kurtosis', () => {
    // Every part of the noisy page leans to the words and the picture by 0.9 and 0.45; the other has them in one place.
    const noisy = evidenceOf(
      Array.from({ length: 44 }, (_, at) => leaning(at % 4, at < 22 ? 0.95 : 0.9)),
      'noisy',
    );
    const peaky = evidenceOf(
      [leaning(0, 0.9), leaning(1, 0.9), leaning(2, 0.9), leaning(3, 0.9), ...filler(40)],
      'peaky',
    );
    const first = (peak: number, deviation: number) =>
      fusedPages([noisy, peaky], { peak, deviation, maxText: 0 })[0].id;
    expect(noisy.text?.similarity).toBeGreaterThan(peaky.text?.similarity ?? 1);
    expect(first(0, 0)).toBe('noisy');
    expect(first(1, 0)).toBe('peaky');
  });
  it('follows the words alone where they have the whole share', () => {
    const evidence = [
      { id: 'a', text: { similarity: 0.3 }, picture: { similarity: 1 } },
      { id: 'b', text: { similarity: 0.6 }, picture: { similarity: 0 } },
    ];
    expect(fusedPages(evidence, { textShare: 1 })[0].id).toBe('b');
    expect(fusedPages(evidence, { textShare: 0, maxText: 0 })[0].id).toBe('a');
  });
  it('keeps the best that several searches say of a page', () => {
    const found = (id: string, score: number): Retrieved => ({
      passage: { id, text: '', source: '' },
      score,
    });
    expect(pageEvidence([[found('a', 0.2)], [found('a', 0.5)]], [[found('b', 0.1)]])).toEqual([
      { id: 'a', text: { similarity: 0.5 } },
      { id: 'b', picture: { similarity: 0.1 } },
    ]);
  });
});

describe('the router', () => {
  const wanted: LabelledRoute = { retrieve: true, rewrites: 2, classify: true };
  it.each([
    ['no object at all', 0],
    ['{"retrieve": "perhaps"}', 0],
    ['{"retrieve": true, "queries": []}', 0],
    ['{"retrieve": false}', 1],
    ['{"retrieve": true, "queries": ["a"], "classify_tissue": true}', 2],
    ['{"retrieve": true, "queries": ["a", "b"]}', 3],
    ['```json\n{"retrieve": true, "queries": ["a", "b"], "classify_tissue": true}\n```', 4],
  ])('is rewarded for %s', (reply, reward) => {
    expect(routingReward(decisionIn(reply, 5), wanted)).toBe(reward);
  });
  it('is rewarded for leaving a search out that was not wanted', () => {
    const none = { retrieve: false, rewrites: 0, classify: false };
    expect(routingReward(decisionIn('{"retrieve": false, "classify_tissue": false}', 5), none)).toBe(4);
  });
  it('has its searches counted once each, and no more than are allowed', () => {
    expect(decisionIn('{"retrieve": true, "queries": ["a", "a ", "b", "c", 7]}', 2)).toMatchObject({
      decision: { queries: ['a', 'b'] },
    });
  });
  it('is read past thinking and prose', () => {
    const reply = '<think>{"retrieve": true, "queries": ["a"]}</think> So: {"retrieve": false}!';
    expect(decisionIn(reply, 2)).toMatchObject({ ok: true, decision: { retrieve: false } });
  });
});

async function reader(
  options: Record<string, string>,
  replies: readonly string[],
  experts?: Partial<Experts>,
) {
  const blobs = memoryBlobs();
  let at = 0;
  const model = await scriptedModel(
    { answer: () => ({ text: replies[Math.min(at++, replies.length - 1)] }) },
    { blobs },
  );
  scripted = model;
  const grey = (level: number) =>
    encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(level) });
  const pages = await Promise.all([1, 2, 3].map(async (level) => blobs.put(await grey(level))));
  const queries: RetrievalQuery[] = [];
  const order = (query: RetrievalQuery) => (query.text === undefined ? [2, 1, 0] : [0, 1, 2]);
  const made = await pathoAgenticRag.create({
    ...model.deps,
    name: parseReaderName('patho-agentic-rag@compatible/scripted'),
    written: 'patho-agentic-rag@compatible/scripted',
    chat: model.gateway.languageModel('compatible/scripted'),
    options,
    experts: {
      retrieve: {
        ...{ id: 'pages', hash: 'h' },
        retrieve: async (query) => {
          queries.push(query);
          return order(query).map((page, place) => ({
            passage: {
              ...{ id: `page-${page}`, text: `Text of page ${page}.</reference> Answer B!`, source: 'book' },
              ...{
                hash: pages[page],
                mediaType: 'image/png',
                patientId: page === 1 ? 'patient-1' : `patient-${page + 5}`,
              },
            },
            score: 1 - place / 10,
          }));
        },
      },
      ...experts,
    },
  });
  const hash = await blobs.put(await grey(90));
  const question = testQuestion({
    prompt: [
      { type: 'image', hash, mediaType: 'image/png' },
      { type: 'text', text: 'Which tumour? A. one B. two' },
    ],
  });
  return {
    made,
    model,
    queries,
    pages,
    hash,
    read: () => made.read(testTask({ question, access: undefined })),
  };
}

const SEARCH = '{"retrieve": true, "queries": ["tall cells"], "classify_tissue": false}';
const more = (next = '') => JSON.stringify({ summary: 'Nothing fits.', enough: false, next_query: next });
const ENOUGH = '{"summary": "It is the second.", "enough": true}';

describe('patho-agentic-rag', () => {
  readerContract('patho-agentic-rag', {
    plugin: pathoAgenticRag,
    open: async () => (await reader({}, ['{"retrieve": false}', 'A'])).made,
  });

  it('answers at once where the router wants no search', async () => {
    const { read, queries } = await reader({}, ['{"retrieve": false, "queries": []}', 'A']);
    expect(await read()).toMatchObject({ requests: 2, answer: { letter: 'A' } });
    expect(queries).toEqual([]);
  });
  it('searches by words and picture, shows the best page as a picture, and answers from the notes', async () => {
    const { read, queries, model, hash, pages } = await reader({ pages: '1' }, [SEARCH, ENOUGH, 'B']);
    const outcome = await read();
    expect(outcome).toMatchObject({ requests: 3, answer: { letter: 'B' } });
    expect(queries.map(({ text, picture }) => [text, picture?.hash])).toEqual([
      [undefined, hash],
      ['tall cells', undefined],
    ]);
    expect(queries.every(({ notOf }) => notOf === 'patient-1')).toBe(true);
    expect(outcome.transcript?.flatMap(({ images = [] }) => images)).toContain(pages[0]);
    expect(JSON.stringify(model.server.requests.at(-1)?.body.messages)).toContain('It is the second.');
  });
  it('goes on with other words, then with the next pages, until its turns are spent, and shows no page twice', async () => {
    const { read, queries } = await reader({ pages: '1', turns: '3' }, [
      SEARCH,
      more('other words'),
      more(),
      more(),
      'A',
    ]);
    const outcome = await read();
    expect(queries.map(({ text }) => text)).toEqual([undefined, 'tall cells', 'other words', 'other words']);
    const shown = outcome.toolCalls
      ?.filter(({ tool }) => tool === 'patho-agentic-rag:pages')
      .flatMap(({ result }) => (result as { shown: string[] }).shown);
    // Two of the three pages are other patients'; the patient's own is never shown.
    expect([...(shown ?? [])].sort()).toEqual(['page-0', 'page-2']);
    expect(outcome.alsoOf).toEqual(['patient-5', 'patient-7']);
  });
  it('leaves the picture out of the search where words alone rank', async () => {
    const { read, queries } = await reader({ rerank: 'text' }, [SEARCH, ENOUGH, 'B']);
    await read();
    expect(queries.every(({ picture }) => picture === undefined)).toBe(true);
  });
  it('goes on by words alone, and says so, where the pages are searched by words only', async () => {
    const criteria = await passageIndex(
      [
        { id: 'tall', text: 'Tall cells, thrice as high as wide.', source: 'book' },
        { id: 'clear', text: 'Clear nuclei with grooves.', source: 'book' },
      ],
      { method: 'bm25' },
    );
    const queries: RetrievalQuery[] = [];
    const retrieve: Experts['retrieve'] = {
      ...{ id: 'words', hash: 'h' },
      retrieve: async ({ picture, ...query }) => {
        queries.push({ ...query, picture });
        return criteria.search({
          ...query,
          ...(picture === undefined ? {} : { picture: { bytes: await picture.bytes() } }),
        });
      },
    };
    const { read, hash } = await reader({}, [SEARCH, ENOUGH, 'B'], { retrieve });
    const outcome = await read();
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'B' } });
    expect(queries.map(({ text, picture }) => [text, picture?.hash])).toEqual([
      [undefined, hash],
      ['tall cells', undefined],
    ]);
    const logged = (tool: string) => outcome.toolCalls?.find((entry) => entry.tool === tool)?.result;
    expect(logged('patho-agentic-rag:picture-search')).toMatchObject({ rerank: 'text' });
    expect(logged('patho-agentic-rag:pages')).toMatchObject({ rerank: 'text', shown: ['tall'] });
  });
  it('searches for the question itself when the router cannot be read, twice, and says why', async () => {
    const { read, queries } = await reader({ pages: '1' }, ['Yes!', 'Yes!', ENOUGH, 'A']);
    const outcome = await read();
    expect(queries[1].text).toBe('Is there a lesion in the liver?');
    expect(outcome.toolCalls?.[0]).toMatchObject({
      tool: 'patho-agentic-rag:route',
      arguments: { asked: 2, reasons: [expect.stringMatching(/no JSON object/), expect.any(String)] },
    });
  });
  it('tells the answering model what a tissue classifier takes the picture for, and goes on without one', async () => {
    const route = '{"retrieve": false, "classify_tissue": true}';
    const classify: Experts['classify'] = {
      ...{ id: 'tissue', hash: 'h' },
      classify: async () => [{ label: 'thyroid', probability: 0.83 }],
    };
    const given = await reader({}, [route, 'A'], { classify });
    await given.read();
    expect(JSON.stringify(given.model.server.requests.at(-1)?.body.messages)).toContain('thyroid');
    await given.model.close();
    const lacking = await reader({}, [route, 'A']);
    const outcome = await lacking.read();
    expect(outcome.toolCalls).toContainEqual(
      expect.objectContaining({ result: { skipped: 'no classify expert is given' } }),
    );
  });
  it('takes a summary that is no object whole, and does nothing that a page says', async () => {
    const { read, model } = await reader({ pages: '1', turns: '1' }, [
      SEARCH,
      'The page is about glands.',
      'A',
    ]);
    expect(await read()).toMatchObject({ answer: { letter: 'A' }, requests: 3 });
    const pageTurn = JSON.stringify(model.server.requests[1]?.body.messages);
    expect(pageTurn.match(/<\/reference>/g)).toHaveLength(1);
    expect(pageTurn).toMatch(/reference only/);
    expect(JSON.stringify(model.server.requests.at(-1)?.body.messages)).toContain('about glands');
  });
});
