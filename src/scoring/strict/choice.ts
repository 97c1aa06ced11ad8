// A letter from a multiple-choice reply: only where one option is stated without doubt.
import type { Option } from '../../domain/question.ts';
import { afterMarker, finalText, isRefusal, plain, wordMatches } from './final-text.ts';
import { parseQuantity } from './number.ts';

export type Choice = { ok: true; letter: string } | { ok: false; reason: string; refused?: true };

/** The whole reply is a letter: B, (B), **B**, "B.", \boxed{B}; only here may it be lower case. */
const BARE = /^(?:option\s+)?[\s*_`"'([{<$]*(?:\\boxed\s*\{\s*)?([A-Za-z])[\s*_`"')\]}>$.:,;!]*$/i;
/** The reply opens with "B." "(B)" "B:" "B)" "**B**" or "B -". */
const OPENING = /^[\s*_`"']*(?:option\s+)?[([{]?([A-Z])(?:[)\]}.:*]|\s+[-–—]\s)/;
const STATEMENT =
  /(?:\b(final\s+)?(?:(?:correct|best|my|the|right)\s+)*(?:answer|choice|option)\b["'*_]*\s*(?:is|would be|should be|:|=|-|–|—)*\s*(?:that\s+)?(?:(?:option|letter|choice)\s*)?:?\s*|<answer>\s*|\\boxed\s*\{\s*(?:\\text\s*\{)?\s*|\b(?:choose|select|pick|guess|go with)\s+(?:(?:option|letter|answer)\s+)?)[*_`"'([{<$]*([A-Z])(?![\p{L}\p{N}'])/giu;
const STATED = new RegExp(STATEMENT.source, 'iu');
/** The reply ends ", B." or "… must be B". */
const CLOSING = /(?:[,:]|\b(?:is|be|so|thus|therefore|with))\s+[*_([]*([B-Z])[*_)\].]*$/;
/** The reply opens "B is correct". */
const JUDGED = /^[*_([]*([A-Z])[*_)\]]*\s+is\s+(?:the\s+)?(?:correct|right|best|most likely)\b/;
/** "or B", ", C", "and D" right after a stated letter. */
const SEVERAL = /^[)\]}*_."']*\s*(?:,|\/|&|\bor\b|\band\b)\s*(?:option\s+)?[([*]*[A-Z](?![\p{L}\p{N}'])/u;
const MARKED = /\(([A-Z])\)|\*\*\(?([A-Z])[).:]?\*\*|\[([A-Z])\]/g;

/**
 * The option a reply chooses. Accepted, in this order: a bare letter; explicit statements ("answer: B"), which must
 * agree unless the last is called final; an opening "B." or "(B)"; one single marked letter; the text of exactly one
 * option. "A" as an article, "A or B", a letter without an option and a letter beside another option's text are not.
 */
export function parseChoice(raw: string, options: readonly Option[]): Choice {
  const final = finalText(raw);
  if (!final.ok) return final;
  const text = final.text;
  const known = (letter: string): Choice =>
    options.some((option) => option.letter === letter)
      ? { ok: true, letter }
      : { ok: false, reason: `${letter} is not one of the options` };

  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const bare = BARE.exec(text);
  if (bare !== null) return known(bare[1].toUpperCase());
  if (listsOptions(text, options) && !STATED.test(text))
    return { ok: false, reason: 'several options are named and none is stated as the answer' };

  const stated = statements(text);
  if (stated.length > 0) {
    const last = stated[stated.length - 1];
    const letters = new Set(stated.map((s) => s.letter));
    if (last.several) return { ok: false, reason: 'several options are stated as the answer' };
    if (letters.size === 1 || last.final) return agrees(known(last.letter), text.slice(last.end), options);
    return { ok: false, reason: 'the stated answers differ' };
  }

  // A first or last line that is nothing but a capital letter.
  for (const line of [lines[lines.length - 1], lines[0]]) {
    const letter = BARE.exec(line)?.[1];
    if (letter !== undefined && letter === letter.toUpperCase()) return known(letter);
  }
  const opening = OPENING.exec(text);
  if (opening !== null) {
    const others = [...text.matchAll(MARKED)].map((m) => m[1] ?? m[2] ?? m[3]);
    if (others.every((letter) => letter === opening[1]) && !/\n\s*[([]?[B-Z][).:]\s/.test(text))
      return agrees(known(opening[1]), text.slice(opening[0].length), options);
    return { ok: false, reason: 'several options are named and none is stated as the answer' };
  }
  const marked = new Set([...text.matchAll(MARKED)].map((m) => m[1] ?? m[2] ?? m[3]));
  if (marked.size === 1) return known([...marked][0]);
  if (marked.size > 1)
    return { ok: false, reason: 'several options are named and none is stated as the answer' };

  const closing = CLOSING.exec(text)?.[1] ?? JUDGED.exec(text)?.[1];
  if (closing !== undefined) return known(closing);
  const marker = afterMarker(text);
  const byText =
    (marker === undefined ? undefined : optionByText(marker, options)) ??
    optionByText(text, options) ??
    optionByValue(text, options);
  if (byText !== undefined) return byText;
  if (isRefusal(text)) return { ok: false, reason: 'the reader says that it cannot answer', refused: true };
  if (/^(?:none|neither|no option|none of (?:the|these))\b/i.test(text))
    return { ok: false, reason: 'the reader says that none of the options is right' };
  return { ok: false, reason: 'no option is stated' };
}

interface Statement {
  letter: string;
  final: boolean;
  several: boolean;
  end: number;
}

function statements(text: string): Statement[] {
  const found: Statement[] = [];
  for (const match of text.matchAll(STATEMENT)) {
    const letter = match[2];
    if (/(?:\bnot|\bnever|n't|\bcannot)\s+$/i.test(text.slice(Math.max(0, match.index - 12), match.index)))
      continue;
    const end = match.index + match[0].length;
    const rest = text.slice(end);
    // The i flag is there for the words. A lower-case letter must end its line, or it is a word such as "a".
    if (letter !== letter.toUpperCase() && !/^[)\]}"'*_`.]*[ \t]*(?:\n|$)/.test(rest)) continue;
    const several = SEVERAL.test(rest);
    // "The answer is A large lesion": the article, unless a stop follows.
    if (
      !several &&
      (letter === 'A' || letter === 'I') &&
      /^\s+[\p{L}\p{N}]/u.test(rest) &&
      !/^\s+(?:because|since|as|for|due|given)\b/i.test(rest)
    )
      continue;
    found.push({
      letter: letter.toUpperCase(),
      final: match[1] !== undefined || /^(?:<answer>|\\boxed)/i.test(match[0]),
      several,
      end,
    });
  }
  return found;
}

/** Refuses a letter beside which exactly another option's text is quoted ("B. 12.3" where 12.3 is option C). */
function agrees(choice: Choice, rest: string, options: readonly Option[]): Choice {
  if (!choice.ok) return choice;
  const line = plain(rest.split('\n', 1)[0]);
  const quoted = options.find((option) => plain(option.text) !== '' && plain(option.text) === line);
  if (quoted !== undefined && quoted.letter !== choice.letter)
    return { ok: false, reason: `${choice.letter} is given with the text of ${quoted.letter}` };
  return choice;
}

/** One option's text and no other's in the reply; a longer text hides a shorter one inside it. */
function optionByText(text: string, options: readonly Option[]): Choice | undefined {
  const reply = plain(text);
  const whole = options.filter((option) => plain(option.text) === reply);
  if (whole.length === 1) return { ok: true, letter: whole[0].letter };
  const hits = matchedOptions(
    reply,
    options.map((option) => plain(option.text)),
  );
  if (hits.length === 1) {
    const option = options[hits[0].index];
    const before = reply.slice(Math.max(0, hits[0].at - 24), hits[0].at);
    if (
      /\b(?:not|isn t|no|without|rather than|instead of|neither|nor|unlikely)\s+(?:an?\s+|the\s+)?$/.test(
        before,
      )
    )
      return { ok: false, reason: `${option.letter} is only named in a negation` };
    // A bare "no" or "yes" inside a sentence is a word, not an answer; at the start it is one.
    if (/^(?:yes|no)$/.test(plain(option.text)) && hits[0].at > 0) return undefined;
    return { ok: true, letter: option.letter };
  }
  if (hits.length > 1) {
    const first = options[hits[0].index];
    if (hits[0].at === 0 && /^(?:yes|no)$/.test(plain(first.text)) && /^(?:yes|no)[,.:;!]/i.test(text))
      return { ok: false, reason: 'both yes and no are stated' };
    return { ok: false, reason: 'the texts of several options are named' };
  }
  return undefined;
}

/** Which needles stand in the text, not counting places that lie inside a longer needle's place. */
export function matchedOptions(text: string, needles: readonly string[]): { index: number; at: number }[] {
  const spans = needles.flatMap((needle, index) =>
    wordMatches(text, needle).map((at) => ({ index, at, end: at + needle.length })),
  );
  const kept = spans.filter(
    (s) =>
      !spans.some(
        (o) => o.index !== s.index && o.at <= s.at && o.end >= s.end && o.end - o.at > s.end - s.at,
      ),
  );
  const first = new Map<number, number>();
  for (const { index, at } of kept) first.set(index, Math.min(at, first.get(index) ?? at));
  return [...first].map(([index, at]) => ({ index, at })).sort((a, b) => a.at - b.at);
}

/** True when the reply repeats two or more options as "A: text", as an echo of the question does. */
function listsOptions(text: string, options: readonly Option[]): boolean {
  const flat = text.replace(/\s+/g, ' ');
  const listed = options.filter((option) => {
    const shown = option.text.normalize('NFKC').replace(/\s+/g, ' ').trim();
    return shown !== '' && [')', '.', ':'].some((mark) => flat.includes(`${option.letter}${mark} ${shown}`));
  });
  return listed.length > 1;
}

/** The option whose number the reply states ("14.1" for "14.1 cm³"), where all options are numbers. */
function optionByValue(text: string, options: readonly Option[]): Choice | undefined {
  const values = options.map((option) => parseQuantity(option.text, undefined));
  if (values.length === 0 || values.some((value) => !value.ok)) return undefined;
  const said = parseQuantity(text, undefined);
  if (!said.ok) return undefined;
  const hits = options.filter((_, i) => {
    const value = values[i];
    return value.ok && value.value === said.value;
  });
  return hits.length === 1 ? { ok: true, letter: hits[0].letter } : undefined;
}
