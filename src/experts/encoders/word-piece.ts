// WordPiece, the tokenizer of BERT and of the biomedical text encoders built on it, from its list of pieces.
import { OverreadError } from '../../domain/errors.ts';

export interface WordPieceOptions {
  /** Lower case and accents taken off. Default true. */
  readonly lowercase?: boolean;
  /** Most ids of a text, the two marks around it included. */
  readonly maxLength: number;
}

export interface Tokenizer {
  /** Ids with the marks that the model wants around a text; no padding. */
  encode(text: string): number[];
  /** Id that fills up. */
  readonly pad: number;
}

const isHan = /\p{Script=Han}/u;
const isSpace = /\s/u;
const isMark = /[\p{P}$+<=>^`|~]/u;
/** A word longer than this is unknown as a whole, as in the reference implementation. */
const LONGEST_WORD = 100;

/** Words of a text: split at spaces, each punctuation mark and each Han character by itself. */
function words(text: string, lowercase: boolean): string[] {
  const clean = lowercase
    ? text
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
    : text.normalize('NFC');
  const found: string[] = [];
  let word = '';
  const flush = () => {
    if (word !== '') found.push(word);
    word = '';
  };
  for (const character of clean) {
    if (isSpace.test(character)) flush();
    else if (isMark.test(character) || isHan.test(character)) {
      flush();
      found.push(character);
    } else if (!/\p{Cc}|\p{Cf}|\ufffd/u.test(character)) word += character;
  }
  flush();
  return found;
}

/**
 * @param pieces in the order of their ids, as in vocab.txt; "##" begins a piece that continues a word
 * @throws `file-corrupt` when [CLS], [SEP], [PAD] or [UNK] is not among them
 */
export function wordPiece(pieces: readonly string[], options: WordPieceOptions): Tokenizer {
  const { lowercase = true, maxLength } = options;
  const idOf = new Map(pieces.map((piece, id) => [piece, id]));
  const special = (piece: string): number => {
    const id = idOf.get(piece);
    if (id !== undefined) return id;
    throw new OverreadError(
      'file-corrupt',
      `The vocabulary has no piece ${piece}: give the WordPiece vocab.txt of the text encoder.`,
    );
  };
  const [cls, sep, pad, unknown] = ['[CLS]', '[SEP]', '[PAD]', '[UNK]'].map(special);

  /** The longest piece first, again and again; a word that does not come out even is unknown. */
  function idsOf(word: string): number[] {
    const characters = [...word];
    if (characters.length > LONGEST_WORD) return [unknown];
    const ids: number[] = [];
    for (let start = 0; start < characters.length; ) {
      let end = characters.length;
      let found: number | undefined;
      for (; end > start; end--) {
        const piece = characters.slice(start, end).join('');
        found = idOf.get(start === 0 ? piece : `##${piece}`);
        if (found !== undefined) break;
      }
      if (found === undefined) return [unknown];
      ids.push(found);
      start = end;
    }
    return ids;
  }

  return {
    pad,
    encode: (text) => [
      cls,
      ...words(text, lowercase)
        .flatMap(idsOf)
        .slice(0, maxLength - 2),
      sep,
    ],
  };
}
