import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addOptions, givenOptions } from './option-cards.ts';

const cards = [
  { name: 'plan-only', value: 'yes', about: 'no pictures' },
  { name: 'plane', value: 'NAME', about: 'which plane' },
];

describe('options that plug-ins declare', () => {
  it.each([
    [['--plan-only'], { 'plan-only': ['yes'] }],
    [['--plan-only', 'yes'], { 'plan-only': ['yes'] }],
    [['--plan-only', '--plane', 'axial'], { 'plan-only': ['yes'], plane: ['axial'] }],
    [[], {}],
  ])('%j is taken, a switch with or without its value', (argv, given) => {
    const parser = addOptions(new Command().exitOverride(), cards).parse(argv, { from: 'user' });
    expect(givenOptions(parser.opts(), cards)).toEqual(given);
  });
});
