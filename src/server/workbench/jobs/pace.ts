// How fast runs read of late, from counts seen at moments: no clock is kept in the store.

const WINDOW_MS = 60_000;
const APART_MS = 400;
/** Less than this says nothing about a pace. */
const LEAST_MS = 2000;

export interface Pace {
  /** Notes that so many reads were in at this moment. */
  note(run: string, reads: number, at?: number): void;
  /** Reads a minute over the last minute; undefined before there is anything to go by. */
  perMinute(run: string): number | undefined;
  forget(run: string): void;
}

interface Moment {
  readonly at: number;
  readonly reads: number;
}

export function newPace(): Pace {
  const all = new Map<string, Moment[]>();
  return {
    note(run, reads, at = Date.now()) {
      const moments = all.get(run) ?? [];
      all.set(run, moments);
      const last = moments.at(-1);
      // Fewer than before: the reads of a patient were removed, or another store has the same run.
      if (last !== undefined && reads < last.reads) moments.length = 0;
      else if (last !== undefined && at - last.at < APART_MS) return;
      moments.push({ at, reads });
      // The newest moment before the window stays, so that a page opened after a while has a mean to begin with.
      while (moments.length > 2 && moments[1].at <= at - WINDOW_MS) moments.shift();
    },
    perMinute(run) {
      const moments = all.get(run) ?? [];
      const [first] = moments;
      const last = moments.at(-1);
      if (last === undefined || last.at - first.at < LEAST_MS) return undefined;
      return ((last.reads - first.reads) * 60_000) / (last.at - first.at);
    },
    forget: (run) => {
      all.delete(run);
    },
  };
}
