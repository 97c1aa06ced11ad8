// planned-dag on real photographs: a graph of tools measures what the same simulated reader would judge by eye.
// npx node bench/agents/planned-dag.ts [--data ../shared/data] [--seed 0]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Random } from '../../src/domain/random.ts';
import type { SeenRequest } from '../../src/experts/testing/simulated-reader.ts';
import { withArms } from './arm.ts';
import { EYE_ERROR, LIMIT, lettered, seenShare, writeLesions } from './lesion-share.ts';
import { header, row, told } from './table.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, seed: { type: 'string', default: '0' } },
});

const planOf = (side: 'dark' | 'bright') =>
  JSON.stringify({
    nodes: [
      { id: 'lesion', tool: `${side}-mask`, inputs: { picture: '$picture' } },
      { id: 'share', tool: 'area-share', inputs: { mask: '$lesion' } },
    ],
    answer: ['share'],
  });

/** Plans as declared; compares a share that tools found with a quarter, else the one that it sees. */
const reader =
  (side: 'dark' | 'bright') =>
  ({ asked, pictures }: SeenRequest, rng: Random): string => {
    if (asked.startsWith('Plan how tools')) return planOf(side);
    const found = /^share: ([\d.]+)$/m.exec(asked)?.[1];
    const [picture] = pictures;
    const share = found !== undefined ? Number(found) : picture === undefined ? 0 : seenShare(picture, rng);
    return lettered(asked, share > LIMIT);
  };

for (const side of ['dark', 'bright'] as const)
  await withArms({ seed: values.seed, answer: reader(side) }, async (read, folder) => {
    const data = join(folder, 'lesions');
    const count = await writeLesions(values.data, data, { seed: values.seed, corrupted: 0 });
    const arm = async (name: string, reading: string) => {
      const { cells } = await read({ data, readers: [`${reading}@compatible/sim`] });
      row(name, told(cells, 'accuracy'), told(cells, 'balanced-accuracy'), cells[0].n);
    };
    if (side === 'dark') {
      process.stdout.write(
        `Real photographs of ${count} skin lesions; the answer is what people's masks say. The reader is simulated: by eye it sees the dark share with an error of ${EYE_ERROR}.\n\n`,
      );
      header('arm', 'accuracy', 'balanced accuracy', 'n');
      await arm('by eye', 'direct');
    }
    await arm(
      side === 'dark' ? 'by the planned graph' : 'by a graph that measures the wrong side (must not win)',
      'planned-dag',
    );
  });
