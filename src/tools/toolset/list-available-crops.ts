// list_available_crops: the organs of which crop_organ can cut a picture.
import * as z from 'zod';
import type { Tool } from '../../domain/tool.ts';

const input = z.strictObject({});

const listAvailableCrops: Tool<z.infer<typeof input>> = {
  name: 'list_available_crops',
  description: 'Lists the organs of which a picture can be cut with crop_organ.',
  input,
  modes: ['vision'],
  needsScan: true,
  run: async (_, { case: access }) => ({ available_crops: await access.availableCrops() }),
};

export default listAvailableCrops;
