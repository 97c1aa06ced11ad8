// Memory for label maps that is used again from case to case, for readers of many cases.
import type { Spans } from './occupied.ts';

/** Larger label maps get memory of their own. */
const LARGEST = 2 ** 28;
/** Addresses cost nothing until they are written to. */
const SMALLEST = 2 ** 26;
/** Pages once written stay in memory though they are blank again: after so many bytes new memory is taken. */
const WORN = 3 * 2 ** 20;

/**
 * One block of blank memory, lent to one label map at a time. Fresh memory for each would be garbage of tens of
 * megabytes per case, which the collector counts though most of it was never touched.
 */
export interface LabelMemory {
  /** `length` blank bytes, or undefined when the block is lent or too small for them. */
  lend(length: number): Buffer | undefined;
  /** Where the lent bytes were written; undefined when nobody knows, and the block is given up. */
  wrote(spans: Spans | undefined): void;
  /** Whoever asked for label maps says that none of them will be looked at again. */
  release(): void;
}

export function labelMemory(): LabelMemory {
  let block: Uint8Array<ArrayBuffer> | undefined;
  let lent = false;
  let dirty: Spans = [];
  let worn = 0;
  return {
    lend(length) {
      if (lent || length > LARGEST) return undefined;
      if (block === undefined || block.length < length || worn > WORN) {
        block = new Uint8Array(Math.max(SMALLEST, length));
        worn = 0;
      }
      lent = true;
      return Buffer.from(block.buffer, 0, length);
    },
    wrote(spans) {
      if (spans === undefined) {
        block = undefined;
        lent = false;
        return;
      }
      dirty = spans;
      for (const [from, to] of spans) worn += to - from;
    },
    release() {
      for (const [from, to] of dirty) block?.fill(0, from, to);
      dirty = [];
      lent = false;
    },
  };
}
