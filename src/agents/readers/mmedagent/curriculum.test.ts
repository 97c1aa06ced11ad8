import { describe, expect, it } from 'vitest';
import { random } from '../../../domain/random.ts';
import { consultations } from './check.ts';
import {
  type Consultation,
  decide,
  learnAttending,
  majorityOf,
  rewardOf,
  STRATA,
  stratumOf,
} from './curriculum.ts';
import { ALIKE, BIASED, CLASSES } from './simulated-specialists.ts';

describe('strata', () => {
  it('go by the share of specialists that are right', () => {
    expect(stratumOf({ votes: [1, 1, 1], truth: 1 })).toBe('easy');
    expect(stratumOf({ votes: [1, 0, null], truth: 1 })).toBe('medium');
    expect(stratumOf({ votes: [0, 2, null], truth: 1 })).toBe('hard');
  });
});

describe('the majority', () => {
  it('is what most say; ties go to the earliest', () => {
    expect(majorityOf([2, 0, 0])).toBe(0);
    expect(majorityOf([2, 0, 1])).toBe(2);
    expect(majorityOf([null, 1, null])).toBe(1);
    expect(majorityOf([null, null])).toBeNull();
  });
});

describe('the reward', () => {
  it('is a half for the form and one for being right', () => {
    expect([rewardOf(1, 1), rewardOf(0, 1), rewardOf('malformed', 1)]).toEqual([1.5, 0.5, 0]);
  });
});

describe('an attending who learns from easy to hard', () => {
  const accuracy = (cases: readonly Consultation[], said: (each: Consultation) => number | null) =>
    cases.filter((each) => said(each) === each.truth).length / cases.length;

  it.each([
    '1',
    '2',
    '3',
  ])('answers what no specialist said where their habits tell, and keeps what all say (seed %s)', (seed) => {
    const policy = learnAttending(consultations(BIASED, random(seed, 'learn')), { classes: CLASSES, seed });
    const fresh = Map.groupBy(consultations(BIASED, random(seed, 'test'), 3000), stratumOf);
    const scores = STRATA.map((stratum) => {
      const own = fresh.get(stratum) ?? [];
      return {
        learnt: accuracy(own, ({ votes }) => decide(policy, votes)),
        majority: accuracy(own, ({ votes }) => majorityOf(votes)),
      };
    });
    const [easy, medium, hard] = scores;
    expect(easy.learnt).toBeGreaterThan(0.98);
    expect(medium.learnt).toBeGreaterThan(medium.majority);
    // Majority is wrong on all of these by what "hard" means.
    expect(hard.majority).toBe(0);
    expect(hard.learnt).toBeGreaterThan(0.6);
  });
  it('does no better than the majority over specialists who err evenly and alike', () => {
    const policy = learnAttending(consultations(ALIKE, random('5', 'learn')), {
      classes: CLASSES,
      seed: '5',
    });
    const fresh = consultations(ALIKE, random('5', 'test'), 4000);
    const learnt = accuracy(fresh, ({ votes }) => decide(policy, votes));
    const majority = accuracy(fresh, ({ votes }) => majorityOf(votes));
    // Two standard errors of a difference at this n.
    expect(learnt).toBeLessThan(majority + 0.015);
  });
  it('learns the same table from the same seed', () => {
    const learn = () =>
      learnAttending(consultations(BIASED, random('1', 'l'), 200), { classes: CLASSES, seed: '1' });
    expect(learn()).toEqual(learn());
  });
  it('goes by the majority on a pattern that it never met', () => {
    const policy = learnAttending([{ votes: [0, 0, 0], truth: 0 }], { classes: CLASSES, seed: '1' });
    expect(decide(policy, [3, 1, 3])).toBe(3);
  });
});
