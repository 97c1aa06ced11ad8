// The check of mag: one simulated reader with no history, its own, another patient's and another region's.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import type { Random } from '../../../domain/random.ts';
import { greyAt, type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { writePng } from '../../../imaging/write-png.ts';
import { writeItemsFile } from '../../checks/items-folder.ts';
import type { HistoryKind } from './history.ts';
import { changeOf, pairItems } from './pairs.ts';
import { regionName, sentencesOf } from './regions.ts';
import { GRADE_WORDS, greyOfGrade, syntheticVisits, ZONES, zoneOn } from './synthetic.ts';

/** Writes synthetic pairs as items of one's own: films, questions, materials with another patient's report among them. */
export async function writeSynthetic(
  folder: string,
  { seed, patients }: { readonly seed: string; readonly patients: number },
): Promise<number> {
  const visits = syntheticVisits({ seed, patients });
  await mkdir(join(folder, 'films'), { recursive: true });
  for (const { pictures, film } of visits) await writePng(join(folder, 'films', pictures[0]), film);
  const items = pairItems(visits, {
    seed,
    patientName: (patient) => patient,
    pictureNames: ({ pictures }) => pictures.map((name) => `films/${name}`),
    keepChange: false,
    visits: 1,
    withOther: true,
    shares: { train: 0, validation: 0 },
    facets: { source: 'synthetic' },
    skip: () => {},
  })
    // Two zones a patient: zones of one patient are not independent reads.
    .filter((_, at) => at % 3 === 0);
  await writeItemsFile(folder, items);
  return items.length;
}

/** How often the reader takes the sentence of another zone, for each further statement that it is shown. */
export const DISTRACTION = 0.05;
/** How often it misses the grade on the film by one. */
const MISREAD = 0.1;

/**
 * The declared error model: it sees the last film only (the earlier one is to it from another machine), and misses its
 * grade by one in a tenth of reads. The earlier grade it takes from the sentences before the question, from a wrong
 * one with a chance of 0.05 for each further statement, at most one half; without a sentence on the zone it takes any
 * that there is half of the time and guesses otherwise.
 */
export function answerFromFilmAndWords({ asked, pictures }: SeenRequest, rng: Random): string {
  const zone = ZONES.find((id) => asked.includes(`finding in the ${regionName(id)} changed`));
  const film = pictures.at(-1);
  const options = [...asked.matchAll(/^([A-D])\. (.+)$/gm)].map(([, letter, text]) => ({ letter, text }));
  const guess = () => rng.pick(options).letter;
  if (zone === undefined || film === undefined) return guess();
  const [x0, y0, x1, y1] = zoneOn(film, zone) ?? [0, 0, 1, 1];
  let sum = 0;
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += greyAt(film, x, y);
  const seen = Math.round(
    (sum / ((x1 - x0) * (y1 - y0)) - greyOfGrade(0)) / (greyOfGrade(1) - greyOfGrade(0)),
  );
  const now = seen + (rng.next() < MISREAD ? rng.pick([-1, 1]) : 0);
  const statements = sentencesOf(asked).filter((sentence) => /^There is \w+ opacity/.test(sentence));
  const own = statements.filter((sentence) => sentence.includes(regionName(zone)));
  const wrong = rng.next() < Math.min(0.5, DISTRACTION * (statements.length - 1));
  const from = own.length === 0 || wrong ? statements : own;
  if (from.length === 0 || (own.length === 0 && rng.next() < 0.5)) return guess();
  const sentence = rng.pick(from);
  const before = GRADE_WORDS.findIndex((word) => sentence.startsWith(`There is ${word} `));
  const change = changeOf(before, now);
  return options.find(({ text }) => text === change)?.letter ?? guess();
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const data = join(context.scratch, 'pairs');
  const items = await writeSynthetic(data, { seed: context.seed, patients: 180 });
  // Only counted here: what the reader answers never depends on it.
  let characters = 0;
  const server = await startSimulatedReader({
    seed: context.seed,
    answer(request, rng) {
      characters += request.asked.length;
      return answerFromFilmAndWords(request, rng);
    },
  });
  try {
    const arm = async (history: HistoryKind) => {
      characters = 0;
      const { readers, pairs } = await context.readRelease({
        benchmark: 'own-items',
        data,
        readers: ['direct@compatible/sim', 'mag@compatible/sim'],
        baseline: 'direct@compatible/sim',
        server: server.url,
        options: { history },
      });
      const [direct, own] = readers.map(({ overall }) => overall[0]);
      return {
        direct: direct.score ?? Number.NaN,
        score: own.score ?? Number.NaN,
        ci95: own.ci95,
        chance: own.chance ?? Number.NaN,
        sent: characters,
        wins: pairs[0]?.verdict === 'win',
      };
    };
    const none = await arm('none');
    const global = await arm('global');
    const regional = await arm('regional');
    const other = await arm('other');
    const distractor = await arm('distractor');
    // Against the same reader without any strategy, item by item: what another's history must not do.
    const held = !other.wins && !distractor.wins;
    return {
      passed:
        held &&
        regional.wins &&
        global.score > none.score + 0.2 &&
        regional.score > global.score &&
        regional.sent < global.sent &&
        Math.abs(none.score - none.chance) < 0.12 &&
        Math.abs(none.score - none.direct) < 0.12,
      baseline: { name: 'no history (accuracy)', value: none.score },
      result: { name: 'own regional history (accuracy)', value: regional.score },
      ...(regional.ci95 === null ? {} : { ci95: regional.ci95 }),
      mustNotWin: {
        regime: 'another patient’s history, and the patient’s own on another region',
        value: Math.max(other.score, distractor.score),
        against: none.direct,
        held,
      },
      detail: `${items} synthetic pairs, chance ${none.chance}; global ${global.score.toFixed(3)} with ${global.sent} characters sent, regional with ${regional.sent}, none with ${none.sent}; other ${other.score.toFixed(3)}, distractor ${distractor.score.toFixed(3)}; the reader sees the last film (off by one in ${MISREAD}) and takes a wrong sentence in ${DISTRACTION} for each further one`,
    };
  } finally {
    await server.close();
  }
}
