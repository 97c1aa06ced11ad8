// Vectors of texts and pictures in one space: a user's encoder, or counted words where there is none.
import { type Encoder, openEncoder } from '../../../experts/encoders/encoder.ts';
import { direction, dot } from '../../../knowledge/retrieval/directions.ts';

/** Dimensions of counted words. */
const WORDS = 1024;

/** Cosine of two unit vectors; 0 for vectors of different spaces, which say nothing of one another. */
export function likeness(a: Float32Array, b: Float32Array): number {
  return a.length === b.length ? dot(a, b) : 0;
}

/**
 * Counted words, hashed into a fixed number of dimensions with a sign (Weinberger et al. 2009), each as 1 + ln(count):
 * the same text gives the same vector everywhere. Texts in other words are strangers to it. Undefined without a word.
 */
export function countedWords(text: string, dimensions: number = WORDS): Float32Array | undefined {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  const vector = new Float32Array(dimensions);
  for (const [word, count] of counts) {
    const hash = fnv(word);
    vector[hash % dimensions] += (hash & 0x80000000 ? -1 : 1) * (1 + Math.log(count));
  }
  return direction(vector);
}

function fnv(word: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(word, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
}

export interface Embedder {
  readonly id: string;
  /** False: vectors are counted words, and cosines are far lower than an encoder's. */
  readonly learned: boolean;
  text(text: string): Promise<Float32Array | undefined>;
  /** Undefined where pictures cannot be put into the space. */
  picture(load: () => Promise<Uint8Array>): Promise<Float32Array | undefined>;
  close(): Promise<void>;
}

/** "onnx/PATH" or "embeddings/PATH" as the reader encoder takes them; "" counts words. Errors: the encoder's. */
export async function openEmbedder(written: string): Promise<Embedder> {
  if (written === '')
    return {
      id: `counted words, ${WORDS} dimensions`,
      learned: false,
      text: async (text) => countedWords(text),
      picture: async () => undefined,
      close: async () => {},
    };
  const encoder: Encoder = await openEncoder(written);
  return {
    id: `${written.split('/')[0]} ${encoder.hash.slice(0, 12)}`,
    learned: true,
    text: async (text) => (await encoder.encodeText([text]))[0],
    picture: async (load) => encoder.encodeImage({ bytes: await load() }),
    close: async () => encoder.close?.(),
  };
}
