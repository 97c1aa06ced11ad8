// What a promise rejected with, for tests of errors.
import { OverreadError } from '../../domain/errors.ts';

/** The code of the OverreadError that `work` rejects with; any other outcome is itself the answer. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return OverreadError.isInstance(error) ? error.code : `not typed: ${String(error)}`;
  }
}
