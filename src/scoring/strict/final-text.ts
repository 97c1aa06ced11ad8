// The part of a reply that states the answer: reasoning removed, letter forms unified, refusals recognised.
import { asciiDigits } from '../published/python-text.ts';

export type Stated = { ok: true; text: string } | { ok: false; reason: string };

/** Replies longer than this are judged by their end: the answer is stated last. */
const LONGEST = 20_000;

/**
 * What is left of a reply once think blocks are gone. Some servers send only the closing tag, so whatever stands
 * before a last stray </think> is reasoning too. A block left open means that the reply broke off in thought.
 */
export function finalText(raw: string): Stated {
  let text = raw.length > LONGEST ? raw.slice(-LONGEST) : raw;
  const close = text.toLowerCase().lastIndexOf('</think>');
  if (close >= 0) text = text.slice(close + '</think>'.length);
  const open = text.toLowerCase().indexOf('<think>');
  if (open >= 0) text = text.slice(0, open);
  text = asciiDigits(text.normalize('NFKC'))
    .replace(/[\u2212\ufe63\uff0d]/g, '-')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\u200b|\u200c|\u200d|\u2060|\ufeff/g, '')
    .trim();
  if (text !== '') return { ok: true, text };
  return { ok: false, reason: raw.trim() === '' ? 'the reply is empty' : 'the reply holds reasoning only' };
}

const REFUSAL = [
  /\b(?:cannot|can't|can not|could not|couldn't|unable to|not able to|not possible to|impossible to)\s+(?:be\s+|accurately\s+|reliably\s+|definitively\s+|confidently\s+|safely\s+)*(?:determine|determined|answer|answered|assess|assessed|tell|provide|measure|measured|calculate|calculated|diagnose|identify|identified|evaluate|evaluated|help|assist|say|see|view|interpret|analy[sz]e|estimate|estimated)/i,
  /\b(?:insufficient|not enough|inadequate) (?:information|data|detail|evidence|context)/i,
  /\bi(?:'m| am) (?:sorry|unable|not able)\b/i,
  /\bi (?:don't|do not) (?:know|have (?:access|enough))\b/i,
  /\b(?:i (?:decline|refuse)|as an ai\b)/i,
  /^(?:indeterminate|unknown|undetermined|n\/?a|not applicable|uncertain|unsure)[.!]?$/i,
];

/** True when the reply says that it will not or cannot answer. Looked at only where no answer is stated. */
export function isRefusal(text: string): boolean {
  return REFUSAL.some((pattern) => pattern.test(text));
}

/** Lower case, dashes and punctuation as spaces, one space between words; "T2" and "12.5" stay whole. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replace(/[^\p{L}\p{N}.%<>=+/-]+/gu, ' ')
    .replace(/(?<!\d)\.|\.(?!\d)/g, ' ')
    .replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Index of each place where `needle` stands in `text` as whole words; both plain. */
export function wordMatches(text: string, needle: string): number[] {
  const found: number[] = [];
  if (needle === '') return found;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    const before = at === 0 || !/[\p{L}\p{N}.]/u.test(text[at - 1]);
    const next = text[at + needle.length];
    if (before && (next === undefined || !/[\p{L}\p{N}]/u.test(next))) found.push(at);
  }
  return found;
}

const MARKER =
  /(?:\b(?:final\s+|correct\s+|best\s+|my\s+)?(?:answer|choice|conclusion)\b(?:\s+(?:is|would be|should be))?\s*(?:option\s+)?[:=]?|<answer>|\\boxed\s*\{)\s*/gi;

/** Text after the last "answer:", "the answer is", <answer> or \boxed{ up to the end of its line; undefined if none. */
export function afterMarker(text: string): string | undefined {
  let last: string | undefined;
  for (const match of text.matchAll(MARKER)) {
    const boxed = match[0].startsWith('\\boxed');
    const rest = text.slice(match.index + match[0].length);
    const end = boxed ? rest.indexOf('}') : rest.search(/<\/answer>|\n/i);
    const stated = (end < 0 ? rest : rest.slice(0, end)).replace(/^[\s*_`"'$]+|[\s*_`"'$]+$/g, '');
    if (stated !== '') last = stated;
  }
  return last;
}
