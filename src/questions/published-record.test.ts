// Options in one line, as the releases render them, and out of it again.
import { expect, it } from 'vitest';
import { parseChoices, renderChoices } from './published-record.ts';

const options = (...texts: string[]) => texts.map((text, i) => ({ letter: 'ABCD'[i], text }));

it.each([
  ['What is the volume?', options('156.6', '109.9', '211.9', '173.6')],
  ['Which T stage, A: early or late?', options('T1', 'T2', 'T3', 'T4')],
  ['Fatty?', options('Yes', 'No')],
  ['Which structure?', options('Left adrenal gland', 'Portal and splenic vein', 'Aorta', 'Spleen')],
])('%s', (text, own) => {
  expect(parseChoices(renderChoices(text, own), text)).toEqual(own);
});

it('finds no options where there are none', () => {
  expect(parseChoices('How many lesions?', 'How many lesions?')).toEqual([]);
});
