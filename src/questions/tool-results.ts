// Reading tool results as a reader gets them: plain JSON that may hold an error, or anything at all.
import { type Criterion, meets } from '../knowledge/criterion.ts';

/** The results do not settle the question; the message says which fact is missing. */
export class Unanswerable extends Error {}

function record(result: unknown, what: string): Record<string, unknown> {
  if (typeof result !== 'object' || result === null || Array.isArray(result))
    throw new Unanswerable(`no result for ${what}`);
  const fields = result as Record<string, unknown>;
  if (typeof fields.error === 'string' && fields.value === undefined && fields.mask_found === undefined)
    throw new Unanswerable(`${what}: ${fields.error}`);
  return fields;
}

function finite(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unanswerable(`${what} is not a number`);
  return value;
}

/** `value` of a measurement. */
export function numberOf(result: unknown, what: string): number {
  return finite(record(result, what).value, what);
}

/** A positive `value`, for what is to be divided by. */
export function positiveOf(result: unknown, what: string): number {
  const value = numberOf(result, what);
  if (value <= 0) throw new Unanswerable(`${what} is not positive`);
  return value;
}

/** Another numeric field of a measurement, e.g. the standard deviation beside a mean. */
export function fieldOf(result: unknown, field: string, what: string): number {
  return finite(record(result, what)[field], what);
}

/** A textual `value`. */
export function textOf(result: unknown, what: string): string {
  const { value } = record(result, what);
  if (typeof value !== 'string') throw new Unanswerable(`${what} is not given`);
  return value;
}

/** A list of numbers. */
export function numbersOf(result: unknown, what: string): number[] {
  const { value } = record(result, what);
  if (!Array.isArray(value)) throw new Unanswerable(`${what} is not a list`);
  return value.map((item) => finite(item, what));
}

/** A list of names. */
export function namesOf(result: unknown, what: string): string[] {
  const { value } = record(result, what);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Unanswerable(`${what} is not a list of names`);
  return value;
}

/** Numbers by name. */
export function tableOf(result: unknown, what: string): Record<string, number> {
  const { value } = record(result, what);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unanswerable(`${what} is not a table`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, finite(item, what)]));
}

/** True when the tool remarked on its measurement with this word. */
export function noted(result: unknown, word: string): boolean {
  const note = (result as { note?: unknown } | null)?.note;
  return typeof note === 'string' && note.includes(word);
}

/** A criterion as a look-up returns it. */
export interface FoundCriterion {
  readonly id: string;
  readonly set: string;
  readonly version: string;
  readonly rule?: string;
  /** The threshold of that name; throws `Unanswerable` when the criterion has none. */
  threshold(name: string): number;
  has(name: string): boolean;
  /** Whether the value lies on the finding's side of the threshold, by the criterion's own comparison. */
  met(name: string, value: number): boolean;
}

/** The criterion with this id among a look-up's results. */
export function criterionIn(result: unknown, id: string): FoundCriterion {
  const results = (result as { results?: unknown } | null)?.results;
  const found = (Array.isArray(results) ? results : [])
    .map((entry) => (entry as { criterion?: unknown } | null)?.criterion)
    .find((criterion) => (criterion as { id?: unknown } | null | undefined)?.id === id);
  if (found === undefined) throw new Unanswerable(`the look-up did not return the criterion "${id}"`);
  const criterion = found as Criterion;
  const threshold = (name: string) => finite(criterion.thresholds[name], `threshold ${name} of ${id}`);
  return {
    id,
    set: criterion.set,
    version: criterion.version,
    ...(criterion.rule === undefined ? {} : { rule: criterion.rule }),
    threshold,
    has: (name) => criterion.thresholds[name] !== undefined,
    met: (name, value) => meets(value, criterion.comparisons[name] ?? '>', threshold(name)),
  };
}

/** Counted instances that a segmentation reports; none for a structure that was looked for and is absent. */
export function instancesIn(result: unknown, what: string): number {
  if (typeof result !== 'object' || result === null) throw new Unanswerable(`no segmentation of ${what}`);
  const mask = result as Record<string, unknown>;
  if (typeof mask.instances === 'number') return finite(mask.instances, what);
  if (mask.mask_found === true) return finite(mask.voxel_count, what) > 0 ? 1 : 0;
  // Looked for and absent has `instances: 0`; a structure that was never looked for may well be there.
  if (/not annotated/.test(String(mask.error ?? ''))) throw new Unanswerable(`${what} was not looked for`);
  // Others' tools say only that nothing was found.
  if (mask.mask_found === false) return 0;
  throw new Unanswerable(`no segmentation of ${what}`);
}
