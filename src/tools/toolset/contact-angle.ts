// contact_angle: how far round a vessel a lesion or organ reaches.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { components26, inPatientOrder } from '../../measure/components.ts';
import { boxTree, smallestGap } from '../../measure/gap.ts';
import { sliceFrameOf } from '../../measure/slice-axis.ts';
import { vesselContactAngle } from '../../measure/vessel-angle.ts';
import { shown } from '../picture-view.ts';
import { structureInput, structureMask } from '../structure-masks.ts';

const input = z.strictObject({
  structure: structureInput.describe('What touches the vessel: a lesion, such as pancreas_pdac.'),
  vessel: structureInput.describe('The vessel, such as superior_mesenteric_artery.'),
});

/** Pieces that are looked at, the largest first, and those that are listed. */
const LOOKED_AT = 200;
const LISTED = 10;

const contactAngle: Tool<z.infer<typeof input>> = {
  name: 'contact_angle',
  description:
    'Largest angle in degrees, 0 to 360, under which a lesion borders on a vessel in an axial slice, for each ' +
    'separate piece of it, with the slice and the gap where they do not touch.',
  input,
  modes: TOOL_MODES.filter((mode) => mode !== 'vision'),
  needsScan: true,
  group: 'pixels',
  run: async ({ structure, vessel }, context) => {
    const lesion = await structureMask(structure, context);
    const tube = await structureMask(vessel, context);
    const frame = sliceFrameOf(lesion.grid);
    const tree = boxTree(tube.runs);
    const all = inPatientOrder(components26(lesion.runs).components, lesion.grid.affine);
    const pieces = all.slice(0, LOOKED_AT).map(({ runs, voxels }) => {
      const { degrees, slice } = vesselContactAngle(runs, tube.runs, frame);
      return {
        voxels,
        degrees: shown(degrees),
        ...(degrees === 0 ? {} : { slice }),
        gap_mm: shown(smallestGap(boxTree(runs), tree, lesion.grid)),
      };
    });
    const largest = pieces.reduce((best, piece) => (piece.degrees > best.degrees ? piece : best), pieces[0]);
    return {
      structure: lesion.structure,
      vessel: tube.structure,
      degrees: largest.degrees,
      ...(largest.slice === undefined ? {} : { slice: largest.slice }),
      gap_mm: Math.min(...pieces.map((piece) => piece.gap_mm)),
      count: all.length,
      pieces: pieces.slice(0, LISTED),
      masks: context.case.maskSource,
    };
  },
};

export default contactAngle;
