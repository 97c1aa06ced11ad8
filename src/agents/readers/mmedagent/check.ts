// The check of mmedagent: an attending who learnt the specialists' habits beats their majority where all of them are wrong.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../domain/content-hash.ts';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { MetricCell } from '../../../domain/report.ts';
import type { Raster } from '../../../domain/volume.ts';
import { startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { writePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';
import { type Consultation, learnAttending, STRATA, type Stratum, stratumOf } from './curriculum.ts';
import {
  ALIKE,
  BIASED,
  CLASSES,
  type Confusion,
  mistaken,
  optionSaid,
  picture,
  simulatedSpecialists,
  specialistOf,
} from './simulated-specialists.ts';

const ITEMS = 160;
const LEARNT_FROM = 1500;
const READER = 'mmedagent@compatible/sim';
const SPECIALISTS = Object.fromEntries([1, 2, 3].map((at) => [`specialist-${at}`, `compatible/spec${at}`]));

/** Consultations drawn from confusion matrices: what the attending learns from. */
export function consultations(
  confusions: readonly Confusion[],
  rng: Random,
  count = LEARNT_FROM,
): Consultation[] {
  return Array.from({ length: count }, () => {
    const truth = rng.int(CLASSES.length);
    return { truth, votes: confusions.map((confusion) => mistaken(confusion, truth, rng)) };
  });
}

interface Item {
  readonly id: string;
  readonly truth: number;
  readonly shown: Raster & { data: Uint8Array };
  readonly options: readonly string[];
}

function itemsOf(seed: string): Item[] {
  const rng = random(seed, 'items');
  return Array.from({ length: ITEMS }, (_, at) => {
    const own = rng.fork(String(at));
    const truth = own.int(CLASSES.length);
    return { id: `item-${at}`, truth, shown: picture(truth, own), options: own.shuffle(CLASSES) };
  });
}

async function written(folder: string, items: readonly Item[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const lines: WrittenItem[] = [];
  for (const { id, truth, shown, options } of items) {
    await writePng(join(folder, `${id}.png`), shown);
    lines.push({
      id,
      question: 'Which quarter is bright?',
      options,
      answer: CLASSES[truth],
      pictures: [`${id}.png`],
    });
  }
  await writeItemsFile(folder, lines);
  return folder;
}

/** What both attendings score on some items, by a server whose specialists err as `confusions` say. */
async function regime(context: CheckContext, name: string, confusions: readonly Confusion[]) {
  const { scratch } = context;
  const seed = `${context.seed}/${name}`;
  const items = itemsOf(seed);
  const policy = join(scratch, `${name}.json`);
  const learnt = learnAttending(consultations(confusions, random(seed, 'learning')), {
    classes: CLASSES,
    seed,
  });
  await writeFile(policy, JSON.stringify(learnt));
  // What each specialist said of each picture, for the strata: looked at after the fact and sent to nobody.
  const said = new Map<string, number[]>();
  const answer = simulatedSpecialists(confusions);
  const server = await startSimulatedReader({
    seed,
    // A specialist says of one picture the same whoever attends.
    streams: ({ body }) => String(body.model),
    answer: (request, rng) => {
      const reply = answer(request, rng);
      const specialist = specialistOf(request);
      if (specialist === undefined) return reply;
      const key = sha256(request.pictures[0].data);
      const votes = said.get(key) ?? [];
      votes[specialist] = (CLASSES as readonly (string | undefined)[]).indexOf(optionSaid(request, reply));
      said.set(key, votes);
      return reply;
    },
  });
  const read = async (data: string, attending: 'majority' | 'policy') =>
    cellOf(
      await context.readRelease({
        benchmark: 'own-items',
        data,
        readers: [READER],
        server: server.url,
        options: { ...SPECIALISTS, attending, ...(attending === 'policy' ? { policy } : {}) },
      }),
    );
  const folder = await written(join(scratch, name), items);
  return {
    close: () => server.close(),
    both: async (data = folder) => ({
      majority: await read(data, 'majority'),
      learnt: await read(data, 'policy'),
    }),
    async strata() {
      const all = await this.both();
      const by = Map.groupBy(items, ({ truth, shown }) =>
        stratumOf({ truth, votes: said.get(sha256(shown.data)) ?? [] }),
      );
      const cells = new Map<Stratum, { majority: MetricCell; learnt: MetricCell }>();
      for (const stratum of STRATA)
        cells.set(
          stratum,
          await this.both(await written(join(scratch, `${name}-${stratum}`), by.get(stratum) ?? [])),
        );
      return { all, cells };
    },
  };
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const biased = await regime(context, 'biased', BIASED);
  const { all, cells: strata } = await biased.strata().finally(biased.close);
  const alike = await regime(context, 'alike', ALIKE);
  const even = await alike.both().finally(alike.close);
  const of = (stratum: Stratum, who: 'majority' | 'learnt') => strata.get(stratum)?.[who].score ?? 0;
  const { ci95 } = all.learnt;
  const held = (even.learnt.ci95?.[0] ?? 1) <= (even.majority.score ?? 0);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return {
    passed:
      (ci95?.[0] ?? 0) > (all.majority.score ?? 1) &&
      of('easy', 'learnt') >= of('easy', 'majority') - 0.02 &&
      held,
    baseline: { name: 'majority of three specialists', value: all.majority.score ?? 0 },
    result: { name: 'attending by the learnt table', value: all.learnt.score ?? 0 },
    ...(ci95 === null ? {} : { ci95 }),
    mustNotWin: {
      regime: 'specialists who err evenly and alike, against their majority',
      value: even.learnt.score ?? 0,
      against: even.majority.score ?? 0,
      held,
    },
    detail: `Synthetic, ${ITEMS} items. Majority and learnt table: ${STRATA.map((each) => `${each} (n ${strata.get(each)?.learnt.n ?? 0}) ${percent(of(each, 'majority'))} and ${percent(of(each, 'learnt'))}`).join(', ')}. Simulated specialists see the class in the picture and mistake it by known confusion matrices, from which ${LEARNT_FROM} consultations are drawn to learn from. Strata need the key and are made after the fact; on hard items every specialist is wrong, so that their majority is too by definition.`,
  };
}
