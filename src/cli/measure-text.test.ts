import { describe, expect, it } from 'vitest';
import type { MeasurementSet } from '../domain/measurement.ts';
import { renderMeasurements } from './commands/measure.ts';

describe('measurements as text', () => {
  it('stand in columns, numbers to the right, and an undefined one says why', () => {
    const set = {
      rules: 'strict',
      shape: [4, 4, 4],
      spacing: [1, 1, 1],
      axes: 'RAS',
      hasImage: true,
      notes: [],
      regions: [
        {
          structure: 'liver',
          label: 5,
          voxels: 8,
          instances: [],
          measurements: [
            { quantity: 'volume', value: 1043.118, unit: 'cm3', method: '' },
            { quantity: 'mean-hu', value: 45.3, unit: 'HU', method: '' },
            { quantity: 'std-hu', value: null, unit: 'HU', method: '', flags: ['absent'] },
          ],
        },
      ],
    } as unknown as MeasurementSet;
    expect(renderMeasurements(set).split('\n').slice(3)).toEqual([
      '  volume   1043.12 cm³',
      '  mean-hu     45.3 HU',
      '  std-hu         –  [absent]',
    ]);
  });
});
