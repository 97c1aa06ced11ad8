import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from './distributions.ts';

/** Relative difference. */
const off = (value: number, reference: number) => Math.abs(value / reference - 1);

// Reference values: scipy 1.17.1 (special.gammaln, special.betainc, stats.beta, stats.t, stats.norm, stats.binom).
describe('distribution functions agree with scipy', () => {
  it('log gamma', () => {
    for (const [x, value] of [
      [0.1, 2.252712651734206],
      [0.5, 0.5723649429247],
      [3.7, 1.428072326665388],
      [101.5, 366.0456981952767],
      [1e5, 1051287.7089736569],
    ])
      expect(off(logGamma(x), value)).toBeLessThan(1e-12);
  });
  it('incomplete beta', () => {
    for (const [x, a, b, value] of [
      [0.1, 0.5, 0.5, 0.20483276469913345],
      [0.3, 2, 5, 0.5798250000000003],
      [0.7, 12.3, 4.7, 0.3853474458312871],
      [0.999, 50, 0.4, 0.665455005715639],
      [0.02, 1, 300, 0.9976674943320486],
      [0.5, 1000, 1000, 0.5],
    ])
      expect(off(betaCdf(x, a, b), value)).toBeLessThan(1e-10);
  });
  it('beta quantiles', () => {
    for (const [p, a, b, value] of [
      [0.025, 3, 8, 0.06673951117773447],
      [0.975, 4.2, 7.7, 0.631033774540355],
      [0.5, 0.5, 0.5, 0.5],
      [0.975, 1, 20, 0.1684334709830853],
    ])
      expect(off(betaQuantile(p, a, b), value)).toBeLessThan(1e-10);
  });
  it('Student’s t', () => {
    for (const [p, df, value] of [
      [0.975, 1, 12.706204736174694],
      [0.975, 4, 2.7764451051977934],
      [0.8, 12.5, 0.8713297044052926],
      [0.025, 29, -2.045229642132704],
      [0.9, 1e6, 1.281552412129939],
    ])
      expect(off(studentQuantile(p, df), value)).toBeLessThan(1e-8);
    expect(off(studentCdf(-1.5, 3), 0.11529193262241147)).toBeLessThan(1e-10);
    expect(off(studentCdf(2.2, 17), 0.9790376717919689)).toBeLessThan(1e-10);
  });
  it('normal', () => {
    for (const [z, value] of [
      [-6, 9.865876450376946e-10],
      [-1.96, 0.024997895148220435],
      [-0.3, 0.3820885778110474],
      [0, 0.5],
      [0.7, 0.758036347776927],
      [3.1, 0.9990323967867817],
    ])
      expect(off(normalCdf(z), value)).toBeLessThan(1e-10);
    for (const [p, value] of [
      [1e-6, -4.753424308822899],
      [0.025, -1.9599639845400545],
      [0.4, -0.2533471031357997],
      [0.9, 1.2815515655446004],
      [0.9999, 3.719016485455709],
    ])
      expect(off(normalQuantile(p), value)).toBeLessThan(1e-9);
  });
  it('binomial', () => {
    for (const [k, n, p, value] of [
      [3, 10, 0.5, 0.171875],
      [0, 5, 0.2, 0.32768],
      [140, 300, 0.5, 0.13631495635040833],
    ])
      expect(off(binomialCdf(k, n, p), value)).toBeLessThan(1e-9);
    expect(binomialCdf(10, 10, 0.5)).toBe(1);
  });
});
