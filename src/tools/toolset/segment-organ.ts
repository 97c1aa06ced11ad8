// segment_organ: whether a structure's mask is there, how many voxels it has and where it lies.
import * as z from 'zod';
import type { Tool } from '../../domain/tool.ts';
import { answerSegment } from '../../measure/answer.ts';
import { canonicalTarget } from '../target.ts';

const input = z.strictObject({
  target: z
    .string()
    .min(1)
    .max(100)
    .describe('Structure to segment, such as liver, kidney_left, pancreas or liver_lesion.'),
});

const segmentOrgan: Tool<z.infer<typeof input>> = {
  name: 'segment_organ',
  description:
    'Segments one organ or lesion type in the scan and returns its voxel count and bounding box, ' +
    'or the structures that can be segmented when it is not found.',
  input,
  modes: ['oracle', 'predicted'],
  needsScan: true,
  run: async ({ target }, { case: access }) =>
    answerSegment(await access.measurements(), canonicalTarget(target)),
};

export default segmentOrgan;
