import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../domain/content-hash.ts';
import type { Retriever } from '../../domain/expert.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { letterTokens, letterVector } from '../../knowledge/retrieval/letter-tokens.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { directFetch } from '../direct-fetch.ts';
import { openExperts } from '../expert-service.ts';
import { trustList } from '../trust.ts';

let folder = '';
let server: Server | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passages-service-'));
  await mkdir(join(folder, 'texts'));
  const lines = [
    { id: 'r1', text: 'Left pleural effusion.', source: 'film 1', patient: 'p1' },
    { id: 'r2', text: 'Fracture of a rib.', source: 'film 2', patient: 'p2' },
    { id: 'r3', text: 'Enlarged heart.', source: 'film 3', patient: 'p3' },
  ];
  await writeFile(join(folder, 'texts', 'r.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => new Promise<void>((done) => (server === undefined ? done() : server.close(() => done()))));

async function retriever(written: string, allow: readonly string[] = []) {
  const direct = directFetch(trustList(allow));
  const blobs = memoryBlobs();
  const { experts } = await openExperts([`retrieve=passages:${written}`], { fetch: direct.fetch, blobs });
  return { retriever: experts.retrieve as Retriever, blobs };
}

/** A server of embeddings that answers in reverse order, as servers may. */
async function embeddings(reply?: unknown): Promise<string> {
  const asked = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { input, model } = JSON.parse(Buffer.concat(chunks).toString()) as {
        input: string[];
        model: string;
      };
      const tokens = request.url?.endsWith('/pooling');
      const of = (text: string, index: number) => {
        if (!tokens) return { index, embedding: [...letterVector(text)] };
        const { dims, data } = letterTokens(text);
        return {
          index,
          data: Array.from({ length: data.length / dims }, (_, row) => [
            ...data.slice(row * dims, (row + 1) * dims),
          ]),
        };
      };
      response.setHeader('content-type', 'application/json');
      response.statusCode = model === 'letters' ? 200 : 404;
      response.end(JSON.stringify(reply ?? { data: input.map(of).reverse() }));
    });
  });
  server = asked;
  await new Promise<void>((done) => asked.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(asked.address() as AddressInfo).port}/v1`;
}

describe('the expert "passages"', () => {
  it.each([
    'method=bm25',
    'method=vectors',
    'method=late',
    'method=fusion,embed=letters,tokens=letters',
  ])('finds what is asked for by %s, at most k, never the patient’s own', async (how) => {
    const { retriever: found } = await retriever(`${folder}/texts,${how},k=2`);
    const [first, ...rest] = await found.retrieve({ text: 'rib fracture', k: 9 });
    expect(first.passage).toEqual({
      id: 'r2',
      text: 'Fracture of a rib.',
      source: 'film 2',
      patientId: 'p2',
    });
    expect(rest.length).toBeLessThan(2);
    const others = await found.retrieve({ text: 'rib fracture', k: 9, notOf: 'p2' });
    expect(others.map(({ passage }) => passage.id)).not.toContain('r2');
  });
  it('has a hash that goes with the passages and the method', async () => {
    const hashes = await Promise.all(
      ['method=bm25', 'method=late', 'method=bm25,threshold=2'].map(
        async (how) => (await retriever(`${folder}/texts,${how}`)).retriever.hash,
      ),
    );
    expect(new Set(hashes).size).toBe(3);
    expect((await retriever(`${folder}/texts`)).retriever.hash).toBe(hashes[0]);
  });
  it.each(['method=vectors,embed', 'method=late,tokens'])('asks a server for %s', async (how) => {
    const url = await embeddings();
    const { retriever: found } = await retriever(`${folder}/texts,${how}=${url},model=letters`, [url]);
    await found.health?.();
    const [first] = await found.retrieve({ text: 'fracture of the rib', k: 1 });
    expect(first.passage.id).toBe('r2');
  });
  it('leaves out what is not near enough, and returns nothing where nothing is', async () => {
    const query = { text: 'pleural effusion', k: 3 };
    const found = async (how: string) =>
      (
        await (await retriever(`${join(folder, 'texts')},method=vectors${how}`)).retriever.retrieve(query)
      ).map(({ passage }) => passage.id);
    const cosine = (a: Float32Array, b: Float32Array) => {
      const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, at) => sum + value * y[at], 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    const [first, second, third] = ['Left pleural effusion.', 'Fracture of a rib.', 'Enlarged heart.']
      .map((text) => cosine(letterVector(query.text), letterVector(text)))
      .toSorted((a, b) => b - a);
    expect(await found('')).toHaveLength(3);
    expect(await found(`,least=${(second + third) / 2}`)).toHaveLength(2);
    expect(await found(`,least=${(first + second) / 2}`)).toEqual(['r1']);
    expect(await found(`,least=${first + 0.001}`)).toEqual([]);
    await expect(found(',least=much')).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('sends nothing to a server off the trust list', async () => {
    const url = await embeddings();
    await expect(
      retriever(`${folder}/texts,method=vectors,embed=${url},model=letters`),
    ).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
  });
  it('says what a server gets wrong, and what the user left out', async () => {
    const url = await embeddings({ data: [{ index: 1, embedding: [1] }] });
    const from = (how: string) => retriever(`${folder}/texts,method=vectors,embed=${url}${how}`, [url]);
    await expect(from(',model=letters')).rejects.toThrow(/gave 1 results for 3 texts/);
    await expect(from('')).rejects.toThrow(/model=NAME/);
    await expect(from(',model=other')).rejects.toMatchObject({ code: 'expert-failed' });
    for (const wrong of ['method=magic', 'k=0', 'chunk=many', 'memory=x', 'repeats=maybe'])
      await expect(retriever(`${folder}/texts,${wrong}`)).rejects.toMatchObject({ code: 'bad-argument' });
  });
  it('serves the built-in criteria with their sources', async () => {
    const { retriever: found } = await retriever('criteria');
    const [first] = await found.retrieve({ text: 'splenomegaly spleen volume', k: 3 });
    expect(first.passage.id).toMatch(/^guideline\//);
    expect(first.passage.text).toMatch(/spleen/i);
    expect(first.passage.source.length).toBeGreaterThan(3);
  });
  it('stores a found page as it may be shown', async () => {
    const data = new Uint8Array(32 * 32).map((_, at) => (at % 3) * 80);
    await mkdir(join(folder, 'pages'), { recursive: true });
    const page = await encodePng({ width: 32, height: 32, channels: 1, data });
    await writeFile(join(folder, 'pages', 'one.png'), page);
    await writeFile(join(folder, 'pages', 'one.txt'), 'Papillary carcinoma');
    const { retriever: found, blobs } = await retriever(`${folder}/pages,method=late`);
    const hash = await blobs.put(page);
    const [byWords] = await found.retrieve({ text: 'papillary', k: 1 });
    const [byPicture] = await found.retrieve({
      picture: { hash, mediaType: 'image/png', bytes: async () => page },
      k: 1,
    });
    expect(byWords.passage.hash).toBe(byPicture.passage.hash);
    expect(await blobs.get(byWords.passage.hash ?? '')).toBeDefined();
    expect(byPicture.spread?.tokens).toBe(4);
  });
  it('takes token vectors that were computed elsewhere', async () => {
    const page = await encodePng({ width: 16, height: 16, channels: 1, data: new Uint8Array(256).fill(9) });
    await mkdir(join(folder, 'given'), { recursive: true });
    await writeFile(join(folder, 'given', 'a.png'), page);
    const tokens = join(folder, 'tokens.jsonl');
    const lines = [
      {
        image: 'a.png',
        tokens: [
          [1, 0],
          [0, 1],
        ],
      },
      { text: 'query', tokens: [[0, 2]] },
    ];
    await writeFile(tokens, lines.map((line) => JSON.stringify(line)).join('\n'));
    const { retriever: found } = await retriever(`${folder}/given,method=late,tokens=${tokens}`);
    const [first] = await found.retrieve({ text: 'query', k: 1 });
    expect(first).toMatchObject({ passage: { id: 'a.png' }, score: 1 });
    await expect(found.retrieve({ text: 'unknown', k: 1 })).rejects.toThrow(/no token vectors of "unknown"/);
    expect(sha256(page)).toMatch(/^[0-9a-f]{64}$/);
  });
});
