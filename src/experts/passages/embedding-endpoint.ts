// Embeddings from a server: one vector of a text (OpenAI-compatible /embeddings), or one of each token (/pooling, as vLLM serves it).
import * as z from 'zod';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { type TokenRows, tokenRows } from '../../knowledge/retrieval/late-interaction.ts';
import type { PassageEncoder, TokenEncoder } from '../../knowledge/retrieval/passage-index.ts';
import type { Fetch } from '../direct-fetch.ts';
import { askOutside, bearer, plainAddress } from '../outside-service.ts';

export interface EmbeddingEndpoint {
  /** Over the trust list. */
  readonly fetch: Fetch;
  /** Base URL, such as http://127.0.0.1:8000/v1. */
  readonly url: string;
  readonly model: string;
  /** Environment variable that holds a token. */
  readonly tokenEnv?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const vectors = z.object({
  data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()).min(1) })),
});
const pooled = z.object({
  data: z.array(
    z.object({ index: z.number().int().min(0), data: z.array(z.array(z.number()).min(1)).min(1) }),
  ),
});

/** One vector for each text. Errors: `endpoint-not-trusted`, `expert-failed`, `credential-missing`. */
export function endpointEncoder(
  endpoint: EmbeddingEndpoint,
): Required<Pick<PassageEncoder, 'text'>> & PassageEncoder {
  const { id, ask } = asked(endpoint, 'embeddings', vectors);
  return {
    id,
    hash: contentHash({ id, kind: 'vectors' }),
    async text(texts) {
      const { data } = await ask({ input: texts, encoding_format: 'float' });
      return inOrder(data, texts.length, id).map(({ embedding }) => Float32Array.from(embedding));
    },
  };
}

/** One vector for each token of each text. */
export function endpointTokens(endpoint: EmbeddingEndpoint): TokenEncoder {
  const { id, ask } = asked(endpoint, 'pooling', pooled);
  return {
    id,
    hash: contentHash({ id, kind: 'tokens' }),
    joint: false,
    async text(texts): Promise<TokenRows[]> {
      const { data } = await ask({ input: texts });
      return inOrder(data, texts.length, id).map(({ data: rows }) => tokenRows(rows));
    },
  };
}

function asked<Shape>(endpoint: EmbeddingEndpoint, path: string, shape: z.ZodType<Shape>) {
  const { fetch, model, tokenEnv, timeoutMs, signal } = endpoint;
  const address = plainAddress(endpoint.url, 'An embedding server');
  const name = `The embedding server at ${address}`;
  const id = `${address}/${path}#${model}`;
  const ask = async (body: Readonly<Record<string, unknown>>): Promise<Shape> => {
    const { bytes } = await askOutside({
      ...{ fetch, url: `${address}/${path}`, name, timeoutMs },
      body: JSON.stringify({ model, ...body }),
      headers: { 'content-type': 'application/json', ...bearer(tokenEnv) },
      ...(signal === undefined ? {} : { signal }),
    });
    const read = shape.safeParse(parsed(bytes));
    if (read.success) return read.data;
    throw new OverreadError(
      'expert-failed',
      `${name} replied with something other than ${path === 'pooling' ? 'vectors of tokens' : 'embeddings'}: check its address and model.`,
    );
  };
  return { id, ask };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Servers may answer in any order: each result says which text it is of. */
function inOrder<Result extends { readonly index: number }>(
  results: readonly Result[],
  count: number,
  id: string,
): Result[] {
  const sorted = [...results].sort((a, b) => a.index - b.index);
  if (sorted.length === count && sorted.every(({ index }, at) => index === at)) return sorted;
  throw new OverreadError(
    'expert-failed',
    `${id} gave ${results.length} results for ${count} texts: check the model.`,
  );
}
