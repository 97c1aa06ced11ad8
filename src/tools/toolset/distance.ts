// distance: between two structures' surfaces, or between two points of the scan, in mm.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { voxelToWorld } from '../../domain/geometry.ts';
import { TOOL_MODES, type Tool, type ToolContext } from '../../domain/tool.ts';
import { contactArea } from '../../measure/contact.ts';
import { boxTree, smallestGap } from '../../measure/gap.ts';
import { centroidOf, overlapCount } from '../../measure/runs.ts';
import { scanOf, shown } from '../picture-view.ts';
import { structureInput, structureMask } from '../structure-masks.ts';

const ordinate = z.number().min(-1e6).max(1e6);
const place = z.tuple([ordinate, ordinate, ordinate]);

const input = z.strictObject({
  structures: z.tuple([structureInput, structureInput]).optional().describe('Two structures of the scan.'),
  points: z.tuple([place, place]).optional().describe('Two points of the scan.'),
  unit: z
    .enum(['voxel', 'mm'])
    .default('voxel')
    .describe('What points are in: voxel indices i, j, k, or RAS millimetres.'),
});

const distance: Tool<z.infer<typeof input>> = {
  name: 'distance',
  description:
    'Distance in mm: the smallest gap between the surfaces of two structures (0 when they touch), between their ' +
    'centres, and the area on which they touch; or between two points of the scan.',
  input,
  modes: TOOL_MODES,
  needsScan: true,
  group: 'pixels',
  run: async ({ structures, points, unit }, context) => {
    if ((structures === undefined) === (points === undefined))
      throw new OverreadError('bad-argument', 'Name two structures or two points.');
    if (points !== undefined) return betweenPoints(points, unit, context);
    return betweenStructures(structures as [string, string], context);
  },
};

async function betweenPoints(
  points: [[number, number, number], [number, number, number]],
  unit: 'voxel' | 'mm',
  context: ToolContext,
) {
  const { grid } = await scanOf(context);
  const [a, b] = unit === 'mm' ? points : points.map((point) => voxelToWorld(grid.affine, point));
  return { mm: shown(Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2])) };
}

async function betweenStructures([first, second]: readonly [string, string], context: ToolContext) {
  const a = await structureMask(first, context);
  const b = await structureMask(second, context);
  const overlap = overlapCount(a.runs, b.runs);
  const [p, q] = [a, b].map(({ runs, grid }) => voxelToWorld(grid.affine, centroidOf(runs)));
  return {
    structures: [a.structure, b.structure],
    gap_mm: shown(smallestGap(boxTree(a.runs), boxTree(b.runs), a.grid)),
    centre_to_centre_mm: shown(Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2])),
    overlap_voxels: overlap,
    contact_area_mm2: shown(contactArea(a.runs, b.runs, a.grid)),
    masks: context.case.maskSource,
  };
}

export default distance;
