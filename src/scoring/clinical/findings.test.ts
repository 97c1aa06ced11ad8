import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from './finding-patterns.ts';
import { claimedFindings, findingsIn, sentencesOf } from './findings.ts';
import { findingsOfMesh } from './mesh-findings.ts';

const claimed = (report: string) => [...claimedFindings(report)];

describe('findings of chest reports', () => {
  it.each([
    ['Right pleural effusion.', 'Pleural Effusion', 'present'],
    ['No pneumothorax, pleural effusion, or focal consolidation.', 'Consolidation', 'denied'],
    ['No focal airspace opacity to suggest pneumonia.', 'Pneumonia', 'denied'],
    ['No effusion, but a nodule in the left lung.', 'Lung Lesion', 'present'],
    ['Pneumothorax is not seen.', 'Pneumothorax', 'denied'],
    ['The effusion has resolved.', 'Pleural Effusion', 'denied'],
    ['No change in right effusion.', 'Pleural Effusion', 'present'],
    ['Pneumonia cannot be excluded.', 'Pneumonia', 'uncertain'],
    ['Opacity may represent atelectasis.', 'Atelectasis', 'uncertain'],
    ['The heart is not enlarged.', 'Cardiomegaly', 'denied'],
    ['Heart size is normal. The aorta is enlarged.', 'Cardiomegaly', 'unmentioned'],
    ['Small pericardial effusion.', 'Pleural Effusion', 'unmentioned'],
    ['Findings are consistent with emphysema.', 'Support Devices', 'unmentioned'],
    ['There is a coronary stent.', 'Support Devices', 'present'],
  ] as const)('"%s": %s is %s', (report, finding, claim) => {
    expect(findingsIn(report)[finding]).toBe(claim);
  });
  it('a claim anywhere outweighs a denial elsewhere', () => {
    expect(claimed('No effusion on the right. Small effusion on the left.')).toEqual(['Pleural Effusion']);
  });
  it('a pacemaker alone is no finding, and neither is an empty report', () => {
    expect(claimed('Pacemaker in place. Clear lungs.').sort()).toEqual(['No Finding', 'Support Devices']);
    expect(claimed('')).toEqual(['No Finding']);
  });
  it('sentences end at full stops, not within numbers', () => {
    expect(sentencesOf('A 1.2 cm nodule. 2. No effusion.')).toEqual(['a 1.2 cm nodule', '2', 'no effusion']);
  });
  it('any text gives every finding a claim', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(Object.keys(findingsIn(text)).sort()).toEqual([...FINDINGS].sort());
      }),
    );
  });
});

describe('Open-i’s headings as findings', () => {
  it('reads paths by what they begin with', () => {
    const found = findingsOfMesh([
      'Opacity/lung/base/left',
      'Cardiac Shadow/enlarged/mild',
      'Aorta/tortuous',
    ]);
    expect([...(found ?? [])].sort()).toEqual(['Cardiomegaly', 'Lung Opacity']);
  });
  it('takes what has no label for no finding, and uncoded reports for unknown', () => {
    expect([...(findingsOfMesh(['Calcified Granuloma']) ?? [])]).toEqual(['No Finding']);
    expect(findingsOfMesh(['No Indexing'])).toBeUndefined();
    expect(findingsOfMesh([])).toBeUndefined();
  });
});
