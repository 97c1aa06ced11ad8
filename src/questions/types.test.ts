// The 42 types: each keeps the contract, together they are the published taxonomy.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { criteriaSet } from '../knowledge/criteria.ts';
import { measureCase } from '../measure/measure.ts';
import { phantomCohort } from '../phantoms/cohort.ts';
import { SUBTYPES } from '../scoring/subtypes.ts';
import { allTypes, askCase, assumptionsOf, lookedFor, typesNamed, whatCanBeAsked } from './ask.ts';
import { questionTypeContract } from './question-type.contract.ts';
import { questionTypes } from './types/registry.generated.ts';

const sets = phantomCohort({ seed: 11 }).map((phantom) => {
  const { volume, annotation } = phantom.render();
  return {
    set: lookedFor(measureCase(annotation, volume, { rules: 'strict' }), annotation.annotated),
    record: { phase: phantom.truth.phase, modality: 'CT' },
  };
});
const candidates = (['published', 'guideline', 'radgpt'] as const).flatMap((criteria) =>
  sets.flatMap(
    ({ set, record }) =>
      askCase(set, record, { rules: 'strict', criteria: criteriaSet(criteria) }).candidates,
  ),
);

describe.each(allTypes().map((type) => [type.id, type] as const))('%s', (id, type) => {
  questionTypeContract(
    type,
    candidates.filter((candidate) => candidate.type === id),
  );
});

describe('the question types', () => {
  it('are the published 42, each in the file of its name', () => {
    expect(Object.keys(questionTypes).sort()).toEqual(SUBTYPES.map(({ id }) => id).sort());
    for (const [file, type] of Object.entries(questionTypes)) expect(type.id).toBe(file);
  });
  it('are all documented, with every option', () => {
    const page = readFileSync(new URL('../../docs/questions.md', import.meta.url), 'utf8');
    for (const { id, definition, assumptions } of allTypes()) {
      expect(page).toContain(`\`${id}\``);
      expect(page, id).toContain(definition.replaceAll('|', '\\|'));
      for (const { name, value } of assumptions) expect(page, name).toContain(`\`${name}\` = \`${value}\``);
    }
  });
  it('are taken by stage or id, and a strange name is refused', () => {
    expect(typesNamed(['recognition'])).toHaveLength(9);
    expect(typesNamed(['measurement', 'fatty-liver'])).toHaveLength(6);
    expect(() => typesNamed(['heart-size'])).toThrow(OverreadError);
  });
  it('takes options by name and refuses unknown names and wrong kinds', () => {
    const types = typesNamed(['kidney-volume-comparison']);
    expect(assumptionsOf(types, { 'kidney-volume-comparison.tie-percent': 10 })).toMatchObject([
      { name: 'kidney-volume-comparison.tie-percent', value: 10, assumed: true },
    ]);
    expect(() => assumptionsOf(types, { 'kidney-volume-comparison.tie': 10 })).toThrow(/no option/);
    expect(() => assumptionsOf(types, { 'kidney-volume-comparison.tie-percent': 'much' })).toThrow(/number/);
  });
  it('says of each type what can be asked of a case, or why nothing', () => {
    const [{ set, record }] = sets;
    const asked = whatCanBeAsked(set, record);
    expect(asked).toHaveLength(42);
    for (const { questions, reason } of asked) expect(questions > 0).toBe(reason === undefined);
    const masksOnly = whatCanBeAsked({ ...set, hasImage: false }, record);
    expect(masksOnly.find(({ type }) => type === 'organ-hu-measurement')).toMatchObject({
      questions: 0,
      reason: 'there is no image, so no attenuation',
    });
  });
});

describe('options change answers as they say', () => {
  const ask = (types: string[], options: Record<string, string | number | boolean> = {}) =>
    sets.flatMap(
      ({ set, record }) =>
        askCase(set, record, {
          rules: 'strict',
          criteria: criteriaSet('published'),
          types: typesNamed(types),
          options,
        }).candidates,
    );
  it('tumor burden against the parenchyma is larger: b / (1 - b)', () => {
    const whole = ask(['tumor-burden-percentage']);
    const rest = ask(['tumor-burden-percentage'], { 'tumor-burden-percentage.denominator': 'parenchyma' });
    expect(rest).toHaveLength(whole.length);
    for (const [i, { conclusion }] of rest.entries()) {
      const b = Number(whole[i].conclusion.value) / 100;
      const off = Math.abs(Number(conclusion.value) - (100 * b) / (1 - b));
      expect(off).toBeLessThan(0.02 * Number(conclusion.value) + 1e-3);
    }
  });
  it('an absolute difference has no sign', () => {
    const signed = ask(['tumor-organ-hu-difference']);
    const absolute = ask(['tumor-organ-hu-difference'], { 'tumor-organ-hu-difference.sign': 'absolute' });
    expect(signed.some(({ conclusion }) => Number(conclusion.value) < 0)).toBe(true);
    expect(absolute.map(({ conclusion }) => conclusion.value)).toEqual(
      signed.map(({ conclusion }) => Math.abs(Number(conclusion.value))),
    );
  });
  it('a mean of two organs is half their sum', () => {
    const sums = ask(['organ-aggregation']);
    const means = ask(['organ-aggregation'], { 'organ-aggregation.operation': 'mean' });
    for (const [i, { conclusion }] of means.entries())
      expect(Math.abs(Number(conclusion.value) * 2 - Number(sums[i].conclusion.value))).toBeLessThan(0.2);
  });
  it('a wide tolerance makes all kidneys the same', () => {
    const same = ask(['kidney-volume-comparison'], { 'kidney-volume-comparison.tie-percent': 100 });
    expect(new Set(same.map(({ conclusion }) => conclusion.answer))).toEqual(
      new Set(['Left the same as right']),
    );
  });
});
