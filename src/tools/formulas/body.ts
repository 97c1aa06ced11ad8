// Formulas of body size and kidney function.
import type { Formula } from './formula.ts';

const HEIGHT = { about: 'body height', unit: 'cm', max: 300 };
const WEIGHT = { about: 'body weight', unit: 'kg', max: 700 };
const AGE = { about: 'age in years', unit: 'a', max: 130 };
const SEX = { about: 'sex', choices: ['female', 'male'] };
const CREATININE = { about: 'serum creatinine', unit: 'mg/dL', max: 50 };

export const bsaMosteller: Formula = {
  summary: 'body surface area, Mosteller: √(height · weight / 3600)',
  source: 'Mosteller RD, N Engl J Med 1987;317:1098',
  inputs: { height: HEIGHT, weight: WEIGHT },
  unit: 'm2',
  compute: (v) => ({ value: Math.sqrt((v.number('height') * v.number('weight')) / 3600) }),
};

export const bsaDuBois: Formula = {
  summary: 'body surface area, Du Bois: 0.007184 · height^0.725 · weight^0.425',
  source: 'Du Bois D, Du Bois EF, Arch Intern Med 1916;17:863–871',
  inputs: { height: HEIGHT, weight: WEIGHT },
  unit: 'm2',
  compute: (v) => ({ value: 0.007184 * v.number('height') ** 0.725 * v.number('weight') ** 0.425 }),
};

export const bodyMassIndex: Formula = {
  summary: 'body mass index: weight / height²',
  source: 'WHO Technical Report Series 894, 2000',
  inputs: { height: HEIGHT, weight: WEIGHT },
  unit: 'kg/m2',
  compute: (v) => ({ value: v.number('weight') / (v.number('height') / 100) ** 2 }),
};

export const egfrCkdEpi2021: Formula = {
  summary: 'estimated glomerular filtration rate from creatinine, CKD-EPI 2021 (without race)',
  source: 'Inker LA et al., N Engl J Med 2021;385:1737–1749',
  inputs: { creatinine: CREATININE, age: { ...AGE, min: 18 }, sex: SEX },
  unit: 'mL/min/{1.73_m2}',
  compute: (v) => {
    const female = v.word('sex') === 'female';
    const share = v.number('creatinine') / (female ? 0.7 : 0.9);
    const low = Math.min(share, 1) ** (female ? -0.241 : -0.302);
    const high = Math.max(share, 1) ** -1.2;
    return { value: 142 * low * high * 0.9938 ** v.number('age') * (female ? 1.012 : 1) };
  },
};

export const cockcroftGault: Formula = {
  summary: 'creatinine clearance: (140 − age) · weight / (72 · creatinine), · 0.85 for women',
  source: 'Cockcroft DW, Gault MH, Nephron 1976;16:31–41',
  inputs: { creatinine: CREATININE, age: { ...AGE, min: 18 }, weight: WEIGHT, sex: SEX },
  unit: 'mL/min',
  compute: (v) => ({
    value:
      (((140 - v.number('age')) * v.number('weight')) / (72 * v.number('creatinine'))) *
      (v.word('sex') === 'female' ? 0.85 : 1),
  }),
};
