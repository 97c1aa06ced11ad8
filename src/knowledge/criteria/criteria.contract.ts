// What every criteria set promises: stable ids, thresholds with units, applicability, and look-up by its own words.
import { expect, it } from 'vitest';
import type { CriteriaSet } from '../criterion.ts';
import { lookupKnowledge } from '../lookup.ts';

/** Thresholds that question types read, by criterion; every set must carry them unless it is listed in `without`. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'normal-liver-volume': ['upper_cm3'],
  'normal-spleen-volume': ['upper_cm3'],
  'normal-pancreas-volume': ['upper_cm3'],
  'normal-kidney-volume': ['upper_cm3'],
  'splenomegaly-detection': ['upper_cm3'],
  'splenomegaly-grading': ['mild_cm3', 'moderate_cm3', 'severe_cm3'],
  'fatty-liver': [],
  'hepatic-steatosis-grading': ['g1_hu', 'g2_hu', 'g3_hu', 'g1_ratio', 'g2_ratio', 'g3_ratio'],
  'pancreatic-steatosis': ['pancreas_spleen_ratio'],
  'portal-hypertension': ['spleen_cm3'],
  'pancreatic-cyst-resection': ['diameter_cm'],
  'pancreatic-tumor-staging': ['t1_cm', 't2_cm', 't4_contact_deg', 't4_contact_inclusive'],
  'pancreatic-lesion-resectability': [],
  'kidney-lesion-type': ['cyst_below_hu'],
  'renal-mass': ['simple_low_hu', 'simple_high_hu', 'indeterminate_high_hu'],
  pseudocyst: ['above_hu'],
  'pdac-vs-pnet': [],
  'tumor-burden': ['advanced_percent'],
  'attenuation-class': ['sd_ratio'],
  'kidney-asymmetry': ['factor_ratio'],
  'lesion-outlier': ['least_lesions', 'ratio'],
  'liver-segment-clustering': ['high_percent', 'top_two_percent'],
};

const UNENHANCED = ['fatty-liver', 'hepatic-steatosis-grading', 'pancreatic-steatosis', 'renal-mass'];

export function criteriaContract(set: CriteriaSet): void {
  it('has kebab-case ids, each once', () => {
    const ids = set.criteria.map((criterion) => criterion.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
  it('carries the thresholds that question types read', () => {
    for (const [id, names] of Object.entries(NEEDED)) {
      const criterion = set.criteria.find((c) => c.id === id);
      expect(criterion, id).toBeDefined();
      expect(Object.keys(criterion?.thresholds ?? {})).toEqual(expect.arrayContaining([...names]));
    }
  });
  it('has a source, a version and a finite number with a unit for every threshold', () => {
    for (const criterion of set.criteria) {
      expect(criterion.source.length).toBeGreaterThan(5);
      expect(criterion.version).not.toBe('');
      expect(criterion.set).toBe(set.id);
      expect(Object.keys(criterion.units)).toEqual(Object.keys(criterion.thresholds));
      for (const value of Object.values(criterion.thresholds)) expect(Number.isFinite(value)).toBe(true);
      for (const name of Object.keys(criterion.comparisons))
        expect(criterion.thresholds).toHaveProperty(name);
    }
  });
  it('holds attenuation rules for fat and renal masses to unenhanced CT', () => {
    for (const id of UNENHANCED)
      expect(set.criteria.find((c) => c.id === id)?.applicability.phases).toEqual(['unenhanced']);
  });
  it('finds each criterion first by its title and by the words of its id', () => {
    for (const criterion of set.criteria) {
      const queries = [criterion.title, criterion.id.replaceAll('-', ' ')];
      // The released matching cannot see "LI-RADS": a fault kept for parity.
      if (set.matching === 'published' && criterion.id === 'li-rads') queries.pop();
      for (const query of queries)
        expect(lookupKnowledge(query, set).results[0].criterion?.id, query).toBe(criterion.id);
    }
  });
  it('is plain JSON, so that a tool result can carry it', () => {
    expect(JSON.parse(JSON.stringify(set))).toEqual(set);
  });
}
