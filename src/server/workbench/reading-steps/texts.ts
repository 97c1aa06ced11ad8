// Long texts of a read in pieces: what a page gets at first, and the rest on request.
import { OverreadError } from '../../../domain/errors.ts';
import type { Read } from '../../../domain/read.ts';
import type { BoundedJson, CutText, TextPiece } from '../shapes/read.ts';
import type { AskedQuestion } from './read-source.ts';

/** Characters of one text that come with the read. */
const FIRST = 64 << 10;
/** Characters of one further piece. */
const PIECE = 256 << 10;
/** Characters of all texts of a read together; what comes later is cut to its beginning. */
const ALL = 1 << 20;
const LEAST = 512;

/** Cuts texts to their beginnings, ever shorter once much was given. */
export interface Cutter {
  text(text: string, part: string): CutText;
  json(value: unknown, part: string): BoundedJson;
}

export function cutter(): Cutter {
  let left = ALL;
  const take = (text: string): string => {
    const cut = pieceOf(text, 0, Math.max(LEAST, Math.min(FIRST, left)));
    left -= cut.length;
    return cut;
  };
  return {
    text: (text, part) => ({ text: take(text), total: text.length, part }),
    json(value, part) {
      const written = JSON.stringify(value) ?? 'null';
      if (written.length <= Math.max(LEAST, Math.min(FIRST, left))) {
        left -= written.length;
        return { json: value ?? null };
      }
      return { cut: { text: take(written), total: written.length, part } };
    },
  };
}

/** A piece that does not end within a pair of surrogates. */
function pieceOf(text: string, offset: number, length: number): string {
  const end = offset + length;
  const pair = end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return text.slice(offset, pair ? end - 1 : end);
}

const PART =
  /^(raw|reason|question|context|answer|(?:transcript|prompt|error|arguments|result|gold)\.\d{1,7})$/;

/** A piece of one of the read's texts. Errors: `bad-argument` for a part that it does not have. */
export function textPieceOf(
  part: string,
  offset: number,
  of: { readonly read: Read | undefined; readonly asked: AskedQuestion },
): TextPiece {
  const text = PART.test(part) ? wholeText(part, of) : undefined;
  if (text === undefined)
    throw new OverreadError('bad-argument', 'The read has no such text: reload its page.');
  return { text: pieceOf(text, offset, PIECE), offset, total: text.length };
}

function wholeText(
  part: string,
  { read, asked }: { readonly read: Read | undefined; readonly asked: AskedQuestion },
): string | undefined {
  const [name, number] = part.split('.');
  const at = Number(number);
  const { question } = asked;
  const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
  if (name === 'raw') return read?.raw;
  if (name === 'reason') return read?.reason;
  if (name === 'question') return question?.text;
  if (name === 'context') return question?.context;
  if (name === 'answer') return asked.key?.answer ?? asked.gold;
  if (name === 'gold') return json(asked.key?.evidence[at]?.value);
  if (name === 'transcript') return read?.transcript[at]?.text;
  if (name === 'error') return read?.toolCalls[at]?.error;
  if (name === 'arguments') return json(read?.toolCalls[at]?.arguments);
  if (name === 'result') return json(read?.toolCalls[at]?.result);
  const spoken = question?.prompt?.[at];
  return spoken?.type === 'text' ? spoken.text : undefined;
}
