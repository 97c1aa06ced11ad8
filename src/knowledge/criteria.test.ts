import { describe, expect, it } from 'vitest';
import { criteriaContract } from './criteria/criteria.contract.ts';
import { CRITERIA_SET_IDS, criteriaSet, criterionOf, meets } from './criteria.ts';

for (const id of CRITERIA_SET_IDS) describe(`criteria set ${id}`, () => criteriaContract(criteriaSet(id)));

const threshold = (set: string, id: string, name: string) =>
  criterionOf(criteriaSet(set), id)?.thresholds[name];

describe('what the sets say differently', () => {
  it('the upstream reports call a liver large above 3000 cm³, the knowledge base above 1800', () => {
    expect(threshold('radgpt', 'normal-liver-volume', 'upper_cm3')).toBe(3000);
    expect(threshold('published', 'normal-liver-volume', 'upper_cm3')).toBe(1800);
  });
  it('AJCC 8 calls a 2.0 cm adenocarcinoma T1 and a 2.0 cm neuroendocrine tumor T2', () => {
    const set = criteriaSet('guideline');
    const exocrine = criterionOf(set, 'pancreatic-tumor-staging');
    const endocrine = criterionOf(set, 'pnet-staging');
    expect(meets(2, exocrine?.comparisons.t1_cm ?? '>', exocrine?.thresholds.t1_cm ?? 0)).toBe(true);
    expect(meets(2, endocrine?.comparisons.t1_cm ?? '>', endocrine?.thresholds.t1_cm ?? 0)).toBe(false);
  });
  it('NCCN leaves a vein held by up to 180° resectable, the knowledge base does not', () => {
    expect(threshold('guideline', 'pancreatic-lesion-resectability', 'vein_borderline_deg')).toBe(180);
    expect(threshold('published', 'pancreatic-lesion-resectability', 'vein_borderline_deg')).toBe(0);
  });
  it('what a set borrows says so', () => {
    expect(criterionOf(criteriaSet('guideline'), 'lesion-outlier')?.assumed).toMatch(/knowledge base/);
    expect(criterionOf(criteriaSet('radgpt'), 'splenomegaly-grading')?.assumed).toMatch(/silent/);
  });
  it('an unknown set names those there are', () => {
    expect(() => criteriaSet('lancet')).toThrow(/guideline, published, radgpt/);
    expect(() => criteriaSet('toString')).toThrow(/no criteria set/);
  });
});
