// Every IBSI-1 value with a consensus, within its published tolerance: digital phantom and CT phantom a–e.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openAnnotation, openVolume } from '../../imaging/open.ts';
import { type IbsiInput, type IbsiSettings, ibsiFeatures } from './ibsi.ts';

const data = new URL('../../../../shared/data/ibsi/', import.meta.url);

const FAMILIES = /^(morph|loc|stat|ih|ivh)_/;

interface Reference {
  readonly tag: string;
  readonly value: number;
  readonly tolerance: number;
}

/** Rows with a consensus value of the families implemented. */
function references(file: string): Reference[] {
  return readFileSync(new URL(`reference_values/${file}`, data), 'utf8')
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(';'))
    .filter(([value, , tag]) => value !== '' && tag !== undefined && FAMILIES.test(tag))
    .map(([value, tolerance, tag]) => ({ tag, value: Number(value), tolerance: Number(tolerance) }));
}

/** The references carry three significant digits: half a unit of the last one is rounding, not disagreement. */
function halfDigit(value: number): number {
  return value === 0 ? 0.0005 : 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
}

async function phantom(folder: string): Promise<IbsiInput> {
  const at = (file: string) => fileURLToPath(new URL(`${folder}/nifti/${file}`, data));
  const volume = await openVolume(at('image/phantom.nii.gz'));
  const annotation = await openAnnotation(at('mask/mask.nii.gz'));
  return {
    shape: volume.grid.shape,
    spacing: volume.grid.spacing,
    image: volume.data,
    mask: annotation.layers[0].data,
  };
}

const CONFIGURATIONS: Record<string, IbsiSettings> = {
  a: { range: [-500, 400], histogram: { kind: 'bin-size', width: 25 } },
  b: {
    interpolation: { spacing: [2, 2, 3], method: 'linear' },
    range: [-500, 400],
    histogram: { kind: 'bin-count', count: 32 },
  },
  c: {
    interpolation: { spacing: [2, 2, 2], method: 'linear' },
    range: [-1000, 400],
    histogram: { kind: 'bin-size', width: 25 },
    volumeHistogram: { kind: 'bin-size', width: 2.5 },
  },
  d: {
    interpolation: { spacing: [2, 2, 2], method: 'linear' },
    outlierSigma: 3,
    histogram: { kind: 'bin-count', count: 32 },
  },
  e: {
    interpolation: { spacing: [2, 2, 2], method: 'cubic' },
    range: [-1000, 400],
    outlierSigma: 3,
    histogram: { kind: 'bin-count', count: 32 },
    volumeHistogram: { kind: 'bin-count', count: 1000 },
  },
};

describe.skipIf(!existsSync(fileURLToPath(data)))('IBSI-1', () => {
  const compare = (features: Record<string, number>, file: string): void => {
    const rows = references(file).filter(({ tag }) => !tag.includes('mask'));
    expect(rows.length).toBeGreaterThan(70);
    const off = rows
      .filter(({ tag, value, tolerance }) => {
        const allowed = tolerance + halfDigit(value);
        return !(Math.abs(features[tag] - value) <= allowed * (1 + 1e-9));
      })
      .map(({ tag, value, tolerance }) => `${tag}: ${features[tag]} is not ${value} ± ${tolerance}`);
    expect(off).toEqual([]);
  };
  it('digital phantom', async () => {
    compare(ibsiFeatures(await phantom('digital_phantom')), 'ibsi_1_dig_phantom.csv');
  });
  for (const [name, settings] of Object.entries(CONFIGURATIONS))
    it(`CT phantom, configuration ${name}`, async () => {
      compare(ibsiFeatures(await phantom('ct_phantom'), settings), `ibsi_1_chest_config_${name}.csv`);
    });
});
