// The coded bytes of each frame: fragments sorted into frames by offset table, count or image signature.
import { OverreadError } from '../../domain/errors.ts';
import { numbers } from './attributes.ts';
import type { DataSet, Element } from './elements.ts';
import type { PixelCoding } from './transfer-syntax.ts';

type Fragment = NonNullable<Element['fragments']>[number];

function joined(parts: readonly Fragment[]): Uint8Array {
  if (parts.length === 1) return parts[0].value;
  const total = parts.reduce((sum, part) => sum + part.value.length, 0);
  const out = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    out.set(part.value, at);
    at += part.value.length;
  }
  return out;
}

/** Groups fragments that start at the given offsets; undefined when an offset is no fragment's. */
function byOffsets(fragments: readonly Fragment[], offsets: readonly number[]): Uint8Array[] | undefined {
  const at = new Map(fragments.map((fragment, index) => [fragment.offset, index]));
  const starts = offsets.map((offset) => at.get(offset));
  const frames: Uint8Array[] = [];
  for (const [frame, start] of starts.entries()) {
    const stop = frame + 1 < starts.length ? starts[frame + 1] : fragments.length;
    if (start === undefined || stop === undefined || stop <= start) return undefined;
    frames.push(joined(fragments.slice(start, stop)));
  }
  return frames;
}

/** True when a coded image begins here: JPEG and JPEG-LS by SOI, JPEG 2000 by SOC + SIZ. */
function startsImage(value: Uint8Array): boolean {
  if (value.length < 4) return false;
  return (
    (value[0] === 0xff && value[1] === 0xd8) || (value[0] === 0xff && value[1] === 0x4f && value[2] === 0xff)
  );
}

function basicOffsets(table: Fragment): number[] {
  const view = new DataView(table.value.buffer, table.value.byteOffset, table.value.byteLength);
  const offsets: number[] = [];
  for (let at = 0; at + 4 <= view.byteLength; at += 4) offsets.push(view.getUint32(at, true));
  return offsets;
}

/**
 * Coded bytes of each frame of encapsulated pixel data. The offset tables are used when they fit the fragments;
 * otherwise one fragment per frame, or the places where a coded image begins.
 */
export function encapsulatedFrames(
  data: DataSet,
  pixels: Element,
  count: number,
  coding: PixelCoding,
  name: string,
): Uint8Array[] {
  const [table, ...fragments] = pixels.fragments ?? [];
  if (table === undefined || fragments.length === 0)
    throw new OverreadError(
      'file-truncated',
      `${name} has encapsulated pixel data without a frame: copy it again.`,
    );
  if (count === 1) return [joined(fragments)];
  const offsets = basicOffsets(table);
  const extended = numbers(data, '7fe00001', 'OV');
  for (const candidate of [extended, offsets])
    if (candidate.length === count) {
      const frames = byOffsets(fragments, candidate);
      if (frames !== undefined) return frames;
    }
  if (fragments.length === count) return fragments.map((fragment) => fragment.value);
  if (coding !== 'rle' && coding !== 'deflate' && fragments.length > count) {
    const starts = fragments
      .filter((fragment) => startsImage(fragment.value))
      .map((fragment) => fragment.offset);
    const frames = starts.length === count ? byOffsets(fragments, starts) : undefined;
    if (frames !== undefined) return frames;
  }
  throw new OverreadError(
    fragments.length < count ? 'file-truncated' : 'file-corrupt',
    `${name} promises ${count} frames and holds ${fragments.length} fragments that do not add up to them: copy it again.`,
    { details: { frames: count, fragments: fragments.length } },
  );
}
