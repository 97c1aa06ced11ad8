// What a corpus may take of memory, so that one too large ends in a sentence and not in a crash.
import { OverreadError } from '../../domain/errors.ts';

const MIB = 1 << 20;

/** 1 GiB. */
export const DEFAULT_MEMORY = 1024 * MIB;

export interface MemoryBudget {
  /** Throws `limit-exceeded` that says how to go on. */
  take(bytes: number): void;
}

export function memoryBudget(limit: number = DEFAULT_MEMORY): MemoryBudget {
  let taken = 0;
  return {
    take(bytes) {
      taken += bytes;
      if (taken > limit)
        throw new OverreadError(
          'limit-exceeded',
          `The passages take more than ${Math.round(limit / MIB)} MiB of memory: give more with memory=MIB, or search a smaller corpus.`,
        );
    },
  };
}

/** Bytes of a text held, and of its words in the index: measured at three to four times the text. */
export const textBytes = (text: string): number => text.length * 2 + 64;
export const indexedBytes = (text: string): number => text.length * 8;
