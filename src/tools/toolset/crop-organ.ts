// crop_organ: a picture of one organ, or of several at once, cut from the scan by organ masks only.
import * as z from 'zod';
import type { Tool } from '../../domain/tool.ts';
import { canonicalTarget, isLesion } from '../target.ts';

const input = z.strictObject({
  organ: z
    .string()
    .min(1)
    .max(100)
    .describe('Organ to look at, or several joined by underscores: liver, left_kidney, liver_spleen.'),
});

const cropOrgan: Tool<z.infer<typeof input>> = {
  name: 'crop_organ',
  description:
    'Returns a windowed axial picture of an organ or of a combination of organs. ' +
    'A lesion name returns the organ it lies in.',
  input,
  modes: ['vision'],
  needsScan: true,
  run: async ({ organ }, { case: access, pictures }) => {
    const crop = await access.crop(organ);
    if (crop === undefined)
      return { error: `There is no crop of "${organ}".`, available_crops: await access.availableCrops() };
    // Other tools of this read may look at it from here on.
    pictures?.admit?.(crop.hash, 'image/png', 'crop_organ');
    return {
      image: crop.hash,
      width: crop.raster.width,
      height: crop.raster.height,
      organ_queried: organ,
      organ_localized: crop.organ,
      note: isLesion(canonicalTarget(organ))
        ? 'Lesions are not localized; this is the organ they would lie in.'
        : 'Axial, window level 50 HU, width 400 HU.',
    };
  },
};

export default cropOrgan;
