// A small cache that drops what was used longest ago; concurrent callers share one computation.

export interface LeastRecent<V> {
  get(key: string, compute: () => Promise<V>): Promise<V>;
}

/** Keeps `capacity` values. A computation that fails is not kept. */
export function leastRecent<V>(capacity: number): LeastRecent<V> {
  const kept = new Map<string, Promise<V>>();
  return {
    get(key, compute) {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const value = compute();
      kept.set(key, value);
      value.catch(() => {
        if (kept.get(key) === value) kept.delete(key);
      });
      for (const oldest of kept.keys()) {
        if (kept.size <= capacity) break;
        kept.delete(oldest);
      }
      return value;
    },
  };
}
