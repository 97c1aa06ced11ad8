// The check of vila-m3: one simulated reader alone, with a good expert, and with one that is mostly wrong.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../domain/content-hash.ts';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { PublishedReader } from '../../../domain/report.ts';
import { greyAt, type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { shownPicture } from '../../../imaging/shown-picture.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';

const ITEMS = 160;
const SIDE = 24;
const FINDINGS = ['Effusion', 'Pneumothorax', 'Cardiomegaly'] as const;

/** How often the reader misses what a film shows. */
export const MISSES = 0.3;
/** How often it goes by the expert's list when it is shown one. */
const TRUSTS = 0.9;

interface Film {
  readonly hash: string;
  readonly finding: string;
  readonly present: boolean;
}

/** Films with a bright lower half where the finding is there, and one question on each. */
async function writeFilms(folder: string, seed: string): Promise<Film[]> {
  const rng = random(seed, 'films');
  await mkdir(join(folder, 'films'), { recursive: true });
  const films: Film[] = [];
  const items: WrittenItem[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const present = rng.next() < 0.5;
    const finding = rng.pick(FINDINGS);
    const data = new Uint8Array(SIDE * SIDE).map(
      (_, pixel) => 40 + rng.int(60) + (present && pixel >= (SIDE * SIDE) / 2 ? 90 : 0),
    );
    const png = await encodePng({ width: SIDE, height: SIDE, channels: 1, data });
    await writeFile(join(folder, 'films', `${at}.png`), png);
    films.push({ hash: sha256((await shownPicture(png, `${at}.png`)).bytes), finding, present });
    items.push({
      id: `film-${at}`,
      question: `Does this film show ${finding}?`,
      options: ['yes', 'no'],
      answer: present ? 'yes' : 'no',
      pictures: [`films/${at}.png`],
      // A type of its own each, so that the report holds the score of every read.
      type: `film-${at}`,
      facets: { modality: 'chest X-ray', source: 'synthetic' },
    });
  }
  await writeItemsFile(folder, items);
  return films;
}

/** An expert's answers on all films, right with the given chance on the finding that is asked about. */
async function writeExpert(path: string, films: readonly Film[], right: number, rng: Random): Promise<void> {
  const lines = films.map(({ hash, finding, present }) =>
    JSON.stringify({
      hash,
      labels: FINDINGS.map((label) => {
        const yes = label === finding ? rng.next() < right === present : rng.next() < 0.5;
        return { label, probability: yes ? rng.uniform(0.55, 0.95) : rng.uniform(0.05, 0.45) };
      }),
    }),
  );
  await writeFile(path, `${lines.join('\n')}\n`);
}

/**
 * The declared error model: it sees from the pixels whether the lower half is brighter, and says the opposite in three
 * of ten reads. Told of the CXR expert it asks for it, twice in one reply in one read of twenty. Shown the expert's
 * list it goes by the line of the finding in nine of ten reads.
 */
export function answerFilm({ asked, pictures, turns }: SeenRequest, rng: Random): string {
  const sees = brighterBelow(pictures[0]) !== rng.next() < MISSES;
  const finding = FINDINGS.find((name) => asked.includes(`Does this film show ${name}?`));
  const letter = (yes: boolean) =>
    new RegExp(`^([AB])\\. ${yes ? 'yes' : 'no'}$`, 'm').exec(asked)?.[1] ?? 'A';
  const [, listed] = new RegExp(`^${finding}: (yes|no)$`, 'm').exec(asked) ?? [];
  if (listed !== undefined) return letter(rng.next() < TRUSTS ? listed === 'yes' : sees);
  if (turns.length === 1 && asked.includes('<CXR()>'))
    return rng.next() < 0.05 ? '<CXR()> or <VISTA3D()>' : 'Let me ask. <CXR()>';
  return letter(sees);
}

function brighterBelow(picture: SeenRequest['pictures'][number]): boolean {
  const { width, height } = picture;
  let difference = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) difference += (y < height / 2 ? -1 : 1) * greyAt(picture, x, y);
  return difference > 20 * ((width * height) / 2);
}

/** Of what the first reader missed, the share that the second has right; and of what it had right, what the second lost. */
export function fixAndBreak(
  first: Pick<PublishedReader, 'facets'>,
  second: Pick<PublishedReader, 'facets'>,
): { readonly fixed: number; readonly broken: number } {
  const scores = ({ facets }: Pick<PublishedReader, 'facets'>) =>
    new Map(Object.entries(facets.type ?? {}).map(([type, [cell]]) => [type, cell.score === 1]));
  const [before, after] = [scores(first), scores(second)];
  const share = (was: boolean) => {
    const own = [...before].filter(([, right]) => right === was);
    return own.filter(([type]) => after.get(type) !== was).length / Math.max(1, own.length);
  };
  return { fixed: share(false), broken: share(true) };
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const data = join(context.scratch, 'films');
  const films = await writeFilms(data, context.seed);
  const server = await startSimulatedReader({ seed: context.seed, answer: answerFilm });
  try {
    const arm = async (name: string, right: number) => {
      const path = join(context.scratch, `${name}.jsonl`);
      await writeExpert(path, films, right, random(context.seed, 'expert', name));
      const { readers, pairs } = await context.readRelease({
        benchmark: 'own-items',
        data,
        readers: ['direct@compatible/sim', 'vila-m3@compatible/sim'],
        baseline: 'direct@compatible/sim',
        server: server.url,
        experts: [`classify=answers:${path}`],
      });
      const [alone, helped] = readers;
      return {
        alone: alone.overall[0].score ?? Number.NaN,
        score: helped.overall[0].score ?? Number.NaN,
        ci95: helped.overall[0].ci95,
        verdict: pairs[0]?.verdict,
        ...fixAndBreak(alone, helped),
      };
    };
    const good = await arm('good', 0.95);
    const bad = await arm('bad', 0.3);
    const held = bad.score < bad.alone && bad.broken > bad.fixed;
    const rates = ({ fixed, broken }: typeof good) =>
      `fixed ${fixed.toFixed(2)}, broken ${broken.toFixed(2)}`;
    return {
      passed: good.verdict === 'win' && held && good.fixed > good.broken,
      baseline: { name: 'the reader alone (accuracy)', value: good.alone },
      result: { name: 'with an expert that is right in 95 of 100 (accuracy)', value: good.score },
      ...(good.ci95 === null ? {} : { ci95: good.ci95 }),
      mustNotWin: {
        regime: 'an expert that is right in 30 of 100',
        value: bad.score,
        against: bad.alone,
        held,
      },
      detail: `${ITEMS} synthetic films; good expert: ${rates(good)}; bad expert: ${rates(bad)}; the reader misses ${MISSES} and goes by the list in ${TRUSTS}`,
    };
  } finally {
    await server.close();
  }
}
