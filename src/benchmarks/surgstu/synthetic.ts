// A synthetic operation: instruments that move, act and rest on known courses, for fixtures and checks.
import { type Random, random } from '../../domain/random.ts';
import { encodePng } from '../../imaging/write-png.ts';
import type { EventVideo, FrameBox, SurgicalEvent } from './events.ts';
import type { Vocabulary } from './templates.ts';

export const VOCABULARY: Vocabulary = {
  classes: ['bipolar', 'clipper', 'grasper', 'hook', 'irrigator', 'scissors'],
  verbs: ['clip', 'coagulate', 'cut', 'dissect', 'grasp', 'retract'],
  targets: ['cystic artery', 'cystic duct', 'gallbladder', 'liver', 'omentum', 'peritoneum'],
};

/** Samples a second. */
const RATE = 2;
const SIZE = 0.16;

interface Plan {
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly phase: number;
  /** What it does from each time on; idle without a verb. */
  readonly acts: readonly { readonly at: number; readonly verb?: string; readonly target?: string }[];
}

function planOf(rng: Random, name: string, length: number, nth: number): Plan {
  const from = nth === 0 ? 0 : rng.int(3);
  const until = length - (nth === 0 ? 0 : rng.int(3));
  const acts: { at: number; verb?: string; target?: string }[] = [];
  for (let at = from; at < until; at += 3 + rng.int(4))
    acts.push(
      rng.next() < 0.3
        ? { at }
        : { at, verb: rng.pick(VOCABULARY.verbs), target: rng.pick(VOCABULARY.targets) },
    );
  return { name, from, until, phase: rng.uniform(0, 6.28), acts };
}

/** Centre of an instrument at a time: a slow circle of its own, far from the others'. */
export function courseOf({ phase }: { readonly phase: number }, nth: number, t: number): FrameBox {
  const [cx, cy] = [0.25 + 0.5 * (nth % 2), 0.25 + 0.5 * ((nth >> 1) % 2)];
  const [x, y] = [cx + 0.1 * Math.cos(phase + t / 4), cy + 0.1 * Math.sin(phase + t / 4)];
  return { x1: x - SIZE / 2, y1: y - SIZE / 2, x2: x + SIZE / 2, y2: y + SIZE / 2 };
}

/** A video of `length` seconds with three instruments of six; the same seed, the same video. */
export function syntheticVideo(seed: string, nth: number, length = 24): EventVideo {
  const rng = random(seed, 'operation', String(nth));
  const names = rng.shuffle(VOCABULARY.classes).slice(0, 3);
  const events: SurgicalEvent[] = [];
  names.forEach((name, at) => {
    const plan = planOf(rng, name, length, at);
    for (let step = plan.from * RATE; step < plan.until * RATE; step++) {
      const t = step / RATE;
      const doing = plan.acts.findLast((one) => one.at <= t);
      events.push({
        t,
        class: name,
        instance: 0,
        ...courseOf(plan, at, t),
        ...(doing?.verb === undefined ? {} : { verb: doing.verb }),
        ...(doing?.target === undefined ? {} : { target: doing.target }),
      });
    }
  });
  return { video: `operation${nth}`, events: events.sort((a, b) => a.t - b.t) };
}

/** One frame: each instrument a square of its own grey. */
export function drawFrame(video: EventVideo, t: number): Promise<Uint8Array> {
  const [width, height] = [96, 64];
  const data = new Uint8Array(width * height).fill(20);
  const near = video.events.filter((event) => Math.abs(event.t - t) < 1 / RATE);
  for (const { class: name, x1, y1, x2, y2 } of near) {
    const grey = 80 + 28 * VOCABULARY.classes.indexOf(name);
    for (let y = Math.max(0, Math.floor(y1 * height)); y < Math.min(height, y2 * height); y++)
      for (let x = Math.max(0, Math.floor(x1 * width)); x < Math.min(width, x2 * width); x++)
        data[y * width + x] = grey;
  }
  return encodePng({ width, height, channels: 1, data });
}
