// What was just found is found again for a moment: a viewer that scrolls asks thirty times a second for one question.

const MOMENT_MS = 2000;
const MOST = 200;

/** Remembers what `find` gave for each name for two seconds; a failure is not kept. */
export function briefly<T>(): (name: string, find: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { readonly until: number; readonly value: Promise<T> }>();
  return (name, find) => {
    const known = kept.get(name);
    if (known !== undefined && known.until > performance.now()) return known.value;
    const value = find();
    kept.delete(name);
    kept.set(name, { until: performance.now() + MOMENT_MS, value });
    value.catch(() => kept.delete(name));
    for (const old of kept.keys()) if (kept.size > MOST) kept.delete(old);
    return value;
  };
}
