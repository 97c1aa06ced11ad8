import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../domain/random.ts';
import { learnActively, logistic, mostUncertain } from './active-learning.ts';
import { checkDag, type NodeCard } from './dag.ts';
import { featureTable, otsu, regionsOf, thresholdMask } from './regions.ts';

const CARDS: NodeCard[] = [
  {
    id: 'draw',
    capability: 'c',
    useCase: 'u',
    inputs: { picture: { type: 'picture' }, phrase: { type: 'text', optional: true } },
    output: 'mask',
  },
  { id: 'area', capability: 'c', useCase: 'u', inputs: { mask: { type: 'mask' } }, output: 'number' },
  {
    id: 'ratio',
    capability: 'c',
    useCase: 'u',
    inputs: { a: { type: 'number' }, b: { type: 'number' } },
    output: 'number',
  },
];
const node = (id: string, tool: string, inputs: Record<string, unknown>) => ({ id, tool, inputs });
const GOOD = [
  node('share', 'ratio', { a: '$inner', b: '$outer' }),
  node('outer', 'area', { mask: '$disc' }),
  node('inner', 'area', { mask: '$cup' }),
  node('disc', 'draw', { picture: '$picture', phrase: 'disc' }),
  node('cup', 'draw', { picture: '$picture' }),
];

describe('a plan of typed nodes', () => {
  it('is put into levels whatever the order it was written in', () => {
    for (const nodes of [GOOD, GOOD.toReversed()])
      expect(checkDag({ nodes, answer: 'share' }, CARDS)).toMatchObject({
        ok: true,
        levels: [['cup', 'disc'], ['inner', 'outer'], ['share']],
        answer: ['share'],
      });
  });
  it.each([
    [
      'a circle',
      [node('x', 'ratio', { a: '$y', b: 1 }), node('y', 'ratio', { a: '$x', b: 1 })],
      'x',
      /circle/,
    ],
    ['a node that waits for itself', [node('x', 'ratio', { a: '$x', b: 1 })], 'x', /circle/],
    ['a missing input', [node('x', 'ratio', { a: 1 })], 'x', /"b" is missing/],
    [
      'a type that does not fit',
      [node('x', 'area', { mask: '$picture' })],
      'x',
      /takes mask, and picture gives picture/,
    ],
    ['a literal that does not fit', [node('x', 'ratio', { a: 'two', b: 1 })], 'x', /takes number/],
    [
      'a picture from nowhere',
      [node('x', 'draw', { picture: 'https://example.org/a.png' })],
      'x',
      /takes picture/,
    ],
    ['an unknown tool', [node('x', 'shell', { command: 'ls' })], 'x', /no tool "shell"/],
    ['an unknown node', [node('x', 'area', { mask: '$y' })], 'x', /no node "y"/],
    ['an unknown input', [node('x', 'ratio', { a: 1, b: 2, c: 3 })], 'x', /no input "c"/],
    [
      'a name used twice',
      [node('x', 'ratio', { a: 1, b: 2 }), node('x', 'ratio', { a: 1, b: 2 })],
      'x',
      /Two nodes/,
    ],
    ['an answer that is none', [node('x', 'ratio', { a: 1, b: 2 })], 'y', /answer "y"/],
    [
      'an inherited name for an input',
      [node('x', 'ratio', { a: 1, toString: 2 })],
      'x',
      /no input "toString"/,
    ],
  ])('is rejected for %s', (_, nodes, answer, reason) => {
    const verdict = checkDag({ nodes, answer }, CARDS);
    expect(verdict.ok).toBe(false);
    expect(!verdict.ok && verdict.reasons.join(' ')).toMatch(reason);
  });
  it('never throws, and where it is taken every node comes after what it needs', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const bound = fc.oneof(
      ids.map((id) => `$${id}`),
      fc.integer(),
      fc.constant('$picture'),
    );
    const any = fc.record({
      id: ids,
      tool: fc.constantFrom('ratio', 'area', 'draw', 'x'),
      inputs: fc.record({ a: bound, b: bound }),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(any, fc.anything())), ids, (nodes, answer) => {
        const dag = checkDag({ nodes, answer }, CARDS);
        if (!dag.ok) return;
        const level = new Map(dag.levels.flatMap((own, at) => own.map((id) => [id, at] as const)));
        for (const { id, inputs } of dag.nodes)
          for (const binding of Object.values(inputs))
            if ('from' in binding && binding.from !== 'picture')
              expect(level.get(binding.from)).toBeLessThan(level.get(id) ?? 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('bright regions', () => {
  const raster = { width: 6, height: 5, channels: 1 as const, data: new Uint8Array(30).fill(10) };
  for (const [x, y] of [
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1],
    [4, 1],
    [4, 2],
    [4, 3],
    [4, 4],
    [5, 4],
  ])
    raster.data[y * 6 + x] = 200;
  it('lie above Otsu’s level', () => {
    expect(otsu(Uint8Array.of(10, 10, 12, 200, 210))).toBe(12);
    expect(thresholdMask(raster).probability.reduce((sum, p) => sum + p)).toBe(9);
    expect(thresholdMask(raster, 'dark').probability.reduce((sum, p) => sum + p)).toBe(21);
  });
  it('are counted by touching pixels, and measured', () => {
    const mask = thresholdMask(raster);
    expect(regionsOf(mask).map((pixels) => pixels.length)).toEqual([4, 5]);
    expect(featureTable(mask, raster).rows).toEqual([
      [4, 200, 1],
      [5, 200, 2],
    ]);
    expect(featureTable(mask, raster, 5).rows).toHaveLength(1);
  });
});

describe('a light classifier', () => {
  it('puts the boundary where the classes meet', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [at]);
    const classify = logistic({ rows, labels: rows.map(([x]) => (x >= 20 ? 1 : 0)) });
    expect(classify([19.5])).toBeCloseTo(0.5, 6);
    expect(classify([0])).toBeLessThan(0.01);
    expect(classify([39])).toBeGreaterThan(0.99);
    expect(mostUncertain(rows, classify).slice(0, 2).sort()).toEqual([19, 20]);
  });
  it('agrees with the maximum of the likelihood where nothing holds the coefficients back', () => {
    // One binary feature: the fitted probabilities are the shares 1/4 and 3/4.
    const rows = [0, 0, 0, 0, 1, 1, 1, 1].map((x) => [x]);
    const classify = logistic({ rows, labels: [1, 0, 0, 0, 1, 1, 1, 0] }, { ridge: 0, steps: 40 });
    expect(classify([0])).toBeCloseTo(0.25, 8);
    expect(classify([1])).toBeCloseTo(0.75, 8);
  });
  it('says the only class that it knows, or a half', () => {
    expect(logistic({ rows: [[1], [2]], labels: [1, 1] })([5])).toBe(1);
    expect(logistic({ rows: [], labels: [] })([5])).toBe(0.5);
  });
  it('asks each row once, up to the budget', () => {
    const rows = Array.from({ length: 50 }, (_, at) => [at, random(at).next()]);
    const asked: number[] = [];
    const expert = (at: number) => {
      asked.push(at);
      return at % 2;
    };
    const points = [...learnActively(rows, expert, { ask: 'uncertain', seed: '1', budget: 33 })];
    expect(points.map(({ labels }) => labels)).toEqual([10, 15, 20, 25, 30, 33]);
    expect(new Set(asked.slice(-33)).size).toBe(33);
  });
});
