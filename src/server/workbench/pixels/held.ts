// Open cases in memory up to a bound: what was looked at longest ago goes first; one opening serves all who ask.

export interface Held<V> {
  /** The value under a key, opened where it is not held. A failure is told to all who wait, and not kept. */
  get(key: string, open: () => V): V;
  /** Bytes of everything that is open. */
  readonly bytes: number;
  clear(): void;
}

interface Entry<V> {
  readonly value: V;
  bytes: number;
  open: boolean;
}

/**
 * @param limit bytes; the latest value stays whatever its size
 * @param sizeOf bytes of a value, known once it is open; rejects when it could not be opened
 */
export function held<V>(limit: number, sizeOf: (value: V) => Promise<number>): Held<V> {
  // In the order of their last use: a Map keeps the order of insertion.
  const entries = new Map<string, Entry<V>>();
  const total = () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);

  function trim(): void {
    let bytes = total();
    const last = [...entries.keys()].at(-1);
    for (const [key, entry] of entries) {
      if (bytes <= limit) return;
      // What is still being opened is waited for by somebody.
      if (key === last || !entry.open) continue;
      entries.delete(key);
      bytes -= entry.bytes;
    }
  }

  return {
    get(key, open) {
      const known = entries.get(key);
      if (known !== undefined) {
        entries.delete(key);
        entries.set(key, known);
        return known.value;
      }
      const entry: Entry<V> = { value: open(), bytes: 0, open: false };
      entries.set(key, entry);
      sizeOf(entry.value).then(
        (bytes) => {
          entry.bytes = bytes;
          entry.open = true;
          if (entries.get(key) === entry) trim();
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      return entry.value;
    },
    get bytes() {
      return total();
    },
    clear: () => entries.clear(),
  };
}
