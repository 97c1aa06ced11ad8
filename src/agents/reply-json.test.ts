import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject, jsonIn } from './reply-json.ts';

describe('JSON in a reply', () => {
  it('is found whole, fenced, and among words', () => {
    for (const reply of [
      '{"score": 4}',
      'So:\n```json\n{"score": 4}\n```\nas I said',
      'I give {"score": 4} to this [1].',
    ])
      expect(jsonIn(reply, asObject)).toEqual({ score: 4 });
  });
  it('is the last fenced block that is accepted', () => {
    const reply = '```json\n{"a": 1}\n```\n```json\n{"a": 2}\n```\n```\nnot json\n```';
    expect(jsonIn(reply, asObject)).toEqual({ a: 2 });
  });
  it('minds brackets within strings', () => {
    expect(jsonIn('x {"said": "a } or \\" {"} y', asObject)).toEqual({ said: 'a } or " {' });
  });
  it('comes back out of any words around it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abc, .\n') }),
        fc.dictionary(fc.string(), fc.integer()),
        (words, object) => {
          const value = { own: object };
          const found = jsonIn(`${words}${JSON.stringify(value)}${words}`, (given) =>
            asObject(given) !== undefined && Object.hasOwn(given as object, 'own') ? given : undefined,
          );
          expect(found).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });
  it('is nothing in whatever else, quickly', () => {
    fc.assert(fc.property(fc.string(), (words) => void jsonIn(words, asObject)));
    const start = performance.now();
    expect(jsonIn('{['.repeat(1 << 16), asObject)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
