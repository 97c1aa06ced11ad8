import fc from 'fast-check';
import { expect, test } from 'vitest';
import { facetsOf, facetText } from './questions.ts';

const name = fc.string({ minLength: 1 }).filter((text) => !text.includes(':'));

test('a filter by several facets says the same after it stood in an address', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (facets) => {
      expect(facetsOf(facetText(facets))).toEqual(facets);
    }),
  );
  expect(facetsOf('modality:CT|organ:liver')).toEqual([
    ['modality', 'CT'],
    ['organ', 'liver'],
  ]);
});
