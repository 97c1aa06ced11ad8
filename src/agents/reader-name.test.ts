import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOOL_MODES } from '../domain/tool.ts';
import { formatReaderName, parseReaderName } from './reader-name.ts';

describe('reader names', () => {
  it('strategy, model and mode come apart', () => {
    expect(parseReaderName('tools@anthropic/claude#oracle')).toEqual({
      strategy: 'tools',
      model: 'anthropic/claude',
      mode: 'oracle',
    });
    expect(parseReaderName('executor#predicted')).toEqual({
      strategy: undefined,
      model: 'executor',
      mode: 'predicted',
    });
    expect(parseReaderName('random')).toEqual({ strategy: undefined, model: 'random', mode: undefined });
  });
  it('an "@" after the first slash belongs to the model', () => {
    expect(parseReaderName('compatible/qwen3-vl@q4').model).toBe('compatible/qwen3-vl@q4');
    expect(parseReaderName('direct@compatible/a@b')).toMatchObject({
      strategy: 'direct',
      model: 'compatible/a@b',
    });
  });
  it.each([
    '',
    ' ',
    'a b',
    '@model',
    'tools@',
    '#oracle',
    'executor#gold',
    'x/y#',
  ])('%j is refused', (name) => {
    expect(() => parseReaderName(name)).toThrow(/MODEL/);
  });
  it('formatting and parsing again gives the same parts', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
    fc.assert(
      fc.property(
        fc.option(word, { nil: undefined }),
        fc.tuple(word, word).map((parts) => parts.join('/')),
        fc.option(fc.constantFrom(...TOOL_MODES), { nil: undefined }),
        (strategy, model, mode) => {
          expect(parseReaderName(formatReaderName({ strategy, model, mode }))).toEqual({
            strategy,
            model,
            mode,
          });
        },
      ),
    );
  });
});
