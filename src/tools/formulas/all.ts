// Every clinical formula, by the name that `calculate` takes.
import * as body from './body.ts';
import type { Formula } from './formula.ts';
import * as intensity from './intensity.ts';
import * as size from './size.ts';

export const FORMULAS: ReadonlyMap<string, Formula> = new Map([
  ['ellipsoid-volume', size.ellipsoidVolume],
  ['volume-doubling-time', size.volumeDoublingTime],
  ['recist-targets', size.recistTargets],
  ['cardiothoracic-ratio', size.cardiothoracicRatio],
  ['stenosis-nascet', size.stenosisNascet],
  ['bsa-mosteller', body.bsaMosteller],
  ['bsa-dubois', body.bsaDuBois],
  ['body-mass-index', body.bodyMassIndex],
  ['egfr-ckd-epi-2021', body.egfrCkdEpi2021],
  ['creatinine-clearance', body.cockcroftGault],
  ['suv-body-weight', intensity.suvBodyWeight],
  ['decayed-activity', intensity.decayedActivity],
  ['adrenal-washout', intensity.adrenalWashout],
]);
