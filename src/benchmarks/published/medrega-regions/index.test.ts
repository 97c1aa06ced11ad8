import { describe, expect, it } from 'vitest';
import { matchedIou } from '../../../scoring/detection/matched-iou.ts';
import { publishedContract } from '../../published.contract.ts';
import medregaRegions from './index.ts';
import { lineOf, type RegionRow, regionLine, regionOracle, rowOf, scaledBox } from './regions.ts';
import { regionItem } from './scores.ts';

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
  it('boxes run from 0 to 999 over the width and over the height', () => {
    expect(scaledBox([20, 10, 100, 60], [200, 100])).toEqual([100, 100, 500, 599]);
    expect(regionOracle(row('name-to-region'))).toContain('<box>[[100, 100, 500, 599]]</box>');
  });

  it('rows come back from the release’s lines: tasks by what is asked and answered', () => {
    for (const task of ['region-to-name', 'name-to-region', 'grounded-report'] as const) {
      const one =
        task === 'region-to-name' ? { ...row(task), regions: row(task).regions.slice(0, 1) } : row(task);
      const back = rowOf(regionLine.parse(lineOf(one)));
      expect(back?.task).toBe(task);
      expect(back?.regions.map(({ name }) => name)).toEqual(one.regions.map(({ name }) => name));
      for (const [at, { box }] of (back?.regions ?? []).entries())
        for (const [corner, value] of box.entries())
          expect(Math.abs(value - one.regions[at].box[corner])).toBeLessThan(0.2);
    }
    const other = {
      id: 1,
      image: 'a.jpg',
      conversations: [
        { from: 'human', value: '<image>What is wrong?' },
        { from: 'gpt', value: 'Nothing' },
      ],
    };
    expect(rowOf(regionLine.parse(other))).toBeUndefined();
  });

  it('as released extra boxes and extra words cost nothing; in strict they do', () => {
    const single = { ...row('name-to-region'), regions: row('name-to-region').regions.slice(0, 1) };
    const said = '<box>[[0, 0, 9, 9], [100, 100, 500, 599]]</box>';
    expect(regionItem(single, said, 'published').iou).toBe(1);
    expect(regionItem(single, said, 'strict').iou).toBe(0.5);
    const wordy = 'the liver spleen or perhaps kidney';
    expect(regionItem(row('region-to-name'), wordy, 'published').right).toBe(1);
    expect(regionItem(row('region-to-name'), wordy, 'strict').right).toBe(0);
  });

  it('a name is right whatever its case; a sentence around it is not a name', () => {
    expect(regionItem(row('region-to-name'), 'liver.', 'strict').right).toBe(1);
    expect(regionItem(row('region-to-name'), 'spleen', 'strict').right).toBe(0);
  });

  it('a missed part costs as much as an invented one', () => {
    const one = regionItem(row('name-to-region'), '<box>[[100, 100, 500, 599]]</box>', 'strict');
    expect(one.iou).toBe(0.5);
    expect(one.found).toEqual({ matched: 1, predicted: 1, actual: 2 });
    const box = { min: [0, 0], max: [10, 10] };
    expect(matchedIou([box, box], [box])).toBe(0.5);
  });

  it('a report’s region counts only under its name', () => {
    const said =
      '<ref>spleen</ref><box>[[100, 100, 500, 599]]</box>\n<ref>spleen</ref><box>[[699, 200, 899, 599]]</box>';
    const item = regionItem(row('grounded-report'), said, 'strict');
    expect(item.reported).toEqual({ matched: 1, predicted: 2, actual: 2 });
    expect(item.names).toEqual({ matched: 1, predicted: 1, actual: 2 });
  });

  it('strict reads JSON too; published reads marks only', () => {
    const json = '[{"name": "liver", "box": [100, 100, 500, 599]}]';
    expect(regionItem(row('grounded-report'), json, 'strict').reported?.matched).toBe(1);
    expect(regionItem(row('grounded-report'), json, 'published').parsed).toBe(false);
  });
});
