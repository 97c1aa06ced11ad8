// An answer that is not sent yet: kept in this tab, so that a reload loses nothing, and what of it can be sent.
import type {
  GivenAnswer,
  ReadingItem,
  ShownAnswer,
  WantedAnswer,
} from '../../../../src/server/workbench/shapes/room.ts';

export interface Draft {
  readonly choice?: string;
  /** As typed. */
  readonly number: string;
  readonly text: string;
  /** 0…100; undefined: not given. */
  readonly confidence?: number;
  readonly note: string;
}

/** What is kept of one position: the draft, and the time spent on it. Nothing of the question itself. */
interface Kept {
  readonly position: number;
  readonly draft: Draft;
  readonly activeMilliseconds: number;
}

export const EMPTY: Draft = { number: '', text: '', note: '' };

const keyOf = (worklist: string) => `overread-draft-${worklist}`;

export function keepDraft(worklist: string, kept: Kept): void {
  try {
    sessionStorage.setItem(keyOf(worklist), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing: the answer then lives as long as the page.
  }
}

export function dropDraft(worklist: string): void {
  try {
    sessionStorage.removeItem(keyOf(worklist));
  } catch {
    // Nothing was kept.
  }
}

/** The draft of this position; undefined when the tab has none of it. */
export function keptDraft(worklist: string, position: number): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(worklist)) ?? 'null') as Kept | null;
    return kept !== null && kept.position === position ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Where a form begins: what was being written, else the answer given before, else nothing. */
export function firstDraft(worklist: string, item: ReadingItem): Draft {
  return keptDraft(worklist, item.position)?.draft ?? (item.given === null ? EMPTY : draftOf(item.given));
}

function draftOf({ answer, confidence, note }: ShownAnswer): Draft {
  const sure = confidence === null ? {} : { confidence: Math.round(100 * confidence) };
  const base = { ...EMPTY, ...sure, note };
  if (answer.kind === 'choice') return { ...base, choice: answer.letter };
  if (answer.kind === 'number') return { ...base, number: String(answer.value) };
  return answer.kind === 'text' ? { ...base, text: answer.text } : base;
}

export type Missing = 'answer' | 'confidence';
export type Checked =
  | { readonly ready: true; readonly body: GivenAnswer }
  | { readonly ready: false; readonly missing: Missing; readonly sentence: string };

/** What would be sent, or the first thing that is missing in a sentence for the reader. */
export function checked(
  draft: Draft,
  wanted: WantedAnswer,
  confidence: 'required' | 'optional' | 'off',
): Checked {
  const answer = answerOf(draft, wanted);
  if (typeof answer === 'string') return { ready: false, missing: 'answer', sentence: answer };
  if (confidence === 'required' && draft.confidence === undefined)
    return {
      ready: false,
      missing: 'confidence',
      sentence: 'Say how sure you are.',
    };
  return { ready: true, body: { answer, ...rest(draft, confidence) } };
}

export function rest(draft: Draft, confidence: 'required' | 'optional' | 'off'): Partial<GivenAnswer> {
  const note = draft.note.trim();
  return {
    ...(confidence === 'off' || draft.confidence === undefined ? {} : { confidence: draft.confidence / 100 }),
    ...(note === '' ? {} : { note }),
  };
}

function answerOf(draft: Draft, wanted: WantedAnswer): GivenAnswer['answer'] | string {
  if (wanted.kind === 'choice') {
    const letter = wanted.options.find((option) => option.letter === draft.choice)?.letter;
    return letter === undefined ? 'Choose one of the answers.' : { kind: 'choice', letter };
  }
  if (wanted.kind === 'text') {
    const text = draft.text.trim();
    return text === '' ? 'Write an answer.' : { kind: 'text', text };
  }
  const value = numberOf(draft.number);
  return typeof value === 'string' ? value : { kind: 'number', value };
}

/** A number as typed; a sentence where it could be read in two ways, such as "1,432". */
export function numberOf(typed: string): number | string {
  const text = typed.trim().replace(/^\+/, '').replace('−', '-');
  if (text === '') return 'Write a number.';
  if (text.includes(','))
    return 'Write the number with a point before decimals and nothing between thousands.';
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text)))
    return 'This is not a number: write digits only, without the unit.';
  return Number(text);
}

/** Whether the answer that the server has is the one that was sent: a reply may have been lost on its way. */
export function isSame(given: ShownAnswer | null, sent: GivenAnswer): boolean {
  if (given === null) return false;
  const kept = given.answer;
  const wanted = sent.answer;
  if (kept.kind === 'choice') return wanted.kind === 'choice' && wanted.letter === kept.letter;
  if (kept.kind === 'number') return wanted.kind === 'number' && wanted.value === kept.value;
  if (kept.kind === 'text') return wanted.kind === 'text' && wanted.text === kept.text;
  return wanted.kind === 'pass';
}
