// The check of longitudinal-pairs: built once from a table and once synthetic, and read with and without history.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerFromFilmAndWords } from '../../agents/readers/mag/check.ts';
import { regionName } from '../../agents/readers/mag/regions.ts';
import { syntheticVisits } from '../../agents/readers/mag/synthetic.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { startSimulatedReader } from '../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../imaging/write-png.ts';
import type { Builder } from '../builder.ts';

const PATIENTS = 24;

/** Writes synthetic visits as a user's table would hold them: one line a study, films beside it. */
export async function writeTable(folder: string, seed: string, patients: number): Promise<string> {
  const visits = syntheticVisits({ seed, patients });
  await mkdir(join(folder, 'scans'), { recursive: true });
  const lines: string[] = [];
  for (const { patient, study, order, report, grades, pictures, film } of visits) {
    await writeFile(join(folder, 'scans', pictures[0]), await encodePng(film));
    lines.push(
      JSON.stringify({
        patient,
        study,
        date: `2020-0${Number(order) + 1}-01`,
        report: `${report} Compared with the prior film this is unchanged.`,
        findings: Object.fromEntries(Object.entries(grades).map(([zone, one]) => [regionName(zone), one])),
        picture: `scans/${pictures[0]}`,
      }),
    );
  }
  const path = join(folder, 'studies.jsonl');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/**
 * A simulated reader (the one of mag's check) reads what was built from a table: with its own history it must beat
 * itself without, with another patient's it must not; and no material of any item may speak of change.
 */
export async function checkLongitudinalPairs(
  builder: Builder,
  { seed, scratch, progress, signal, readRelease }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const source = await writeTable(join(scratch, 'table'), seed, PATIENTS);
  const data = join(scratch, 'built');
  const built = await builder.build({
    source,
    out: data,
    seed,
    protocol: 'strict',
    options: { 'with-other': ['yes'], train: ['0'], validation: ['0'] },
    progress,
    signal,
  });
  const removed = built.skipped.find(({ reason }) => /speaks of change/.test(reason))?.count ?? 0;
  const server = await startSimulatedReader({ seed, answer: answerFromFilmAndWords });
  try {
    const read = async (history: string) => {
      const { readers } = await readRelease({
        benchmark: 'own-items',
        data,
        readers: ['mag@compatible/sim'],
        server: server.url,
        options: { history },
      });
      return readers[0].overall[0];
    };
    const [none, own, other] = [await read('none'), await read('regional'), await read('other')];
    const value = (cell: typeof none) => cell.score ?? Number.NaN;
    const held = value(other) - value(none) < (value(own) - value(none)) / 3;
    return {
      passed: held && value(own) > value(none) + 0.3 && removed === PATIENTS,
      baseline: { name: 'no history (accuracy)', value: value(none) },
      result: { name: 'own regional history (accuracy)', value: value(own) },
      ...(own.ci95 === null ? {} : { ci95: own.ci95 }),
      mustNotWin: { regime: 'another patient’s history', value: value(other), held },
      detail: `${built.items} pairs of ${PATIENTS} synthetic patients from a table; ${removed} statements of change taken out of earlier reports`,
    };
  } finally {
    await server.close();
  }
}
