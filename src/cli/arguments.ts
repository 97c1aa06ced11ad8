// Parsers of option values that answer a wrong one with a sentence.
import { InvalidArgumentError } from 'commander';
import { OverreadError } from '../domain/errors.ts';

export function positiveInteger(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n <= 0) throw new InvalidArgumentError('Give a whole number above 0.');
  return n;
}

export function positiveNumber(value: string): number {
  const n = Number(value);
  if (!Number.isFinite(n) || n <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return n;
}

export function nonNegativeNumber(value: string): number {
  const n = Number(value);
  if (value.trim() === '' || !Number.isFinite(n) || n < 0)
    throw new InvalidArgumentError('Give a number of 0 or more.');
  return n;
}

export function autoOrPositiveInteger(value: string): 'auto' | number {
  if (value === 'auto') return 'auto';
  const n = Number(value);
  if (!Number.isInteger(n) || n <= 0)
    throw new InvalidArgumentError('Give "auto" or a whole number above 0.');
  return n;
}

/** A port to listen on; 0 takes a free one. */
export function portNumber(value: string): number {
  const n = Number(value);
  if (value.trim() === '' || !Number.isInteger(n) || n < 0 || n > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return n;
}

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** A DICOM series: a number counts in the list of the error, anything else is a SeriesInstanceUID. */
export function seriesOf(given: string | undefined): { series?: number | string } {
  if (given === undefined) return {};
  return { series: /^\d+$/.test(given) ? Number(given) : given };
}

/** NAME=VALUE pairs as a record. Throws `bad-argument`. */
export function assignments(given: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new OverreadError('bad-argument', `${flag} takes NAME=VALUE, not "${pair}".`);
    }),
  );
}

/** NAME=VALUE pairs as lists of values by name: a name may be given several times. Throws `bad-argument`. */
export function choices(given: readonly string[], flag: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const pair of given)
    for (const [name, value] of Object.entries(assignments([pair], flag)))
      found[name] = [...(Object.hasOwn(found, name) ? found[name] : []), value];
  return found;
}

/** A member that is there only when it has a value, to be spread into options. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: V });
}
