// Parts: whatever the release looks like, no cluster stands in two of them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishedRecord } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';
import { clustersOf, LEAST, type PartOptions, partsOf } from './parts.ts';

type Split = 'train' | 'validation' | 'test';

const record = (id: number, cluster: number, split: Split) =>
  ({
    item: { id: String(id), patientId: `c${cluster}`, split },
    reference: null,
  }) as PublishedRecord<unknown>;
const many = { train: 1000, validation: 1000, test: 1000 };
const options = (parts: PartOptions['parts'], limits = many): PartOptions => ({
  benchmark: 'any',
  parts,
  limits,
  seed: '1',
});
const spread = (splits: readonly Split[], count: number, clusters: number) =>
  Array.from({ length: count }, (_, i) => record(i, i % clusters, splits[i % splits.length]));

describe('parts of a benchmark', () => {
  it('share no cluster, lose nothing by dividing, and are the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.constantFrom<Split>('train', 'validation', 'test')), {
          minLength: 60,
          maxLength: 300,
        }),
        fc.constantFrom<PartOptions['parts']>('release', 'divide'),
        (drawn, how) => {
          const records = drawn.map(([cluster, split], i) => record(i, cluster, split));
          let parts: ReturnType<typeof partsOf>;
          try {
            parts = partsOf(records, options(how));
          } catch (error) {
            expect(OverreadError.isInstance(error) && error.code).toBe('bad-argument');
            return;
          }
          const [train, validation, test] = [parts.train, parts.validation, parts.test].map(clustersOf);
          expect(new Set([...train, ...validation, ...test]).size).toBe(
            train.size + validation.size + test.size,
          );
          if (how === 'divide')
            expect(parts.train.length + parts.validation.length + parts.test.length).toBe(records.length);
          else expect(parts.test.every(({ item }) => item.split === 'test')).toBe(true);
          expect(partsOf(records, options(how))).toEqual(parts);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('a release without a validation part gives half of its training clusters', () => {
    const records = [
      ...spread(['train'], 80, 40),
      ...Array.from({ length: 30 }, (_, i) => record(100 + i, 100 + i, 'test')),
    ];
    const { train, validation, test } = partsOf(records, options('release'));
    expect([train.length, validation.length, test.length]).toEqual([40, 40, 30]);
  });

  it('training pictures that the test asks about too are left out', () => {
    const records = [
      ...Array.from({ length: 60 }, (_, i) => record(i, i, 'train')),
      ...Array.from({ length: 30 }, (_, i) => record(100 + i, i, 'test')),
    ];
    const { train, validation } = partsOf(records, options('release'));
    expect(train.length + validation.length).toBe(30);
  });

  it('limits take items from as many clusters as there are', () => {
    const records = spread(['train'], 400, 100);
    const { train } = partsOf(records, options('divide', { train: 10, validation: 10, test: 30 }));
    expect(train).toHaveLength(10);
    expect(clustersOf(train).size).toBe(10);
  });

  it('clusters stay whole where a metric scores sets', () => {
    const records = spread(['train'], 400, 200);
    const parts = partsOf(records, {
      ...options('divide', { train: 11, validation: 20, test: 40 }),
      whole: true,
    });
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([10, 20, 40]);
    expect(clustersOf(parts.train).size).toBe(5);
  });

  it.each<[string, PublishedRecord<unknown>[], PartOptions['parts'], RegExp]>([
    [
      'no training part',
      spread(['test'], 90, 90),
      'release',
      /^any has no training part here: add --parts divide/,
    ],
    ['no test part', spread(['train'], 90, 90), 'release', /^any has no test part here/],
    [
      'too few items',
      spread(['train'], 30, 30),
      'divide',
      /^any leaves \d+ items for the \w+ part and \d+ are needed/,
    ],
    [
      'a test part of one cluster',
      [
        ...spread(['train'], 60, 30),
        ...Array.from({ length: LEAST.test }, (_, i) => record(100 + i, 99, 'test')),
      ],
      'release',
      /one cluster/,
    ],
  ])('%s is said in one sentence', (_, records, how, message) => {
    expect(() => partsOf(records, options(how))).toThrow(message);
  });
});
