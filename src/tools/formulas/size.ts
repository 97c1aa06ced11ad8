// Formulas of size and of change in size.
import { OverreadError } from '../../domain/errors.ts';
import type { Formula } from './formula.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export const ellipsoidVolume: Formula = {
  summary: 'volume of an ellipsoid from three diameters at right angles: π/6 · a · b · c',
  source: 'geometry; for organs: Eri LM et al., Prostate Cancer Prostatic Dis 2002;5:273–278',
  inputs: {
    a: { about: 'first diameter', unit: 'cm' },
    b: { about: 'second diameter', unit: 'cm' },
    c: { about: 'third diameter', unit: 'cm' },
  },
  unit: 'cm3',
  compute: (v) => ({ value: (Math.PI / 6) * v.number('a') * v.number('b') * v.number('c') }),
};

export const volumeDoublingTime: Formula = {
  summary: 'volume doubling time under exponential growth: t · ln 2 / ln(V₂ / V₁); negative when it shrinks',
  source: 'Schwartz M, Cancer 1961;14:1272–1294',
  inputs: {
    first: { about: 'first volume', unit: 'mm3' },
    second: { about: 'second volume', unit: 'mm3' },
    interval: { about: 'time between them', unit: 'd' },
  },
  unit: 'd',
  compute: (v) => {
    const growth = Math.log(v.number('second') / v.number('first'));
    if (growth === 0)
      throw new OverreadError('bad-argument', 'Equal volumes have no doubling time: nothing has grown.');
    return { value: (v.number('interval') * Math.LN2) / growth };
  },
};

export const recistTargets: Formula = {
  summary:
    'RECIST 1.1 on target lesions: sum of diameters, change from baseline and from the smallest sum, response of the targets',
  source: 'Eisenhauer EA et al., Eur J Cancer 2009;45:228–247',
  inputs: {
    baseline: { about: 'diameters at baseline (long axis; short axis of nodes)', unit: 'mm', many: true },
    now: { about: 'diameters now, 0 for lesions that are gone', unit: 'mm', many: true, min: 0 },
    nadir: { about: 'smallest sum so far', unit: 'mm', optional: true, min: 0 },
  },
  unit: '%',
  compute: (v) => {
    const [before, now] = [v.list('baseline'), v.list('now')];
    if (before.length !== now.length || before.length === 0 || before.length > 5)
      throw new OverreadError(
        'bad-argument',
        'Give the same 1 to 5 target lesions at baseline and now, 0 for one that is gone.',
      );
    const [first, last] = [sum(before), sum(now)];
    const smallest = Math.min(first, v.maybe('nadir') ?? first);
    const change = (100 * (last - first)) / first;
    const grown = last - smallest;
    // 20 % and 5 mm above the smallest sum, which may be 0 after a complete response.
    const progressive = grown >= 5 && grown >= 0.2 * smallest;
    return {
      value: change,
      sum_baseline_mm: first,
      sum_now_mm: last,
      change_from_nadir_mm: grown,
      ...(smallest === 0 ? {} : { change_from_nadir_percent: (100 * grown) / smallest }),
      response: progressive ? 'PD' : last === 0 ? 'CR' : change <= -30 ? 'PR' : 'SD',
      note: 'Targets only: nodes below 10 mm short axis, non-target and new lesions are not looked at.',
    };
  },
};

export const cardiothoracicRatio: Formula = {
  summary: 'cardiothoracic ratio: greatest heart width / greatest inner chest width on a frontal film',
  source: 'Danzer CS, Am J Med Sci 1919;157:513–521',
  inputs: {
    heart: { about: 'greatest transverse diameter of the heart', unit: 'mm' },
    chest: { about: 'greatest inner diameter of the chest', unit: 'mm' },
  },
  unit: '1',
  compute: (v) => ({ value: v.number('heart') / v.number('chest') }),
};

export const stenosisNascet: Formula = {
  summary: 'degree of a stenosis, NASCET: (1 − narrowest / normal distal diameter) · 100 %',
  source: 'NASCET Collaborators, N Engl J Med 1991;325:445–453',
  inputs: {
    narrowest: { about: 'diameter at the stenosis', unit: 'mm', min: 0 },
    distal: { about: 'diameter of the normal vessel beyond it', unit: 'mm' },
  },
  unit: '%',
  compute: (v) => ({ value: 100 * (1 - v.number('narrowest') / v.number('distal')) }),
};
