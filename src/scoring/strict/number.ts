// A number with its unit from a free-form reply: separators, units and ranges understood, doubt refused.
import { conversion, shownUnit } from '../../domain/units.ts';
import { afterMarker, finalText, isRefusal } from './final-text.ts';

export type Quantity =
  | { ok: true; value: number; unit?: string }
  | { ok: false; reason: string; refused?: true };

/** How units are written, longest first; the UCUM code that each means. */
const UNITS: readonly (readonly [pattern: string, ucum: string])[] = [
  ['cubic\\s+milli\\s?met(?:er|re)s?|mm\\s?\\^?\\{?3\\}?|cu\\.?\\s?mm', 'mm3'],
  ['cubic\\s+centi\\s?met(?:er|re)s?|cm\\s?\\^?\\{?3\\}?|cu\\.?\\s?cm|ccs?', 'cm3'],
  ['millilit(?:er|re)s?|mls?', 'mL'],
  ['lit(?:er|re)s?|l', 'L'],
  ['millimet(?:er|re)s?|mm', 'mm'],
  ['centimet(?:er|re)s?|cms?', 'cm'],
  ['met(?:er|re)s?|m', 'm'],
  ['hounsfield(?:\\s+units?)?|hu', "[hnsf'U]"],
  ['per\\s?cent(?:age)?|pct|%', '%'],
  ['degrees?|deg|°', 'deg'],
];
const UNIT = UNITS.map(([pattern]) => `(${pattern})`).join('|');
const AMOUNT = "[0-9]+(?:[.,'\\u00a0\\u202f\\u2009 ][0-9]{3})*(?:[.,][0-9]+)?|\\.[0-9]+|[0-9]+";
const NUMBER = new RegExp(
  `(?<![\\p{L}\\p{N}.,_])([-+]\\s?|minus\\s+|negative\\s+)?(?<![\\p{N}])(${AMOUNT})(?:\\s?[x×*]\\s?10\\s?\\^?\\{?([-+]?[0-9]{1,3})\\}?|e([-+]?[0-9]{1,3}))?(?:\\s*-?(?:${UNIT})(?![\\p{L}\\p{N}^]))?(?![\\p{L}\\p{N}_])`,
  'giu',
);
const RANGE_BETWEEN = /^\s*(?:-|–|—|to|through|~)\s*$/i;
const BOUND =
  /(?:[<>≤≥]=?|\b(?:less|fewer|smaller|lower|greater|more|larger|higher)\s+than(?:\s+or\s+equal\s+to)?|\b(?:at\s+least|at\s+most|up\s+to|under|over|above|below|exceed(?:s|ing)?|no\s+more\s+than))\s*$/i;
/** "± 2" after a value: it does not change the value. */
const UNCERTAINTY = /\s*(?:±|\+\/-)\s*[0-9]+(?:[.,][0-9]+)?/g;
/** LaTeX commands around units. */
const MARKUP = /\\(?:text|mathrm|rm|quad|,|;|!| )/g;
/** "(normal range 1200-1600 cm³)": what others measure, not this answer. */
const REFERENCE = /\([^()]*\b(?:range|normal|reference|limit|threshold|cut-?off|typical)\b[^()]*\)/gi;
/** "segment 4", "slice 40", "stage 2": names, not amounts. */
const NAMED =
  /\b(?:segments?|slices?|stage|grade|series|image|phase|option|case|question|step|figure|level|no\.|#)\s*#?$/i;
const WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const WORD = new RegExp(`(?<![\\p{L}-])(${WORDS.join('|')})(?![\\p{L}-])`, 'giu');

interface Found {
  value: number;
  unit: string | undefined;
  start: number;
  end: number;
}

/**
 * The one number that a reply states, converted to `unit` (UCUM) where it names another unit of the same kind.
 * A number without a unit is taken in the question's unit. Several different numbers are refused unless one is
 * stated as the answer or alone carries a fitting unit; so are ranges, bounds and units of another kind.
 */
export function parseQuantity(raw: string, unit: string | undefined): Quantity {
  const final = finalText(raw);
  if (!final.ok) return final;
  const marked = afterMarker(final.text);
  if (marked !== undefined) {
    const stated = fromText(marked, unit);
    if (stated !== undefined) return stated;
  }
  const stated = fromText(final.text, unit);
  if (stated !== undefined && (stated.ok || !isRefusal(final.text))) return stated;
  if (isRefusal(final.text))
    return { ok: false, reason: 'the reader says that it cannot answer', refused: true };
  return { ok: false, reason: 'no number is stated' };
}

/** undefined: no number at all. */
function fromText(stated: string, unit: string | undefined): Quantity | undefined {
  const text = stated
    .replace(MARKUP, ' ')
    .replace(/<\/?su[pb]>|[{}$]/g, '')
    .replace(REFERENCE, ' ')
    .replace(UNCERTAINTY, '');
  const found = numbersIn(text);
  if (found.length === 0) return undefined;
  let candidates = found;
  if (unit !== undefined) {
    const fitting = found.filter((f) => f.unit !== undefined && conversion(f.unit, unit) !== undefined);
    if (fitting.length > 0) candidates = fitting;
    else if (found.every((f) => f.unit !== undefined))
      return {
        ok: false,
        reason: `the number is given in ${shownUnit(found[0].unit ?? '') || '1'}, not in ${shownUnit(unit) || '1'}`,
      };
    else {
      candidates = found.filter((f) => f.unit === undefined);
      // Beside lengths or densities a bare number may be anything, unless a count or ratio was asked for.
      if (unit !== '1' && candidates.length < found.length)
        return { ok: false, reason: `no number is given in ${shownUnit(unit)}` };
    }
  }
  const range = rangeAmong(text, found, candidates);
  if (range !== undefined) return { ok: false, reason: range };
  const values = candidates.map((f) => inUnit(f, unit));
  const last = afterEquals(text, candidates);
  const value = last === undefined ? values[0] : inUnit(last, unit);
  if (last === undefined && values.some((v) => Math.abs(v - value) > 1e-9 * Math.max(1, Math.abs(value))))
    return { ok: false, reason: 'several different numbers are stated' };
  if (!Number.isFinite(value)) return { ok: false, reason: 'the number is not finite' };
  return unit === undefined ? { ok: true, value } : { ok: true, value, unit };
}

/** The few words before a place; patterns that end there need no more. */
function leadOf(text: string, at: number): string {
  return text.slice(Math.max(0, at - 40), at);
}

function inUnit(found: Found, unit: string | undefined): number {
  const factor = unit === undefined || found.unit === undefined ? 1 : (conversion(found.unit, unit) ?? 1);
  // Twelve digits are more than any reply states: 12 mm is 1.2 cm, not 1.2000000000000002.
  return factor === 1 ? found.value : Number((found.value * factor).toPrecision(12));
}

/** Says so when a candidate belongs to "10–12", "between 10 and 12" or "less than 10". */
function rangeAmong(text: string, found: readonly Found[], candidates: readonly Found[]): string | undefined {
  for (const candidate of candidates) {
    const i = found.indexOf(candidate);
    const before = leadOf(text, candidate.start);
    if (BOUND.test(before)) return 'a bound is stated, not a value';
    for (const [a, b] of [
      [found[i - 1], candidate],
      [candidate, found[i + 1]],
    ]) {
      if (a === undefined || b === undefined) continue;
      const between = text.slice(a.end, b.start);
      if (RANGE_BETWEEN.test(between)) return 'a range is stated, not a value';
      if (between === '' && '-–—'.includes(text[b.start])) return 'a range is stated, not a value';
      if (/^\s*and\s*$/i.test(between) && /\bbetween\s*$/i.test(leadOf(text, a.start)))
        return 'a range is stated, not a value';
    }
  }
  return undefined;
}

/** The only candidate of the last clause that says "= x", "≈ x" or "is x", when that clause has just one. */
function afterEquals(text: string, candidates: readonly Found[]): Found | undefined {
  const stated = candidates.filter((f) =>
    /(?:=|≈|~|:|\b(?:is|are|was|equals|measures|therefore|thus|so|total|totals)\b(?:\s+(?:of|about|approximately|roughly|around))?)\s*\**\s*$/i.test(
      leadOf(text, f.start),
    ),
  );
  const last = stated[stated.length - 1];
  if (last === undefined || last !== candidates[candidates.length - 1]) return undefined;
  // Two statements with different values in one reply are doubt, unless an equals sign shows a computation.
  return stated.length === 1 || /[=≈]\s*\**\s*$/.test(leadOf(text, last.start)) ? last : undefined;
}

function numbersIn(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const value = amount(match[2]);
    if (value === undefined) continue;
    const exponent = match[3] ?? match[4];
    const unitGroup = match.slice(5, 5 + UNITS.length).findIndex((group) => group !== undefined);
    const sign = /^(?:-|minus|negative)/i.test(match[1] ?? '') ? -1 : 1;
    found.push({
      value: sign * value * (exponent === undefined ? 1 : 10 ** Number(exponent)),
      unit: unitGroup < 0 ? undefined : UNITS[unitGroup][1],
      start: match.index,
      end: match.index + match[0].length,
    });
  }
  if (found.length > 0) {
    const amounts = found.filter((f) => f.unit !== undefined || !NAMED.test(leadOf(text, f.start)));
    return amounts.length > 0 ? amounts : found;
  }
  for (const match of text.matchAll(WORD))
    found.push({
      value: WORDS.indexOf(match[1].toLowerCase()),
      unit: undefined,
      start: match.index,
      end: match.index + match[0].length,
    });
  return found;
}

/**
 * Digits with separators as a number. Where both . and , occur the last is the decimal one. A lone comma before
 * exactly three digits groups thousands ("1,234"), unless a zero leads ("0,234"); otherwise it is decimal ("12,5").
 */
function amount(text: string): number | undefined {
  let digits = text.replace(/['\u00a0\u202f\u2009 ]/g, '');
  const comma = digits.lastIndexOf(',');
  const dot = digits.lastIndexOf('.');
  if (comma >= 0 && dot >= 0) {
    digits = comma > dot ? digits.replaceAll('.', '').replace(',', '.') : digits.replaceAll(',', '');
  } else if (comma >= 0) {
    const groups = /^[1-9][0-9]{0,2}(?:,[0-9]{3})+$/.test(digits);
    digits = groups ? digits.replaceAll(',', '') : digits.replace(',', '.');
  } else if (dot >= 0 && digits.indexOf('.') !== dot) {
    if (!/^[1-9][0-9]{0,2}(?:\.[0-9]{3})+$/.test(digits)) return undefined;
    digits = digits.replaceAll('.', '');
  }
  const value = Number(digits);
  return digits === '' || Number.isNaN(value) ? undefined : value;
}
