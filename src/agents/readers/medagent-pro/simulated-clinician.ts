// The simulated reader of synthetic eyes: plans as declared, looks with error, and judges a mask by what it was shown.

import type { Random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { greyAt, type SeenRequest } from '../../../experts/testing/simulated-reader.ts';
import { gradeOf } from './ratios.ts';

/** Standard deviation of the cup-disc ratio that it sees. */
export const EYE_ERROR = 0.12;
/** Share of masks whose quality it reports the wrong way round. */
export const QUALITY_ERROR = 0.05;
const GRADES = [0.4, 0.6, 0.7, 0.8];

const PLAN = {
  steps: [
    {
      id: 1,
      tool: [3],
      action_type: 'quantitative',
      action: 'Segment the optic cup',
      input_type: [0],
      output_type: 'intermediate result',
      output_path: 'cup.png',
    },
    {
      id: 2,
      tool: [3],
      action_type: 'quantitative',
      action: 'Segment the optic disc',
      input_type: [0],
      output_type: 'intermediate result',
      output_path: 'disc.png',
    },
    {
      id: 3,
      tool: [4],
      action_type: 'quantitative',
      action: 'Vertical cup-disc ratio',
      input_type: [1, 2],
      output_type: 'final indicator',
      output_path: 'diagnosis.json',
      grades: GRADES,
    },
    {
      id: 4,
      tool: [1],
      action_type: 'qualitative',
      action: 'Is the cup large for its disc?',
      input_type: [0],
      output_type: 'final indicator',
      output_path: 'diagnosis.json',
    },
  ],
  weights: [
    { id: 3, weight: 0.85, role: 'definitive' },
    { id: 4, weight: 0.15, role: 'supportive' },
  ],
  threshold: 0.4,
};

/** Rows brighter than `level` anywhere, the least and most of each counted. */
function rowsAbove(picture: Raster, level: number): number {
  let [first, last] = [picture.height, -1];
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < picture.width; x++)
      if (greyAt(picture, x, y) > level) {
        first = Math.min(first, y);
        last = y;
      }
  return Math.max(0, last - first + 1);
}

/** The ratio of the bright part's rows to the less bright part's, with the declared error. */
function seenRatio(picture: Raster, rng: Random): number {
  return rowsAbove(picture, 180) / Math.max(1, rowsAbove(picture, 100)) + EYE_ERROR * rng.normal();
}

/** Share of what is drawn in colour that lies on a bright part of the picture itself. */
function onTarget(picture: Raster, drawn: Raster): number {
  let [hits, all] = [0, 0];
  for (let at = 0; at < drawn.width * drawn.height; at++) {
    const [red, blue] = [Number(drawn.data[at * 3]), Number(drawn.data[at * 3 + 2])];
    if (red - blue < 40) continue;
    all++;
    if (Number(picture.data[at * picture.channels]) > 100) hits++;
  }
  return all === 0 ? 0 : hits / all;
}

/** Replies from the words and pixels of the request alone. */
export function simulatedClinician({ system, asked, pictures }: SeenRequest, rng: Random): string {
  if (system.startsWith('You plan')) return JSON.stringify(PLAN);
  const [picture, ...drawn] = pictures;
  if (picture === undefined) return 'I see no picture.';
  if (asked.includes('"tool_quality"')) {
    const fits = drawn.every((each) => each.channels === 3 && onTarget(picture, each) > 0.7);
    const said = rng.next() < QUALITY_ERROR ? !fits : fits;
    const quality = drawn.length === 0 ? 4 : said ? 5 : 1;
    return JSON.stringify({
      tool_quality: quality,
      evidence_sufficiency: 4,
      task_difficulty: 2,
      clinical_relevance: 5,
    });
  }
  const ratio = seenRatio(picture, rng);
  if (asked.includes('"score"'))
    return JSON.stringify({ score: gradeOf(ratio, GRADES), reasoning: 'by eye' });
  const options = [...asked.matchAll(/^([A-Z])\. (yes|no)$/gm)];
  const word = ratio >= 0.6 ? 'yes' : 'no';
  return options.find(([, , text]) => text === word)?.[1] ?? word;
}
