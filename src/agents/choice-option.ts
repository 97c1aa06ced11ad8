// An option of a strategy that takes one of a few words.
import { OverreadError } from '../domain/errors.ts';
import type { StrategySession } from './strategy.ts';

/** The option's value. Throws `bad-argument` for anything but one of `words`. */
export function choiceOption<Word extends string>(
  session: Pick<StrategySession, 'option'>,
  name: string,
  words: readonly Word[],
): Word {
  const given = session.option(name) ?? '';
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  throw new OverreadError(
    'bad-argument',
    `The option ${name} is one of ${words.join(', ')}, not "${given}".`,
  );
}
