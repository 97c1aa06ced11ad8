// The adaptation study: each "medical" model against its own base model, each with the prompt that suits it best.
import { createReader } from '../../agents/create-reader.ts';
import type { PublishedBenchmark, PublishedRecord } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import { random } from '../../domain/random.ts';
import type { Reader } from '../../domain/reader.ts';
import type { PublishedPair } from '../../domain/report.ts';
import type { Gateway } from '../../experts/gateway.ts';
import { type MeasuredItem, metricCells, metricPair } from '../../scoring/metric-cells.ts';
import type { BlobStore } from '../../storage/blobs.ts';
import { askItems, loadItems } from '../ask-items.ts';
import { type Candidate, fewShotCandidates, wordedBy, zeroShotCandidates } from './candidates.ts';
import { ACCURACY, type ChoiceItem, type Chosen, choiceItem, measuredChoice } from './choice-items.ts';

export interface ModelPair {
  readonly name: string;
  readonly adapted: string;
  readonly base: string;
}

export interface StudiedBenchmark {
  readonly plugin: PublishedBenchmark;
  readonly mode: string;
  readonly records: readonly PublishedRecord<unknown>[];
}

export interface AdaptationOptions {
  readonly pairs: readonly ModelPair[];
  readonly benchmarks: readonly StudiedBenchmark[];
  /** Numbers of solved examples; 0 is zero-shot. */
  readonly shots: readonly number[];
  /** Most validation items that prompts are chosen on. Published: 500. */
  readonly validation: number;
  /** Most test items; absent: all. */
  readonly limit?: number;
  readonly systems?: number;
  readonly templates?: number;
  readonly sets?: number;
  /** Also compare both under the prompt of the adapted model. */
  readonly shared: boolean;
  readonly resamples: number;
  readonly gateway: Gateway;
  readonly blobs: BlobStore;
  readonly seed: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface ModelScore {
  readonly model: string;
  /** On the test items, in 0…1. */
  readonly accuracy: number | null;
  readonly ci95: readonly [number, number] | null;
  /** On the validation items, of the model's own best prompt; beside it the first candidate's (the default prompt, or the first set of examples). */
  readonly validation: number;
  readonly validationDefault: number;
  readonly prompt: {
    readonly system: string;
    readonly template: Candidate['template'];
    readonly examples: readonly string[];
  };
}

export interface Comparison {
  readonly pair: string;
  readonly benchmark: string;
  readonly shots: number;
  /** "own": each model's best prompt; "shared": both under the adapted model's. */
  readonly prompts: 'own' | 'shared';
  readonly adapted: ModelScore;
  readonly base: ModelScore;
  /** Adapted − base, paired by item, clusters resampled. */
  readonly difference: number;
  readonly relative: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly verdict: PublishedPair['verdict'];
  readonly n: number;
}

export interface VerdictRates {
  readonly shots: number;
  readonly prompts: 'own' | 'shared';
  readonly comparisons: number;
  /** Percent; they add up to 100. */
  readonly win: number;
  readonly tie: number;
  readonly loss: number;
}

export interface AdaptationStudy {
  readonly comparisons: readonly Comparison[];
  readonly rates: readonly VerdictRates[];
  readonly items: readonly {
    readonly benchmark: string;
    readonly validation: number;
    readonly test: number;
    readonly train: number;
    /** Open questions, which have no options. */
    readonly open: number;
    /** Questions whose pictures do not lie here. */
    readonly pictureless: number;
    readonly chance: number | null;
  }[];
  readonly candidates: { readonly zeroShot: number; readonly fewShot: number };
}

interface Parts {
  readonly train: readonly ChoiceItem[];
  readonly validation: readonly ChoiceItem[];
  readonly test: readonly ChoiceItem[];
  readonly open: number;
  readonly pictureless: number;
}

/** Takes whole clusters, shuffled by seed, until there are `most` records. */
function capped(
  records: readonly PublishedRecord<unknown>[],
  most: number | undefined,
  seed: string,
): readonly PublishedRecord<unknown>[] {
  if (most === undefined || records.length <= most) return records;
  const byCluster = Map.groupBy(records, ({ item }) => item.patientId);
  const kept: PublishedRecord<unknown>[] = [];
  for (const cluster of random(seed, 'cap').shuffle([...byCluster.keys()].sort())) {
    for (const record of byCluster.get(cluster) ?? []) if (kept.length < most) kept.push(record);
    if (kept.length >= most) break;
  }
  return kept;
}

/**
 * Train, validation and test items that share no cluster. A release without a validation split lends half of the
 * training clusters to it; one without a training split is divided into fifths: one to train, one to validate.
 */
export function adaptationParts(
  records: readonly PublishedRecord<unknown>[],
  { validation, limit, seed }: Pick<AdaptationOptions, 'validation' | 'limit' | 'seed'>,
): Record<'train' | 'validation' | 'test', readonly PublishedRecord<unknown>[]> {
  const split = (name: string) => records.filter(({ item }) => item.split === name);
  const clusters = (some: readonly PublishedRecord<unknown>[]) =>
    new Set(some.map(({ item }) => item.patientId));
  let [train, chosen, test] = [split('train'), split('validation'), split('test')];
  if (test.length === 0 || (train.length === 0 && chosen.length === 0)) {
    const order = random(seed, 'parts').shuffle([...clusters(records)].sort());
    const fifth = Math.floor(order.length / 5);
    const part = new Map(order.map((cluster, at) => [cluster, at < fifth ? 0 : at < 2 * fifth ? 1 : 2]));
    [train, chosen, test] = [0, 1, 2].map((wanted) =>
      records.filter(({ item }) => part.get(item.patientId) === wanted),
    );
  } else {
    const tested = clusters(test);
    const apart = ({ item }: PublishedRecord<unknown>) => !tested.has(item.patientId);
    [train, chosen] = [train.filter(apart), chosen.filter(apart)];
    if (chosen.length === 0 || train.length === 0) {
      const both = [...train, ...chosen];
      const order = random(seed, 'parts').shuffle([...clusters(both)].sort());
      const first = new Set(order.slice(0, order.length >> 1));
      train = both.filter(({ item }) => first.has(item.patientId));
      chosen = both.filter(({ item }) => !first.has(item.patientId));
    } else {
      const validated = clusters(chosen);
      train = train.filter(({ item }) => !validated.has(item.patientId));
    }
  }
  return {
    train: capped(train, 2000, seed),
    validation: capped(chosen, validation, seed),
    test: capped(test, limit, seed),
  };
}

/** Runs the study. Errors: `bad-argument`, and what asking throws (`budget-exhausted`, `cancelled`, …). */
export async function adaptationStudy(options: AdaptationOptions): Promise<AdaptationStudy> {
  const { pairs, benchmarks, shots, seed, gateway, blobs, signal, progress } = options;
  const zeroShot = zeroShotCandidates(options);
  const sets = options.sets ?? 10;
  const comparisons: Comparison[] = [];
  const items: AdaptationStudy['items'][number][] = [];
  for (const { plugin, mode, records } of benchmarks) {
    const parts = await choiceParts(plugin, mode, records, options);
    items.push({
      benchmark: plugin.id,
      train: parts.train.length,
      validation: parts.validation.length,
      test: parts.test.length,
      open: parts.open,
      pictureless: parts.pictureless,
      chance:
        parts.test.length === 0
          ? null
          : parts.test.reduce((sum, one) => sum + 1 / one.options.length, 0) / parts.test.length,
    });
    const readers = new Map<string, Promise<Reader>>();
    const readerOf = (written: string): Promise<Reader> => {
      const known =
        readers.get(written) ??
        createReader(written, {
          gateway,
          blobs,
          criteria: 'guideline',
          sampling: { temperature: 0, maxOutputTokens: 64 },
        });
      readers.set(written, known);
      return known;
    };
    const readAll = async (
      model: string,
      candidate: Candidate,
      asked: readonly ChoiceItem[],
    ): Promise<MeasuredItem<Chosen>[]> => {
      const byId = new Map(asked.map((one) => [one.item.question.id, one]));
      const replies = await askItems(
        asked.map(({ item }) => item),
        {
          plugin,
          reader: await readerOf(model),
          mode,
          protocol: 'strict',
          seed,
          signal,
          wording: ({ question }) => wordedBy(candidate, found(byId, question.id)),
          onItem: () => progress.advance(1),
        },
      );
      return replies.map((reply, at) => measuredChoice(asked[at], reply));
    };
    const share = (rows: readonly MeasuredItem<Chosen>[]) =>
      rows.filter(({ item }) => item?.right).length / rows.length;

    /** The candidate that validates best; ties go to the earlier one, so the default needs to be beaten. */
    const chosenFor = async (model: string, candidates: readonly Candidate[]) => {
      progress.start(`${plugin.id}: prompts of ${model}`, candidates.length * parts.validation.length);
      const scores: number[] = [];
      for (const candidate of candidates)
        scores.push(share(await readAll(model, candidate, parts.validation)));
      progress.finish();
      const best = scores.indexOf(Math.max(...scores));
      return { candidate: candidates[best], validation: scores[best], first: scores[0] };
    };

    const zero = new Map<string, Awaited<ReturnType<typeof chosenFor>>>();
    for (const pair of pairs) {
      for (const shot of shots) {
        const chosen: Record<'adapted' | 'base', Awaited<ReturnType<typeof chosenFor>>> = {} as never;
        for (const side of ['adapted', 'base'] as const) {
          const model = pair[side];
          const own = zero.get(model) ?? (await chosenFor(model, zeroShot));
          zero.set(model, own);
          chosen[side] =
            shot === 0
              ? own
              : await chosenFor(
                  model,
                  fewShotCandidates(own.candidate, parts.train, { shots: shot, sets, seed }),
                );
        }
        for (const prompts of options.shared ? (['own', 'shared'] as const) : (['own'] as const)) {
          const base =
            prompts === 'shared' ? { ...chosen.base, candidate: chosen.adapted.candidate } : chosen.base;
          progress.start(
            `${plugin.id}: ${pair.name}, ${shot}-shot, ${prompts} prompts`,
            2 * parts.test.length,
          );
          const rows = {
            adapted: await readAll(pair.adapted, chosen.adapted.candidate, parts.test),
            base: await readAll(pair.base, base.candidate, parts.test),
          };
          progress.finish();
          comparisons.push(
            compared(pair, plugin.id, shot, prompts, rows, { adapted: chosen.adapted, base }, options),
          );
        }
      }
    }
    for (const reader of readers.values()) await (await reader).close?.();
  }
  return {
    comparisons,
    rates: ratesOf(comparisons),
    items,
    candidates: { zeroShot: zeroShot.length, fewShot: shots.some((shot) => shot > 0) ? sets : 0 },
  };
}

function found<V>(map: ReadonlyMap<string, V>, id: string): V {
  const value = map.get(id);
  if (value === undefined) throw new OverreadError('internal', `The item ${id} was lost: please report it.`);
  return value;
}

async function choiceParts(
  plugin: PublishedBenchmark,
  mode: string,
  records: readonly PublishedRecord<unknown>[],
  options: AdaptationOptions,
): Promise<Parts> {
  // What has no options is sorted out before caps are counted: pictures are only stored for what is asked.
  const closed = records.filter(
    (record) =>
      choiceItem(plugin, mode, {
        record,
        question: { ...record.item, caseId: record.item.patientId, prompt: [], materials: undefined },
      }) !== undefined,
  );
  const parts = adaptationParts(closed, options);
  let pictureless = 0;
  const choices = async (some: readonly PublishedRecord<unknown>[]) => {
    const found: ChoiceItem[] = [];
    for (const record of some) {
      const [item] = await loadItems([record], options.blobs).catch((error: unknown) => {
        // A release often lies here without all of its pictures: what cannot be shown is not asked.
        if (OverreadError.isInstance(error) && error.code === 'file-not-found') return [];
        throw error;
      });
      const choice = item === undefined ? undefined : choiceItem(plugin, mode, item);
      if (choice === undefined) pictureless++;
      else found.push(choice);
    }
    return found;
  };
  const [train, validation, test] = [
    await choices(parts.train),
    await choices(parts.validation),
    await choices(parts.test),
  ];
  if (
    validation.length === 0 ||
    test.length === 0 ||
    (train.length === 0 && options.shots.some((shot) => shot > 0))
  )
    throw new OverreadError(
      'bad-argument',
      `${plugin.id} leaves ${train.length} training, ${validation.length} validation and ${test.length} test questions with options${pictureless === 0 ? '' : ` (${pictureless} without their pictures)`}: none of these parts may be empty.`,
    );
  return { train, validation, test, open: records.length - closed.length, pictureless };
}

function compared(
  pair: ModelPair,
  benchmark: string,
  shots: number,
  prompts: Comparison['prompts'],
  rows: Record<'adapted' | 'base', readonly MeasuredItem<Chosen>[]>,
  chosen: Record<'adapted' | 'base', { candidate: Candidate; validation: number; first: number }>,
  { seed, resamples }: AdaptationOptions,
): Comparison {
  const settings = { protocol: 'strict' as const, seed, resamples };
  const { difference, ci95, verdict, n } = metricPair(
    { reader: pair.adapted, rows: rows.adapted },
    { reader: pair.base, rows: rows.base },
    ACCURACY,
    settings,
  );
  const scoreOf = (side: 'adapted' | 'base'): ModelScore => {
    const [cell] = metricCells(rows[side], [ACCURACY], settings);
    const { candidate, validation, first } = chosen[side];
    return {
      model: pair[side],
      accuracy: cell.score,
      ci95: cell.ci95,
      validation,
      validationDefault: first,
      prompt: {
        system: candidate.system,
        template: candidate.template,
        examples: candidate.examples.map(({ item }) => item.question.id),
      },
    };
  };
  const [adapted, base] = [scoreOf('adapted'), scoreOf('base')];
  const relative = base.accuracy === null || base.accuracy === 0 ? null : difference / base.accuracy;
  return {
    pair: pair.name,
    benchmark,
    shots,
    prompts,
    adapted,
    base,
    difference,
    relative,
    ci95,
    verdict,
    n,
  };
}

/**
 * Shares of wins, ties and losses in percent, by number of examples and choice of prompts. Models that share no item
 * (one cannot be shown pictures) were not compared, which is no tie.
 */
export function ratesOf(
  comparisons: readonly Pick<Comparison, 'shots' | 'prompts' | 'verdict' | 'n'>[],
): VerdictRates[] {
  const made = comparisons.filter(({ n }) => n > 0);
  const groups = Map.groupBy(made, ({ shots, prompts }) => `${shots} ${prompts}`);
  return [...groups.values()].map((group) => {
    const rate = (wanted: Comparison['verdict']) =>
      (100 * group.filter(({ verdict }) => verdict === wanted).length) / group.length;
    const [{ shots, prompts }] = group;
    return {
      shots,
      prompts,
      comparisons: group.length,
      win: rate('win'),
      tie: rate('tie'),
      loss: rate('loss'),
    };
  });
}
