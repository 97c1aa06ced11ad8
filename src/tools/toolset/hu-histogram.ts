// hu_histogram: how attenuation is distributed within a part of the scan.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { histogramOf } from '../../measure/sample-statistics.ts';
import { hounsfieldScan, shown } from '../picture-view.ts';
import { regionInput, sampled } from '../voxel-box.ts';

const input = z.strictObject({
  ...regionInput,
  from: z.number().min(-1e5).max(1e5).default(-1024).describe('Lower edge of the first bin in HU.'),
  bin_width: z.number().min(0.1).max(1e5).default(64).describe('HU.'),
  bins: z.int().min(1).max(128).default(48),
});

const huHistogram: Tool<z.infer<typeof input>> = {
  name: 'hu_histogram',
  description:
    'Histogram of HU within a box of the CT scan, a box or ellipse on a slice, or a structure: voxels in bins of ' +
    'equal width, and those below and above.',
  input,
  modes: TOOL_MODES,
  needsScan: true,
  group: 'pixels',
  run: async ({ from, bin_width, bins, ...region }, context) => {
    const volume = await hounsfieldScan(context);
    const { values, of } = await sampled(volume, region, context);
    const { counts, below, above } = histogramOf(values, from, bin_width, bins);
    return { of, unit: 'HU', from: shown(from), bin_width: shown(bin_width), counts, below, above };
  },
};

export default huHistogram;
