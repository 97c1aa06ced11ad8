// What tools share that ask an expert: finding it, and reading what it says with care.
import { OverreadError } from '../domain/errors.ts';
import type { ExpertCall, ExpertRole, ExpertRoles, ScoredBox, SoftMask } from '../domain/expert.ts';
import type { ToolContext } from '../domain/tool.ts';
import type { Raster } from '../domain/volume.ts';
import { PALETTE } from '../imaging/overlay.ts';
import { toRgb } from '../imaging/rasters.ts';

/** The run's expert for a role. Throws `not-allowed` that says that there is none. */
export function expertFor<Role extends ExpertRole>(role: Role, { experts }: ToolContext): ExpertRoles[Role] {
  const expert = experts?.[role];
  if (expert !== undefined) return expert as ExpertRoles[Role];
  throw new OverreadError('not-allowed', `This run has no expert that can ${role}: go on without it.`);
}

export function callOf({ case: access, signal }: ToolContext): ExpertCall {
  return { patientId: access.record.patientId, signal };
}

/** Experts by the beginning of their hash: their names may hold addresses and paths. */
export function signed({ hash }: { readonly hash: string }): string {
  return hash.slice(0, 12);
}

function senseless(what: string): OverreadError {
  return new OverreadError('expert-failed', `The expert’s answer cannot be used: ${what}.`);
}

export function checkedProbability(value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw senseless('a probability is not between 0 and 1');
}

/** Boxes cut to the picture, the likeliest first; those that lie outside it or are empty are left out. */
export function boxesWithin(
  boxes: readonly ScoredBox[],
  { width, height }: { readonly width: number; readonly height: number },
  limit: number,
): ScoredBox[] {
  const within: ScoredBox[] = [];
  for (const { box, score, label } of boxes) {
    if (!box.every(Number.isFinite)) throw senseless('a box is not four numbers');
    const cut = [
      Math.max(0, box[0]),
      Math.max(0, box[1]),
      Math.min(width, box[2]),
      Math.min(height, box[3]),
    ] as const;
    if (cut[0] >= cut[2] || cut[1] >= cut[3]) continue;
    within.push({ box: cut, score: checkedProbability(score), ...(label === undefined ? {} : { label }) });
  }
  return within.sort((a, b) => b.score - a.score).slice(0, limit);
}

/** Throws `expert-failed` for a mask that is not of the picture's size or holds no probabilities. */
export function checkMask(mask: SoftMask, { width, height }: Raster): void {
  if (mask.width !== width || mask.height !== height || mask.probability.length !== width * height)
    throw senseless('its mask is not of the picture’s size');
  for (let i = 0; i < mask.probability.length; i++)
    if (!(mask.probability[i] >= 0 && mask.probability[i] <= 1))
      throw senseless('its mask holds no probabilities');
}

/** The picture in colour with a mask on it. */
export function withMask(raster: Raster, inside: Uint8Array): Raster & { data: Uint8Array } {
  const image = toRgb(raster);
  const [colour] = PALETTE;
  for (let pixel = 0; pixel < inside.length; pixel++)
    if (inside[pixel] === 1)
      for (let c = 0; c < 3; c++)
        image.data[pixel * 3 + c] = Math.round(image.data[pixel * 3 + c] * 0.6 + colour[c] * 0.4);
  return image;
}
