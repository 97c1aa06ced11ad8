// Many short texts in one piece of memory: 200,000 ids cost their bytes and not an object each.

/** UTF-8 bytes of texts one after another; text i lies between ends[i − 1] and ends[i]. */
export interface PackedTexts {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

export function packTexts(texts: readonly string[]): PackedTexts {
  const encoder = new TextEncoder();
  const parts = texts.map((text) => encoder.encode(text));
  const ends = new Uint32Array(texts.length);
  let size = 0;
  parts.forEach((part, i) => {
    size += part.length;
    ends[i] = size;
  });
  const bytes = new Uint8Array(size);
  parts.forEach((part, i) => {
    bytes.set(part, ends[i] - part.length);
  });
  return { bytes, ends };
}

const decoder = new TextDecoder();

/** Text number `at`; "" where there is none. */
export function textAt({ bytes, ends }: PackedTexts, at: number): string {
  if (at < 0 || at >= ends.length) return '';
  return decoder.decode(bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]));
}

/** Number of a text; −1 where it is not among them. */
export function findText({ bytes, ends }: PackedTexts, text: string): number {
  const wanted = new TextEncoder().encode(text);
  return ends.findIndex((end, i) => {
    const from = i === 0 ? 0 : ends[i - 1];
    if (end - from !== wanted.length) return false;
    for (let at = 0; at < wanted.length; at++) if (bytes[from + at] !== wanted[at]) return false;
    return true;
  });
}

/** Texts that repeat, kept once each: `at[i]` is the number of text i. */
export interface Interned {
  readonly texts: PackedTexts;
  readonly at: Int32Array;
}

export function intern(texts: readonly string[]): Interned {
  const numbers = new Map<string, number>();
  const at = Int32Array.from(texts, (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  });
  return { texts: packTexts([...numbers.keys()]), at };
}

export const internedAt = ({ texts, at }: Interned, i: number): string => textAt(texts, at[i]);
