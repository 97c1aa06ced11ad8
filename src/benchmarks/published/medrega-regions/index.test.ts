import { describe, expect, it } from 'vitest';
import { publishedContract } from '../../published.contract.ts';
import medregaRegions from './index.ts';
import { matchedIou, type RegionRow, regionItem, regionQuestion, thousandths } from './regions.ts';

publishedContract(medregaRegions, { items: 12 });

const row = (task: RegionRow['task']): RegionRow => ({
  id: 'r',
  task,
  image: 'a.png',
  image_size: [200, 100],
  regions: [
    { name: 'Liver', box: [20, 10, 100, 60] },
    { name: 'spleen', box: [140, 20, 180, 60] },
  ],
  candidates: ['Liver', 'spleen'],
  patient: 'p',
  modality: 'CT',
  plane: 'axial',
  split: 'test',
});

describe('region tasks', () => {
  it('boxes are thousandths of the width and of the height', () => {
    expect(thousandths([20, 10, 100, 60], [200, 100])).toEqual([100, 100, 500, 600]);
    expect(regionQuestion(row('region-to-name'), true)).toContain('<box>[[100, 100, 500, 600]]</box>');
    expect(regionQuestion(row('region-to-name'), false)).not.toContain('spleen');
  });

  it('a name is right whatever its case; a sentence around it is not a name', () => {
    expect(regionItem(row('region-to-name'), 'liver.', 'strict').right).toBe(1);
    expect(regionItem(row('region-to-name'), 'spleen', 'strict').right).toBe(0);
  });

  it('a missed part costs as much as an invented one', () => {
    const one = regionItem(row('name-to-region'), '<box>[[100, 100, 500, 600]]</box>', 'strict');
    expect(one.iou).toBe(0.5);
    expect(one.found).toEqual({ matched: 1, predicted: 1, actual: 2 });
    const box = { min: [0, 0], max: [10, 10] };
    expect(matchedIou([box, box], [box])).toBe(0.5);
  });

  it('a report’s region counts only under its name', () => {
    const said =
      '<ref>spleen</ref><box>[[100, 100, 500, 600]]</box>\n<ref>spleen</ref><box>[[700, 200, 900, 600]]</box>';
    const item = regionItem(row('grounded-report'), said, 'strict');
    expect(item.reported).toEqual({ matched: 1, predicted: 2, actual: 2 });
    expect(item.names).toEqual({ matched: 1, predicted: 1, actual: 2 });
  });

  it('strict reads JSON too; published reads marks only', () => {
    const json = '[{"name": "liver", "box": [100, 100, 500, 600]}]';
    expect(regionItem(row('grounded-report'), json, 'strict').reported?.matched).toBe(1);
    expect(regionItem(row('grounded-report'), json, 'published').parsed).toBe(false);
  });
});
