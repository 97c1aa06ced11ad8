// Which stretches of a track can be trusted: no leaps, no gaps; and how long actions last in them.
import { centreDistance, type SurgicalEvent } from './events.ts';

/** Largest believable speed of an instrument, in picture diagonals per second. */
export const MAX_SPEED = 0.6;
/** Longest gap in seconds over which a track goes on. */
export const MAX_GAP = 0.7;

export interface Track {
  /** Class and, where there are several, instance: "grasper", "grasper 2". */
  readonly name: string;
  readonly class: string;
  readonly instance: number;
  readonly events: readonly SurgicalEvent[];
}

/** Tracks of a clip, in order of class and instance. */
export function tracksOf(events: readonly SurgicalEvent[]): Track[] {
  const groups = Map.groupBy(events, (event) => `${event.class}\n${event.instance}`);
  const several = new Map<string, number>();
  for (const [[first]] of [...groups.values()].map((group) => [group]))
    several.set(first.class, (several.get(first.class) ?? 0) + 1);
  return [...groups.values()]
    .map((group) => {
      const [{ class: name, instance }] = group;
      const shown = (several.get(name) ?? 1) > 1 ? `${name} ${instance + 1}` : name;
      return { name: shown, class: name, instance, events: group.toSorted((a, b) => a.t - b.t) };
    })
    .sort((a, b) => (a.class === b.class ? a.instance - b.instance : a.class < b.class ? -1 : 1));
}

/** Stretches of a track without a gap over 0.7 s or a speed over 0.6 diagonals a second. */
export function stretches(events: readonly SurgicalEvent[]): SurgicalEvent[][] {
  const found: SurgicalEvent[][] = [];
  for (const event of events) {
    const current = found.at(-1);
    const before = current?.at(-1);
    const gap = before === undefined ? Number.POSITIVE_INFINITY : event.t - before.t;
    const smooth =
      before !== undefined &&
      gap <= MAX_GAP + 1e-9 &&
      centreDistance(before, event) <= MAX_SPEED * gap + 1e-9;
    if (current !== undefined && smooth) current.push(event);
    else found.push([event]);
  }
  return found;
}

export interface ActionRun {
  readonly verb: string | undefined;
  readonly target: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** Usual time between samples of a track: what a single sample stands for. */
export function stepOf(events: readonly SurgicalEvent[]): number {
  const gaps = events.slice(1).map((event, at) => event.t - events[at].t);
  if (gaps.length === 0) return 0;
  return Math.min(gaps.sort((a, b) => a - b)[gaps.length >> 1], MAX_GAP);
}

/** Runs of one action (or of idleness) in a track; each sample lasts until the next, over gaps for one step only. */
export function actionRuns(events: readonly SurgicalEvent[]): ActionRun[] {
  const step = stepOf(events);
  const runs: { verb: string | undefined; target: string | undefined; start: number; end: number }[] = [];
  events.forEach((event, at) => {
    const next = events[at + 1];
    const end = next !== undefined && next.t - event.t <= MAX_GAP + 1e-9 ? next.t : event.t + step;
    const current = runs.at(-1);
    const continues =
      current !== undefined &&
      current.verb === event.verb &&
      current.target === event.target &&
      Math.abs(current.end - event.t) < 1e-6;
    if (continues) current.end = end;
    else runs.push({ verb: event.verb, target: event.target, start: event.t, end });
  });
  return runs;
}

/** Seconds of a track in which `wanted` holds. */
export function secondsOf(events: readonly SurgicalEvent[], wanted: (run: ActionRun) => boolean): number {
  return actionRuns(events).reduce((sum, run) => sum + (wanted(run) ? run.end - run.start : 0), 0);
}
