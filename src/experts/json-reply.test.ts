import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject, jsonIn, lastJson, lastJsonObject, objectsFromEnd, withoutThoughts } from './json-reply.ts';

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

describe('the last JSON of a reply', () => {
  it('is a list or an object and no part of another, brackets in texts minded', () => {
    expect(lastJson('[1] and {"a": "]}"} then [2, {"b": 3}] or {"cut": [')).toEqual({
      ok: true,
      value: [2, { b: 3 }],
    });
    expect(lastJson('none [ here')).toEqual({ ok: false, reason: 'there is no JSON' });
  });
  it('as an object is found in what was written around it', () => {
    expect(lastJsonObject('I think {"a": 1} or rather ```json\n{"b": {"c": "}{"}}\n``` done }')).toEqual({
      b: { c: '}{' },
    });
    expect(lastJsonObject('none { here')).toBeUndefined();
    expect(lastJsonObject('{"q": "say \\"hi\\" {"}')).toEqual({ q: 'say "hi" {' });
  });
  it('comes before earlier ones, and an outer object before those within it', () => {
    expect([...objectsFromEnd('{"a": 1} then {"b": {"c": 2}}')]).toEqual([
      { b: { c: 2 } },
      { c: 2 },
      { a: 1 },
    ]);
  });
  it('is not looked for among thoughts', () => {
    const reply = '<think>{"retrieve": false}</think> So: {"a": "}{"}!';
    expect(lastJsonObject(withoutThoughts(reply))).toEqual({ a: '}{' });
    expect(lastJson(withoutThoughts('nothing opened [1]</think> [2]'))).toEqual({ ok: true, value: [2] });
  });
  it('is soon given up on braces alone', () => {
    const start = performance.now();
    for (const letters of ['{', '}', '{}{', '"}']) {
      expect(lastJson(letters.repeat(1 << 16).slice(0, 1 << 16)).ok).toBe(letters.includes('{}'));
      lastJsonObject(letters.repeat(1 << 16));
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
