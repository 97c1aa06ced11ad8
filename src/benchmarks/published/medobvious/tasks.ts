// The eight tasks of a MedObvious case, as its release writes them: five about a grid with an odd tile, three without.
import * as z from 'zod';
import type { Protocol } from '../../../domain/report.ts';

export const TASK_TYPES = [
  'detection_mcq',
  'detection_open',
  'referring_mcq',
  'referring_open',
  'visual_referring',
] as const;
export type TaskType = (typeof TASK_TYPES)[number];

/** Releases of such sets write truth as JSON, as numbers or as words. */
const truth = z
  .union([z.boolean(), z.number(), z.string()])
  .transform((value) => value === true || value === 1 || /^(?:true|1|yes|y|negative)$/i.test(String(value)));

/** A line of all_tasks.jsonl. `split` and `licence` are in files of our own builder only. */
export const taskRow = z.object({
  id: z.string().min(1),
  /** The author's path; only its last part means anything elsewhere. */
  image_path: z.string().min(1),
  task_type: z.enum(TASK_TYPES),
  question: z.string(),
  options: z.record(z.string(), z.string()).nullish(),
  answer: z.string(),
  answer_position: z.string().nullish(),
  answer_keywords: z.array(z.string()).nullish(),
  is_negative: truth,
  explanation: z.string().nullish(),
  split: z.enum(['train', 'validation', 'test']).optional(),
  licence: z.string().optional(),
});
export type TaskRow = z.infer<typeof taskRow>;

/** Tiles in a row and in a column. */
export type Side = 2 | 3;

/** Positions in reading order; their letters are A, B, C …, and the letter after the last is "none". */
export const POSITIONS: Readonly<Record<Side, readonly string[]>> = {
  2: ['top-left', 'top-right', 'bottom-left', 'bottom-right'],
  3: [
    'top-left',
    'top-center',
    'top-right',
    'middle-left',
    'middle-center',
    'middle-right',
    'bottom-left',
    'bottom-center',
    'bottom-right',
  ],
};

const NONE = 'None: all pictures fit together';

export const letterAt = (place: number): string => String.fromCharCode(65 + place);

export function optionsOf(side: Side): Record<string, string> {
  return Object.fromEntries([...POSITIONS[side], NONE].map((text, at) => [letterAt(at), text]));
}

/** Files that a case's tasks name, without folder. */
export type CaseImage = 'grid' | 'neg_grid' | 'vis_pos' | 'vis_neg';
export const CASE_IMAGES: readonly CaseImage[] = ['grid', 'neg_grid', 'vis_pos', 'vis_neg'];

export interface CaseSpec {
  /** v1 … v5. */
  readonly tier: string;
  /** Tier, kinds and number: "v1_mr_vs_ct_0". */
  readonly id: string;
  readonly side: Side;
  /** Where the odd tile lies, and which normal tile carries the red box of the negative. From 0. */
  readonly oddAt: number;
  readonly boxAt: number;
  /** What the odd tile and the others show: "an MRI", "chest X-rays". */
  readonly odd: string;
  readonly common: string;
  readonly split?: TaskRow['split'];
  readonly licence?: string;
}

/**
 * How questions are put. As released, those about grids without an odd tile are worded otherwise than those about
 * grids with one; `strict` words both alike, so that the words tell nothing.
 */
function wordings({ side, odd }: CaseSpec, protocol: Protocol) {
  const grid = `${side}×${side} grid of medical pictures`;
  const ways = 'in modality, anatomy, view or finding';
  const open = 'Name the position (such as top-left) and say in one sentence what is different.';
  const letter = 'Reply with one letter only.';
  const maybe = `This is a ${grid}. If one of them is the odd one out, differing ${ways}, find it; if all fit together, answer none.`;
  const boxed = `A red box marks one picture of this ${grid}. Is the boxed picture the odd one out`;
  const yesNo = 'Answer yes or no first, then explain briefly.';
  const released = protocol === 'published';
  const surely = `This is a ${grid}. One of them is the odd one out: it differs ${ways}. Find it.`;
  return {
    detection: released ? surely : maybe,
    detectionNegative: maybe,
    referring: `In this ${grid}, one of them shows what the others do not: ${odd}. Where is it?`,
    visual: `${boxed}, differing from the others ${ways}? ${yesNo}`,
    visualNegative: released
      ? `${boxed} that differs from the others? ${yesNo}`
      : `${boxed}, differing from the others ${ways}? ${yesNo}`,
    open,
    letter,
  };
}

/** The rows of a case: det_mcq, det_open, ref_mcq, ref_open, vis_pos, det_mcq_neg, det_open_neg, vis_neg. */
export function caseTasks(spec: CaseSpec, protocol: Protocol): TaskRow[] {
  const { id, tier, side, oddAt, odd, common, split, licence } = spec;
  const words = wordings(spec, protocol);
  const options = optionsOf(side);
  const lines = Object.entries(options)
    .map(([letter, text]) => `  ${letter}) ${text}`)
    .join('\n');
  const position = POSITIONS[side][oddAt];
  const oddLetter = letterAt(oddAt);
  const noneLetter = letterAt(side * side);
  const explanation = `The odd picture shows ${odd}, the others show ${common}.`;
  // As released, explanations of negatives may name the kind that is not there; the answers are right all the same.
  const shown = protocol === 'published' ? odd : common;
  const homogeneous = `All pictures show ${shown}; none is odd.`;
  const boxedNormal =
    protocol === 'published' ? homogeneous : `The boxed picture shows ${common}; the odd one is not boxed.`;
  const task = (
    suffix: string,
    task_type: TaskType,
    image: CaseImage,
    rest: Pick<TaskRow, 'question' | 'answer' | 'is_negative' | 'explanation'> & Partial<TaskRow>,
  ): TaskRow => ({
    id: `${id}_${suffix}`,
    image_path: `${tier}/images/${id}_${image}.png`,
    task_type,
    ...rest,
    ...(split === undefined ? {} : { split }),
    ...(licence === undefined ? {} : { licence }),
  });
  const positive = { is_negative: false, explanation };
  const negative = { is_negative: true, explanation: homogeneous };
  const choice = (question: string) => ({ question: `${question}\n\n${lines}\n\n${words.letter}`, options });
  const oddChoice = { answer: oddLetter, answer_position: position, answer_keywords: [odd] };
  return [
    task('det_mcq', 'detection_mcq', 'grid', { ...choice(words.detection), ...oddChoice, ...positive }),
    task('det_open', 'detection_open', 'grid', {
      question: `${words.detection} ${words.open}`,
      answer: position,
      answer_keywords: [position, odd],
      ...positive,
    }),
    task('ref_mcq', 'referring_mcq', 'grid', { ...choice(words.referring), ...oddChoice, ...positive }),
    task('ref_open', 'referring_open', 'grid', {
      question: `${words.referring} ${words.open}`,
      answer: position,
      answer_keywords: [position, odd],
      ...positive,
    }),
    task('vis_pos', 'visual_referring', 'vis_pos', {
      question: words.visual,
      answer: 'yes',
      answer_keywords: ['yes', odd],
      ...positive,
    }),
    task('det_mcq_neg', 'detection_mcq', 'neg_grid', {
      ...choice(words.detectionNegative),
      answer: noneLetter,
      answer_position: 'none',
      answer_keywords: ['none', 'same', shown],
      ...negative,
    }),
    task('det_open_neg', 'detection_open', 'neg_grid', {
      question: `${words.detectionNegative} ${words.open}`,
      answer: 'none',
      answer_keywords: ['none', 'same', shown],
      ...negative,
    }),
    task('vis_neg', 'visual_referring', 'vis_neg', {
      question: words.visualNegative,
      answer: 'no',
      answer_keywords: ['no', 'same', shown],
      is_negative: true,
      explanation: boxedNormal,
    }),
  ];
}
