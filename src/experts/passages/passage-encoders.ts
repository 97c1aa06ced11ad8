// What passages and queries are turned into vectors by: files of the user's, a server, or letters and patches without a model.
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { letterTokens, letterVector } from '../../knowledge/retrieval/letter-tokens.ts';
import type { MemoryBudget } from '../../knowledge/retrieval/memory.ts';
import type { PassageEncoder, TokenEncoder } from '../../knowledge/retrieval/passage-index.ts';
import { patchTokens } from '../../knowledge/retrieval/patch-tokens.ts';
import { openEncoder } from '../encoders/encoder.ts';
import { type EmbeddingEndpoint, endpointEncoder, endpointTokens } from './embedding-endpoint.ts';
import { openTokenFile } from './token-file.ts';

/** How vectors are had without an address of their own. */
export type EndpointSettings = Omit<EmbeddingEndpoint, 'url' | 'model'> & { readonly model?: string };

const ADDRESS = /^https?:/i;
/** Raised when the built-in vectors change: indexes by other versions are not comparable. */
const VERSION = '1';

function modelOf({ model }: EndpointSettings): string {
  if (model !== undefined && model !== '') return model;
  throw new OverreadError('bad-argument', 'An embedding server needs the name of its model: add model=NAME.');
}

/** "letters", "onnx/PATH", "embeddings/PATH", or the address of a server. Errors: `bad-argument` and those of the files. */
export async function openPassageEncoder(
  written: string,
  settings: EndpointSettings,
): Promise<PassageEncoder & { close?(): Promise<void> }> {
  if (written === 'letters')
    return {
      ...{ id: 'letters', hash: sha256(`letters ${VERSION}`) },
      text: async (texts) => texts.map(letterVector),
    };
  if (ADDRESS.test(written)) return endpointEncoder({ ...settings, url: written, model: modelOf(settings) });
  const encoder = await openEncoder(written);
  const { id, hash } = encoder;
  return {
    ...{ id, hash },
    text: (texts) => encoder.encodeText(texts),
    picture: (picture) => encoder.encodeImage(picture),
    ...(encoder.close === undefined ? {} : { close: () => encoder.close?.() ?? Promise.resolve() }),
  };
}

/** "letters" (words by letters, pictures by patches), a .jsonl of token vectors, or the address of a server. */
export async function openTokenEncoder(
  written: string,
  settings: EndpointSettings,
  memory: MemoryBudget,
): Promise<TokenEncoder> {
  if (written === 'letters')
    return {
      ...{ id: 'letters', hash: sha256(`letter and patch tokens ${VERSION}`), joint: false },
      text: async (texts) => texts.map(letterTokens),
      picture: ({ bytes }) => patchTokens(bytes),
    };
  if (ADDRESS.test(written)) return endpointTokens({ ...settings, url: written, model: modelOf(settings) });
  return openTokenFile(written, memory);
}
