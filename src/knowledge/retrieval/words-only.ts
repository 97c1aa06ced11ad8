// How a search says that it compares words and was given none, so that a reader can go on in words.
import { OverreadError } from '../../domain/errors.ts';

/** What the search compares, of which the query had none: `details.compares` of the error. */
export type Compared = 'words' | 'pictures';

/** The error of a search whose query lacks what its method compares. */
export function nothingToCompare(method: string, compares: Compared): OverreadError {
  return new OverreadError(
    'bad-argument',
    `The method "${method}" compares ${compares} and this search has none: choose another method or encoder, or ask in words where the reader can (--option query=text).`,
    { details: { compares } },
  );
}

/** True of the error of a retriever that was given a picture and can search by words only; of no other failure. */
export function searchesWordsOnly(error: unknown): boolean {
  return (
    OverreadError.isInstance(error) && error.code === 'bad-argument' && error.details.compares === 'words'
  );
}
