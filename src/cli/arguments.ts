// Parsers of option values that answer a wrong one with a sentence.
import { InvalidArgumentError } from 'commander';

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

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** A DICOM series: a number counts in the list of the error, anything else is a SeriesInstanceUID. */
export function seriesOf(given: string | undefined): { series?: number | string } {
  if (given === undefined) return {};
  return { series: /^\d+$/.test(given) ? Number(given) : given };
}
