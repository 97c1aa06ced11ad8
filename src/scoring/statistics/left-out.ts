// Median, mode and draws of a sample without one patient's own values, so that nobody is predicted from themselves.

export interface SampleItem {
  readonly patientId: string;
  readonly label: string;
  readonly value?: number;
}

export interface LeftOut {
  /** Items that are left. */
  readonly size: number;
  /** The most frequent label that is left; ties go to the one that sorts first. Undefined when none is. */
  mode(): string | undefined;
  /** Median of the values that are left; undefined when none is. */
  median(): number | undefined;
  /** The n-th label that is left, n from 0 below `size`, in the order given. */
  label(n: number): string;
}

interface Own {
  /** Places of the patient's items in the order given, ascending; and of its values in ascending order of value. */
  readonly items: number[];
  readonly values: number[];
  readonly counts: Map<string, number>;
}

const NOTHING: Own = { items: [], values: [], counts: new Map() };

/** Sorts a sample once; what is left without a patient then takes time by the patient's own items alone. */
export function leaveOut(sample: readonly SampleItem[]): (patientId: string | undefined) => LeftOut {
  const labels = sample.map(({ label }) => label);
  const own = new Map<string, Own>();
  const ownOf = (patientId: string): Own => {
    const known = own.get(patientId);
    if (known !== undefined) return known;
    const fresh: Own = { items: [], values: [], counts: new Map() };
    own.set(patientId, fresh);
    return fresh;
  };
  const counts = new Map<string, number>();
  sample.forEach(({ patientId, label }, at) => {
    const mine = ownOf(patientId);
    mine.items.push(at);
    mine.counts.set(label, (mine.counts.get(label) ?? 0) + 1);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  });
  const frequent = [...counts].sort(([, m], [, n]) => n - m);
  const valued = sample.flatMap(({ patientId, value }) =>
    value === undefined ? [] : [{ patientId, value }],
  );
  valued.sort((a, b) => a.value - b.value);
  valued.forEach(({ patientId }, at) => {
    ownOf(patientId).values.push(at);
  });

  return (patientId) => {
    const out = (patientId === undefined ? undefined : own.get(patientId)) ?? NOTHING;
    return {
      size: labels.length - out.items.length,
      mode() {
        let best: string | undefined;
        let most = 0;
        for (const [label, count] of frequent) {
          if (count < most) break;
          const left = count - (out.counts.get(label) ?? 0);
          if (left > most || (left === most && best !== undefined && label < best)) {
            most = left;
            best = label;
          }
        }
        return best;
      },
      median() {
        const size = valued.length - out.values.length;
        if (size === 0) return undefined;
        const value = (n: number) => valued[skipping(n, out.values)].value;
        const middle = size >> 1;
        return size % 2 === 1 ? value(middle) : (value(middle - 1) + value(middle)) / 2;
      },
      label: (n) => labels[skipping(n, out.items)],
    };
  };
}

/** Place of the n-th item when those at `gaps` (ascending) do not count. */
function skipping(n: number, gaps: readonly number[]): number {
  let at = n;
  for (const gap of gaps) {
    if (gap > at) break;
    at++;
  }
  return at;
}
