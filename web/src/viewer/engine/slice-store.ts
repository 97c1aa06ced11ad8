// Slices as they come from the server: kept within a bound of bytes, asked for in the order of need, a few at a time.
import type { PlaneName, SampleType } from '../../../../src/server/workbench/shapes/scan.ts';
import type { LabelValues } from './paint.ts';
import type { ImageValues } from './windowing.ts';

/** What is drawn on one another: the image, the annotated labels, the labels that a reader saw. */
export type Part = 'image' | 'masks' | 'reader';

export interface SliceKey {
  readonly part: Part;
  readonly plane: PlaneName;
  readonly index: number;
}

type Samples = ImageValues | LabelValues;

export interface SliceStoreOptions {
  readonly load: (key: SliceKey, signal: AbortSignal) => Promise<{ bytes: ArrayBuffer; type: string }>;
  /** Told of each slice that came, and of each that did not with the reason. */
  readonly onArrival: (key: SliceKey, error?: unknown) => void;
  /** Default 192 MiB. */
  readonly maxBytes?: number;
  /** Requests at one time. Default 6, as many as a browser sends to one host. */
  readonly atOnce?: number;
}

export interface SliceStore {
  image(plane: PlaneName, index: number): ImageValues | undefined;
  labels(part: 'masks' | 'reader', plane: PlaneName, index: number): LabelValues | undefined;
  has(key: SliceKey): boolean;
  /** Why a slice did not come. It is not asked for again until `forgive`. */
  failure(key: SliceKey): unknown;
  forgive(): void;
  /** What is needed now, most urgent first. Requests for anything else are broken off. */
  want(keys: readonly SliceKey[]): void;
  close(): void;
  readonly bytes: number;
}

const nameOf = ({ part, plane, index }: SliceKey) => `${part}/${plane}/${index}`;

export function newSliceStore(options: SliceStoreOptions): SliceStore {
  const { load, onArrival, maxBytes = 192 * 2 ** 20, atOnce = 6 } = options;
  // In order of use: the first is the one that nobody has looked at for longest.
  const kept = new Map<string, Samples>();
  const failed = new Map<string, unknown>();
  const underWay = new Map<string, AbortController>();
  let wanted: readonly SliceKey[] = [];
  let bytes = 0;
  let closed = false;

  function used(name: string): Samples | undefined {
    const samples = kept.get(name);
    if (samples === undefined) return undefined;
    kept.delete(name);
    kept.set(name, samples);
    return samples;
  }

  function keep(name: string, samples: Samples): void {
    kept.set(name, samples);
    bytes += samples.byteLength;
    const needed = new Set(wanted.map(nameOf));
    for (const [oldest, { byteLength }] of kept) {
      if (bytes <= maxBytes || oldest === name) break;
      if (needed.has(oldest)) continue;
      kept.delete(oldest);
      bytes -= byteLength;
    }
  }

  async function fetchOne(key: SliceKey): Promise<void> {
    const name = nameOf(key);
    const control = new AbortController();
    underWay.set(name, control);
    try {
      const { bytes: raw, type } = await load(key, control.signal);
      if (control.signal.aborted) return;
      underWay.delete(name);
      keep(name, samplesOf(raw, type));
      onArrival(key);
    } catch (error) {
      if (control.signal.aborted) return;
      underWay.delete(name);
      failed.set(name, error);
      onArrival(key, error);
    }
    pump();
  }

  function pump(): void {
    if (closed) return;
    for (const key of wanted) {
      if (underWay.size >= atOnce) return;
      const name = nameOf(key);
      if (kept.has(name) || failed.has(name) || underWay.has(name)) continue;
      void fetchOne(key);
    }
  }

  return {
    image: (plane, index) => used(nameOf({ part: 'image', plane, index })) as ImageValues | undefined,
    labels: (part, plane, index) => used(nameOf({ part, plane, index })) as LabelValues | undefined,
    has: (key) => kept.has(nameOf(key)),
    failure: (key) => failed.get(nameOf(key)),
    forgive: () => failed.clear(),
    want(keys) {
      wanted = keys;
      const needed = new Set(keys.map(nameOf));
      for (const [name, control] of underWay)
        if (!needed.has(name)) {
          underWay.delete(name);
          control.abort();
        }
      pump();
    },
    close() {
      closed = true;
      wanted = [];
      for (const control of underWay.values()) control.abort();
      underWay.clear();
      kept.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
  };
}

/** Little-endian samples as typed values. Throws a sentence for a type that the protocol does not know. */
export function samplesOf(bytes: ArrayBuffer, type: string): Samples {
  switch (type as SampleType) {
    case 'int16':
      return new Int16Array(bytes);
    case 'float32':
      return new Float32Array(bytes);
    case 'uint8':
      return new Uint8Array(bytes);
    case 'uint16':
      return new Uint16Array(bytes);
    default:
      throw new Error('The server sent a slice of an unknown type: is it of the same version as this page?');
  }
}

/**
 * Which slices are worth having around one, most urgent first: itself, then ahead in the direction of the last move,
 * a few behind; at rest (direction 0) the same to both sides.
 */
export function indicesAround(index: number, direction: -1 | 0 | 1, count: number): number[] {
  const around = [index];
  const ahead = direction === 0 ? 6 : 10;
  const behind = direction === 0 ? 6 : 3;
  const forward = direction === 0 ? 1 : direction;
  for (let step = 1; step <= ahead; step++) {
    around.push(index + forward * step);
    if (step <= behind) around.push(index - forward * step);
  }
  return around.filter((each) => each >= 0 && each < count);
}
