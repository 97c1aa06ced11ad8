// Every optimiser by name.
import { OverreadError } from '../../domain/errors.ts';
import { bootstrapFewShot } from './optimisers/bootstrap.ts';
import { gepa } from './optimisers/gepa.ts';
import { mipro } from './optimisers/mipro.ts';
import { randomSearch } from './optimisers/random-search.ts';
import { simba } from './optimisers/simba.ts';
import type { Optimiser } from './search.ts';

/** What the others are compared with. */
export const BASELINE = randomSearch.id;

export const OPTIMISERS: readonly Optimiser[] = [randomSearch, bootstrapFewShot, mipro, gepa, simba];

/** The named ones, the baseline first and always among them. Errors: `bad-argument` for an unknown name. */
export function optimisersNamed(names: readonly string[]): Optimiser[] {
  for (const name of names)
    if (!OPTIMISERS.some(({ id }) => id === name))
      throw new OverreadError(
        'bad-argument',
        `There is no optimiser "${name}": use ${OPTIMISERS.map(({ id }) => id).join(', ')}.`,
      );
  return OPTIMISERS.filter(({ id }) => id === BASELINE || names.includes(id));
}
