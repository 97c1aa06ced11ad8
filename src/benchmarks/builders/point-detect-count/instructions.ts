// Five instructions about what a picture shows of one label, with the answer that is right.
import type { Random } from '../../../domain/random.ts';
import type { Protocol } from '../../../domain/report.ts';

/** A row of the release. */
export interface Row {
  readonly image: string;
  readonly image_sha256: string;
  readonly img_size: readonly [number, number];
  readonly points: readonly (readonly [number, number])[];
  readonly bbox: readonly (readonly [number, number, number, number])[];
  readonly count: number;
  readonly label: string;
  readonly collection_method: string;
  readonly classification: string;
  readonly organ: string;
  readonly split: 'train' | 'test';
}

type TaskName = 'pointing' | 'bounding' | 'counting' | 'cnt_and_point' | 'count_and_box';

/** Ways of asking, our own; which one is drawn by the seed. */
const ASKED: Readonly<Record<TaskName, readonly string[]>> = {
  pointing: [
    'Mark every NAME of this picture with a point.',
    'Where does the picture show NAME? Give one point for each.',
    'Give the position of each NAME that you find.',
  ],
  bounding: [
    'Frame every NAME of this picture with a box.',
    'Where does the picture show NAME? Give one box for each.',
    'Give the smallest box that holds each NAME that you find.',
  ],
  counting: [
    'What number of NAME does the picture show?',
    'Say how often NAME occurs in this picture.',
    'Give the count of NAME.',
  ],
  cnt_and_point: [
    'What number of NAME does the picture show? Mark each with a point.',
    'Give the count of NAME and a point for each.',
  ],
  count_and_box: [
    'What number of NAME does the picture show? Frame each with a box.',
    'Give the count of NAME and a box for each.',
  ],
};

const FORM: Readonly<Record<TaskName, string>> = {
  pointing: '[{"point_2d": [x, y], "label": "NAME"}, …]',
  bounding: '[{"bbox_2d": [x1, y1, x2, y2], "label": "NAME"}, …]',
  counting: '{"counts": n, "label": "NAME"}',
  cnt_and_point: '{"counts": n, "point_2d": [[x, y], …], "label": "NAME"}',
  count_and_box: '{"counts": n, "bbox_2d": [[x1, y1, x2, y2], …], "label": "NAME"}',
};

export interface InstructionOptions {
  /** Whether every thing has a box. */
  readonly boxed: boolean;
  readonly protocol: Protocol;
}

/**
 * Instruction lines of a row. As released, two tasks may answer with another synonym than they asked with, and the frame
 * of coordinates is not said; strict keeps one name per line and says the frame.
 */
export function taskLines(
  row: Row,
  words: readonly string[],
  rng: Random,
  { boxed, protocol }: InstructionOptions,
): { task: TaskName; line: unknown }[] {
  const [pointName, boxName, countName, bothName] = [0, 1, 2, 3].map(() => rng.pick(words));
  const tenths = row.points.map((pair) => pair.map((value) => Math.round(value * 10) / 10));
  const [width, height] = row.img_size;
  const line = (task: TaskName, name: string, answer: unknown) => {
    const frame =
      protocol === 'published' || task === 'counting'
        ? ''
        : ` Coordinates are pixels from the top left of the picture, which is ${width} wide and ${height} high.`;
    const asked = `${rng.pick(ASKED[task])}${frame} Reply with JSON of exactly this form, fenced as \`\`\`json: ${FORM[task]}`;
    return {
      task,
      line: {
        messages: [
          {
            role: 'user',
            content: `<image> ${asked.replaceAll('NAME', name)}`,
            task,
            source: row.classification,
          },
          { role: 'assistant', content: `\`\`\`json\n${JSON.stringify(answer)}\n\`\`\`` },
        ],
        images: [row.image],
      },
    };
  };
  const answered = protocol === 'published' ? countName : bothName;
  const lines = [
    line(
      'pointing',
      pointName,
      tenths.map((point_2d) => ({ point_2d, label: pointName })),
    ),
    line(
      'bounding',
      boxName,
      row.bbox.map((bbox_2d) => ({ bbox_2d, label: boxName })),
    ),
    line('counting', countName, { counts: row.count, label: countName }),
    line('cnt_and_point', bothName, { counts: row.count, point_2d: tenths, label: answered }),
    line('count_and_box', bothName, { counts: row.count, bbox_2d: row.bbox, label: answered }),
  ];
  return boxed ? lines : lines.filter(({ task }) => task !== 'bounding' && task !== 'count_and_box');
}
