// Every optimiser is held to one contract, and the baseline always takes part.
import { describe, expect, it } from 'vitest';
import { optimiserContract } from './optimiser.contract.ts';
import { BASELINE, OPTIMISERS, optimisersNamed } from './optimisers.ts';

for (const optimiser of OPTIMISERS) optimiserContract(optimiser);

describe('the optimisers', () => {
  it('have names of their own, and the baseline always takes part', () => {
    expect(new Set(OPTIMISERS.map(({ id }) => id)).size).toBe(OPTIMISERS.length);
    expect(OPTIMISERS.map(({ id }) => id)).toContain(BASELINE);
    expect(optimisersNamed([]).map(({ id }) => id)).toEqual([BASELINE]);
  });
});
