// Yes, no or a category from a free-form reply.
import type { Option } from '../../domain/question.ts';
import { matchedOptions } from './choice.ts';
import { afterMarker, finalText, isRefusal, plain } from './final-text.ts';

export type Label = { ok: true; text: string } | { ok: false; reason: string; refused?: true };

const YES = new Set(['yes', 'y', 'true', 'present', 'positive', 'correct']);
const NO = new Set(['no', 'n', 'false', 'absent', 'negative', 'incorrect']);

/** "yes" or "no", stated as the whole reply, its first word, or after "answer:". "Normal" and "none" are neither. */
export function parseYesNo(raw: string): Label {
  const final = finalText(raw);
  if (!final.ok) return final;
  const marked = afterMarker(final.text);
  for (const text of marked === undefined ? [final.text] : [marked, final.text]) {
    const words = plain(text);
    if (YES.has(words)) return { ok: true, text: 'yes' };
    if (NO.has(words)) return { ok: true, text: 'no' };
    const first = /^(yes|no)\b(?!\s+or\b|\/)/.exec(words)?.[1];
    if (first !== undefined) {
      const other = first === 'yes' ? /\bno\b(?= *$|\s*[.,;]\s*$)/ : /\byes\b/;
      if (other.test(words.slice(first.length))) return { ok: false, reason: 'both yes and no are stated' };
      return { ok: true, text: first };
    }
  }
  if (isRefusal(final.text))
    return { ok: false, reason: 'the reader says that it cannot answer', refused: true };
  const closing = /(?:^|[.!?:\n]\s*)(yes|no)[.!*]*$/i.exec(final.text)?.[1];
  if (closing !== undefined) return { ok: true, text: closing.toLowerCase() };
  return { ok: false, reason: 'neither yes nor no is stated' };
}

/** Words that mean the same in these answers; applied to reply and options alike, on plain text. */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/\bhyper ?(?:attenuating|attenuated|attenuation|dense|density|enhancing)\b/g, 'hyperattenuating'],
  [/\bhypo ?(?:attenuating|attenuated|attenuation|dense|density|enhancing)\b/g, 'hypoattenuating'],
  [/\biso ?(?:attenuating|attenuated|attenuation|dense|density|enhancing)\b/g, 'isoattenuating'],
  [
    /\b(?:the )?same(?: (?:size|volume|number|count|amount|burden))?\b|\b(?:equal|equally|equivalent|identical|similar|no difference|symmetric|symmetrical)\b/g,
    'same',
  ],
  [/\btumou?r\b/g, 'tumor'],
  [/\boesophagus\b/g, 'esophagus'],
  [/\bcolou?r\b/g, 'color'],
  [/\bpancreatic ductal adenocarcinoma\b/g, 'pdac'],
  [/\b(?:pancreatic neuroendocrine tumor|pancreatic net|pan net)\b/g, 'pnet'],
  [/\b(?:stage|grade|class|category) (?=[tg]?\d\b)/g, ''],
  [/\bp?(t[1-4])[a-c]?\b/g, '$1'],
  [/\b(left|right) (?:kidney|side|one)\b/g, '$1'],
  [/\b(?:unresectable|not resectable|non resectable|nonresectable|inoperable)\b/g, 'unresectable'],
  [/\bborderline(?: resectable)?\b/g, 'borderline'],
  // Not left out: where whole organs are compared, "Kidneys" is an answer.
  [/\bkidney\b/g, 'kidneys'],
  [/\b(?:the|a|an|is|it)\b/g, ''],
];

/** Labels already unified: options and short replies recur by the thousand in a run. */
const known = new Map<string, string>();
const KNOWN_LIMIT = 10_000;

/** Plain text with synonyms unified, so that "The left kidney." equals "Left". */
export function canonicalLabel(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  let words = plain(text);
  for (const [pattern, replacement] of SYNONYMS) words = words.replace(pattern, replacement);
  const label = words.replace(/\s+/g, ' ').trim();
  if (known.size >= KNOWN_LIMIT) known.clear();
  if (text.length <= 100) known.set(text, label);
  return label;
}

/**
 * The option that a reply names, by its text or a synonym; the longest match counts ("mild" inside "mild to
 * moderate" does not). Without options the reply's own canonical text is the answer.
 */
export function parseLabel(raw: string, options: readonly Option[]): Label {
  const final = finalText(raw);
  if (!final.ok) return final;
  if (options.length === 0) {
    const text = canonicalLabel(afterMarker(final.text) ?? final.text);
    if (text !== '' && !isRefusal(final.text)) return { ok: true, text };
    if (isRefusal(final.text))
      return { ok: false, reason: 'the reader says that it cannot answer', refused: true };
    return { ok: false, reason: 'no category is stated' };
  }
  const names = namesOf(options);
  const labels = names.map((name) => name.label);
  const optionOf = (index: number): string => options[names[index].option].text;
  const marked = afterMarker(final.text);
  let reason = 'no category of the question is named';
  for (const text of marked === undefined ? [final.text] : [marked, final.text]) {
    const said = canonicalLabel(text);
    const whole = labels.indexOf(said);
    if (whole >= 0) return { ok: true, text: optionOf(whole) };
    const matches = matchedOptions(said, labels);
    const hits = matches.filter(
      (m, i) => matches.findIndex((o) => names[o.index].option === names[m.index].option) === i,
    );
    if (hits.length === 1) {
      const before = said.slice(Math.max(0, hits[0].at - 24), hits[0].at);
      if (!/\b(?:not|no|without|rather than|instead of|neither|nor|unlikely)\s*$/.test(before))
        return { ok: true, text: optionOf(hits[0].index) };
      reason = 'a category is only named in a negation';
    } else if (hits.length > 1) {
      reason = 'several categories are named';
    }
  }
  if (isRefusal(final.text))
    return { ok: false, reason: 'the reader says that it cannot answer', refused: true };
  return { ok: false, reason };
}

/**
 * How an option may be called: its canonical text, that text without its brackets, what stands in the brackets, and
 * the words that no other option has ("mild" for "Mild splenomegaly"). A name that two options share is dropped.
 */
function namesOf(options: readonly Option[]): { label: string; option: number }[] {
  const full = options.map((option) => canonicalLabel(option.text));
  const words = full.map((text) => new Set(text.split(' ')));
  const names = options.flatMap(({ text }, option) => {
    const own = full[option]
      .split(' ')
      .filter((word) => words.every((others, i) => i === option || !others.has(word)));
    const bracket = /\(([^)]*)\)/.exec(text)?.[1];
    const variants = [full[option], canonicalLabel(text.replace(/\([^)]*\)/g, ' '))];
    if (bracket !== undefined) variants.push(canonicalLabel(bracket));
    // Only a single own word is a name; of several ("no splenomegaly"), each alone could mislead.
    if (own.length === 1 && own[0].length > 1) variants.push(own[0]);
    return [...new Set(variants)].filter((label) => label !== '').map((label) => ({ label, option }));
  });
  return names.filter(({ label, option }) => names.every((o) => o.option === option || o.label !== label));
}
