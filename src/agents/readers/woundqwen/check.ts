// The check of woundqwen: does telling attributes help a reader that judges by them, and only when they are the wound's?
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { MetricCell, PublishedReport } from '../../../domain/report.ts';
import { startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { macroF1 } from '../../../scoring/classification/confusion.ts';
import { crossValidated } from '../../../scoring/classification/naive-bayes.ts';
import { writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';
import { ATTRIBUTES } from './attributes.ts';
import { type WoundRow, woundItems } from './items.ts';
import { judgeWound, SLIP, severity } from './simulated-judge.ts';

const ROWS = 400;
const RISKS = ['Low', 'Medium', 'High'] as const;

/** A wound whose attributes are drawn one by one, and whose risk follows from them nine times in ten. */
function syntheticRow(at: number, rng: Random): WoundRow {
  const sometimes = (share: number, then: string, otherwise: string) =>
    rng.next() < share ? then : otherwise;
  const facts = {
    location: rng.pick(ATTRIBUTES[0].values),
    status: sometimes(0.45, 'Not Healed', 'Healed'),
    closure: rng.pick(ATTRIBUTES[2].values),
    exudate: sometimes(0.25, rng.pick(['Serous', 'Sanguineous', 'Purulent', 'Seropurulent']), 'Non-existent'),
    erythema: sometimes(0.1, 'Uncertain', sometimes(0.35, 'Existent', 'Non-existent')),
    edema: sometimes(0.15, 'Uncertain', sometimes(0.25, 'Existent', 'Non-existent')),
  };
  const risk = rng.next() < 0.9 ? RISKS[severity(facts)] : rng.pick(RISKS);
  return { image: `wound-${at}.png`, facts, risk };
}

export function syntheticRows(seed: string, count = ROWS): WoundRow[] {
  const rng = random(seed, 'wounds');
  return Array.from({ length: count }, (_, at) => syntheticRow(at, rng));
}

async function writeItems(
  folder: string,
  rows: readonly WoundRow[],
  told: readonly (WoundRow | null)[],
  seed: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const lines = rows.flatMap((row, at) =>
    woundItems(row, { seed, task: 'risk', classes: RISKS, told: told[at], fold: 0 }),
  );
  await writeItemsFile(folder, lines);
  return folder;
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const { seed, scratch } = context;
  const rows = syntheticRows(seed);
  const own = await writeItems(join(scratch, 'own'), rows, rows, seed);
  const others = random(seed, 'others').shuffle(rows);
  const shuffled = await writeItems(join(scratch, 'shuffled'), rows, others, seed);
  const server = await startSimulatedReader({ seed, answer: judgeWound });
  try {
    const readers = ['direct@compatible/sim', 'woundqwen@compatible/sim'];
    const read = (data: string) =>
      context.readRelease({ benchmark: 'own-items', data, readers, server: server.url });
    const told = await read(own);
    const wrong = await read(shuffled);
    const [without, withOwn, withOthers] = [f1(told, 0), f1(told, 1), f1(wrong, 1)];
    const bayes =
      macroF1(
        crossValidated(
          rows.map(({ facts, risk = '', image }) => ({
            features: Object.values(facts),
            label: risk,
            group: image,
          })),
          { seed },
        ),
      ) ?? 0;
    const low = withOwn.ci95?.[0] ?? 0;
    // Guesses spread as the classes are have a macro-F1 of about a third, more than always saying the largest class.
    const held = wrong.pairs[0]?.verdict !== 'win' && (withOthers.ci95?.[0] ?? 1) <= 1 / 3;
    return {
      passed: low > (without.ci95?.[1] ?? 1) && held,
      baseline: { name: 'the same reader without attributes, macro-F1', value: without.score ?? 0 },
      result: { name: 'told the wound’s attributes, macro-F1', value: withOwn.score ?? 0 },
      ...(withOwn.ci95 === null ? {} : { ci95: withOwn.ci95 }),
      mustNotWin: {
        regime: 'another wound’s attributes, against the macro-F1 of chance',
        value: withOthers.score ?? 0,
        against: 1 / 3,
        held,
      },
      detail: `Synthetic, ${ROWS} wounds. The simulated reader judges by a fixed count of signs in the sentence that it is sent and slips in ${100 * SLIP} % of replies. Naive Bayes on the same attributes, five folds by picture: macro-F1 ${bayes.toFixed(3)}.`,
    };
  } finally {
    await server.close();
  }
}

/** Macro-F1 of the n-th reader. */
const f1 = (report: PublishedReport, reader: number): MetricCell => cellOf(report, reader, 'macro-f1');
