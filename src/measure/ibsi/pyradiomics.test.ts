// Features whose definitions coincide with pyradiomics', against its published baselines.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openAnnotation, openVolume } from '../../imaging/open.ts';
import { ibsiFeatures } from './ibsi.ts';

const folder = new URL('../../../../shared/data/radiomics-pyradiomics/', import.meta.url);
const at = (file: string) => fileURLToPath(new URL(file, folder));

/** One test case's column of a baseline, numbers only. (Quoted settings hold commas, but no feature row does.) */
function baseline(file: string, testCase: string): Record<string, number> {
  const [header, ...rows] = readFileSync(at(file), 'utf8').split(/\r?\n/);
  const column = header.split(',').indexOf(testCase);
  return Object.fromEntries(
    rows
      .filter((row) => row.startsWith('original_'))
      .map((row) => row.split(','))
      .map((cells) => [cells[0].replace(/^original_(firstorder|shape)_/, ''), Number(cells[column])]),
  );
}

const SAME: Record<string, string> = {
  Mean: 'stat_mean',
  Variance: 'stat_var',
  Skewness: 'stat_skew',
  Median: 'stat_median',
  Minimum: 'stat_min',
  '10Percentile': 'stat_p10',
  '90Percentile': 'stat_p90',
  Maximum: 'stat_max',
  InterquartileRange: 'stat_iqr',
  Range: 'stat_range',
  MeanAbsoluteDeviation: 'stat_mad',
  RobustMeanAbsoluteDeviation: 'stat_rmad',
  Entropy: 'ih_entropy',
  Uniformity: 'ih_uniformity',
  Elongation: 'morph_pca_elongation',
  Flatness: 'morph_pca_flatness',
  VoxelVolume: 'morph_vol_approx',
  Maximum3DDiameter: 'morph_diam',
};
const MESH: Record<string, string> = {
  MeshVolume: 'morph_volume',
  SurfaceArea: 'morph_area_mesh',
  SurfaceVolumeRatio: 'morph_av',
  Sphericity: 'morph_sphericity',
};

describe.skipIf(!existsSync(at('baseline_shape.csv')))('pyradiomics baselines', () => {
  for (const [name, minimum] of [
    ['brain1', 468],
    ['breast1', 102],
  ] as const)
    it(`${name}: statistics to 1e-8, surfaces to 0.5 % (another triangulation)`, async () => {
      const volume = await openVolume(at(`${name}_image.nrrd`));
      const annotation = await openAnnotation(at(`${name}_label.nrrd`));
      const features = ibsiFeatures(
        {
          shape: volume.grid.shape,
          spacing: volume.grid.spacing,
          image: volume.data,
          mask: annotation.layers[0].data,
        },
        // pyradiomics counts its bins from a multiple of the width.
        { histogram: { kind: 'bin-size', width: 25, from: Math.floor(minimum / 25) * 25 } },
      );
      const theirs = {
        ...baseline('baseline_firstorder.csv', name),
        ...baseline('baseline_shape.csv', name),
      };
      for (const [feature, tag] of Object.entries(SAME))
        expect(Math.abs(features[tag] / theirs[feature] - 1), feature).toBeLessThan(1e-8);
      for (const [feature, tag] of Object.entries(MESH))
        expect(Math.abs(features[tag] / theirs[feature] - 1), feature).toBeLessThan(0.005);
      // Theirs is not the excess, and its principal axes rest on the population covariance.
      expect(features.stat_kurt + 3).toBeCloseTo(theirs.Kurtosis, 8);
      const n = Math.round(theirs.VoxelVolume / volume.grid.spacing.reduce((a, b) => a * b, 1));
      expect(features.morph_pca_maj_axis * Math.sqrt((n - 1) / n)).toBeCloseTo(theirs.MajorAxisLength, 6);
    });
});
