// Masks of named structures of the case, where masks may be opened: read once for each case that is open.
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import type { Grid } from '../domain/geometry.ts';
import { structureName } from '../domain/structures.ts';
import type { CaseAccess, ToolContext } from '../domain/tool.ts';
import { drawnMasks, type Region, regionsOf } from '../measure/regions.ts';
import type { RunSet } from '../measure/runs.ts';
import { canonicalTarget } from './target.ts';

export const structureInput = z
  .string()
  .min(1)
  .max(100)
  .describe('Structure of the scan by name, such as liver, kidney_left or pancreas_cyst.');

export interface StructureMask {
  readonly structure: string;
  readonly runs: RunSet;
  readonly grid: Grid;
}

interface CaseRegions {
  readonly grid: Grid;
  readonly regions: readonly Region[];
}

const opened = new WeakMap<CaseAccess, Promise<CaseRegions>>();

function regionsOfCase(access: CaseAccess): Promise<CaseRegions> {
  const known = opened.get(access);
  if (known !== undefined) return known;
  const reading = read(access);
  opened.set(access, reading);
  return reading;
}

async function read(access: CaseAccess): Promise<CaseRegions> {
  const annotation = await access.annotation?.();
  if (annotation === undefined)
    throw new OverreadError('not-allowed', 'This case has no masks that could be opened.');
  const { grid } = annotation;
  const volume = await access.volume();
  if (volume?.grid.shape.some((n, axis) => n !== grid.shape[axis]))
    throw new OverreadError(
      'geometry-mismatch',
      'Masks and scan do not lie on one grid: build the case again.',
    );
  return { grid, regions: regionsOf(drawnMasks(annotation), grid).regions };
}

/**
 * The mask of a structure, an organ with its parts and lesions. Throws `bad-argument` for a structure that nobody
 * looked for, `mask-empty` for one that was looked for and is absent, `not-allowed` in vision mode.
 */
export async function structureMask(name: string, { case: access }: ToolContext): Promise<StructureMask> {
  const { grid, regions } = await regionsOfCase(access);
  const structure = canonicalTarget(name);
  const region = regions.find((each) => each.structure === structure);
  if (region === undefined) {
    const there = regions.filter(({ runs }) => runs.start.length > 0).map((each) => each.structure);
    throw new OverreadError(
      'bad-argument',
      `There is no mask of "${structure}" here: use ${there.join(', ') || 'no structure, for none is drawn'}.`,
    );
  }
  if (region.runs.start.length === 0)
    throw new OverreadError(
      'mask-empty',
      `The ${structureName(structure)} was looked for and has no voxel here.`,
    );
  return { structure, runs: region.runs, grid };
}
