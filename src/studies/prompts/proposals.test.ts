// Proposals: the words between the marks, whatever stands around them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposed } from './proposals.ts';

describe('what a proposing model wrote', () => {
  it.each([
    ['<instruction>Look well.</instruction>', 'Look well.'],
    ['Sure!\n<instruction>\nLook well.\nBe brief.\n</instruction>\nGood luck.', 'Look well.\nBe brief.'],
    ['First <instruction>a</instruction>, better <instruction>b</instruction>', 'b'],
    ['<instruction>never closed', 'never closed'],
    ['Look well.', 'Look well.'],
    ['<instruction>```text\nLook well.\n```</instruction>', 'Look well.'],
  ])('%j is read as %j', (reply, words) => {
    expect(proposed(reply)).toBe(words);
  });

  it.each([
    '',
    '  \n',
    '<instruction></instruction>',
    '<instruction> </instruction>',
  ])('%j is nothing', (reply) => {
    expect(proposed(reply)).toBeUndefined();
  });

  it('is never empty, and never longer than may be paid for with every item', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5000 }), (reply) => {
        const words = proposed(reply);
        expect(words === undefined || (words.length > 0 && words.length <= 2000)).toBe(true);
      }),
    );
  });
});
