// Replies and references of 3DReasonKnee: grades under either key, boxes in slices and pixels.
import type { Box } from '../../../scoring/detection/boxes.ts';
import { type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';
import { lastObject } from '../../reply-json.ts';
import type { Grades } from './questions.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9%]+/g, '');

/**
 * Grades out of a JSON object: under MOAKS_scores, MOAKS_grade or neither; by component, or as one number (or text of one)
 * where there is one component. Names are compared without case and punctuation; a component that is not named is NaN.
 */
export function gradesOf(value: unknown, components: Readonly<Record<string, number>>): Parsed<Grades> {
  if (!isFields(value)) return unparsed('no JSON object');
  const wanted = Object.keys(components);
  const held = value.MOAKS_scores ?? value.MOAKS_grade ?? value.MOAKS_grades ?? value.MOAKS_score ?? value;
  const single = asGrade(held);
  if (single !== undefined)
    return wanted.length === 1
      ? parsed({ [wanted[0]]: single })
      : unparsed('one number for several components');
  const found = new Map<string, number>();
  const visit = (fields: Fields, depth: number): void => {
    for (const [name, one] of Object.entries(fields)) {
      const grade = asGrade(one);
      if (isFields(one) && depth < 4) visit(one, depth + 1);
      else if (grade !== undefined) found.set(plain(name), grade);
    }
  };
  if (isFields(held)) visit(held, 0);
  const grades = Object.fromEntries(wanted.map((name) => [name, found.get(plain(name)) ?? Number.NaN]));
  // One number under the region's name is the grade where there is one component.
  if (wanted.length === 1 && Number.isNaN(grades[wanted[0]]) && found.size === 1)
    return parsed({ [wanted[0]]: [...found.values()][0] });
  return wanted.every((name) => Number.isNaN(grades[name])) ? unparsed('no grade is named') : parsed(grades);
}

function asGrade(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  const digits = typeof value === 'string' ? /^\s*(?:grade\s*)?(\d+)\b/i.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/** Six numbers as the release orders them: first and last slice, then x and y from and to, all inclusive. */
export type SliceBox = readonly [number, number, number, number, number, number];

/** The box with far edges, for overlap: axes slice, x, y. */
export function volumeBox([s0, s1, x0, x1, y0, y1]: SliceBox): Box {
  return {
    min: [Math.min(s0, s1), Math.min(x0, x1), Math.min(y0, y1)],
    max: [Math.max(s0, s1) + 1, Math.max(x0, x1) + 1, Math.max(y0, y1) + 1],
  };
}

const BOX_KEYS = ['bounding_box', 'bbox', 'bbox_3d', 'box'];
const SIX = ['start_slice', 'end_slice', 'x_min', 'x_max', 'y_min', 'y_max'];

/** The box of a reply's JSON: a list of six numbers, or six named ones. */
export function boxOf(value: unknown): Parsed<SliceBox> {
  if (!isFields(value)) return unparsed('no JSON object');
  const held = BOX_KEYS.map((key) => value[key]).find((one) => one !== undefined) ?? value;
  const numbers = Array.isArray(held) ? held.flat(2) : isFields(held) ? SIX.map((key) => held[key]) : [];
  if (numbers.length !== 6 || !numbers.every((one) => typeof one === 'number' && Number.isFinite(one)))
    return unparsed('no box of six numbers');
  const [s0, s1, x0, x1, y0, y1] = numbers.map(Number);
  return parsed([s0, s1, x0, x1, y0, y1]);
}

/** The JSON object of a reply: published takes the text from the first brace to the last, strict the last object. */
export function replyObject(text: string, isStrict: boolean): Parsed<unknown> {
  if (isStrict) return lastObject(withoutThinking(text));
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return unparsed('no JSON object');
  try {
    return parsed(JSON.parse(text.slice(start, end + 1)) as unknown);
  } catch {
    return unparsed('what stands between the braces is no JSON');
  }
}

/** Evenly spaced whole numbers from `first` to `last`, both included, fractions cut off: numpy's linspace as integers. */
export function evenly(first: number, last: number, count: number): number[] {
  if (count === 1) return [first];
  return Array.from({ length: count }, (_, at) => Math.trunc(first + (at * (last - first)) / (count - 1)));
}

/** The 32 slices that are shown: from 32 to 128 of a knee's 160; of fewer slices all of them, or 32 evenly. */
export function shownSlices(count: number): number[] {
  if (count > 128) return evenly(32, 128, 32);
  return evenly(0, count - 1, Math.min(32, count));
}

/** Cut to `low` … `high`, then stretched over what is left, as released. */
export function kneeWindow(
  values: ArrayLike<number>,
  [low, high]: readonly [number, number] = [0, 400],
): Uint8Array {
  const cut = Float64Array.from(values, (value) => Math.min(high, Math.max(low, value)));
  const least = cut.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = cut.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Uint8Array.from(cut, (value) =>
    most > least ? Math.trunc(((value - least) / (most - least)) * 255) : 0,
  );
}
