// Clinical formulas: named inputs in stated units, a result, and the paper that each comes from.
import { OverreadError } from '../../domain/errors.ts';
import { evaluate, inUnit } from '../quantities/expression.ts';

export interface FormulaInput {
  readonly about: string;
  /** UCUM unit that the formula takes it in; a number without unit is taken in it. */
  readonly unit?: string;
  /** Words, in place of a number. */
  readonly choices?: readonly string[];
  /** A list of values. */
  readonly many?: boolean;
  readonly optional?: boolean;
  /** Least value. Default: above 0. */
  readonly min?: number;
  readonly max?: number;
}

/** Values as the formula takes them: numbers in each input's unit. */
export interface FormulaValues {
  number(name: string): number;
  /** Undefined when an optional input was not given. */
  maybe(name: string): number | undefined;
  list(name: string): readonly number[];
  maybeList(name: string): readonly number[] | undefined;
  word(name: string): string;
}

export interface Formula {
  readonly summary: string;
  /** Where it was published. */
  readonly source: string;
  readonly inputs: Readonly<Record<string, FormulaInput>>;
  /** Unit of `value`. */
  readonly unit: string;
  compute(values: FormulaValues): { readonly value: number } & Readonly<Record<string, number | string>>;
}

export type GivenValue = number | string;
export type GivenValues = Readonly<Record<string, GivenValue | readonly GivenValue[]>>;

function wrong(sentence: string): OverreadError {
  return new OverreadError('bad-argument', sentence);
}

function numberOf(name: string, input: FormulaInput, given: GivenValue): number {
  const unit = input.unit ?? '1';
  let value: number;
  if (typeof given === 'number') value = given;
  else {
    const quantity = evaluate(given);
    // "88" in place of 88 is a number in the formula's own unit.
    value =
      Object.keys(quantity.dimension).length === 0 && /^\s*[-+]?[\d.]+(?:e[-+]?\d+)?\s*$/i.test(given)
        ? quantity.value
        : inUnit(quantity, unit);
  }
  const { min, max } = input;
  if (
    !Number.isFinite(value) ||
    (min === undefined ? value <= 0 : value < min) ||
    (max !== undefined && value > max)
  )
    throw wrong(
      `${name} is ${input.about} in ${unit}, ${min === undefined ? 'above 0' : `at least ${min}`}${max === undefined ? '' : ` and at most ${max}`}.`,
    );
  return value;
}

/** Checks what was given and computes. Throws `bad-argument` that says what an input is and in which unit. */
export function compute(formula: Formula, given: GivenValues): ReturnType<Formula['compute']> {
  const { inputs } = formula;
  const listed = Object.entries(inputs)
    .map(
      ([name, { about, unit, choices }]) =>
        `${name} (${about}${unit === undefined ? '' : `, ${unit}`}${choices === undefined ? '' : `: ${choices.join(' or ')}`})`,
    )
    .join(', ');
  const stray = Object.keys(given).find((name) => !Object.hasOwn(inputs, name));
  if (stray !== undefined) throw wrong(`There is no input "${stray.slice(0, 40)}": it takes ${listed}.`);
  const missing = Object.entries(inputs).find(
    ([name, { optional }]) => optional !== true && !Object.hasOwn(given, name),
  );
  if (missing !== undefined) throw wrong(`It needs ${missing[0]}: it takes ${listed}.`);
  const raw = (name: string) => (Object.hasOwn(given, name) ? given[name] : undefined);
  const values = new Map<string, number | readonly number[] | string>();
  for (const [name, input] of Object.entries(inputs)) {
    const value = raw(name);
    if (value === undefined) continue;
    if (input.choices !== undefined) {
      const word = String(value).toLowerCase();
      if (!input.choices.includes(word)) throw wrong(`${name} is ${input.choices.join(' or ')}.`);
      values.set(name, word);
    } else if (input.many === true) {
      const list = Array.isArray(value) ? (value as readonly GivenValue[]) : [value as GivenValue];
      values.set(
        name,
        list.map((each) => numberOf(name, input, each)),
      );
    } else {
      if (Array.isArray(value)) throw wrong(`${name} is one value, not a list.`);
      values.set(name, numberOf(name, input, value as GivenValue));
    }
  }
  const result = formula.compute({
    number: (name) => values.get(name) as number,
    maybe: (name) => values.get(name) as number | undefined,
    list: (name) => values.get(name) as readonly number[],
    maybeList: (name) => values.get(name) as readonly number[] | undefined,
    word: (name) => values.get(name) as string,
  });
  if (!Number.isFinite(result.value)) throw wrong('These values give no finite result: check them.');
  return result;
}
