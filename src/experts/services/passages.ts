// passages: search over the user's own passages and pages, or the built-in criteria, on this machine.
import { basename } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { ExpertRole, ExpertRoles, Retrieved, Retriever } from '../../domain/expert.ts';
import { shownPicture } from '../../imaging/shown-picture.ts';
import { type ChunkOptions, DEFAULT_CHUNKS } from '../../knowledge/retrieval/chunks.ts';
import { criteriaPassages } from '../../knowledge/retrieval/criteria-passages.ts';
import { memoryBudget } from '../../knowledge/retrieval/memory.ts';
import { type LocalPassages, readPassages } from '../../knowledge/retrieval/passage-files.ts';
import {
  type FoundPassage,
  passageIndex,
  SEARCH_METHODS,
  type SearchMethod,
} from '../../knowledge/retrieval/passage-index.ts';
import { openOcr } from '../../privacy/ocr.ts';
import type { ServiceDeps, ServicePlugin } from '../expert-service.ts';
import { secondsOption } from '../outside-service.ts';
import { openPassageEncoder, openTokenEncoder } from '../passages/passage-encoders.ts';

type Options = Readonly<Record<string, string>>;

const bad = (sentence: string) => new OverreadError('bad-argument', sentence);

function numberOf(
  options: Options,
  name: string,
  usual: number | undefined,
  least: number,
): number | undefined {
  const written = options[name];
  if (written === undefined) return usual;
  const value = Number(written);
  if (written.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw bad(`passages: ${name} is a number of at least ${least}, not "${written}".`);
}

function chosen<Choice extends string>(options: Options, name: string, choices: readonly Choice[]): Choice {
  const written = options[name] ?? choices[0];
  const found = choices.find((choice) => choice === written);
  if (found !== undefined) return found;
  throw bad(`passages: ${name} is one of ${choices.join(', ')}, not "${written}".`);
}

/** "400/50" in characters, "300t/60" in words and marks. */
function chunkOptions(written: string | undefined): ChunkOptions {
  if (written === undefined) return DEFAULT_CHUNKS;
  const match = /^(\d+)(t?)(?:\/(\d+))?$/.exec(written);
  if (match === null)
    throw bad(`passages: chunk is SIZE/OVERLAP such as 400/50, or 300t/60 in words, not "${written}".`);
  const [, size, tokens, overlap = '0'] = match;
  return { size: Number(size), overlap: Number(overlap), unit: tokens === 't' ? 'tokens' : 'characters' };
}

async function loaded(options: Options, memory: ReturnType<typeof memoryBudget>): Promise<LocalPassages> {
  const { path } = options;
  if (path === undefined || path === '')
    throw bad(
      'Name the passages: --expert retrieve=passages:PATH, or passages:criteria for the built-in ones.',
    );
  const builtIn = /^criteria(?:\/([\w-]+))?$/.exec(path);
  if (builtIn !== null) return criteriaPassages(builtIn[1]);
  const chunks = chunkOptions(options.chunk);
  if (chosen(options, 'ocr', ['no', 'yes']) === 'no') return readPassages(path, { chunks, memory });
  const ocr = await openOcr();
  try {
    const read = async (png: Uint8Array) => {
      const { lines } = await ocr.read(png);
      return lines.map((line) => line.map(({ text }) => text).join(' ')).join('\n');
    };
    return await readPassages(path, { chunks, memory, ocr: read });
  } finally {
    await ocr.close();
  }
}

async function openRetriever(options: Options, deps: ServiceDeps): Promise<Retriever> {
  const method: SearchMethod = chosen(options, 'method', SEARCH_METHODS);
  const fuse = chosen(options, 'fuse', ['ranks', 'scores']);
  const distinct = chosen(options, 'repeats', ['drop', 'keep']) === 'drop';
  const cap = numberOf(options, 'k', undefined, 1);
  const threshold = numberOf(options, 'threshold', undefined, 1);
  const least = numberOf(options, 'least', undefined, -1);
  const settings = {
    fetch: deps.fetch,
    timeoutMs: secondsOption(options.timeout, 60, 'passages'),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options['token-env'] === undefined ? {} : { tokenEnv: options['token-env'] }),
  };
  const memory = memoryBudget((numberOf(options, 'memory', 1024, 1) ?? 1024) * (1 << 20));
  const { passages, hash } = await loaded(options, memory);
  const dense = method === 'vectors' || (method === 'fusion' && options.embed !== undefined);
  const late = method === 'late' || (method === 'fusion' && options.tokens !== undefined);
  const encoder = dense ? await openPassageEncoder(options.embed ?? 'letters', settings) : undefined;
  const tokens = late ? await openTokenEncoder(options.tokens ?? 'letters', settings, memory) : undefined;
  const index = await passageIndex(passages, {
    ...{ method, fuse, distinct, memory },
    ...(encoder === undefined ? {} : { encoder }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(threshold === undefined ? {} : { threshold }),
  });
  const served = [encoder, tokens].filter((one) => one !== undefined && /^https?:/.test(one.id));
  return {
    id: `passages:${basename(options.path)},method=${method}`,
    hash: contentHash({
      ...{ passages: hash, method, fuse, distinct, cap: cap ?? null, threshold: threshold ?? null },
      ...(least === undefined ? {} : { least }),
      ...{ encoder: encoder?.hash ?? null, tokens: tokens?.hash ?? null },
    }),
    async health() {
      for (const one of served) await one?.text?.(['effusion']);
    },
    async retrieve({ text, picture, k, domain, notOf }) {
      const found = await index.search({
        k: Math.min(k, cap ?? k),
        ...(text === undefined ? {} : { text }),
        ...(picture === undefined ? {} : { picture: { bytes: await picture.bytes() } }),
        ...(domain === undefined ? {} : { domain }),
        ...(notOf === undefined ? {} : { notOf }),
      });
      const near = least === undefined ? found : found.filter(({ score }) => score >= least);
      return Promise.all(near.map((one) => retrieved(one, deps)));
    },
    close: async () => encoder?.close?.(),
  };
}

/** The passage, its picture stored as it may be shown. */
async function retrieved(
  { passage, score, spread }: FoundPassage,
  { blobs }: ServiceDeps,
): Promise<Retrieved> {
  const { picture, ...about } = passage;
  const found = { score, ...(spread === undefined ? {} : { spread }) };
  if (picture === undefined) return { passage: about, ...found };
  const { bytes, mediaType } = await shownPicture(await picture(), passage.id);
  return { passage: { ...about, hash: await blobs.put(bytes), mediaType }, ...found };
}

const plugin: ServicePlugin = {
  id: 'passages',
  summary: 'search over your own passages and pages, or the built-in criteria, on this machine',
  roles: ['retrieve'],
  positional: 'path',
  options: {
    path: 'a .jsonl of {id, text, source, domain?, patient?, picture?}, a folder of texts and pages, or "criteria"',
    method:
      'bm25 (default), vectors, late (token by token), fusion of those that have an encoder, or random (a control)',
    embed: 'letters (default, no model), onnx/PATH, embeddings/PATH, or a server’s base URL with model=NAME',
    tokens:
      'token vectors: letters (default, no model), a .jsonl of them, or a server’s base URL with model=NAME',
    model: 'the embedding server’s model',
    'token-env': 'environment variable that holds the server’s token',
    timeout: 'seconds for one request to the server (60)',
    k: 'most passages of one search, whatever is asked for',
    threshold: 'adaptive k: keep while the first score over the next is below this (default: off)',
    least: 'least score of a passage: 0.1 of cosines in MedAgent-Pro’s release (default: none)',
    fuse: 'ranks (default) or scores',
    repeats: 'drop (default) or keep passages that say nearly the same',
    chunk: 'SIZE/OVERLAP of pieces of texts in characters (400/50), or 300t/60 in words',
    ocr: 'yes: read the text of pages that have no text file beside them (default no)',
    memory: 'MiB that passages and vectors may take (1024)',
  },
  async open<Role extends ExpertRole>(_: Role, options: Options, deps: ServiceDeps) {
    return (await openRetriever(options, deps)) as unknown as ExpertRoles[Role];
  },
};
export default plugin;
