// The indexes of the benchmarks that were looked at last: one for each, and few at a time.
import type { Library } from '../library/library.ts';
import { indexQuestions, type QuestionIndex } from './question-index.ts';

export interface QuestionIndexes {
  /** Throws as `Library.open` does. */
  of(benchmark: string): Promise<QuestionIndex>;
}

/** Questions that are held in all: about 100 bytes each. */
const MOST_HELD = 1_500_000;

export function questionIndexes(library: Library, passphrase?: string): QuestionIndexes {
  const held = new Map<string, Promise<QuestionIndex>>();

  async function makeRoom(kept: string): Promise<void> {
    let questions = 0;
    for (const [id, index] of [...held].reverse()) {
      questions += (await index.catch(() => undefined))?.count ?? 0;
      if (questions > MOST_HELD && id !== kept) held.delete(id);
    }
  }

  return {
    async of(benchmark) {
      const opened = await library.open(benchmark);
      const known = held.get(benchmark);
      if (known !== undefined) {
        // The one that was asked for last stands last.
        held.delete(benchmark);
        held.set(benchmark, known);
        return known;
      }
      const making = indexQuestions(opened, passphrase);
      held.set(benchmark, making);
      making.then(
        () => makeRoom(benchmark),
        () => held.delete(benchmark),
      );
      return making;
    },
  };
}
