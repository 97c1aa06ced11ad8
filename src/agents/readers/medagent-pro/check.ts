// The check of medagent-pro: a gate on tool quality mends what corrupted masks break, and nothing where none is corrupted.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { random } from '../../../domain/random.ts';
import type { PublishedReport } from '../../../domain/report.ts';
import { startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { writePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';
import { EYE_ERROR, QUALITY_ERROR, simulatedClinician } from './simulated-clinician.ts';
import { corruptedCup, syntheticEye } from './synthetic-fundus.ts';

const EYES = 120;
const CORRUPTED = 0.5;
/** Where no mask is corrupted, cups are traced with this error, in rows: so that neither arm stands at the end of the scale. */
const SLACK = 5;
const READER = 'medagent-pro@compatible/sim';

/** Writes eyes with masks of cup and disc among their materials; `share` of the cup masks show something else. */
export async function writeEyes(folder: string, seed: string, share: number, slack = 0): Promise<string> {
  const rng = random(seed, 'eyes');
  await mkdir(join(folder, 'p'), { recursive: true });
  const items: WrittenItem[] = [];
  for (let at = 0; at < EYES; at++) {
    const eye = syntheticEye(at % 2 === 0, rng.fork(`eye ${at}`), slack);
    const spoilt = rng.fork(`mask ${at}`);
    const cup = spoilt.next() < share ? corruptedCup(spoilt) : eye.cup;
    await writePng(join(folder, `p/${at}.png`), eye.picture);
    await writePng(join(folder, `p/${at}-cup.png`), cup);
    await writePng(join(folder, `p/${at}-disc.png`), eye.disc);
    const mask = (name: string) => ({
      id: name,
      kind: 'picture',
      title: `mask: optic ${name}`,
      file: `p/${at}-${name}.png`,
    });
    items.push({
      id: `eye-${at}`,
      question: 'Does this eye have glaucoma?',
      options: at % 4 < 2 ? ['yes', 'no'] : ['no', 'yes'],
      answer: at % 2 === 0 ? 'yes' : 'no',
      kind: 'binary',
      type: 'glaucoma',
      pictures: [`p/${at}.png`],
      materials: [mask('cup'), mask('disc')],
    });
  }
  await writeItemsFile(folder, items);
  return folder;
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const { seed, scratch } = context;
  const corrupted = await writeEyes(join(scratch, 'corrupted'), seed, CORRUPTED);
  const sound = await writeEyes(join(scratch, 'sound'), seed, 0, SLACK);
  const server = await startSimulatedReader({ seed, answer: simulatedClinician });
  try {
    const read = (data: string, gate: 'on' | 'off', readers = [READER]) =>
      context.readRelease({ benchmark: 'own-items', data, readers, server: server.url, options: { gate } });
    const broken = await read(corrupted, 'off', ['direct@compatible/sim', READER]);
    const without = cellOf(broken, 1, 'balanced-accuracy');
    const gatedReport = await read(corrupted, 'on');
    const gated = cellOf(gatedReport, 0, 'balanced-accuracy');
    const plain = cellOf(await read(sound, 'off'), 0, 'balanced-accuracy').score ?? 0;
    const needless = cellOf(await read(sound, 'on'), 0, 'balanced-accuracy');
    // Both arms read the same eyes with the same model, so that what is left of the difference is the gate's.
    const held = (needless.ci95?.[0] ?? 1) <= plain;
    const gain = (gated.score ?? 0) - (without.score ?? 0);
    return {
      passed: gain >= 0.05 && (gated.ci95?.[0] ?? 0) > (without.score ?? 1) && held,
      baseline: { name: 'indicators of poor tools kept, balanced accuracy', value: without.score ?? 0 },
      result: { name: 'dropped by the gate, balanced accuracy', value: gated.score ?? 0 },
      ...(gated.ci95 === null ? {} : { ci95: gated.ci95 }),
      mustNotWin: {
        regime: 'no mask corrupted, against the same without the gate',
        value: needless.score ?? 0,
        against: plain,
        held,
      },
      detail: `Synthetic, ${EYES} eyes, ${100 * CORRUPTED} % of cup masks corrupted. The simulated reader sees the cup-disc ratio with an error of ${EYE_ERROR} and reports ${100 * QUALITY_ERROR} % of masks the wrong way round; where no mask is corrupted, cups are traced with an error of up to ${SLACK} rows. F1 ${f1(broken, 1)} without, ${f1(gatedReport, 0)} with the gate; asked directly, balanced accuracy ${(cellOf(broken, 0, 'balanced-accuracy').score ?? 0).toFixed(3)}.`,
    };
  } finally {
    await server.close();
  }
}

const f1 = (report: PublishedReport, reader: number) =>
  (cellOf(report, reader, 'f1-yes').score ?? 0).toFixed(3);
