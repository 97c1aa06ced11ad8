// The check of the MedVision builder: ellipses drawn with known axes, built, and read by who knows what was drawn.
import { join } from 'node:path';
import { gridOf } from '../../domain/geometry.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { random } from '../../domain/random.ts';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { openData } from '../../records/data-root.ts';
import type { Builder } from '../builder.ts';
import plugin from '../published/medvision/index.ts';

/** Pixels twice as high as wide: what the released ellipses get wrong. */
const [DOWN, RIGHT] = [0.6, 1.2];
const SHAPE = [96, 56, 3] as const;

interface Drawn {
  readonly major: number;
  readonly minor: number;
}

/**
 * Drawn axis lengths must be within a tenth of those of a strict plan, and beat half the picture; against a plan built as
 * released, whose ellipses take rows for columns, the same lengths must do worse.
 */
export async function checkMedvision(
  builder: Builder,
  { seed, scratch, progress, signal, readPublished }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const source = join(scratch, 'ellipses');
  const drawn = await writeEllipses(source, seed);
  const score = async (protocol: 'strict' | 'published') => {
    const out = join(scratch, `plan-${protocol}`);
    await builder.build({
      source,
      out,
      seed,
      protocol,
      options: { label: ['1=tumor'], 'min-pixels': ['100'] },
      progress,
      signal,
    });
    const replies = new Map<string, string>();
    for await (const record of plugin.records(await openData(out), { mode: 'numbers', seed })) {
      const own = drawn.get(record.item.patientId.replace(/^own-/, ''));
      // Other tasks are answered as the plan says: what is checked are the ellipses.
      replies.set(
        record.item.id,
        record.reference.task === 'lesion-size' && own !== undefined
          ? `${own.major}, ${own.minor}`
          : record.reference.task === 'box'
            ? plugin.oracle(record, 'numbers')
            : 'not asked',
      );
    }
    const report = await readPublished({
      benchmark: 'medvision',
      data: out,
      mode: 'numbers',
      protocol: 'strict',
      replies,
    });
    const cells = (reader: {
      facets: Record<
        string,
        Record<string, readonly { metric: string; score: number | null; ci95: [number, number] | null }[]>
      >;
    }) => reader.facets.type?.['lesion-size']?.find(({ metric }) => metric === 'mre-below-0.1');
    const own = cells(report.readers[0]);
    const half = report.baselines.find(({ reader }) => reader === 'half-the-picture');
    return {
      own: own?.score ?? 0,
      ci95: own?.ci95 ?? null,
      half: half === undefined ? 0 : (cells(half)?.score ?? 0),
    };
  };
  const strict = await score('strict');
  const released = await score('published');
  const held = released.own < strict.own;
  return {
    passed: strict.own > 0.9 && strict.own > strict.half && held,
    baseline: { name: 'half the picture (lesion sizes within a tenth)', value: strict.half },
    result: { name: 'drawn axes against the strict plan', value: strict.own },
    ...(strict.ci95 === null ? {} : { ci95: strict.ci95 }),
    mustNotWin: {
      regime: 'a plan built as released, on pixels twice as wide as high',
      value: released.own,
      held,
    },
    detail: `${drawn.size} synthetic ellipses, pixels ${DOWN} × ${RIGHT} mm`,
  };
}

/** Upright ellipses, so that the released rule keeps them too. */
async function writeEllipses(folder: string, seed: string): Promise<Map<string, Drawn>> {
  const rng = random(seed, 'ellipses');
  const drawn = new Map<string, Drawn>();
  const grid = gridOf(SHAPE, [DOWN, 0, 0, 0, 0, RIGHT, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1]);
  for (let at = 0; at < 12; at++) {
    const mask = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
    const image = new Int16Array(mask.length).map(() => rng.int(50));
    const [a, b] = [rng.uniform(9, 24), rng.uniform(9, 24)];
    for (let j = 0; j < SHAPE[1]; j++)
      for (let i = 0; i < SHAPE[0]; i++) {
        const [x, y] = [(i - SHAPE[0] / 2) * DOWN, (j - SHAPE[1] / 2) * RIGHT];
        const voxel = (SHAPE[1] + j) * SHAPE[0] + i;
        if ((x / a) ** 2 + (y / b) ** 2 > 1) continue;
        mask[voxel] = 1;
        image[voxel] = 300;
      }
    const name = `ellipse${at}`;
    await writeNifti(join(folder, 'images', `${name}.nii.gz`), { grid, data: image });
    await writeNifti(join(folder, 'labels', `${name}.nii.gz`), { grid, data: mask });
    drawn.set(name, { major: 2 * Math.max(a, b), minor: 2 * Math.min(a, b) });
  }
  return drawn;
}
