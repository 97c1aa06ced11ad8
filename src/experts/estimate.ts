// The most tokens a request may cost, for budgets: an upper estimate, since every provider counts in its own way.
import { pictureSize } from '../imaging/picture-size.ts';
import type { ChatCall } from './chat-model.ts';

/** Tokens set aside for a reply when the caller gives no limit; with a budget the call is then limited to it. */
export const DEFAULT_MAX_OUTPUT = 4096;

/** Bytes of text per token, below what tokenizers need for anything but rare scripts. */
const BYTES_PER_TOKEN = 2;
/** Vendors cap an image at about this, or count one token per 750 pixels. */
const TOKENS_PER_IMAGE = 1600;
const PIXELS_PER_TOKEN = 750;

/** Pixels of a PNG or JPEG by its header, 0 when it is neither. */
export function pixelsOf(bytes: Uint8Array): number {
  const size = pictureSize(bytes);
  return size === undefined ? 0 : size.width * size.height;
}

function imageTokens(pixels: number): number {
  return Math.max(TOKENS_PER_IMAGE, Math.ceil(pixels / PIXELS_PER_TOKEN));
}

type PixelsByUrl = ReadonlyMap<string, number>;

/** Text bytes and image tokens anywhere in a prompt. */
function weigh(value: unknown, sum: { bytes: number; images: number }, pixels: PixelsByUrl): void {
  if (typeof value === 'string') {
    const stored = pixels.get(value);
    if (stored === undefined) sum.bytes += Buffer.byteLength(value);
    else sum.images += imageTokens(stored);
  } else if (Array.isArray(value)) for (const item of value) weigh(item, sum, pixels);
  else if (value instanceof Uint8Array) sum.images += imageTokens(pixelsOf(value));
  else if (value instanceof URL) sum.images += imageTokens(pixels.get(value.href) ?? 0);
  else if (typeof value === 'object' && value !== null) {
    sum.bytes += 8;
    for (const inner of Object.values(value)) weigh(inner, sum, pixels);
  }
}

/** Worst case of a call in tokens. @param pixels of the stored pictures that the prompt names, by address. */
export function worstTokens(
  call: ChatCall,
  pixels: PixelsByUrl = new Map(),
): { input: number; output: number } {
  const sum = { bytes: 0, images: 0 };
  weigh(call.prompt, sum, pixels);
  weigh(call.tools, sum, pixels);
  return {
    input: Math.ceil(sum.bytes / BYTES_PER_TOKEN) + sum.images,
    output: call.maxOutputTokens ?? DEFAULT_MAX_OUTPUT,
  };
}
