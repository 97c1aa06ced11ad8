import { describe, expect, it } from 'vitest';
import { pythonDictionaries, releasedTerms } from './lesion-dictionary.ts';
import { PUBLISHED_TERMS, STRICT_TERMS } from './lesion-terms.ts';
import { lesionScore, matchLesions, placesOf, sortLesions } from './lesions.ts';

const none = new Set<string>();
const lesion = (shape: string, location: string, uptake = 'Có tăng') => ({ shape, location, uptake });

describe('places of a lesion', () => {
  it('are parted at commas, and at "và" where every part has more than one word', () => {
    expect(placesOf('Ở rốn phổi phải, dưới carina và hố nách trái', none)).toEqual([
      'rốn phổi phải',
      'dưới carina',
      'hố nách trái',
    ]);
    expect(placesOf('trước và dưới carina', none)).toEqual(['trước và dưới carina']);
  });
  it('are parted at semicolons alone where there is one', () => {
    expect(placesOf('nhóm IIB, III bên phải; góc hàm trái', none)).toEqual([
      'nhóm iib, iii bên phải',
      'góc hàm trái',
    ]);
  });
  it('are never single words, and a listed place stays whole', () => {
    expect(placesOf('gan, hố nách phải', none)).toEqual(['hố nách phải']);
    expect(placesOf('Hố nách phải, trái', new Set(['hố nách phải, trái']))).toEqual(['hố nách phải, trái']);
  });
});

describe('matching lesions', () => {
  const counts = (
    said: ReturnType<typeof lesion>[],
    wanted: ReturnType<typeof lesion>[],
    terms = PUBLISHED_TERMS,
  ) => matchLesions(sortLesions(said, terms), sortLesions(wanted, terms), terms).matched;

  it('takes each true lesion once', () => {
    const node = lesion('Hạch', 'hố nách phải');
    expect(counts([node, node], [node])).toEqual({ T: 1, TP: 1, TF: 1, TPF: 1 });
  });
  it('tells type, position and uptake apart', () => {
    const said = [lesion('Hạch nhỏ', 'hố nách phải', 'Không tăng')];
    const wanted = [lesion('Vài hạch', 'rốn phổi trái', 'Cao')];
    expect(counts(said, wanted)).toEqual({ T: 1, TP: 0, TF: 0, TPF: 0 });
  });
  it('as published lets two unknown types agree, and strictly does not', () => {
    const unknown = [lesion('Hình mờ', 'hố nách phải')];
    expect(counts(unknown, unknown).T).toBe(1);
    expect(counts(unknown, unknown, STRICT_TERMS).T).toBe(0);
  });
  it('as published lets an unspecific lesion agree with nothing', () => {
    const unspecific = [lesion('Không đặc hiệu', 'hố nách phải')];
    expect(counts(unspecific, unspecific).T).toBe(0);
  });
  it('strictly reads "giảm" as no increase, and looks for organs before sides', () => {
    const [one] = sortLesions([lesion('Hạch', 'hố nách hai bên', 'Tăng thành giảm')], STRICT_TERMS);
    expect(one).toEqual({ type: 'node', position: 'axilla', uptake: 'not increased' });
    expect(sortLesions([lesion('Hạch', 'hố nách hai bên')], PUBLISHED_TERMS)[0].position).toBe('khac');
  });
  it('scores precision 1/2 and recall 1/1 as F1 2/3', () => {
    const item = { said: 2, wanted: 1, matched: { T: 1, TP: 0, TF: 0, TPF: 0 } };
    expect(lesionScore([item], 'T')).toMatchObject({ precision: 0.5, recall: 1, f1: 2 / 3 });
    expect(lesionScore([], 'T')).toBeNull();
  });
});

describe('the evaluator’s dictionary', () => {
  const source = `# -*- coding: utf-8 -*-
a = {
  "node": ['Node', "lymph" 'node', # two strings, one term
  ],
  'rest': [],
}
b = {"x": ['y']}`;
  it('is read without Python: comments, both quotes, strings beside one another', () => {
    expect([...pythonDictionaries(source, 'd.py')]).toEqual([
      [
        'a',
        [
          ['node', ['node', 'lymphnode']],
          ['rest', []],
        ],
      ],
      ['b', [['x', ['y']]]],
    ]);
  });
  it.each([
    'import os',
    'a = {"x": open("y")}',
    'a = {"x": ["y"',
    'a = {"x": 1}',
  ])('%s is refused', (text) => {
    expect(() => pythonDictionaries(text, 'd.py')).toThrow(/d\.py/);
  });
  it('must hold types, positions and uptake', () => {
    expect(() => releasedTerms(source, '', 'd.py')).toThrow('hinh_dang_ton_thuong');
  });
});
