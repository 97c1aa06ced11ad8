// Thirty kinds of question about a surgical clip, each with an answer that follows from its events.
import type { Random } from '../../domain/random.ts';
import { ABSENT, type AnswerForm, boxOf, NO_ACTION } from './answers.ts';
import { actionRuns, secondsOf, stretches, type Track, tracksOf } from './continuity.ts';
import { centreDistance, centreOf, type FrameBox, type SurgicalEvent } from './events.ts';

export type SurgicalCategory = 'SpatioTemporal' | 'MultiChoice' | 'Interaction';

export interface Clip {
  readonly video: string;
  /** Seconds. Events' times count from its beginning. */
  readonly length: number;
  readonly events: readonly SurgicalEvent[];
}

export interface Vocabulary {
  readonly classes: readonly string[];
  readonly verbs: readonly string[];
  readonly targets: readonly string[];
}

export interface Posed {
  readonly question: string;
  readonly answer: string;
}

export interface Template {
  readonly id: string;
  readonly category: SurgicalCategory;
  readonly form: AnswerForm;
  /** Weight of its score in its category. */
  readonly weight: number;
  readonly difficulty: 'easy' | 'medium' | 'hard';
  /** Questions that the clip supports, at most `most`. */
  pose(at: Scene, most: number): Posed[];
}

/** A clip with what templates ask of it again and again. */
export interface Scene {
  readonly clip: Clip;
  readonly vocabulary: Vocabulary;
  readonly tracks: readonly Track[];
  /** Times at which anything is visible, ascending. */
  readonly times: readonly number[];
  at(t: number): readonly { readonly track: Track; readonly event: SurgicalEvent }[];
  readonly rng: Random;
}

export function sceneOf(clip: Clip, vocabulary: Vocabulary, rng: Random): Scene {
  const tracks = tracksOf(clip.events);
  const byTime = new Map<number, { track: Track; event: SurgicalEvent }[]>();
  for (const track of tracks)
    for (const event of track.events) byTime.set(event.t, [...(byTime.get(event.t) ?? []), { track, event }]);
  const times = [...byTime.keys()].sort((a, b) => a - b);
  return { clip, vocabulary, tracks, times, at: (t) => byTime.get(t) ?? [], rng };
}

const seconds = (t: number): string => String(Math.round(t * 10) / 10);
const json = (value: unknown): string => JSON.stringify(value);
const timed = (event: SurgicalEvent) => ({ t: Number(seconds(event.t)), bbox_2d: boxOf(event) });
const some = <T>(rng: Random, items: readonly T[], most: number): T[] => rng.shuffle(items).slice(0, most);

const BOX_FORM = 'Answer as JSON {"bbox_2d": [x1, y1, x2, y2]} in thousandths of the picture, or "absent".';
const BOXES_FORM =
  'Answer as a JSON list of {"t": seconds, "bbox_2d": [x1, y1, x2, y2]} in thousandths of the picture.';
const SECONDS_FORM = 'Answer with a number of seconds.';
const LABEL_FORM = 'Answer with a name only.';

/** Moments of tracks, shuffled; the events of one moment may be asked about once each. */
const moments = ({ tracks, rng }: Scene) =>
  rng.shuffle(tracks.flatMap((track) => track.events.map((event) => ({ track, event }))));

/** Moments at which a track's name means one thing: only one track does this then. */
const alone = (scene: Scene, event: SurgicalEvent, same: (other: SurgicalEvent) => boolean): boolean =>
  scene.at(event.t).filter(({ event: other }) => same(other)).length === 1;

const st = (
  id: string,
  form: AnswerForm,
  difficulty: Template['difficulty'],
  pose: Template['pose'],
  weight = 1,
): Template => ({ id, category: 'SpatioTemporal', form, difficulty, weight, pose });

const locateWords = (name: string, t: number) => `Where is the ${name} at ${seconds(t)} s? ${BOX_FORM}`;

/** Stretches of a track that last at least `least` seconds, so that a path can be asked for. */
const longStretches = (track: Track, least: number) =>
  stretches(track.events).filter((run) => run.length >= 3 && run[run.length - 1].t - run[0].t >= least);

const positionOf = (a: FrameBox, b: FrameBox): string | undefined => {
  const [[ax, ay], [bx, by]] = [centreOf(a), centreOf(b)];
  // Too near to call: a question whose answer hangs on a pixel is not asked.
  if (Math.abs(ax - bx) < 0.03 || Math.abs(ay - by) < 0.03) return undefined;
  return `${ax < bx ? 'left' : 'right'}, ${ay < by ? 'above' : 'below'}`;
};

const pairsAt = (scene: Scene) =>
  scene.rng.shuffle(scene.times).flatMap((t) => {
    const here = scene.at(t);
    return here.length < 2 ? [] : [{ t, pair: scene.rng.shuffle(here).slice(0, 2), here }];
  });

/** A change of distance counts from this share on. */
const MAINTAINED = 0.3;

const SPATIO_TEMPORAL: readonly Template[] = [
  st('window', 'boxes', 'hard', (scene, most) =>
    some(
      scene.rng,
      scene.tracks.flatMap((track) => longStretches(track, 2).map((run) => ({ track, run }))),
      most,
    ).map(({ track, run }) => ({
      question: `Between ${seconds(run[0].t)} s and ${seconds(run[run.length - 1].t)} s the ${track.name} is in view. Where is it at the beginning and at the end? ${BOXES_FORM}`,
      answer: json([timed(run[0]), timed(run[run.length - 1])]),
    })),
  ),
  st('locate', 'box', 'easy', (scene, most) =>
    moments(scene)
      .slice(0, most)
      .map(({ track, event }) => ({
        question: locateWords(track.name, event.t),
        answer: json({ bbox_2d: boxOf(event) }),
      })),
  ),
  st('trajectory', 'boxes', 'hard', (scene, most) =>
    some(
      scene.rng,
      scene.tracks.flatMap((track) => longStretches(track, 2).map((run) => ({ track, run }))),
      most,
    ).map(({ track, run }) => {
      const picked = [0, 1, 2, 3].map((n) => run[Math.round((n * (run.length - 1)) / 3)]);
      const path = picked.filter((event, at) => picked.indexOf(event) === at);
      return {
        question: `Follow the ${track.name}: where is it at ${path.map(({ t }) => `${seconds(t)} s`).join(', ')}? ${BOXES_FORM}`,
        answer: json(path.map(timed)),
      };
    }),
  ),
  st(
    'closest',
    'label',
    'medium',
    (scene, most) =>
      pairsAt(scene)
        .filter(({ here }) => here.length >= 3)
        .flatMap(({ t, pair: [of], here }) => {
          const others = here
            .filter(({ track }) => track !== of.track)
            .map(({ track, event }) => ({ track, distance: centreDistance(of.event, event) }))
            .sort((a, b) => a.distance - b.distance);
          if (others[1].distance - others[0].distance < 0.02) return [];
          return [
            {
              question: `Which instrument is closest to the ${of.track.name} at ${seconds(t)} s? ${LABEL_FORM}`,
              answer: others[0].track.name,
            },
          ];
        })
        .slice(0, most),
    0.8,
  ),
  st('rel_pos', 'position', 'medium', (scene, most) =>
    pairsAt(scene)
      .flatMap(({ t, pair: [a, b] }) => {
        const position = positionOf(a.event, b.event);
        return position === undefined
          ? []
          : [
              {
                question: `Where in the picture is the ${a.track.name} as seen from the ${b.track.name} at ${seconds(t)} s? Answer "left" or "right", then "above" or "below".`,
                answer: position,
              },
            ];
      })
      .slice(0, most),
  ),
  st('rel_change', 'change', 'hard', (scene, most) =>
    scene.rng
      .shuffle(scene.tracks.flatMap((a, at) => scene.tracks.slice(at + 1).map((b) => [a, b] as const)))
      .flatMap(([a, b]) => {
        const both = a.events.flatMap((event) => {
          const other = b.events.find(({ t }) => t === event.t);
          return other === undefined ? [] : [{ t: event.t, distance: centreDistance(event, other) }];
        });
        const [first, last] = [both[0], both[both.length - 1]];
        if (first === undefined || last.t - first.t < 2 || first.distance < 0.02) return [];
        const change = (last.distance - first.distance) / first.distance;
        if (Math.abs(Math.abs(change) - MAINTAINED) < 0.02) return [];
        const label = Math.abs(change) < MAINTAINED ? 'maintained' : change > 0 ? 'increased' : 'decreased';
        return [
          {
            question: `How does the distance between the ${a.name} and the ${b.name} change from ${seconds(first.t)} s to ${seconds(last.t)} s? Answer with the relative change as a number (0.5: half as much again) and "increased", "decreased" or "maintained" (less than 0.30 either way).`,
            answer: `${change.toFixed(2)}, ${label}`,
          },
        ];
      })
      .slice(0, most),
  ),
  st('identify_bbox', 'label', 'medium', (scene, most) =>
    scene.rng
      .shuffle(scene.times)
      .flatMap((t) => {
        const here = scene.at(t);
        if (new Set(here.map(({ track }) => track.class)).size < 2) return [];
        const { track, event } = scene.rng.pick(here);
        return [
          {
            question: `Which instrument is in the box ${json(boxOf(event))} (thousandths of the picture) at ${seconds(t)} s? ${LABEL_FORM}`,
            answer: track.name,
          },
        ];
      })
      .slice(0, most),
  ),
  st('locate_by_action', 'box', 'medium', (scene, most) =>
    moments(scene)
      .filter(
        ({ event }) => event.verb !== undefined && alone(scene, event, ({ verb }) => verb === event.verb),
      )
      .slice(0, most)
      .map(({ event }) => ({
        question: `Where is the instrument whose action at ${seconds(event.t)} s is "${event.verb}"? ${BOX_FORM}`,
        answer: json({ bbox_2d: boxOf(event) }),
      })),
  ),
  st('locate_by_target', 'box', 'medium', (scene, most) =>
    moments(scene)
      .filter(
        ({ event }) =>
          event.target !== undefined && alone(scene, event, ({ target }) => target === event.target),
      )
      .slice(0, most)
      .map(({ event }) => ({
        question: `Where is the instrument that touches the ${event.target} at ${seconds(event.t)} s? ${BOX_FORM}`,
        answer: json({ bbox_2d: boxOf(event) }),
      })),
  ),
  st('refusal_absent_instrument', 'box', 'hard', (scene, most) => {
    const there = new Set(scene.tracks.map((track) => track.class));
    const missing = scene.vocabulary.classes.filter((name) => !there.has(name));
    return some(scene.rng, missing, most).flatMap((name) =>
      scene.times.length === 0
        ? []
        : [{ question: locateWords(name, scene.rng.pick(scene.times)), answer: ABSENT }],
    );
  }),
];

const LETTERS = 'ABCD';

/** A question with up to four options, the right one at a drawn place; undefined without a wrong one. */
function choice(rng: Random, question: string, right: string, wrong: readonly string[]): Posed[] {
  const others = rng.shuffle([...new Set(wrong)].filter((text) => text !== right)).slice(0, 3);
  if (others.length === 0) return [];
  const options = rng.shuffle([right, ...others]);
  const listed = options.map((text, at) => `${LETTERS[at]}. ${text}`).join('\n');
  return [
    {
      question: `${question}\n${listed}\nAnswer as "Answer: X".`,
      answer: `Answer: ${LETTERS[options.indexOf(right)]}`,
    },
  ];
}

const mc = (id: string, difficulty: Template['difficulty'], pose: Template['pose']): Template => ({
  id,
  category: 'MultiChoice',
  form: 'letter',
  difficulty,
  weight: 1,
  pose,
});

const classesAt = (scene: Scene, t: number): string =>
  [...new Set(scene.at(t).map(({ track }) => track.class))].sort().join(' and ');

/** Times in order of nearness to one of them: distractors come from what is seen shortly before and after. */
const nearby = (scene: Scene, t: number): number[] =>
  [...scene.times].sort((a, b) => Math.abs(a - t) - Math.abs(b - t)).slice(1);

const MULTI_CHOICE: readonly Template[] = [
  mc('Classes', 'easy', (scene, most) =>
    scene.rng
      .shuffle(scene.times)
      .flatMap((t) => {
        const right = classesAt(scene, t);
        const near = nearby(scene, t).map((other) => classesAt(scene, other));
        const single = scene.vocabulary.classes;
        return choice(
          scene.rng,
          `Which instruments are in view at ${seconds(t)} s?`,
          right,
          near.length > 2 ? near : [...near, ...single],
        );
      })
      .slice(0, most),
  ),
  mc('Existence:global', 'easy', (scene, most) => {
    const there = new Set(scene.tracks.map((track) => track.class));
    return some(scene.rng, scene.vocabulary.classes, most).flatMap((name) =>
      choice(scene.rng, `Does the ${name} appear in the clip?`, there.has(name) ? 'yes' : 'no', [
        'yes',
        'no',
      ]),
    );
  }),
  mc('Existence:local_inst', 'medium', (scene, most) =>
    moments(scene)
      .filter(({ event }) => new Set(scene.at(event.t).map(({ track }) => track.class)).size === 1)
      .flatMap(({ track, event }) =>
        choice(scene.rng, `Which instrument is in view at ${seconds(event.t)} s?`, track.class, [
          ...scene.tracks.map((other) => other.class),
          ...scene.vocabulary.classes,
        ]),
      )
      .slice(0, most),
  ),
  mc('Existence:local_target', 'medium', (scene, most) =>
    moments(scene)
      .filter(
        ({ event }) =>
          event.target !== undefined &&
          new Set(scene.at(event.t).flatMap(({ event: { target } }) => target ?? [])).size === 1,
      )
      .flatMap(({ event }) => {
        const near = nearby(scene, event.t).flatMap((t) =>
          scene.at(t).flatMap(({ event: { target } }) => target ?? []),
        );
        return choice(
          scene.rng,
          `What is touched at ${seconds(event.t)} s?`,
          event.target ?? '',
          near.length > 2 ? near : [...near, ...scene.vocabulary.targets],
        );
      })
      .slice(0, most),
  ),
  mc('Counting:distinct', 'medium', (scene) => {
    const n = new Set(scene.tracks.map((track) => track.class)).size;
    return n === 0
      ? []
      : choice(
          scene.rng,
          'How many different kinds of instrument appear in the clip?',
          String(n),
          aroundCount(n),
        );
  }),
  mc('Counting:concurrent', 'medium', (scene) => {
    const n = Math.max(0, ...scene.times.map((t) => scene.at(t).length));
    return n === 0
      ? []
      : choice(scene.rng, 'How many instruments are in view at once at most?', String(n), aroundCount(n));
  }),
];

const aroundCount = (n: number): string[] =>
  [n - 2, n - 1, n + 1, n + 2, n + 3].filter((k) => k > 0).map(String);

const act = (
  id: string,
  form: AnswerForm,
  difficulty: Template['difficulty'],
  pose: Template['pose'],
): Template => ({
  id,
  category: 'Interaction',
  form,
  difficulty,
  weight: 1,
  pose,
});

/** An action's status is judged over at least this long. */
const STATUS_WINDOW = 10;

const active = (track: Track) => track.events.some(({ verb }) => verb !== undefined);
const rounded = (value: number): number => Math.round(value * 10) / 10;

const INTERACTION: readonly Template[] = [
  act('target_interaction', 'label', 'easy', (scene, most) =>
    moments(scene)
      .filter(({ event }) => event.target !== undefined)
      .slice(0, most)
      .map(({ track, event }) => ({
        question: `What does the ${track.name} act on at ${seconds(event.t)} s? ${LABEL_FORM}`,
        answer: event.target ?? '',
      })),
  ),
  act('action_status', 'label', 'medium', (scene, most) =>
    some(
      scene.rng,
      scene.tracks.filter(({ events }) => events[events.length - 1].t - events[0].t >= STATUS_WINDOW),
      most,
    ).flatMap((track) => {
      const busy = secondsOf(track.events, ({ verb }) => verb !== undefined);
      const idle = secondsOf(track.events, ({ verb }) => verb === undefined);
      if (Math.abs(busy - idle) < 0.1 * (busy + idle)) return [];
      const [from, to] = [track.events[0].t, track.events[track.events.length - 1].t];
      return [
        {
          question: `Is the ${track.name} mostly active or idle between ${seconds(from)} s and ${seconds(to)} s? Answer "active" or "idle".`,
          answer: busy > idle ? 'active' : 'idle',
        },
      ];
    }),
  ),
  act('next_action_target', 'label', 'hard', (scene, most) =>
    scene.rng
      .shuffle(
        scene.tracks.flatMap((track) => {
          const runs = actionRuns(track.events);
          return runs.slice(0, -1).flatMap((run, at) => {
            const next = runs[at + 1];
            return run.verb === undefined || next.verb === undefined || next.target === undefined
              ? []
              : [{ track, run, next }];
          });
        }),
      )
      .slice(0, most)
      .map(({ track, run, next }) => ({
        question: `What does the ${track.name} do next, after its action "${run.verb}" that ends at ${seconds(run.end)} s, and to what? Answer as: action, target.`,
        answer: `${next.verb} ${next.target}`,
      })),
  ),
  act('comparison', 'label', 'hard', (scene, most) =>
    scene.rng
      .shuffle(scene.tracks.flatMap((a, at) => scene.tracks.slice(at + 1).map((b) => [a, b] as const)))
      .flatMap(([a, b]) => {
        const [ta, tb] = [a, b].map((track) => secondsOf(track.events, ({ verb }) => verb !== undefined));
        if (Math.abs(ta - tb) < 1) return [];
        return [
          {
            question: `Which is active for longer, the ${a.name} or the ${b.name}? ${LABEL_FORM}`,
            answer: ta > tb ? a.name : b.name,
          },
        ];
      })
      .slice(0, most),
  ),
  act('reverse_target', 'set', 'medium', (scene, most) =>
    some(scene.rng, [...new Set(scene.clip.events.flatMap(({ target }) => target ?? []))].sort(), most).map(
      (target) => ({
        question: `Which instruments touch the ${target} in the clip? Answer with their names, separated by commas.`,
        answer: scene.tracks
          .filter(({ events }) => events.some((event) => event.target === target))
          .map(({ name }) => name)
          .join(', '),
      }),
    ),
  ),
  act('interaction_duration', 'seconds', 'hard', (scene, most) =>
    some(
      scene.rng,
      scene.tracks.flatMap((track) =>
        [...new Set(track.events.flatMap(({ target }) => target ?? []))].map((target) => ({ track, target })),
      ),
      most,
    ).flatMap(({ track, target }) => {
      const spent = rounded(secondsOf(track.events, (run) => run.target === target));
      return spent <= 0
        ? []
        : [
            {
              question: `For how long does the ${track.name} act on the ${target} in all? ${SECONDS_FORM}`,
              answer: String(spent),
            },
          ];
    }),
  ),
  act('longest_continuous_action', 'label', 'hard', (scene, most) =>
    some(scene.rng, scene.tracks.filter(active), most).flatMap((track) => {
      const runs = actionRuns(track.events)
        .filter(({ verb }) => verb !== undefined)
        .sort((a, b) => b.end - b.start - (a.end - a.start));
      const [first, second] = runs;
      if (
        second !== undefined &&
        second.verb !== first.verb &&
        second.end - second.start > first.end - first.start - 0.2
      )
        return [];
      return [
        {
          question: `Which action does the ${track.name} keep up longest without a break? ${LABEL_FORM}`,
          answer: first.verb ?? '',
        },
      ];
    }),
  ),
  act('idle_duration', 'seconds', 'medium', (scene, most) =>
    some(scene.rng, scene.tracks, most).flatMap((track) => {
      const idle = rounded(secondsOf(track.events, ({ verb }) => verb === undefined));
      return idle <= 0
        ? []
        : [
            {
              question: `For how long is the ${track.name} in view without acting? ${SECONDS_FORM}`,
              answer: String(idle),
            },
          ];
    }),
  ),
  act('first_appearance_time', 'time', 'easy', (scene, most) =>
    some(scene.rng, scene.tracks, most).map((track) => ({
      question: `When does the ${track.name} first appear? ${SECONDS_FORM}`,
      answer: seconds(track.events[0].t),
    })),
  ),
  act('last_appearance_time', 'time', 'easy', (scene, most) =>
    some(scene.rng, scene.tracks, most).map((track) => ({
      question: `When is the ${track.name} seen for the last time? ${SECONDS_FORM}`,
      answer: seconds(track.events[track.events.length - 1].t),
    })),
  ),
  act('action_sequence', 'sequence', 'hard', (scene, most) =>
    some(scene.rng, scene.tracks, most).flatMap((track) => {
      const verbs = actionRuns(track.events).flatMap(({ verb }) => verb ?? []);
      const sequence = verbs.filter((verb, at) => verb !== verbs[at - 1]);
      return sequence.length < 2
        ? []
        : [
            {
              question: `List the actions of the ${track.name} in order of time. Separate them by commas.`,
              answer: sequence.join(', '),
            },
          ];
    }),
  ),
  act('dominant_verb', 'label', 'medium', (scene, most) =>
    some(scene.rng, scene.tracks.filter(active), most).flatMap((track) => {
      const verbs = [...new Set(track.events.flatMap(({ verb }) => verb ?? []))]
        .map((verb) => ({ verb, spent: secondsOf(track.events, (run) => run.verb === verb) }))
        .sort((a, b) => b.spent - a.spent);
      if (verbs.length > 1 && verbs[0].spent - verbs[1].spent < 0.5) return [];
      return [
        {
          question: `Which action takes most of the ${track.name}'s time? ${LABEL_FORM}`,
          answer: verbs[0].verb,
        },
      ];
    }),
  ),
  act('distinct_targets_touched', 'set', 'medium', (scene, most) =>
    some(scene.rng, scene.tracks, most).flatMap((track) => {
      const targets = [...new Set(track.events.flatMap(({ target }) => target ?? []))].sort();
      return targets.length === 0
        ? []
        : [
            {
              question: `What does the ${track.name} touch in the clip? Answer with names, separated by commas.`,
              answer: targets.join(', '),
            },
          ];
    }),
  ),
  act('refusal_no_specific_action', 'label', 'hard', (scene, most) =>
    moments(scene)
      .filter(({ event }) => event.verb === undefined && event.target === undefined)
      .slice(0, most)
      .map(({ track, event }) => ({
        question: `What does the ${track.name} act on at ${seconds(event.t)} s? ${LABEL_FORM}`,
        answer: NO_ACTION,
      })),
  ),
];

export const TEMPLATES: readonly Template[] = [...SPATIO_TEMPORAL, ...MULTI_CHOICE, ...INTERACTION];

const BY_ID = new Map(TEMPLATES.map((template) => [template.id, template]));
export const templateOf = (id: string): Template | undefined => BY_ID.get(id);
