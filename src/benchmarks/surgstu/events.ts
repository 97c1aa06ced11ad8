// Events of surgical videos: which instrument is where at a time, what it does, and to what; parsed from tables.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { delimitedRecords } from '../../records/delimited.ts';
import { jsonlRecords } from '../../records/jsonl.ts';
import type { ByteSource } from '../../records/source.ts';

/** A box in fractions of the picture, origin at the top left. */
export interface FrameBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface SurgicalEvent extends FrameBox {
  /** Seconds from the beginning of the video or clip. */
  readonly t: number;
  readonly class: string;
  /** Number of the instance within its class, from 0. */
  readonly instance: number;
  /** undefined: idle. */
  readonly verb?: string;
  /** undefined: nothing is touched. */
  readonly target?: string;
}

export interface EventVideo {
  readonly video: string;
  /** In order of time. */
  readonly events: readonly SurgicalEvent[];
}

const fraction = z.coerce.number().min(0).max(1);
const nothing = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' || text.trim() === '-1' ? undefined : text.trim();

const row = z.object({
  video: z.coerce.string(),
  t: z.coerce.number().min(0),
  class: z.coerce.string().min(1),
  instance: z
    .union([z.coerce.number().int(), z.literal('')])
    .optional()
    .transform((value) => (value === '' ? undefined : value)),
  x1: fraction,
  x2: fraction,
  y1: fraction,
  y2: fraction,
  verb: z.coerce.string().optional().transform(nothing),
  target: z.coerce.string().optional().transform(nothing),
});
type Row = z.infer<typeof row>;

/**
 * Events by video out of a CSV or JSON-lines file with the columns video, t (s), class, x1, x2, y1, y2 (0…1), and
 * where known instance, verb and target (−1 or empty: none). Where instances are not given they are told apart by the
 * nearest centroid. Throws `file-corrupt` naming the record.
 */
export async function readEvents(source: ByteSource): Promise<EventVideo[]> {
  const records = /\.jsonl?(\.gz)?$/i.test(source.name)
    ? jsonlRecords(source)
    : delimitedRecords(source, { separator: /\.tsv(\.gz)?$/i.test(source.name) ? '\t' : ',' });
  const byVideo = new Map<string, Row[]>();
  let count = 0;
  for await (const { value } of records) {
    count++;
    const parsed = row.safeParse(value);
    if (!parsed.success)
      throw new OverreadError(
        'file-corrupt',
        `${source.name}, record ${count}: "${parsed.error.issues[0].path.join('.')}" is wrong (${parsed.error.issues[0].message}).`,
      );
    const { x1, x2, y1, y2, video } = parsed.data;
    if (x2 < x1 || y2 < y1)
      throw new OverreadError(
        'file-corrupt',
        `${source.name}, record ${count}: the box ends before it begins; the order is x1, x2, y1, y2.`,
      );
    const known = byVideo.get(video);
    if (known === undefined) byVideo.set(video, [parsed.data]);
    else known.push(parsed.data);
  }
  return [...byVideo].map(([video, rows]) => ({ video, events: withInstances(rows) }));
}

export const centreOf = ({ x1, y1, x2, y2 }: FrameBox): readonly [number, number] => [
  (x1 + x2) / 2,
  (y1 + y2) / 2,
];

/** Distance of two centres in picture diagonals (of a unit square: √2). */
export function centreDistance(a: FrameBox, b: FrameBox): number {
  const [[ax, ay], [bx, by]] = [centreOf(a), centreOf(b)];
  return Math.hypot(ax - bx, ay - by) / Math.SQRT2;
}

/** Instances of a class in each time step go to the nearest centroid of the step before, nearest pairs first. */
export function withInstances(rows: readonly Row[]): SurgicalEvent[] {
  const sorted = [...rows].sort((a, b) => a.t - b.t);
  const last = new Map<string, { readonly instance: number; readonly box: FrameBox }[]>();
  const events: SurgicalEvent[] = [];
  for (const [, step] of Map.groupBy(sorted, ({ t }) => t))
    for (const [name, boxes] of Map.groupBy(step, (one) => one.class)) {
      const known = last.get(name) ?? [];
      const given = boxes.map(({ instance }) => instance);
      const found = given.every((instance) => instance !== undefined)
        ? given.map(Number)
        : nearest(known, boxes);
      const next = new Map(known.map((one) => [one.instance, one]));
      for (const [at, { video: _, instance: __, verb, target, ...rest }] of boxes.entries()) {
        const instance = found[at];
        next.set(instance, { instance, box: rest });
        events.push({
          ...rest,
          instance,
          ...(verb === undefined ? {} : { verb }),
          ...(target === undefined ? {} : { target }),
        });
      }
      last.set(name, [...next.values()]);
    }
  return events;
}

function nearest(
  known: readonly { readonly instance: number; readonly box: FrameBox }[],
  boxes: readonly FrameBox[],
): number[] {
  const pairs = boxes.flatMap((box, at) =>
    known.map(({ instance, box: before }) => ({ at, instance, distance: centreDistance(box, before) })),
  );
  pairs.sort((a, b) => a.distance - b.distance || a.at - b.at || a.instance - b.instance);
  const found = new Array<number>(boxes.length).fill(-1);
  const used = new Set<number>();
  for (const { at, instance } of pairs) {
    if (found[at] !== -1 || used.has(instance)) continue;
    found[at] = instance;
    used.add(instance);
  }
  let free = Math.max(-1, ...known.map(({ instance }) => instance)) + 1;
  return found.map((instance) => (instance === -1 ? free++ : instance));
}
