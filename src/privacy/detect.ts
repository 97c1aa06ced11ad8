// Identifiers in text: where they are and of which category, and the text without them.
import type { PhiCategory } from './categories.ts';
import { NAME_PATTERNS } from './detectors/names.ts';
import { PATTERNS } from './detectors/patterns.ts';

/** One identifier found. Offsets are in UTF-16 units, the end exclusive. */
export interface Finding {
  readonly category: PhiCategory;
  /** What found it: a pattern's name, "listed" or "seen-elsewhere". */
  readonly detector: string;
  readonly start: number;
  readonly end: number;
}

export interface DetectOptions {
  /** Words or phrases known to identify (a list of names, what a header says), found wherever they stand. */
  readonly terms?: readonly Term[];
}

export interface Term {
  readonly text: string;
  readonly category: PhiCategory;
}

/** Terms shorter than this stand in too many other words. */
const SHORTEST_TERM = 3;

/**
 * Finds identifiers by pattern, by context and by the terms given; a name found once is then found everywhere in the
 * text. Findings do not overlap and are in order. Amounts of money and procedure codes are left alone.
 */
export function detect(text: string, options: DetectOptions = {}): Finding[] {
  const found: Finding[] = [];
  for (const { id, category, pattern } of [...NAME_PATTERNS, ...PATTERNS])
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.value ?? match[0];
      if (value === '') continue;
      const start = match.index + (match.groups?.value === undefined ? 0 : match[0].lastIndexOf(value));
      found.push({ category, detector: id, start, end: start + value.length });
    }
  const names = found.filter(({ category }) => category === 'name');
  const again = names.flatMap(({ start, end }) =>
    wordsOf(text.slice(start, end)).map((word): Term => ({ text: word, category: 'name' })),
  );
  found.push(...listed(text, options.terms ?? [], 'listed'), ...listed(text, again, 'seen-elsewhere'));
  return merged(found);
}

/** Words of a name that are long enough to be told from others. */
export function wordsOf(name: string): string[] {
  return name.split(/[\s,^.=]+/).filter((word) => word.length >= SHORTEST_TERM);
}

function listed(text: string, terms: readonly Term[], detector: string): Finding[] {
  const found: Finding[] = [];
  const known = new Set<string>();
  for (const { text: term, category } of terms) {
    const trimmed = term.trim();
    if (trimmed.length < SHORTEST_TERM || known.has(trimmed.toLowerCase())) continue;
    known.add(trimmed.toLowerCase());
    const loose = trimmed.split(/\s+/).map(escaped).join('\\s+');
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${loose}(?![\\p{L}\\p{N}])`, 'giu');
    for (const { index, 0: value } of text.matchAll(pattern))
      found.push({ category, detector, start: index, end: index + value.length });
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Overlapping findings become one, with the category of the longest. */
function merged(found: readonly Finding[]): Finding[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const out: { best: Finding; start: number; end: number }[] = [];
  for (const finding of sorted) {
    const last = out.at(-1);
    if (last !== undefined && finding.start < last.end) {
      if (finding.end - finding.start > last.best.end - last.best.start) last.best = finding;
      last.end = Math.max(last.end, finding.end);
    } else out.push({ best: finding, start: finding.start, end: finding.end });
  }
  return out.map(({ best, start, end }) => ({ ...best, start, end }));
}

/** The text with every finding replaced by its category in brackets: "[NAME]". */
export function withoutFindings(text: string, findings: readonly Finding[]): string {
  let out = '';
  let at = 0;
  for (const { category, start, end } of findings) {
    out += `${text.slice(at, start)}[${category.toUpperCase()}]`;
    at = end;
  }
  return out + text.slice(at);
}

/** Text without what identifies, and what was found. */
export function redactText(text: string, options: DetectOptions = {}): { text: string; findings: Finding[] } {
  const findings = detect(text, options);
  return { text: withoutFindings(text, findings), findings };
}
