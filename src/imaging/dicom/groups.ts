// Frames sorted into volumes: by series, size, direction and, where several share a place, by what tells them apart.
import { OverreadError } from '../../domain/errors.ts';
import type { Vec3 } from '../../domain/geometry.ts';
import type { Instance } from './instance.ts';
import { normalOf, type Plane } from './plane.ts';

/** One frame of one file. */
export interface FrameRef {
  readonly instance: Instance;
  readonly frame: number;
  readonly plane: Plane;
}

/** Frames that stack to one volume, ordered along the normal. */
export interface Stack {
  readonly series: string;
  readonly seriesNumber: number;
  readonly frames: readonly FrameRef[];
  readonly notes: readonly string[];
}

/** Directions closer than this (cosine difference per component) are one. */
const SAME_DIRECTION = 2e-3;
/** Two planes closer than this along the normal, in mm, are at one place. */
const SAME_PLACE = 1e-3;

function sizeKey({ instance, plane }: FrameRef): string {
  const spacing = plane.spacing?.map((value) => value.toFixed(3)).join('×') ?? '';
  return [instance.series, instance.rows, instance.columns, instance.samplesPerPixel, spacing].join('|');
}

function sameDirection(a: Plane, b: Plane): boolean {
  const [p, q] = [a.orientation, b.orientation];
  if (p === undefined || q === undefined) return p === q;
  return p.every((value, n) => Math.abs(value - q[n]) < SAME_DIRECTION);
}

function grouped<T>(list: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function byDirection(frames: readonly FrameRef[]): FrameRef[][] {
  const groups: FrameRef[][] = [];
  for (const frame of frames) {
    const group = groups.find(([first]) => sameDirection(first.plane, frame.plane));
    if (group === undefined) groups.push([frame]);
    else group.push(frame);
  }
  return groups;
}

/** Distance along the normal of a frame's plane; frames without geometry count up in file order. */
function placeOf({ plane, frame, instance }: FrameRef): number {
  if (plane.position === undefined || plane.orientation === undefined)
    return instance.instanceNumber * 1e6 + frame;
  const n = normalOf(plane.orientation);
  return dot(n, plane.position);
}

const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function ordered(frames: readonly FrameRef[]): FrameRef[] {
  return frames
    .map((frame) => ({ frame, place: placeOf(frame) }))
    .sort(
      (a, b) =>
        a.place - b.place ||
        a.frame.instance.instanceNumber - b.frame.instance.instanceNumber ||
        a.frame.frame - b.frame.frame,
    )
    .map(({ frame }) => frame);
}

function sharePlace(frames: readonly FrameRef[]): boolean {
  const sorted = ordered(frames);
  return sorted.some((frame, n) => n > 0 && placeOf(frame) - placeOf(sorted[n - 1]) < SAME_PLACE);
}

/** Splits frames that share places by the first property that leaves every part without shared places. */
function byDiscriminator(frames: FrameRef[]): FrameRef[][] {
  if (!sharePlace(frames)) return [frames];
  const count = frames[0].plane.discriminators.length;
  for (let n = 0; n < count; n++) {
    const parts = grouped(frames, (frame) => frame.plane.discriminators[n] ?? '');
    // A property of the single slice (its time) tells everything apart and explains nothing.
    const useful =
      parts.length > 1 &&
      parts.every(
        (part) => part.length > 1 || (frames.length === parts.length * part.length && parts.length <= 4),
      );
    if (useful && parts.every((part) => !sharePlace(part))) return parts;
  }
  return [frames];
}

/** Drops files that are there twice. */
function withoutCopies(frames: readonly FrameRef[]): { kept: FrameRef[]; dropped: number } {
  const seen = new Set<string>();
  const kept = frames.filter(({ instance, frame }) => {
    if (instance.sopInstance === '') return true;
    const key = `${instance.sopInstance}#${frame}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { kept, dropped: frames.length - kept.length };
}

/** All stacks among the images, in the order of series number, series UID and first appearance. */
export function stacksOf(instances: readonly Instance[]): Stack[] {
  const frames = instances.flatMap((instance) =>
    instance.planes.map((plane, frame) => ({ instance, plane, frame })),
  );
  const stacks: Stack[] = [];
  for (const sized of grouped(frames, sizeKey))
    for (const directed of byDirection(sized)) {
      const { kept, dropped } = withoutCopies(directed);
      for (const part of byDiscriminator(kept)) {
        const [{ instance }] = part;
        const notes = dropped === 0 ? [] : [`${dropped} duplicate slices were left out`];
        stacks.push({
          series: instance.series,
          seriesNumber: instance.seriesNumber,
          frames: ordered(part),
          notes,
        });
      }
    }
  return stacks.sort(
    (a, b) => a.seriesNumber - b.seriesNumber || (a.series < b.series ? -1 : a.series > b.series ? 1 : 0),
  );
}

/** One line for a choice: facts only, no description, which may name a person. */
function described(stack: Stack, index: number): string {
  const [{ instance, plane }] = stack.frames;
  const spacing =
    plane.spacing === undefined
      ? 'no spacing'
      : `${plane.spacing.map((mm) => +mm.toFixed(3)).join(' × ')} mm`;
  const size = `${stack.frames.length} × ${instance.columns} × ${instance.rows}`;
  return `${index + 1}: ${instance.modality || 'unknown modality'}, ${size}, ${spacing}`;
}

/**
 * The stack to read: the only one, or the one that `series` chooses by its number in the list (from 1) or its
 * SeriesInstanceUID. Throws `several-series`, listing them, when there is a choice to make.
 */
export function chooseStack(
  stacks: readonly Stack[],
  series: number | string | undefined,
  name: string,
): Stack {
  if (stacks.length === 0)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds no DICOM image: choose a folder with a scan.`,
    );
  const list = stacks.slice(0, 20).map(described).join('; ');
  const listed = stacks.length > 20 ? `${list}; and ${stacks.length - 20} more` : list;
  if (series === undefined) {
    if (stacks.length === 1) return stacks[0];
    throw new OverreadError(
      'several-series',
      `${name} holds ${stacks.length} series or parts of one (${listed}): choose one with --series N (option series).`,
      {
        details: {
          series: stacks.map((stack) => ({
            slices: stack.frames.length,
            modality: stack.frames[0].instance.modality,
          })),
        },
      },
    );
  }
  const matching = stacks.filter((stack) => stack.series === String(series));
  if (matching.length === 1) return matching[0];
  const chosen = Number.isInteger(Number(series)) ? stacks[Number(series) - 1] : undefined;
  if (chosen !== undefined) return chosen;
  throw new OverreadError(
    'bad-argument',
    `${name} has no series ${series} that is one volume: choose one of (${listed}).`,
  );
}
