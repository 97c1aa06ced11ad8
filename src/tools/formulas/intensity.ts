// Formulas of attenuation and of tracer uptake.
import { OverreadError } from '../../domain/errors.ts';
import type { Formula } from './formula.ts';

const HU = { unit: "[hnsf'U]", min: -1024, max: 4000 };

export const suvBodyWeight: Formula = {
  summary:
    'standardised uptake value by body weight: concentration · weight / dose, the dose decayed to the scan',
  source: 'Kinahan PE, Fletcher JW, Semin Ultrasound CT MR 2010;31:496–505',
  inputs: {
    concentration: { about: 'activity concentration at the scan', unit: 'kBq/mL', min: 0 },
    dose: { about: 'injected activity', unit: 'MBq' },
    weight: { about: 'body weight', unit: 'kg', max: 700 },
    delay: { about: 'time from injection to scan, for decay', unit: 'min', min: 0, optional: true },
    half_life: {
      about: 'half-life of the nuclide (109.77 min for fluorine-18)',
      unit: 'min',
      optional: true,
    },
  },
  unit: 'g/mL',
  compute: (v) => {
    const [delay, half] = [v.maybe('delay'), v.maybe('half_life')];
    if ((delay === undefined) !== (half === undefined))
      throw new OverreadError('bad-argument', 'Decay needs both delay and half_life, or neither.');
    const left = delay === undefined || half === undefined ? 1 : 2 ** (-delay / half);
    // kBq/mL · kg / MBq = g/mL.
    return { value: (v.number('concentration') * v.number('weight')) / (v.number('dose') * left) };
  },
};

export const decayedActivity: Formula = {
  summary: 'activity after a time: A₀ · 2^(−t / half-life)',
  source: 'law of radioactive decay; Rutherford E, Soddy F, 1902',
  inputs: {
    activity: { about: 'activity at the beginning', unit: 'MBq' },
    time: { about: 'time passed', unit: 'min', min: 0 },
    half_life: { about: 'half-life', unit: 'min' },
  },
  unit: 'MBq',
  compute: (v) => ({ value: v.number('activity') * 2 ** (-v.number('time') / v.number('half_life')) }),
};

export const adrenalWashout: Formula = {
  summary:
    'absolute washout of an adrenal mass: (portal − delayed) / (portal − unenhanced) · 100 %; relative beside it',
  source: 'Caoili EM et al., Radiology 2002;222:629–633',
  inputs: {
    unenhanced: { about: 'attenuation before contrast', ...HU, optional: true },
    portal: { about: 'attenuation in the portal venous phase', ...HU },
    delayed: { about: 'attenuation after 15 minutes', ...HU },
  },
  unit: '%',
  compute: (v) => {
    const [before, portal, delayed] = [v.maybe('unenhanced'), v.number('portal'), v.number('delayed')];
    const relative: number = (100 * (portal - delayed)) / portal;
    const absolute = before === undefined ? relative : (100 * (portal - delayed)) / (portal - before);
    if (portal <= (before ?? 0))
      throw new OverreadError(
        'bad-argument',
        'Without enhancement there is no washout: the portal venous attenuation is not the higher one.',
      );
    return {
      value: absolute,
      kind: before === undefined ? 'relative' : 'absolute',
      relative_percent: relative,
    };
  },
};
