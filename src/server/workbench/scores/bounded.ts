// A map that forgets what was not asked for longest, once it weighs too much.

export interface Bounded<T> {
  get(key: string): T | undefined;
  set(key: string, value: T, weight: number): void;
  delete(key: string): void;
  values(): Iterable<T>;
}

/** @param most sum of weights that is kept; the newest entry always is */
export function bounded<T>(most: number): Bounded<T> {
  const all = new Map<string, { value: T; weight: number }>();
  let weighs = 0;
  const drop = (key: string): void => {
    weighs -= all.get(key)?.weight ?? 0;
    all.delete(key);
  };
  return {
    get(key) {
      const found = all.get(key);
      if (found === undefined) return undefined;
      all.delete(key);
      all.set(key, found);
      return found.value;
    },
    set(key, value, weight) {
      drop(key);
      all.set(key, { value, weight });
      weighs += weight;
      for (const oldest of all.keys()) {
        if (weighs <= most || oldest === key) break;
        drop(oldest);
      }
    },
    delete: drop,
    *values() {
      for (const { value } of all.values()) yield value;
    },
  };
}
