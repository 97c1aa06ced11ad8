// How replies name regions, and what that is worth: as the released evaluator has it, and with extras and misses charged.
import * as z from 'zod';
import type { Protocol } from '../../../domain/report.ts';
import { bestMatching } from '../../../scoring/detection/assignment.ts';
import { matchBoxes } from '../../../scoring/detection/average-precision.ts';
import { type Box, boxIou } from '../../../scoring/detection/boxes.ts';
import { matchedIou } from '../../../scoring/detection/matched-iou.ts';
import { type Matched, pointF1 } from '../../../scoring/detection/points.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import { plain } from '../../../scoring/strict/final-text.ts';
import { type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';
import { anyJson, boxesIn } from '../../reply-json.ts';
import { boxesOf, type Corners, type RegionRow, type RegionTask, scaledBox } from './regions.ts';

const corners = z.tuple([z.number(), z.number(), z.number(), z.number()]);

interface Named {
  readonly name: string;
  readonly box: Corners;
}

/** Boxes of a reply: as released [[…], …] of whole numbers wherever it stands; strict any list of four, marks and JSON first. */
export function markedBoxes(text: string, protocol: Protocol): Parsed<readonly Corners[]> {
  if (protocol === 'published') {
    const lists = [
      ...text.matchAll(/\[\[\d+,\s*\d+,\s*\d+,\s*\d+\](?:,\s*\[\d+,\s*\d+,\s*\d+,\s*\d+\])*\]/g),
    ];
    const found = lists.flatMap(([list]) => boxesOf(list));
    return found.length > 0 ? parsed(found) : unparsed('no list of boxes of whole numbers');
  }
  const plainText = withoutThinking(text);
  const marked = [...plainText.matchAll(/<box>([\s\S]*?)<\/box>/g)].flatMap(([, inside]) => boxesOf(inside));
  return marked.length > 0 ? parsed(marked) : boxesIn(plainText);
}

/** Names with boxes: marked pairs; strict also JSON objects with a name and a box. */
export function namedBoxes(text: string, protocol: Protocol): Parsed<readonly Named[]> {
  const found: Named[] = [];
  for (const [, name, rest] of text.matchAll(/<ref>([\s\S]*?)<\/ref>((?:\s*<box>[\s\S]*?<\/box>)+)/g))
    for (const box of boxesOf(rest)) found.push({ name: name.trim(), box });
  if (found.length > 0) return parsed(found);
  if (protocol === 'published') return unparsed('no named box between marks');
  const json = anyJson(withoutThinking(text));
  for (const entry of json.ok && Array.isArray(json.value) ? (json.value as unknown[]) : []) {
    const fields = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const name = fields.name ?? fields.label;
    const box = corners.safeParse(fields.box ?? fields.bbox ?? fields.bbox_2d);
    if (typeof name === 'string' && box.success) found.push({ name, box: box.data });
  }
  return found.length > 0 ? parsed(found) : unparsed('no named box');
}

export interface Item {
  readonly task: RegionTask;
  readonly parsed: boolean;
  /** Region to name: 1 for a right name. */
  readonly right: number | null;
  /** Overlap of the words of the names, as released. */
  readonly words: { readonly f1: number; readonly recall: number } | null;
  /** Name to region, one true box: as released its IoU with the first or best box said; several: null there. */
  readonly iou: number | null;
  /** As released, for several true boxes: IoUs of matched pairs, and how many pairs. */
  readonly pairs: { readonly iou: number; readonly count: number } | null;
  /** Boxes matched one to one at 0.5 (as released at 0.75, several true boxes only). */
  readonly found: Matched | null;
  /** Report: regions of the right name at IoU 0.5, and names alone. */
  readonly reported: Matched | null;
  readonly names: Matched | null;
}

const boxIn = ([x1, y1, x2, y2]: Corners): Box => ({
  min: [Math.min(x1, x2), Math.min(y1, y2)],
  max: [Math.max(x1, x2), Math.max(y1, y2)],
});

const NONE = {
  parsed: true,
  right: null,
  words: null,
  iou: null,
  pairs: null,
  found: null,
  reported: null,
  names: null,
} as const;

/** What a reply is worth. Boxes are compared on the scale that they were asked for in. */
export function regionItem(row: RegionRow, text: string, protocol: Protocol): Item {
  const none = { ...NONE, task: row.task };
  const truth = row.regions.map(({ name, box }) => ({ name, box: boxIn(scaledBox(box, row.image_size)) }));
  if (row.task === 'region-to-name') {
    const words = commonWords(text, truth[0].name);
    // As released three quarters of the name's words are enough, whatever else is said.
    if (protocol === 'published') return { ...none, words, right: Number(words.recall >= 0.75) };
    const said = plain(withoutThinking(text));
    return { ...none, words, parsed: said !== '', right: Number(said === plain(truth[0].name)) };
  }
  if (row.task === 'name-to-region') {
    const boxes = markedBoxes(text, protocol);
    const said = boxes.ok ? boxes.value.map(boxIn) : [];
    const actual = truth.map(({ box }) => box);
    const item = { ...none, parsed: boxes.ok };
    if (protocol === 'strict')
      return { ...item, iou: matchedIou(said, actual), found: hits(unnamed(said), unnamed(actual), 0.5) };
    if (actual.length === 1) return { ...item, iou: releasedIou(said, actual[0]) };
    const pairs = matchedPairs(said, actual);
    return {
      ...item,
      pairs: { iou: pairs.reduce((sum, one) => sum + one, 0), count: pairs.length },
      found: {
        matched: pairs.filter((iou) => iou >= 0.75).length,
        predicted: said.length,
        actual: actual.length,
      },
    };
  }
  const named = namedBoxes(text, protocol);
  const said = named.ok ? named.value.map(({ name, box }) => ({ name: plain(name), box: boxIn(box) })) : [];
  const there = truth.map(({ name, box }) => ({ name: plain(name), box }));
  const [a, b] = [new Set(said.map(({ name }) => name)), new Set(there.map(({ name }) => name))];
  return {
    ...none,
    parsed: named.ok,
    reported: hits(said, there, 0.5),
    names: { matched: [...a].filter((name) => b.has(name)).length, predicted: a.size, actual: b.size },
  };
}

const unnamed = (boxes: readonly Box[]): NamedBox[] => boxes.map((box) => ({ name: '', box }));

/** Distinct words in lower case, boxes of the reply left out. */
function commonWords(text: string, name: string): { f1: number; recall: number } {
  const words = (of: string) =>
    new Set(
      of
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== ''),
    );
  const [said, true_] = [words(text.replace(/\[\[.*?\]\]/g, '')), words(name)];
  const common = [...said].filter((word) => true_.has(word)).length;
  const precision = said.size > 0 ? common / said.size : 0;
  const recall = true_.size > 0 ? common / true_.size : 0;
  return { f1: common === 0 ? 0 : (2 * precision * recall) / (precision + recall), recall };
}

/** One true box, as released: the first box said, or the best of several. */
function releasedIou(said: readonly Box[], truth: Box): number {
  if (said.length === 0) return 0;
  return said.length > 1 ? Math.max(...said.map((box) => boxIou(box, truth))) : boxIou(said[0], truth);
}

/** IoUs of the one-to-one match with the largest sum. */
function matchedPairs(said: readonly Box[], truth: readonly Box[]): number[] {
  const overlap = said.map((box) => truth.map((other) => boxIou(box, other)));
  return bestMatching(overlap, truth.length).pairs.map(([row, column]) => overlap[row][column]);
}

interface NamedBox {
  readonly name: string;
  readonly box: Box;
}

function hits(said: readonly NamedBox[], truth: readonly NamedBox[], threshold: number): Matched {
  const labelled = (list: readonly NamedBox[]) => list.map(({ name, box }) => ({ label: name, box }));
  const { labels } = matchBoxes({ prediction: labelled(said), reference: labelled(truth) }, [threshold]);
  return {
    matched: labels.reduce((n, { detections }) => n + detections.filter(({ hit }) => hit[0]).length, 0),
    predicted: said.length,
    actual: truth.length,
  };
}

const f1 = (id: string, summary: string, pick: (item: Item) => Matched | null): Summary<Item> => ({
  id,
  summary,
  better: 'higher',
  range: [0, 1],
  of: (items) => pointF1(items.flatMap((item) => pick(item) ?? [])),
});

const REPORT: readonly Summary<Item>[] = [
  f1('report-region-f1-50', 'F1 of a report’s regions: right name and IoU 0.5', (item) => item.reported),
  f1('report-name-f1', 'F1 of the names that a report names', (item) => item.names),
  meanOf({ id: 'parsed', summary: 'share of replies that could be read' }, (item) => Number(item.parsed)),
];

const STRICT: readonly Summary<Item>[] = [
  meanOf(
    { id: 'name-accuracy', summary: 'share of regions named exactly, case and punctuation aside' },
    (item) => item.right,
  ),
  meanOf(
    { id: 'region-iou', summary: 'overlap of boxes matched one to one, over the larger number; none is 0' },
    (item) => item.iou,
  ),
  f1('region-f1-50', 'F1 of boxes at IoU 0.5', (item) => item.found),
  ...REPORT,
];

const above = (limit: number): Summary<Item> =>
  meanOf(
    { id: `region-acc${limit * 100}`, summary: `share of single regions with an IoU above ${limit}` },
    (item) => (item.iou === null ? null : Number(item.iou > limit)),
  );

const PUBLISHED: readonly Summary<Item>[] = [
  meanOf(
    { id: 'name-accuracy', summary: 'share of regions of whose name three quarters of the words are said' },
    (item) => item.right,
  ),
  meanOf(
    { id: 'name-f1', summary: 'mean F1 of the distinct words of names' },
    (item) => item.words?.f1 ?? null,
  ),
  meanOf(
    { id: 'name-recall', summary: 'mean recall of the distinct words of names' },
    (item) => item.words?.recall ?? null,
  ),
  meanOf(
    { id: 'region-iou', summary: 'IoU of single regions: of the first box said, or the best of several' },
    (item) => item.iou,
  ),
  above(0.25),
  above(0.5),
  above(0.75),
  meanOf(
    { id: 'regions-f1-75', summary: 'mean F1 by picture of several regions of a name, at IoU 0.75' },
    (item) => (item.pairs === null ? null : pointF1(item.found === null ? [] : [item.found])),
  ),
  {
    id: 'regions-iou',
    summary: 'mean IoU of matched pairs of several regions of a name',
    better: 'higher',
    range: [0, 1],
    of(items) {
      let [sum, count] = [0, 0];
      for (const { pairs } of items) {
        sum += pairs?.iou ?? 0;
        count += pairs?.count ?? 0;
      }
      return count === 0 ? null : sum / count;
    },
  },
  ...REPORT,
];

export function regionMetrics(protocol: Protocol): readonly Summary<Item>[] {
  return protocol === 'published' ? PUBLISHED : STRICT;
}
