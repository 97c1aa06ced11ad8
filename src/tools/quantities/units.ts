// Units by their UCUM codes (https://ucum.org/ucum): a factor to base units, and what they measure.
import { OverreadError } from '../../domain/errors.ts';

/** Exponents of the base units; no entry for 0. */
export type Dimension = Readonly<Record<string, number>>;

export interface Unit {
  /** Times the base units: m, g, s, K, mol, rad, HU, iU. */
  readonly factor: number;
  /** Added after the factor, for degrees Celsius and Fahrenheit. */
  readonly offset?: number;
  readonly dimension: Dimension;
}

type Row = readonly [factor: number, of: Dimension];
const LENGTH = { m: 1 };
const VOLUME = { m: 3 };
const MASS = { g: 1 };
const TIME = { s: 1 };
const ENERGY = { g: 1, m: 2, s: -2 };
const PRESSURE = { g: 1, m: -1, s: -2 };

/** Units that take prefixes. */
const METRIC: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['m', [1, LENGTH]],
  ['g', [1, MASS]],
  ['s', [1, TIME]],
  ['K', [1, { K: 1 }]],
  ['mol', [1, { mol: 1 }]],
  ['eq', [1, { mol: 1 }]],
  ['osm', [1, { mol: 1 }]],
  ['rad', [1, { rad: 1 }]],
  ['L', [1e-3, VOLUME]],
  ['l', [1e-3, VOLUME]],
  ['t', [1e6, MASS]],
  ['N', [1e3, { g: 1, m: 1, s: -2 }]],
  ['Pa', [1e3, PRESSURE]],
  ['bar', [1e8, PRESSURE]],
  ['m[Hg]', [133_322_000, PRESSURE]],
  ['J', [1e3, ENERGY]],
  ['cal', [4184, ENERGY]],
  ['W', [1e3, { g: 1, m: 2, s: -3 }]],
  ['Hz', [1, { s: -1 }]],
  ['Bq', [1, { s: -1 }]],
  ['Ci', [3.7e10, { s: -1 }]],
  ['Gy', [1, { m: 2, s: -2 }]],
  ['Sv', [1, { m: 2, s: -2 }]],
  ['U', [1e-6 / 60, { mol: 1, s: -1 }]],
  ['[iU]', [1, { iU: 1 }]],
]);

const PLAIN: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['1', [1, {}]],
  ['%', [0.01, {}]],
  ['[ppth]', [1e-3, {}]],
  ['[ppm]', [1e-6, {}]],
  ['min', [60, TIME]],
  ['h', [3600, TIME]],
  ['d', [86_400, TIME]],
  ['wk', [604_800, TIME]],
  ['mo', [2_629_800, TIME]],
  ['a', [31_557_600, TIME]],
  ['deg', [Math.PI / 180, { rad: 1 }]],
  ['[in_i]', [0.0254, LENGTH]],
  ['[ft_i]', [0.3048, LENGTH]],
  ['[lb_av]', [453.59237, MASS]],
  ['[oz_av]', [28.349523125, MASS]],
  ["[hnsf'U]", [1, { HU: 1 }]],
]);

const SPECIAL: ReadonlyMap<string, Unit> = new Map([
  ['Cel', { factor: 1, offset: 273.15, dimension: { K: 1 } }],
  ['[degF]', { factor: 5 / 9, offset: 273.15 - (32 * 5) / 9, dimension: { K: 1 } }],
]);

const PREFIXES: ReadonlyMap<string, number> = new Map([
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
  ['h', 1e2],
  ['da', 1e1],
  ['d', 1e-1],
  ['c', 1e-2],
  ['m', 1e-3],
  ['u', 1e-6],
  ['n', 1e-9],
  ['p', 1e-12],
  ['f', 1e-15],
]);

/** What people write in place of UCUM's codes, where it can mean nothing else. */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ['HU', "[hnsf'U]"],
  ['mmHg', 'mm[Hg]'],
  ['cc', 'cm3'],
  ['IU', '[iU]'],
  ['°', 'deg'],
  ['°C', 'Cel'],
  ['°F', '[degF]'],
]);

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export function asCodes(text: string): string {
  return text
    .trim()
    .replace(/[µμ]/g, 'u')
    .replace(/[⁰¹²³⁴-⁹]/g, (digit) => String(SUPERSCRIPTS.indexOf(digit)))
    .replace(/⁻/g, '-')
    .replace(/·/g, '.');
}

function unknown(text: string): OverreadError {
  return new OverreadError(
    'bad-argument',
    `"${text.slice(0, 40)}" is no unit that is known here: use UCUM codes such as mm, cm3, mL, mg/dL, kBq/mL or HU.`,
  );
}

function atom(text: string): Unit | undefined {
  const special = SPECIAL.get(text);
  if (special !== undefined) return special;
  const plain = PLAIN.get(text) ?? METRIC.get(text);
  if (plain !== undefined) return { factor: plain[0], dimension: plain[1] };
  for (const length of [1, 2]) {
    const prefix = PREFIXES.get(text.slice(0, length));
    const metric = METRIC.get(text.slice(length));
    if (prefix !== undefined && metric !== undefined)
      return { factor: prefix * metric[0], dimension: metric[1] };
  }
  return undefined;
}

/** True for a word that is a unit by itself: "mm", "min", "HU". */
export function isUnitWord(text: string): boolean {
  return atom(WRITTEN.get(text) ?? text) !== undefined || WRITTEN.has(text);
}

/**
 * Reads a unit: atoms with exponents, joined by "." and "/": "mm", "cm3", "kBq/mL", "mL/min/{1.73_m2}". Annotations in
 * braces are left out. Throws `bad-argument`.
 */
export function parseUnit(given: string): Unit {
  const text = asCodes(given);
  const alias = WRITTEN.get(text);
  if (alias !== undefined) return parseUnit(alias);
  if (text.length > 60) throw unknown(text);
  let factor = 1;
  let dimension: Dimension = {};
  let sign = 1;
  let offset: number | undefined;
  let atoms = 0;
  let rest = text;
  if (rest.startsWith('/')) [sign, rest] = [-1, rest.slice(1)];
  for (;;) {
    const found = /^(?:\{[^{}]*\}|((?:[A-Za-z%°]|\[[^[\]]*\])+|1)([+-]?\d{1,2})?(?:\{[^{}]*\})?)/.exec(rest);
    if (found === null) throw unknown(text);
    const [whole, word, exponent] = found;
    if (word !== undefined) {
      const alias = WRITTEN.get(word);
      const unit = alias?.endsWith('3') ? parseUnit(alias) : atom(alias ?? word);
      if (unit === undefined) throw unknown(text);
      const power = sign * Number(exponent ?? 1);
      factor *= unit.factor ** power;
      dimension = times(dimension, unit.dimension, power);
      offset = unit.offset ?? offset;
      atoms += 1 + Math.abs(power - 1);
    }
    rest = rest.slice(whole.length);
    if (rest === '') break;
    if (rest[0] !== '.' && rest[0] !== '/') throw unknown(text);
    // UCUM reads from left to right: "/" divides by the next atom only.
    sign = rest[0] === '/' ? -1 : 1;
    rest = rest.slice(1);
  }
  if (offset !== undefined && atoms > 1)
    throw new OverreadError(
      'bad-argument',
      'Degrees Celsius and Fahrenheit stand alone: write K inside other units.',
    );
  return { factor, dimension, ...(offset === undefined ? {} : { offset }) };
}

/** Dimension a · bⁿ. */
export function times(a: Dimension, b: Dimension, power = 1): Dimension {
  const out: Record<string, number> = { ...a };
  for (const [base, exponent] of Object.entries(b)) {
    out[base] = (out[base] ?? 0) + exponent * power;
    if (Math.abs(out[base]) < 1e-9) delete out[base];
  }
  return out;
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  const bases = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...bases].every((base) => Math.abs((a[base] ?? 0) - (b[base] ?? 0)) < 1e-9);
}

const NAMES: readonly (readonly [Dimension, string])[] = [
  [{}, 'a number without unit'],
  [LENGTH, 'a length'],
  [{ m: 2 }, 'an area'],
  [VOLUME, 'a volume'],
  [MASS, 'a mass'],
  [TIME, 'a time'],
  [{ rad: 1 }, 'an angle'],
  [{ HU: 1 }, 'an attenuation'],
  [{ K: 1 }, 'a temperature'],
  [{ mol: 1 }, 'an amount of substance'],
  [{ g: 1, m: -3 }, 'a mass concentration'],
  [{ mol: 1, m: -3 }, 'a molar concentration'],
];

/** "a volume", or the base units of what has no name. */
export function dimensionName(dimension: Dimension): string {
  return (
    NAMES.find(([known]) => sameDimension(known, dimension))?.[1] ?? `a quantity in ${baseUnits(dimension)}`
  );
}

function baseUnits(dimension: Dimension): string {
  const codes: Readonly<Record<string, string>> = { HU: "[hnsf'U]", iU: '[iU]' };
  return Object.entries(dimension)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([base, exponent]) => `${codes[base] ?? base}${exponent === 1 ? '' : exponent}`)
    .join('.');
}

/** The unit that a result is given in when none was asked for. */
export function usualUnit(dimension: Dimension): string {
  const usual: readonly (readonly [Dimension, string])[] = [
    [{}, '1'],
    [LENGTH, 'mm'],
    [{ m: 2 }, 'cm2'],
    [VOLUME, 'cm3'],
    [{ g: 1, m: -3 }, 'g/L'],
    [{ mol: 1, m: -3 }, 'mmol/L'],
    [{ rad: 1 }, 'deg'],
  ];
  return usual.find(([known]) => sameDimension(known, dimension))?.[1] ?? baseUnits(dimension);
}
