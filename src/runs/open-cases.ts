// Open cases: consecutive questions about a case share its files, and only a few cases are open at a time.
export interface OpenCases<T> {
  /** Runs `work` with the case open. Waits while too many other cases are in use. */
  using<R>(caseId: string, work: (open: T) => Promise<R>): Promise<R>;
}

export interface OpenCasesOptions<T> {
  readonly open: (caseId: string) => Promise<T>;
  /** Cases in use or kept for the next question. Default 4: a case may hold a volume of several hundred megabytes. */
  readonly capacity?: number;
}

interface Entry<T> {
  readonly opened: Promise<T>;
  users: number;
}

export function openCases<T>(options: OpenCasesOptions<T>): OpenCases<T> {
  const capacity = Math.max(1, options.capacity ?? 4);
  /** In order of last use, oldest first. */
  const entries = new Map<string, Entry<T>>();
  const waiting: (() => void)[] = [];

  function admit(caseId: string): Entry<T> | undefined {
    const found = entries.get(caseId);
    if (found !== undefined) {
      entries.delete(caseId);
      entries.set(caseId, found);
      return found;
    }
    if (entries.size >= capacity) {
      const idle = [...entries].find(([, entry]) => entry.users === 0);
      if (idle === undefined) return undefined;
      entries.delete(idle[0]);
    }
    const entry: Entry<T> = { opened: options.open(caseId), users: 0 };
    // The error belongs to whoever uses the case; without users it must not end the process.
    entry.opened.catch(() => {});
    entries.set(caseId, entry);
    return entry;
  }

  return {
    async using(caseId, work) {
      let entry = admit(caseId);
      while (entry === undefined) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        entry = admit(caseId);
      }
      entry.users++;
      try {
        return await work(await entry.opened);
      } finally {
        entry.users--;
        if (entry.users === 0) for (const wake of waiting.splice(0)) wake();
      }
    },
  };
}
