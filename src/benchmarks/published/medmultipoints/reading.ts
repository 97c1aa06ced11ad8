// Replies to MedMultiPoints as the released evaluator reads them, and as a careful one does.
import { type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';
import { anyJson, boxesIn, pointsIn } from '../../reply-json.ts';
import { asksBoxes, asksCount, asksPoints, type Corners, type Pair, type Task } from './tasks.ts';

/** What a reply says; `count` is null when it says none. */
export interface Said {
  readonly count: number | null;
  readonly points: readonly Pair[];
  readonly boxes: readonly Corners[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isTuple = <T extends readonly number[]>(value: unknown, length: number): value is T =>
  Array.isArray(value) && value.length === length && value.every(isNumber);

/** Points when every one of them is well formed, else none. */
function pairs(values: readonly unknown[]): readonly Pair[] {
  const found = values.filter((value) => isTuple<Pair>(value, 2));
  return found.length === values.length ? found : [];
}

/** Those of the boxes that are well formed. */
const corners = (values: readonly unknown[]): readonly Corners[] =>
  values.filter((value) => isTuple<Corners>(value, 4));

/** The JSON of the first block fenced as ```json, and nothing else. */
export function releasedJson(text: string): Parsed<unknown> {
  const block = /```json\s*([\s\S]*?)\s*```/i.exec(text);
  if (block === null) return unparsed('no block fenced as json');
  try {
    return parsed(JSON.parse(block[1]) as unknown);
  } catch {
    return unparsed('the fenced block is no JSON');
  }
}

/** The last integer under a key that names a count. */
function releasedCount(fields: Fields): number | null {
  const counts = Object.entries(fields).filter(
    ([key, value]) => key.includes('count') && (Number.isInteger(value) || typeof value === 'boolean'),
  );
  return counts.length === 0 ? null : Number(counts[counts.length - 1][1]);
}

/**
 * As released: what cannot be read is an empty answer; a list where an object is wanted is counted; an object where a
 * list is wanted is a list of one. Of coordinates on which the evaluator would stop, a malformed point leaves
 * none of the reply's points, and a malformed box goes alone.
 * An empty list cannot be told from a reply that could not be read.
 */
export function releasedReading(task: Task, text: string): Said & { readonly parsed: boolean } {
  const json = releasedJson(text);
  const value: unknown = json.ok ? json.value : [];
  const isEmpty = Array.isArray(value) && value.length === 0;
  const said = { count: null, points: [], boxes: [], parsed: !isEmpty };
  const key = asksPoints(task) ? 'point_2d' : 'bbox_2d';
  const listed = (one: unknown): unknown => (isFields(one) ? one[key] : undefined);
  if (task === 'pointing' || task === 'bounding') {
    const found = (isFields(value) ? [value] : listOf(value)).map(listed);
    return task === 'pointing' ? { ...said, points: pairs(found) } : { ...said, boxes: corners(found) };
  }
  if (task === 'counting') {
    const [first] = listOf(value);
    if (isFields(value)) return { ...said, count: releasedCount(value) };
    if (!isFields(first)) return said;
    if (listOf(first.bbox_2d).length > 0 || listOf(first.point_2d).length > 0)
      return { ...said, count: listOf(value).length };
    return { ...said, count: releasedCount(first) };
  }
  const found = isFields(value) ? listOf(value[key]) : listOf(value).map(listed);
  const count = isFields(value) ? (isNumber(value.counts) ? value.counts : null) : listOf(value).length;
  return task === 'count-and-point'
    ? { ...said, count, points: pairs(found) }
    : { ...said, count, boxes: corners(found) };
}

/**
 * Any JSON that says what was asked, wherever it stands. Corners may be named in either order; a list of things without a
 * number is as many as it holds.
 */
export function carefulReading(task: Task, text: string): Parsed<Said> {
  const plain = withoutThinking(text);
  const points = asksPoints(task) ? pointsIn(plain) : parsed<readonly Pair[]>([]);
  if (!points.ok) return points;
  const boxes = asksBoxes(task) ? boxesIn(plain) : parsed<readonly Corners[]>([]);
  if (!boxes.ok) return boxes;
  const sorted = boxes.value.map(
    ([x1, y1, x2, y2]): Corners => [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)],
  );
  if (!asksCount(task)) return parsed({ count: null, points: points.value, boxes: sorted });
  const count = statedCount(plain) ?? listedCount(plain);
  return count === null ? unparsed('no count') : parsed({ count, points: points.value, boxes: sorted });
}

function statedCount(text: string): number | null {
  const json = anyJson(text);
  if (!json.ok) return null;
  if (isNumber(json.value)) return json.value;
  for (const one of isFields(json.value) ? [json.value] : listOf(json.value)) {
    if (!isFields(one)) continue;
    const named = Object.entries(one).find(
      ([key, value]) => /count|number|total/i.test(key) && isNumber(value),
    );
    if (named !== undefined) return Number(named[1]);
  }
  return null;
}

function listedCount(text: string): number | null {
  const boxes = boxesIn(text);
  const points = pointsIn(text);
  return boxes.ok ? boxes.value.length : points.ok ? points.value.length : null;
}
