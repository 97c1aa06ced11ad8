// The robustness study's own check: a scripted model that looks at the picture, and one that answers from words alone.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import vqaRad from '../../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { recordOptions } from '../../benchmarks/published-source.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { random } from '../../domain/random.ts';
import { type Loopback, startLoopback } from '../../experts/testing/loopback.ts';
import type { ChatPart } from '../../experts/testing/loopback-chat.ts';
import gaussianNoise from '../../imaging/perturbations/gaussian-noise.ts';
import window from '../../imaging/perturbations/window.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { openData } from '../../records/data-root.ts';
import { collectRecords, loadItems } from '../ask-items.ts';
import { overServer } from '../scripted-gateway.ts';
import { type RobustnessStudy, robustnessStudy } from './run.ts';
import { parseShift } from './shift.ts';

const SIDE = 24;
/** Above this mean grey the model calls a picture bright. */
const THRESHOLD = 120;

/**
 * A release in VQA-RAD's format: is the picture bright? Chest pictures are clearly bright or dark; head pictures lie
 * around the threshold, so that a model that goes by the mean errs on a quarter of them.
 */
export async function writeShiftedRelease(
  folder: string,
  { items, seed }: { items: number; seed: string },
): Promise<void> {
  const rng = random(seed, 'robustness');
  await mkdir(join(folder, 'images'), { recursive: true });
  const rows: unknown[] = [];
  for (let at = 0; at < items; at++) {
    const bright = rng.next() < 0.5;
    const head = at % 2 === 1;
    const mean = (bright ? 1 : -1) * (head ? rng.uniform(-15, 45) : rng.uniform(40, 70)) + THRESHOLD;
    const data = new Uint8Array(SIDE * SIDE).map(() => mean + rng.uniform(-10, 10));
    const image_name = `picture${at}.png`;
    await writeFile(
      join(folder, 'images', image_name),
      await encodePng({ width: SIDE, height: SIDE, channels: 1, data }),
    );
    rows.push({
      qid: at,
      image_name,
      image_organ: head ? 'HEAD' : 'CHEST',
      answer: bright ? 'yes' : 'no',
      answer_type: 'CLOSED',
      question_type: 'PRES',
      question: 'Is the picture bright?',
      phrase_type: 'freeform',
    });
  }
  await writeFile(join(folder, 'testset.json'), JSON.stringify(rows));
}

type Picture = ChatPart & { readonly image_url?: { readonly url: string } };

async function meanGrey(url: string): Promise<number> {
  const { default: sharp } = await import('sharp');
  const bytes = Buffer.from(url.replace(/^data:[^,]*,/, ''), 'base64');
  const { channels } = await sharp(bytes).stats();
  return channels[0].mean;
}

/** A server whose model "looking" goes by the mean grey of the picture it is sent, and "blind" always says yes. */
export async function startLookingModel(): Promise<Loopback> {
  return startLoopback({
    record: false,
    answer: async ({ body }) => {
      const asked = body.messages.findLast(({ role }) => role === 'user');
      const parts = Array.isArray(asked?.content) ? (asked.content as readonly Picture[]) : [];
      const url = parts.find(({ image_url }) => image_url !== undefined)?.image_url?.url;
      if (body.model === 'blind' || url === undefined) return { text: 'yes' };
      return { text: (await meanGrey(url)) > THRESHOLD ? 'yes' : 'no' };
    },
  });
}

/** The study on such a release with both models. */
export async function scriptedStudy(
  context: Pick<CheckContext, 'scratch' | 'seed' | 'progress' | 'signal'>,
  items: number,
): Promise<RobustnessStudy> {
  const folder = join(context.scratch, 'release');
  await writeShiftedRelease(folder, { items, seed: context.seed });
  const plugin = vqaRad as unknown as PublishedBenchmark;
  const chosen = recordOptions(plugin, { seed: context.seed });
  return overServer(await startLookingModel(), async ({ gateway, blobs }) => {
    const records = await collectRecords(plugin, await openData(folder), chosen);
    return robustnessStudy({
      plugin,
      mode: chosen.mode,
      protocol: 'strict',
      items: await loadItems(records, blobs),
      methods: ['looking', 'blind'].map((name) => ({ name, readers: [`compatible/${name}`] })),
      shifts: [parseShift('organ=head')],
      perturbations: [
        { perturbation: gaussianNoise, levels: [16] },
        { perturbation: window, levels: [1] },
      ],
      train: { mostFrequent: () => undefined },
      resamples: 500,
      gateway,
      blobs,
      seed: context.seed,
      progress: context.progress,
      signal: context.signal,
    });
  });
}

/** The looking model must gain from the picture and lose under the shift; the blind one must do neither. */
export async function checkRobustness(
  context: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const study = await scriptedStudy(context, 240);
  const [looking, blind] = study.methods;
  const shift = looking.shifts['organ=head'];
  const blindShift = blind.shifts['organ=head'];
  const loses = shift.ci95 !== null && shift.ci95[1] < 1;
  const held =
    blind.noImage?.usesPictures === false &&
    blindShift.ci95 !== null &&
    blindShift.ci95[0] <= 1 &&
    blindShift.ci95[1] >= 1;
  return {
    passed: looking.noImage?.usesPictures === true && loses && held,
    baseline: {
      name: 'the same model without pictures (accuracy)',
      value: looking.noImage?.score.score ?? Number.NaN,
    },
    result: { name: 'with pictures (accuracy)', value: looking.clean.score ?? Number.NaN },
    ...(looking.clean.ci95 === null ? {} : { ci95: looking.clean.ci95 }),
    mustNotWin: {
      regime: 'a model that never looks: what pictures add to it',
      value: blind.noImage?.gain.difference ?? Number.NaN,
      held,
    },
    detail: `relative robustness of the looking model ${shift.rr?.toFixed(3)} (true 0.75), of the blind one ${blindShift.rr?.toFixed(3)} (true 1)`,
  };
}
