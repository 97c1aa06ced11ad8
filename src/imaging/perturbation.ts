// What a perturbation is: a change of pictures or volumes that a sound reader should bear, with a range of severities.
import type { Raster, Volume } from '../domain/volume.ts';

/** Modality families that a perturbation makes sense for, as facets name them in lower case. */
export type ModalityKind =
  | 'ct'
  | 'mr'
  | 'radiograph'
  | 'ultrasound'
  | 'nuclear'
  | 'photograph'
  | 'microscopy';

export interface Perturbation {
  readonly id: string;
  readonly summary: string;
  /** What severity counts, with its unit: "standard deviation in grey levels". */
  readonly severityOf: string;
  /** Severities from none to the most that is still readable; 0 changes nothing. */
  readonly range: readonly [0, number];
  /** Severities that a study uses unless told otherwise, ascending. */
  readonly levels: readonly number[];
  /** Absent: any modality. */
  readonly modalities?: readonly ModalityKind[];
  /** True: the larger the severity, the farther from the original. False for changes that are all or nothing. */
  readonly monotone: boolean;
  /** Fewest pictures it needs; 2 for whatever changes their order. */
  readonly pictures: 1 | 2;
  /**
   * The pictures of one item, 8-bit, in their order; sizes and channels stay. The same seed, the same result; severity 0
   * gives the pictures themselves.
   */
  apply(rasters: readonly Raster[], severity: number, seed: string): readonly Raster[];
  /** The same for a volume, where that is the truer place for it; severity in the same unit (HU on CT). */
  volume?(volume: Volume, severity: number, seed: string): Volume;
}

/** The family of a release's own word for a modality; undefined when it cannot be told. */
export function modalityKind(name: string | undefined): ModalityKind | undefined {
  const word = (name ?? '').toLowerCase();
  if (/\bmr[ai]?\b|magnetic/.test(word)) return 'mr';
  if (/\bpet\b|spect|scintigra|nuclear/.test(word)) return 'nuclear';
  if (/\bcta?\b|computed tomography|cbct/.test(word)) return 'ct';
  if (/x-?ray|radiograph|\bcxr\b|mammogra|\bdr\b/.test(word)) return 'radiograph';
  if (/ultrasound|sonogra|\bus\b|echocardiogra|doppler/.test(word)) return 'ultrasound';
  if (/microscop|histo|patholog|cytolog/.test(word)) return 'microscopy';
  if (/photo|dermosc|endosc|fundus|ophthalmosc|colonosc|laparosc/.test(word)) return 'photograph';
  return undefined;
}

/** Each picture changed pixel by pixel: `of` gets a value 0…255, its channel and its place. Alpha stays. */
export function mapPixels(
  raster: Raster,
  of: (value: number, x: number, y: number, channel: number) => number,
): Raster {
  const { width, height, channels, data } = raster;
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const channel = at % channels;
    const pixel = (at - channel) / channels;
    const isAlpha = channels === 4 && channel === 3;
    const value = isAlpha ? data[at] : of(data[at], pixel % width, Math.floor(pixel / width), channel);
    out[at] = value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
  }
  return { ...raster, height, data: out };
}
