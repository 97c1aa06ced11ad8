import { describe, expect, it } from 'vitest';
import { STRUCTURES } from '../domain/structures.ts';
import { canonicalTarget, organOfTarget, organsOfCrop } from './target.ts';

describe('targets', () => {
  it.each([
    ['left_kidney', 'kidney_left'],
    ['Left kidney', 'kidney_left'],
    ['kidneys', 'kidney'],
    ['PDAC', 'pancreas_pdac'],
    ['pancreatic cysts', 'pancreas_cyst'],
    ['renal_tumor', 'kidney_tumor'],
    ['inferior vena cava', 'postcava'],
    ['liver segment 4', 'liver_segment_4'],
    ['../../keys', '../../keys'],
    // Names that every object has are nobody's.
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['constructor_lesion', 'constructor_lesion'],
    ['toString', 'tostring'],
  ])('%j means %s', (text, id) => {
    expect(canonicalTarget(text)).toBe(id);
  });
  it('every canonical id and every name stands for itself', () => {
    for (const { id, name } of STRUCTURES) {
      expect(canonicalTarget(id)).toBe(id);
      expect(canonicalTarget(name)).toBe(id);
    }
  });
  it('a lesion falls back to its organ; a side stays a side', () => {
    expect(organOfTarget('pancreas_pdac')).toBe('pancreas');
    expect(organOfTarget('kidney_left')).toBe('kidney_left');
  });
});

describe('crop requests', () => {
  it.each([
    ['liver', ['liver']],
    ['liver_spleen', ['liver', 'spleen']],
    ['left_kidney_pancreas', ['kidney_left', 'pancreas']],
    ['kidney_left', ['kidney_left']],
    ['liver and spleen', ['liver', 'spleen']],
    ['liver_tumor', ['liver']],
    ['liver_lesion_spleen', ['liver', 'spleen']],
    ['liver_liver', ['liver']],
  ])('%j shows %j', (text, organs) => {
    expect(organsOfCrop(text)).toEqual(organs);
  });
  it.each(['', 'case_7', 'liver_of_patient_7', '../liver'])('%j shows nothing', (text) => {
    expect(organsOfCrop(text)).toBeUndefined();
  });
});
