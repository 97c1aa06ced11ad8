import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parsed } from './replies.ts';
import {
  anyJson,
  boxesIn,
  coordinateScale,
  fencedJson,
  jsonOrLiteral,
  lastObject,
  pointsIn,
} from './reply-json.ts';

const said = <T>(found: Parsed<T>): T | string => (found.ok ? found.value : `(${found.reason})`);

describe('JSON and Python literals', () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ["{'a': True, 'b': None}", { a: true, b: null }],
    ["{'a': (1, 2), 'b': [3,],}", { a: [1, 2], b: [3] }],
    ["'it\\'s'", "it's"],
    ['(1)', 1],
    ['(1,)', [1]],
    ["{1: 'x'}", { 1: 'x' }],
    ['-.5', -0.5],
    ['{}', {}],
  ])('%s', (text, value) => {
    expect(said(jsonOrLiteral(text))).toEqual(value);
  });
  it.each(['{a: 1}', '[1 2]', '{"a": }', "{'a' 'b'}", 'yes', '', '[,]', "'open"])('%j is neither', (text) => {
    expect(jsonOrLiteral(text).ok).toBe(false);
  });
  it('any JSON value is read back, from a Python spelling too', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(said(jsonOrLiteral(JSON.stringify(value)))).toEqual(plain);
      }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.oneof(fc.boolean(), fc.integer(), fc.constant(null))),
        (value) => {
          const python = Object.entries(value).map(
            ([key, one]) =>
              `'${key}': ${one === null ? 'None' : one === true ? 'True' : one === false ? 'False' : one}`,
          );
          expect(said(jsonOrLiteral(`{${python.join(', ')}}`))).toEqual({ ...value });
        },
      ),
    );
  });
});

describe('JSON in a reply', () => {
  it('the last object wins, and must say what is asked', () => {
    expect(said(lastObject('{"answer": "A"} no, {"answer": "B"}'))).toEqual({ answer: 'B' });
    expect(said(lastObject('{"answer": "A"} with {"confidence": 1}', ['answer']))).toEqual({ answer: 'A' });
    expect(said(lastObject("so {'answer': 'C'}"))).toEqual({ answer: 'C' });
    expect(said(lastObject('a set {x} and {"answer": "a } b"}'))).toEqual({ answer: 'a } b' });
    expect(said(lastObject('{broken {"answer": "B"}'))).toEqual({ answer: 'B' });
    expect(said(lastObject('none'))).toBe('(no JSON object)');
  });
  it('a fenced block is read, the first or the last', () => {
    const text = 'x ```json\n{"a": 1}\n``` y ```\n[2]\n```';
    expect(said(fencedJson(text))).toEqual({ a: 1 });
    expect(said(fencedJson(text, { last: true }))).toEqual([2]);
    expect(said(fencedJson('no fence {"a": 1}'))).toMatch(/no fenced/);
    expect(said(anyJson('The points are [[1, 2], [3, 4]].'))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe('boxes and points in a reply', () => {
  it.each([
    ['```json\n[{"bbox_2d": [1, 2, 3, 4], "label": "cell"}]\n```', [[1, 2, 3, 4]]],
    [
      '[[1,2,3,4],[5,6,7,8]]',
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    ],
    ['{"boxes": [{"x": 1, "y": 2, "width": 3, "height": 4}]}', [[1, 2, 4, 6]]],
    ['{"x1": 1, "y1": 2, "x2": 3, "y2": 4}', [[1, 2, 3, 4]]],
    ['{"xmin": 0.1, "ymin": 0.2, "xmax": 0.3, "ymax": 0.4}', [[0.1, 0.2, 0.3, 0.4]]],
    ['{"boxes": []}', []],
    ['[]', []],
  ])('%s', (text, boxes) => {
    expect(said(boxesIn(text))).toEqual(boxes);
  });
  it.each([
    [
      '[{"point_2d": [10, 20]}, {"point_2d": [30, 40]}]',
      [
        [10, 20],
        [30, 40],
      ],
    ],
    ['{"points": [{"x": 1, "y": 2}]}', [[1, 2]]],
    ['I see (nothing): {"point": [3, 4], "size": [9, 9]}', [[3, 4]]],
  ])('%s', (text, points) => {
    expect(said(pointsIn(text))).toEqual(points);
  });
  it('words are no boxes', () => {
    expect(boxesIn('upper left').ok).toBe(false);
    expect(pointsIn('{"answer": "upper left"}').ok).toBe(false);
  });
  it('their scale goes by what they reach', () => {
    expect(coordinateScale([0.2, 1])).toBe('fraction');
    expect(coordinateScale([12, 999])).toBe('thousandth');
    expect(coordinateScale([12, 1024])).toBe('pixel');
  });
  it('nothing throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.stringMatching(/^[[\]{}"',:0-9 ]{0,40}$/), (a, b) => {
        for (const text of [a, b, `{${a}`, `[${b}`]) {
          boxesIn(text);
          pointsIn(text);
          lastObject(text);
        }
      }),
    );
  });
});
