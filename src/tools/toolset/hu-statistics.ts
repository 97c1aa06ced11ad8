// hu_statistics: attenuation within a box of the scan, a shape on a slice, or a structure.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { sampleStatistics } from '../../measure/sample-statistics.ts';
import { hounsfieldScan, shown, shownAll } from '../picture-view.ts';
import { regionInput, sampled } from '../voxel-box.ts';

const input = z.strictObject(regionInput);

const huStatistics: Tool<z.infer<typeof input>> = {
  name: 'hu_statistics',
  description:
    'Attenuation in HU within a box of the CT scan, a box or ellipse on a slice, or a structure: mean, deviation, ' +
    'percentiles, number of voxels and volume.',
  input,
  modes: TOOL_MODES,
  needsScan: true,
  group: 'pixels',
  run: async (region, context) => {
    const volume = await hounsfieldScan(context);
    const { values, volumeMm3, of } = await sampled(volume, region, context);
    const statistics = sampleStatistics(values);
    if (statistics === undefined)
      throw new OverreadError('bad-argument', 'No voxel there has a finite value: name another part.');
    const { n, notFinite, ...rest } = statistics;
    return {
      of,
      unit: 'HU',
      voxels: n,
      ...(notFinite === 0 ? {} : { not_finite: notFinite }),
      volume_cm3: shown(volumeMm3 / 1000),
      ...shownAll(rest),
    };
  },
};

export default huStatistics;
