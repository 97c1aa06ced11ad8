// Every question type on phantoms: the built answer is the one that the phantom's description dictates.
import { describe, expect, it } from 'vitest';
import { criteriaSet } from '../knowledge/criteria.ts';
import { measureCase } from '../measure/measure.ts';
import { hardCases, type Phantom, phantomCohort } from '../phantoms/cohort.ts';
import { allTypes, askCase, type Candidate, lookedFor } from './ask.ts';
import { trueAnswer } from './phantom-answers.contract.ts';

const asked = (phantom: Phantom, criteria: 'published' | 'guideline' = 'published') => {
  const { volume, annotation } = phantom.render();
  const set = lookedFor(measureCase(annotation, volume, { rules: 'strict' }), annotation.annotated);
  return askCase(
    set,
    { phase: phantom.truth.phase, modality: 'CT' },
    { rules: 'strict', criteria: criteriaSet(criteria) },
  );
};

/** Asserts every candidate of a phantom against its truth. */
function hold(phantom: Phantom, candidates: readonly Candidate[], exact: boolean): void {
  const [dx, dy, dz] = phantom.description.grid.spacing;
  const heights = phantom.description.lesions.flatMap(({ shapes }) =>
    shapes.map((shape) => (shape.kind === 'box' ? (shape.max[2] - shape.min[2]) / dz : 0)),
  );
  const tallest = Math.max(0, ...heights);
  const how = { exact, spacing: Math.max(dx, dy), voxelCm3: (dx * dy * dz) / 1000, tallest };
  for (const { type, slots, conclusion } of candidates) {
    const what = `${phantom.id} ${type} ${JSON.stringify(slots)}`;
    const truth = trueAnswer(type, slots, phantom.truth, how);
    if (truth.texts !== undefined) {
      expect(truth.texts, what).toContain(conclusion.answer);
      continue;
    }
    // An answer is shown with so many digits, and is as exact as they allow.
    const rounding = 0.5 * 10 ** -(conclusion.answer.split('.')[1]?.length ?? 0) + 1e-9;
    const right = [truth.value ?? Number.NaN, ...(truth.or ?? [])];
    const off = Math.min(...right.map((value) => Math.abs(Number(conclusion.value) - value)));
    expect(off, `${what}: ${conclusion.answer} for ${truth.value} ± ${truth.within}`).toBeLessThanOrEqual(
      (truth.within ?? 0) + rounding,
    );
  }
}

describe('the cohort', () => {
  const phantoms = phantomCohort({ seed: 2026 });
  const all = phantoms.map((phantom) => ({ phantom, ...asked(phantom) }));
  it.each(all.map((entry) => [entry.phantom.id, entry] as const))('%s: answers are true', (_, entry) => {
    expect(entry.candidates.length).toBeGreaterThan(40);
    hold(entry.phantom, entry.candidates, false);
  });
  it('lets every one of the 42 types be asked', () => {
    const types = new Set(all.flatMap(({ candidates }) => candidates.map(({ type }) => type)));
    expect(
      allTypes()
        .map(({ id }) => id)
        .filter((id) => !types.has(id)),
    ).toEqual([]);
    expect(types.size).toBe(42);
  });
  it('leaves attenuation rules for unenhanced CT to unenhanced cases, unless the published rules are asked for', () => {
    const rules = [
      'fatty-liver',
      'hepatic-steatosis-grading',
      'pancreatic-steatosis',
      'renal-mass-characterization',
    ];
    const enhanced = phantoms.find(({ truth }) => truth.phase === 'portal-venous');
    if (enhanced === undefined) throw new Error('the cohort has an enhanced case');
    const strict = asked(enhanced, 'guideline');
    for (const type of rules.slice(0, 3)) {
      expect(strict.candidates.some((candidate) => candidate.type === type)).toBe(false);
      expect(strict.skipped.find((entry) => entry.type === type)?.reason).toMatch(/unenhanced/);
    }
    const published = asked(enhanced).candidates.filter(({ type }) => rules.slice(0, 3).includes(type));
    expect(published).toHaveLength(3);
    for (const { flags } of published) expect(flags).toContain('steatosis-rule-on-enhanced-ct');
    const plain = phantoms.find(({ truth }) => truth.phase === 'unenhanced');
    if (plain === undefined) throw new Error('the cohort has an unenhanced case');
    for (const { flags } of asked(plain).candidates) expect(flags).toEqual([]);
  });
});

describe('hard cases, voxel by voxel', () => {
  it.each(hardCases().map((phantom) => [phantom.id, phantom] as const))('%s', (_, phantom) => {
    const { candidates } = asked(phantom);
    expect(candidates.length).toBeGreaterThan(0);
    hold(phantom, candidates, true);
  });
  const answerOf = (id: string, type: string, slots: Readonly<Record<string, string>> = {}) => {
    const phantom = hardCases().find((one) => one.id === id);
    if (phantom === undefined) throw new Error(`no hard case ${id}`);
    return asked(phantom).candidates.find(
      (c) => c.type === type && Object.entries(slots).every(([name, value]) => c.slots[name] === value),
    )?.conclusion.answer;
  };
  it('asks for no volume of an organ on the face, and says why', () => {
    const face = hardCases().find(({ id }) => id === 'hard-organ-on-face');
    if (face === undefined) throw new Error('no organ on the face');
    const { candidates, skipped } = asked(face);
    const volumes = candidates.filter(({ type }) => type === 'organ-volume-measurement');
    expect(volumes.map(({ slots }) => slots.target)).toEqual(['spleen']);
    expect(skipped.find(({ type }) => type === 'organ-aggregation')?.reason).toMatch(
      /not annotated|cut by the edge/,
    );
  });
  it('counts no speck under the threshold', () => {
    expect(answerOf('hard-speck', 'lesion-counting', { target: 'liver_lesion' })).toBe('1');
  });
  it('decides ties and exact limits as the rules are worded', () => {
    expect(answerOf('hard-tied-kidneys', 'kidney-volume-comparison')).toBe('Left the same as right');
    expect(answerOf('hard-equal-burden', 'bilateral-kidney-asymmetry')).toBe('Left and right alike');
    expect(answerOf('hard-outlier-at-three', 'lesion-outlier', { target: 'liver_lesion' })).toBe('Yes');
    expect(answerOf('hard-outlier-below-three', 'lesion-outlier', { target: 'liver_lesion' })).toBe('No');
    expect(answerOf('hard-spleen-314.5', 'splenomegaly-detection')).toBe('No');
    expect(answerOf('hard-spleen-one-voxel-more', 'splenomegaly-detection')).toBe('Yes');
    expect(answerOf('hard-spleen-314.5', 'splenomegaly-grading')).toBe('Mild');
    expect(answerOf('hard-spleen-800', 'splenomegaly-grading')).toBe('Moderate');
    expect(answerOf('hard-liver-1800', 'organ-enlargement', { target: 'liver' })).toBe('No');
    expect(answerOf('hard-ratio-one', 'fatty-liver')).toBe('No');
    expect(answerOf('hard-ratio-one', 'hepatic-steatosis-grading')).toBe('G0');
    expect(answerOf('hard-ratio-seven-tenths', 'pancreatic-steatosis')).toBe('No');
    expect(answerOf('hard-renal-mass-20', 'renal-mass-characterization')).toBe('Simple cyst');
    expect(answerOf('hard-renal-mass-70', 'renal-mass-characterization')).toBe('Indeterminate mass');
    expect(answerOf('hard-pseudocyst-14.5', 'pseudocyst-determination')).toBe('No');
    expect(answerOf('hard-tumor-20-mm', 'pancreatic-tumor-staging')).toBe('T1');
    expect(answerOf('hard-tumor-40-mm', 'pancreatic-tumor-staging')).toBe('T2');
    expect(answerOf('hard-contact-180', 'pancreatic-tumor-staging')).toBe('T4');
    expect(answerOf('hard-contact-180', 'pancreatic-lesion-resectability')).toBe('Borderline');
    expect(answerOf('hard-contact-270', 'pancreatic-lesion-resectability')).toBe('Unresectable');
    expect(answerOf('hard-clustering-half', 'liver-lesion-clustering')).toBe('Somewhat clustered');
    expect(answerOf('hard-one-kidney', 'kidney-volume-comparison')).toBeUndefined();
  });
});
