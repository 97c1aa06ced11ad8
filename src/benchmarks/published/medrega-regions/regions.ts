// Rows of region tasks, what is asked of them, how replies name regions, and what that is worth.
import * as z from 'zod';
import type { Protocol } from '../../../domain/report.ts';
import { assign } from '../../../scoring/detection/assignment.ts';
import { matchBoxes } from '../../../scoring/detection/average-precision.ts';
import { type Box, boxIou } from '../../../scoring/detection/boxes.ts';
import { type Matched, pointF1 } from '../../../scoring/detection/points.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import { plain } from '../../../scoring/strict/final-text.ts';
import { type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';
import { anyJson, boxesIn } from '../../reply-json.ts';

export const REGION_TASKS = ['region-to-name', 'name-to-region', 'grounded-report'] as const;
export type RegionTask = (typeof REGION_TASKS)[number];

const corners = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** A line of regions.jsonl. Boxes are pixels from the picture's top left, far edges included. */
export const regionRow = z.object({
  id: z.string(),
  task: z.enum(REGION_TASKS),
  image: z.string(),
  image_size: z.tuple([z.number(), z.number()]),
  /** Every region of the picture for a report; those of one name, or one region, for the other tasks. */
  regions: z.array(z.object({ name: z.string(), box: corners })).min(1),
  /** Names that the data set knows. */
  candidates: z.array(z.string()).default([]),
  patient: z.string(),
  modality: z.string().default('image'),
  plane: z.string().default('picture'),
  licence: z.string().optional(),
  split: z.enum(['train', 'validation', 'test']).default('test'),
});
export type RegionRow = z.infer<typeof regionRow>;

export type Corners = readonly [number, number, number, number];

/** Thousandths of the picture's width and height, whole numbers. */
export function thousandths([x1, y1, x2, y2]: Corners, [width, height]: readonly [number, number]): Corners {
  const part = (value: number, size: number) => Math.round((value / size) * 1000);
  return [part(x1, width), part(y1, height), part(x2, width), part(y2, height)];
}

const boxText = (box: Corners): string => `<box>[[${box.join(', ')}]]</box>`;

/** The question, in our words; boxes in thousandths between the marks that the model family uses. */
export function regionQuestion(row: RegionRow, listed: boolean): string {
  const frame =
    'Boxes are [[x1, y1, x2, y2]] in thousandths of the width and height of the picture, from its top left.';
  const names = listed && row.candidates.length > 0 ? ` Choose from: ${row.candidates.join(', ')}.` : '';
  const [{ name, box }] = row.regions;
  if (row.task === 'region-to-name')
    return `What is shown in the region ${boxText(thousandths(box, row.image_size))}? ${frame} Reply with its name only.${names}`;
  if (row.task === 'name-to-region')
    return `Where is the ${name}? ${frame} Reply with one <box>[[x1, y1, x2, y2]]</box> for each connected part of it.`;
  return `Report what the picture shows, one structure a line, each as <ref>name</ref><box>[[x1, y1, x2, y2]]</box> with a box for each connected part. ${frame}${names}`;
}

export function regionOracle(row: RegionRow): string {
  const said = row.regions.map(({ name, box }) => ({
    name,
    text: boxText(thousandths(box, row.image_size)),
  }));
  if (row.task === 'region-to-name') return said[0].name;
  if (row.task === 'name-to-region') return said.map(({ text }) => text).join('');
  return said.map(({ name, text }) => `<ref>${name}</ref>${text}`).join('\n');
}

interface Named {
  readonly name: string;
  readonly box: Corners;
}

const NUMBER = String.raw`\s*(-?\d+(?:\.\d+)?)\s*`;
const BOX = new RegExp(String.raw`\[${NUMBER},${NUMBER},${NUMBER},${NUMBER}\]`, 'g');

function boxesOf(text: string): Corners[] {
  return [...text.matchAll(BOX)].map(
    (match): Corners => [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])],
  );
}

/** Boxes that a reply marks; strict also takes boxes of any JSON. */
export function markedBoxes(text: string, protocol: Protocol): Parsed<readonly Corners[]> {
  const marked = [...text.matchAll(/<box>([\s\S]*?)<\/box>/g)].flatMap(([, inside]) => boxesOf(inside));
  if (marked.length > 0) return parsed(marked);
  return protocol === 'published' ? unparsed('no box between marks') : boxesIn(withoutThinking(text));
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
  /** Region to name. */
  readonly right: number | null;
  /** Name to region: matched IoU over the larger number of boxes. */
  readonly iou: number | null;
  readonly found: Matched | null;
  /** Report: regions of the right name at IoU 0.5, and names alone. */
  readonly reported: Matched | null;
  readonly names: Matched | null;
}

const boxIn = ([x1, y1, x2, y2]: Corners): Box => ({
  min: [Math.min(x1, x2), Math.min(y1, y2)],
  max: [Math.max(x1, x2), Math.max(y1, y2)],
});

/** What a reply is worth. Boxes are compared in thousandths, as they were asked for. */
export function regionItem(row: RegionRow, text: string, protocol: Protocol): Item {
  const none = {
    task: row.task,
    parsed: true,
    right: null,
    iou: null,
    found: null,
    reported: null,
    names: null,
  };
  const truth = row.regions.map(({ name, box }) => ({ name, box: boxIn(thousandths(box, row.image_size)) }));
  if (row.task === 'region-to-name') {
    const said = plain(protocol === 'strict' ? withoutThinking(text) : text);
    return { ...none, parsed: said !== '', right: Number(said === plain(truth[0].name)) };
  }
  if (row.task === 'name-to-region') {
    const boxes = markedBoxes(text, protocol);
    const said = boxes.ok ? boxes.value.map(boxIn) : [];
    return {
      ...none,
      parsed: boxes.ok,
      iou: matchedIou(
        said,
        truth.map(({ box }) => box),
      ),
      found: hits(
        said.map((box) => ({ name: '', box })),
        truth.map(({ box }) => ({ name: '', box })),
      ),
    };
  }
  const named = namedBoxes(text, protocol);
  const said = named.ok ? named.value.map(({ name, box }) => ({ name: plain(name), box: boxIn(box) })) : [];
  const there = truth.map(({ name, box }) => ({ name: plain(name), box }));
  const [a, b] = [new Set(said.map(({ name }) => name)), new Set(there.map(({ name }) => name))];
  return {
    ...none,
    parsed: named.ok,
    reported: hits(said, there),
    names: { matched: [...a].filter((name) => b.has(name)).length, predicted: a.size, actual: b.size },
  };
}

/** Overlap of boxes matched one to one, over the larger number of them. */
export function matchedIou(said: readonly Box[], truth: readonly Box[]): number {
  const most = Math.max(said.length, truth.length);
  if (said.length === 0 || truth.length === 0) return most === 0 ? 1 : 0;
  const overlap = said.map((box) => truth.map((other) => boxIou(box, other)));
  const partner = assign(
    overlap.map((row) => row.map((value) => -value)),
    truth.length,
  );
  return partner.reduce((sum, column, row) => sum + (column < 0 ? 0 : overlap[row][column]), 0) / most;
}

interface NamedBox {
  readonly name: string;
  readonly box: Box;
}

function hits(said: readonly NamedBox[], truth: readonly NamedBox[]): Matched {
  const labelled = (list: readonly NamedBox[]) => list.map(({ name, box }) => ({ label: name, box }));
  const { labels } = matchBoxes({ prediction: labelled(said), reference: labelled(truth) }, [0.5]);
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

export const REGION_METRICS: readonly Summary<Item>[] = [
  meanOf(
    { id: 'name-accuracy', summary: 'share of regions named exactly, case and punctuation aside' },
    (item) => item.right,
  ),
  meanOf(
    { id: 'region-iou', summary: 'overlap of boxes matched one to one, over the larger number; none is 0' },
    (item) => item.iou,
  ),
  f1('region-f1-50', 'F1 of boxes at IoU 0.5', (item) => item.found),
  f1('report-region-f1-50', 'F1 of a report’s regions: right name and IoU 0.5', (item) => item.reported),
  f1('report-name-f1', 'F1 of the names that a report names', (item) => item.names),
  meanOf({ id: 'parsed', summary: 'share of replies that could be read' }, (item) => Number(item.parsed)),
];
