// Brightness: every value times a factor, as SURE-VQA's second study changes it.
import { mapPixels, type Perturbation } from '../perturbation.ts';

const brightness: Perturbation = {
  id: 'brightness',
  summary: 'every grey level multiplied',
  severityOf: 'factor minus one',
  range: [0, 5],
  levels: [0.5, 2, 4],
  monotone: true,
  pictures: 1,
  apply: (rasters, severity) =>
    severity === 0 ? rasters : rasters.map((raster) => mapPixels(raster, (value) => value * (1 + severity))),
};
export default brightness;
