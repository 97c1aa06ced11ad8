// medagent-pro on real photographs and masks: the gate on tool quality where half of the masks are corrupted, and none.
// npx node bench/agents/medagent-pro.ts [--data ../shared/data] [--seed 0]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gradeOf } from '../../src/agents/readers/medagent-pro/ratios.ts';
import type { Random } from '../../src/domain/random.ts';
import type { Raster } from '../../src/domain/volume.ts';
import type { SeenRequest } from '../../src/experts/testing/simulated-reader.ts';
import { withArms } from './arm.ts';
import { EYE_ERROR, LIMIT, lettered, seenShare, writeLesions } from './lesion-share.ts';
import { header, row, told } from './table.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, seed: { type: 'string', default: '0' } },
});
const GRADES = [0.15, LIMIT, 0.32, 0.42];
const CORRUPTED = 0.5;
const step = (id: number, tool: number, action: string, rest: Record<string, unknown>) => ({
  id,
  tool: [tool],
  action_type: tool === 1 ? 'qualitative' : 'quantitative',
  action,
  input_type: [0],
  output_type: 'final indicator',
  output_path: 'diagnosis.json',
  ...rest,
});
const PLAN = JSON.stringify({
  steps: [
    step(1, 3, 'Segment the lesion', { output_type: 'intermediate result', output_path: 'lesion.png' }),
    step(2, 4, 'Share of the picture that the lesion takes', { input_type: [1], grades: GRADES }),
    step(3, 1, 'Is the lesion large?', {}),
  ],
  weights: [
    { id: 2, weight: 0.85, role: 'definitive' },
    { id: 3, weight: 0.15, role: 'supportive' },
  ],
  threshold: 0.4,
});

/** Whether what is drawn in orange is darker than the rest of the picture. */
function liesOnLesion(picture: Raster, drawn: Raster): boolean {
  const [sums, counts] = [
    [0, 0],
    [0, 0],
  ];
  for (let at = 0; at < picture.width * picture.height; at++) {
    // Half of each channel is the picture's: what is left is the colour that was drawn.
    const changed =
      Math.abs(Number(drawn.data[at * 3 + 2]) - Number(picture.data[at * picture.channels + 2])) > 20;
    const side = changed ? 1 : 0;
    sums[side] += Number(picture.data[at * picture.channels + 1]);
    counts[side]++;
  }
  return counts[1] > 0 && sums[1] / counts[1] + 15 < sums[0] / Math.max(1, counts[0]);
}

function reader({ system, asked, pictures }: SeenRequest, rng: Random): string {
  if (system.startsWith('You plan')) return PLAN;
  const [picture, drawn] = pictures;
  if (picture === undefined) return 'I see no picture.';
  if (asked.includes('"tool_quality"')) {
    const quality = drawn === undefined ? 4 : liesOnLesion(picture, drawn) ? 5 : 1;
    return JSON.stringify({
      tool_quality: quality,
      evidence_sufficiency: 4,
      task_difficulty: 2,
      clinical_relevance: 5,
    });
  }
  const share = seenShare(picture, rng);
  if (asked.includes('"score"')) return JSON.stringify({ score: gradeOf(share, GRADES) });
  return lettered(asked, share > LIMIT);
}

await withArms({ seed: values.seed, answer: reader }, async (read, folder) => {
  const spoilt = join(folder, 'spoilt');
  const sound = join(folder, 'sound');
  await writeLesions(values.data, spoilt, { seed: values.seed, corrupted: CORRUPTED });
  const count = await writeLesions(values.data, sound, { seed: values.seed, corrupted: 0 });
  process.stdout.write(
    `Real photographs and masks of ${count} skin lesions; the answer is what the whole mask says. The reader is simulated: by eye it sees the dark share with an error of ${EYE_ERROR}, and it reports a mask as wrong that lies on nothing dark.\n\n`,
  );
  header('masks', 'arm', 'balanced accuracy', 'F1', 'n');
  const arm = async (
    masks: string,
    name: string,
    data: string,
    reading: string,
    options?: Record<string, string>,
  ) => {
    const { cells } = await read({
      data,
      readers: [`${reading}@compatible/sim`],
      ...(options === undefined ? {} : { options }),
    });
    row(masks, name, told(cells, 'balanced-accuracy'), told(cells, 'f1-yes'), cells[0].n);
  };
  await arm('–', 'asked directly', spoilt, 'direct');
  await arm('half corrupted', 'without the gate', spoilt, 'medagent-pro', { gate: 'off' });
  await arm('half corrupted', 'with the gate', spoilt, 'medagent-pro', { gate: 'on' });
  await arm('none corrupted', 'without the gate', sound, 'medagent-pro', { gate: 'off' });
  await arm('none corrupted', 'with the gate (must not win)', sound, 'medagent-pro', { gate: 'on' });
  for (const reliability of ['difficulty', 'relevance', 'both', 'additive'])
    await arm('half corrupted', `with the gate, reliability ${reliability}`, spoilt, 'medagent-pro', {
      reliability,
    });
});
