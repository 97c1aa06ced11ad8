// Reading MedObvious replies: as the released scripts do (letters A to E only, any mention of the place), and strictly.
import type { Option } from '../../../domain/question.ts';
import { strip, WORD } from '../../../scoring/published/python-text.ts';
import { choiceOf, type Parsed, parsed, unparsed, withoutThinking, yesOrNo } from '../../replies.ts';
import { POSITIONS, type Side, type TaskType } from './tasks.ts';

/** What a reply is held against. */
export interface Gold {
  readonly taskType: TaskType;
  readonly answer: string;
  /** Nothing is odd, or the box is not on it. */
  readonly negative: boolean;
  readonly side: Side;
  readonly options: readonly Option[];
}

export interface Reading {
  readonly right: boolean;
  /** Why nothing could be read; undefined when something was. */
  readonly reason?: string;
  readonly refused?: true;
}

/** The scripts' text form: lower case, dashes alike, everything but a–z, 0–9, space and hyphen turned into spaces. */
function normalText(text: string): string {
  return strip(text)
    .toLowerCase()
    .replace(/[_\u2013\u2014]/g, '-')
    .replace(/[^a-z0-9 -]/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
}

const normalPosition = (text: string): string => normalText(text).replaceAll(' ', '-').replace(/-+/g, '-');

/** In the order in which the scripts look for them: the first that occurs anywhere is taken. */
const RELEASED_POSITIONS = [
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
  'top-center',
  'middle-left',
  'middle-center',
  'middle-right',
  'bottom-center',
  'center',
  'centre',
  'none',
  'no-outlier',
  'all-same',
  'all-the-same',
];
const LONE_LETTER = new RegExp(`(?<![${WORD}])([A-E])(?![${WORD}])`, 'u');

/** The first A–E that stands alone, else the first A–E of any word, all in upper case. */
export function releasedLetter(text: string): Parsed<string> {
  const upper = strip(text).toUpperCase();
  const letter = LONE_LETTER.exec(upper)?.[1] ?? /[A-E]/.exec(upper)?.[0];
  return letter === undefined ? unparsed('no letter from A to E') : parsed(letter);
}

export function releasedYesNo(text: string): Parsed<string> {
  const word = /\b(yes|no)\b/.exec(normalText(text))?.[1];
  return word === undefined ? unparsed('neither yes nor no') : parsed(word);
}

export function releasedPosition(text: string): Parsed<string> {
  const normal = normalPosition(text);
  const found = RELEASED_POSITIONS.find((position) => normal.includes(position));
  if (found !== undefined) return parsed(found === 'centre' ? 'center' : found);
  const cell = /\brow *([1-9]) *(?:col|column) *([1-9])\b/.exec(normalText(text));
  return cell === null ? unparsed('no position is named') : parsed(`row${cell[1]}-col${cell[2]}`);
}

/** As released: an open reply is right as soon as the right position occurs in it, whatever else does. */
export function releasedReading({ taskType, answer }: Gold, text: string): Reading {
  if (taskType.endsWith('_mcq')) return held(releasedLetter(text), strip(answer).toUpperCase());
  if (taskType === 'visual_referring') return held(releasedYesNo(text), strip(answer).toLowerCase());
  const gold = normalPosition(answer);
  if (gold !== '' && normalPosition(text).includes(gold)) return { right: true };
  const found = releasedPosition(text);
  return held(found.ok ? parsed(normalPosition(found.value)) : found, gold);
}

function held(found: Parsed<string>, answer: string): Reading {
  if (found.ok) return { right: found.value === answer };
  const { reason, refused } = found;
  return { right: false, reason, ...(refused === undefined ? {} : { refused }) };
}

const ROWS: Readonly<Record<string, string>> = { upper: 'top', lower: 'bottom', centre: 'center' };
const PLACE =
  /\b(top|upper|middle|center|centre|bottom|lower)[\s-]+(?:row[\s,-]+)?(left|right|center|centre|middle)\b|\brow\s*([1-3])\s*,?\s*(?:and\s+)?col(?:umn)?\s*([1-3])\b|\b(?:in|at)\s+the\s+(?:very\s+)?(center|centre|middle)\b(?![\s-]+(?:row|left|right|cent|middle))|^\W*(center|centre)\W*$/giu;
/** What says of a sentence that it tells which picture is odd. */
const ODD = /\b(?:outliers?|odd|anomal\w*|abnormal\w*|differ\w*|answer|position|stands? out|not belong)\b/i;
const NONE =
  /\bnone\b|\bno\s+(?:clear\s+|obvious\s+|clinical\s+)?(?:outlier|anomal\w*|odd|differen\w*)|\ball\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?(?:are\s+|look\s+|appear\s+|show\s+)?(?:the\s+)?(?:same|alike|consistent|fit)\b/i;

/** Positions of the grid that a text names, each once. */
function places(text: string, side: Side): string[] {
  const names = POSITIONS[side];
  const found = new Set<string>();
  for (const [, row, column, r, c, inside, alone] of text.matchAll(PLACE)) {
    if (r !== undefined && c !== undefined) {
      const [at, to] = [Number(r), Number(c)];
      if (at <= side && to <= side) found.add(names[(at - 1) * side + to - 1]);
      continue;
    }
    if ((inside ?? alone) !== undefined) {
      if (side === 3) found.add('middle-center');
      continue;
    }
    const name = (word: string) => ROWS[word.toLowerCase()] ?? word.toLowerCase();
    const vertical = name(row) === 'center' ? 'middle' : name(row);
    const horizontal = name(column) === 'middle' ? 'center' : name(column);
    if (names.includes(`${vertical}-${horizontal}`)) found.add(`${vertical}-${horizontal}`);
  }
  return [...found];
}

/**
 * The position that a reply states, or "none". One position in all of the reply; else the one on a line of its own at
 * the start; else the one in the sentences that speak of the odd picture. Several of equal standing are no answer.
 */
export function statedPosition(reply: string, side: Side): Parsed<string> {
  const text = withoutThinking(reply);
  const all = places(text, side);
  const none = NONE.test(text);
  if (all.length === 0)
    return none ? parsed('none') : unparsed('no position of the grid is named, nor that there is none');
  if (/^\W*(?:answer\W+)?none\b/i.test(text)) return parsed('none');
  if (all.length === 1) return parsed(all[0]);
  const sentences = text.split(/(?<=[.!?;:])\s+|\n+/).filter((sentence) => sentence.trim() !== '');
  const [first = ''] = sentences;
  const opening = places(first, side);
  if (opening.length === 1 && first.trim().split(/\s+/).length <= 4) return parsed(opening[0]);
  if (none && /\bno\s+(?:clear\s+|obvious\s+|clinical\s+)?outlier/i.test(text)) return parsed('none');
  const telling = sentences
    .filter((sentence) => ODD.test(sentence) && !/\bnot\s+(?:the\s+)?(?:outlier|odd)/i.test(sentence))
    .map((sentence) => places(sentence, side))
    .filter((named) => named.length > 0);
  const agreed = new Set(telling.flat());
  if (agreed.size === 1) return parsed([...agreed][0]);
  return unparsed('several positions are named and none is stated as the answer');
}

/** A stated letter or option; "None" alone is the option that begins with it. */
function strictChoice(text: string, options: readonly Option[]): Parsed<string> {
  const found = choiceOf(text, options);
  if (found.ok || !/^\W*(?:answer\W+)?none\b/i.test(withoutThinking(text))) return found;
  const none = options.find((option) => /^none\b/i.test(option.text));
  return none === undefined ? found : parsed(none.letter);
}

export function strictReading({ taskType, answer, side, options }: Gold, text: string): Reading {
  if (taskType.endsWith('_mcq')) return held(strictChoice(text, options), strip(answer).toUpperCase());
  if (taskType === 'visual_referring') return held(yesOrNo(text), strip(answer).toLowerCase());
  return held(statedPosition(text, side), answer.trim().toLowerCase());
}
