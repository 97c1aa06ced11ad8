// Arithmetic on quantities: a small grammar, read and worked out in one pass, that checks what is added to what.
import { OverreadError } from '../../domain/errors.ts';
import {
  asCodes,
  type Dimension,
  dimensionName,
  isUnitWord,
  parseUnit,
  sameDimension,
  times,
} from './units.ts';

/** A value in base units (see units.ts). */
export interface Quantity {
  readonly value: number;
  readonly dimension: Dimension;
}

const MAX_LENGTH = 500;
const MAX_DEPTH = 40;

function wrong(sentence: string): OverreadError {
  return new OverreadError('bad-argument', sentence);
}

/** A quantity's value in the unit `to`; both must measure the same. Throws `bad-argument`. */
export function inUnit({ value, dimension }: Quantity, to: string): number {
  const unit = parseUnit(to);
  if (!sameDimension(unit.dimension, dimension))
    throw wrong(
      `The result is ${dimensionName(dimension)}, and ${to} measures ${dimensionName(unit.dimension)}.`,
    );
  return (value - (unit.offset ?? 0)) / unit.factor;
}

/**
 * Works out an expression: + − * / ^, parentheses, sqrt, abs, min, max, ln, log10, exp, round, pi, and numbers that may
 * carry a UCUM unit ("12 mm * 3 cm", "45 kBq/mL"). Nothing in it is run as code. Throws `bad-argument` with what is
 * wrong: a sum of a length and a mass, an unknown word, a result that is not finite.
 */
export function evaluate(expression: string): Quantity {
  if (expression.length > MAX_LENGTH) throw wrong(`An expression has at most ${MAX_LENGTH} characters.`);
  const text = asCodes(expression).replace(/[×⋅]/g, '*').replace(/÷/g, '/').replace(/[−–]/g, '-');
  const result = temperature(text) ?? new Reading(text).all();
  if (!Number.isFinite(result.value))
    throw wrong('The result is not a finite number: check divisions and roots.');
  return result;
}

/** A temperature alone: degrees Celsius and Fahrenheit have no zero to add from, and are converted only. */
function temperature(text: string): Quantity | undefined {
  const found = /^\s*([-+]?\d+(?:\.\d+)?)\s*(Cel|\[degF\]|°C|°F)\s*$/.exec(text);
  if (found === null) return undefined;
  const { factor, offset = 0, dimension } = parseUnit(found[2]);
  return { value: Number(found[1]) * factor + offset, dimension };
}

/** One pass over an expression; the position moves as it is read. */
class Reading {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  all(): Quantity {
    const result = this.sum();
    this.space();
    if (this.at < this.text.length)
      throw wrong(`The expression cannot be read at "${this.text.slice(this.at, this.at + 20)}".`);
    return result;
  }

  private space(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\n' || this.text[this.at] === '\t')
      this.at++;
  }

  private take(...symbols: string[]): string | undefined {
    this.space();
    const found = symbols.find((symbol) => this.text[this.at] === symbol);
    if (found !== undefined) this.at++;
    return found;
  }

  private sum(): Quantity {
    if (++this.depth > MAX_DEPTH) throw wrong('The expression is nested too deeply.');
    let left = this.product();
    for (let sign = this.take('+', '-'); sign !== undefined; sign = this.take('+', '-')) {
      const right = this.product();
      alike([left, right], sign === '+' ? 'added to' : 'subtracted from');
      left = { ...left, value: sign === '+' ? left.value + right.value : left.value - right.value };
    }
    this.depth--;
    return left;
  }

  private product(): Quantity {
    let left = this.signed();
    for (let sign = this.take('*', '/'); sign !== undefined; sign = this.take('*', '/')) {
      const right = this.signed();
      left = {
        value: sign === '*' ? left.value * right.value : left.value / right.value,
        dimension: times(left.dimension, right.dimension, sign === '*' ? 1 : -1),
      };
    }
    return left;
  }

  private signed(): Quantity {
    let negative = false;
    for (let sign = this.take('-', '+'); sign !== undefined; sign = this.take('-', '+'))
      if (sign === '-') negative = !negative;
    const { value, dimension } = this.power();
    return { value: negative ? -value : value, dimension };
  }

  private power(): Quantity {
    const { quantity: base, bare } = this.primary();
    if (this.take('^') === undefined) return base;
    if (bare) throw wrong('Is the unit or the whole raised? Write cm3 for cubic centimetres, or (2 cm)^3.');
    if (++this.depth > MAX_DEPTH) throw wrong('The expression is nested too deeply.');
    const exponent = this.signed();
    this.depth--;
    plain(exponent, 'An exponent');
    return raised(base, exponent.value);
  }

  /** `bare`: a number with a unit, behind which "^" could mean either. */
  private primary(): { quantity: Quantity; bare: boolean } {
    if (this.take('(') !== undefined) {
      const quantity = this.sum();
      if (this.take(')') === undefined) throw wrong('A parenthesis is not closed.');
      return { quantity, bare: false };
    }
    this.space();
    const rest = this.text.slice(this.at);
    const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3}(?![A-Za-z]))?/.exec(rest)?.[0];
    if (number !== undefined) {
      this.at += number.length;
      return this.withUnit(Number(number));
    }
    const name = /^[A-Za-z][A-Za-z0-9]*/.exec(rest)?.[0];
    if (name === undefined)
      throw wrong(
        rest === ''
          ? 'The expression ends too early.'
          : `The expression cannot be read at "${rest.slice(0, 20)}".`,
      );
    this.at += name.length;
    if (name.toLowerCase() === 'pi') return { quantity: { value: Math.PI, dimension: {} }, bare: false };
    return { quantity: this.applied(name.toLowerCase()), bare: false };
  }

  private withUnit(value: number): { quantity: Quantity; bare: boolean } {
    const start = this.at;
    this.space();
    // "/" belongs to the unit only right before another unit: "10 mg/kg", not "10 mm/2" or "10 mm / 2 cm".
    const written =
      /^(?:[A-Za-z%°]|\[[^[\]]*\])+(?:\d{1,2}(?![.\d])|-\d{1,2}(?![.\d]|\s*[A-Za-z%[(]))?(?:\{[^{}]*\})?/;
    const first = written.exec(this.text.slice(this.at))?.[0];
    if (first === undefined || this.text[this.at + first.length] === '(') {
      this.at = start;
      return { quantity: { value, dimension: {} }, bare: false };
    }
    let code = first;
    for (;;) {
      const next = /^[./](?=[A-Za-z[{%])/.exec(this.text.slice(this.at + code.length));
      const word =
        /^(?:(?:[A-Za-z%]|\[[^[\]]*\])+(?:\d{1,2}(?![.\d])|-\d{1,2}(?![.\d]|\s*[A-Za-z%[(]))?(?:\{[^{}]*\})?|\{[^{}]*\})/.exec(
          this.text.slice(this.at + code.length + 1),
        )?.[0];
      if (next === null || word === undefined) break;
      const atom = word.replace(/[+-]?\d*(\{.*)?$/, '');
      if (this.text[this.at + code.length + 1 + word.length] === '(' || (atom !== '' && !isUnitWord(atom)))
        break;
      code += next[0] + word;
    }
    this.at += code.length;
    const unit = parseUnit(code);
    if (unit.offset !== undefined)
      throw wrong('Degrees Celsius and Fahrenheit are converted alone: calculate in K.');
    return { quantity: { value: value * unit.factor, dimension: unit.dimension }, bare: true };
  }

  private applied(name: string): Quantity {
    const apply = FUNCTIONS.get(name);
    if (apply === undefined)
      throw wrong(
        `"${name.slice(0, 20)}" is no function here: use ${[...FUNCTIONS.keys()].join(', ')} or pi.`,
      );
    if (this.take('(') === undefined) throw wrong(`${name} is followed by its arguments in parentheses.`);
    const given = [this.sum()];
    while (this.take(',') !== undefined && given.length < 50) given.push(this.sum());
    if (this.take(')') === undefined) throw wrong('A parenthesis is not closed.');
    return apply(given, name);
  }
}

function alike(given: readonly Quantity[], how: string): void {
  const other = given.find(({ dimension }) => !sameDimension(dimension, given[0].dimension));
  if (other !== undefined)
    throw wrong(
      `${capital(dimensionName(other.dimension))} cannot be ${how} ${dimensionName(given[0].dimension)}: check the units.`,
    );
}

function plain({ dimension }: Quantity, what: string): void {
  if (!sameDimension(dimension, {}))
    throw wrong(`${what} is a number without unit, not ${dimensionName(dimension)}.`);
}

const capital = (text: string) => text[0].toUpperCase() + text.slice(1);

function raised({ value, dimension }: Quantity, power: number): Quantity {
  const raisedDimension = times({}, dimension, power);
  // Half metres are a mistake; the square root of an area is not.
  if (Object.values(raisedDimension).some((exponent) => Math.abs(exponent - Math.round(exponent)) > 1e-9))
    throw wrong(`${capital(dimensionName(dimension))} cannot be raised to ${power}: no unit measures that.`);
  return { value: value ** power, dimension: raisedDimension };
}

type Apply = (given: readonly Quantity[], name: string) => Quantity;

function ofOne(compute: (value: number) => number): Apply {
  return (given, name) => {
    single(given, name);
    plain(given[0], `What ${name} takes`);
    return { value: compute(given[0].value), dimension: {} };
  };
}

function single(given: readonly Quantity[], name: string): void {
  if (given.length !== 1) throw wrong(`${name} takes one argument.`);
}

function ofAll(compute: (values: readonly number[]) => number): Apply {
  return (given, name) => {
    alike(given, `compared by ${name} with`);
    return { value: compute(given.map(({ value }) => value)), dimension: given[0].dimension };
  };
}

const FUNCTIONS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  [
    'sqrt',
    (given, name) => {
      single(given, name);
      return raised(given[0], 0.5);
    },
  ],
  [
    'abs',
    (given, name) => {
      single(given, name);
      return { ...given[0], value: Math.abs(given[0].value) };
    },
  ],
  ['min', ofAll((values) => Math.min(...values))],
  ['max', ofAll((values) => Math.max(...values))],
  ['sum', ofAll((values) => values.reduce((sum, value) => sum + value, 0))],
  ['mean', ofAll((values) => values.reduce((sum, value) => sum + value, 0) / values.length)],
  ['ln', ofOne(Math.log)],
  ['log10', ofOne(Math.log10)],
  ['exp', ofOne(Math.exp)],
  ['round', ofOne(Math.round)],
]);
