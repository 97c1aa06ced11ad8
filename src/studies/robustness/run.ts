// The robustness study: every method read clean, without pictures, under shift and under perturbation, on the same items.
import { createReader } from '../../agents/create-reader.ts';
import { parseReaderName } from '../../agents/reader-name.ts';
import type { PublishedBenchmark, PublishedRecord, TrainReplies } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import { random } from '../../domain/random.ts';
import type { Protocol, PublishedPair } from '../../domain/report.ts';
import type { Gateway } from '../../experts/gateway.ts';
import type { Perturbation } from '../../imaging/perturbation.ts';
import { type MeasuredItem, metricPair } from '../../scoring/metric-cells.ts';
import type { BlobStore } from '../../storage/blobs.ts';
import { askItems, type LoadedItem, measureReply } from '../ask-items.ts';
import { perturbedItem, suits } from './perturbed-items.ts';
import {
  kendallTau,
  type MeasureSettings,
  meanAndSd,
  type RobustnessDifference,
  relativeRobustness,
  robustnessOf,
  robustnessPair,
  type Scored,
  type Sides,
  scoredOf,
} from './relative.ts';
import { type Shift, splitByShift } from './shift.ts';

/** One method: a base model, or an adaptation of it, in one or several runs (seeds, checkpoints). */
export interface StudiedMethod {
  readonly name: string;
  readonly readers: readonly string[];
}

export interface RobustnessOptions {
  readonly plugin: PublishedBenchmark;
  readonly mode: string;
  readonly protocol: Protocol;
  readonly items: readonly LoadedItem[];
  readonly methods: readonly StudiedMethod[];
  readonly shifts: readonly Shift[];
  readonly perturbations: readonly {
    readonly perturbation: Perturbation;
    readonly levels: readonly number[];
  }[];
  readonly train: TrainReplies;
  readonly resamples: number;
  readonly gateway: Gateway;
  readonly blobs: BlobStore;
  readonly seed: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface ShiftResult {
  readonly iid: Scored;
  readonly ood: Scored;
  /** Mean over runs, its interval over items, its sd between runs; `iid` and `ood` are the first run's. */
  readonly rr: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly sd: number | null;
  readonly runs: number;
}

export interface PerturbedResult {
  readonly severity: number;
  readonly score: Scored;
  /** Perturbed − clean on the same items. */
  readonly change: Pick<PublishedPair, 'difference' | 'ci95' | 'n'>;
}

export interface MethodResult {
  readonly method: string;
  readonly readers: readonly string[];
  readonly clean: Scored;
  /** Without any picture; null where the reader has no model behind it. */
  readonly noImage: {
    readonly score: Scored;
    readonly gain: PublishedPair;
    readonly usesPictures: boolean;
  } | null;
  readonly shifts: Readonly<Record<string, ShiftResult>>;
  readonly perturbations: Readonly<Record<string, readonly PerturbedResult[]>>;
}

export interface RobustnessStudy {
  readonly benchmark: string;
  readonly mode: string;
  readonly protocol: Protocol;
  readonly metric: string;
  readonly items: number;
  readonly clusters: number;
  readonly shifts: readonly {
    readonly name: string;
    readonly iid: number;
    readonly ood: number;
    readonly by: string;
    readonly straddling: number;
    readonly unknown: number;
  }[];
  readonly methods: readonly MethodResult[];
  /** Readers that never see a picture, on the same items. */
  readonly baselines: readonly {
    readonly baseline: string;
    readonly clean: Scored;
    readonly shifts: Readonly<Record<string, ShiftResult>>;
  }[];
  readonly comparisons: Readonly<Record<string, readonly RobustnessDifference[]>>;
  /** How alike two shifts rank the methods (Kendall's τ-b of relative robustness); needs three methods. */
  readonly rankings: readonly { readonly a: string; readonly b: string; readonly tau: number }[];
  readonly notes: readonly string[];
}

type Rows = readonly MeasuredItem<unknown>[];

/** The same model without pictures; undefined for readers without a model. */
function withoutPictures(written: string): string | undefined {
  const { model } = parseReaderName(written);
  return model.includes('/') ? `text-only@${model}` : undefined;
}

function sidesOf(rows: Rows, split: { iid: ReadonlySet<string>; ood: ReadonlySet<string> }): Sides {
  return {
    iid: rows.filter(({ questionId }) => split.iid.has(questionId)),
    ood: rows.filter(({ questionId }) => split.ood.has(questionId)),
  };
}

/** Runs the study. Errors: `bad-argument`, and what asking throws (`budget-exhausted`, `cancelled`, …). */
export async function robustnessStudy(options: RobustnessOptions): Promise<RobustnessStudy> {
  const { plugin, mode, protocol, items, methods, seed, blobs, gateway, signal, progress } = options;
  if (methods.length === 0)
    throw new OverreadError('bad-argument', 'Name at least one reader with --reader.');
  const [metric] = plugin.metrics(protocol, mode);
  const settings: MeasureSettings = { metric, protocol, seed, resamples: options.resamples };
  const splits = options.shifts.map((shift) => ({
    shift,
    split: splitByShift(
      items.map(({ record }) => record.item),
      shift,
    ),
  }));
  const sampling = plugin.modeSampling?.[mode] ?? plugin.sampling;
  const deps = { gateway, blobs, criteria: 'guideline', ...(sampling === undefined ? {} : { sampling }) };
  const ask = async (written: string, asked: readonly LoadedItem[], about: string): Promise<Rows> => {
    const reader = await createReader(written, deps);
    progress.start(`${written}${about}`, asked.length);
    try {
      return await askItems(asked, {
        plugin,
        reader,
        mode,
        protocol,
        seed,
        signal,
        onItem: () => progress.advance(1),
      });
    } finally {
      progress.finish();
      await reader.close?.();
    }
  };
  const shiftsOf = (runs: readonly Rows[]): Record<string, ShiftResult> =>
    Object.fromEntries(splits.map(({ shift, split }) => [shift.name, shiftResult(runs, split, settings)]));

  const unsuited = new Set<string>();
  const read: {
    readonly method: StudiedMethod;
    readonly runs: readonly Rows[];
    readonly result: MethodResult;
  }[] = [];
  for (const method of methods) {
    const runs: Rows[] = [];
    for (const written of method.readers) runs.push(await ask(written, items, ''));
    const [first] = runs;
    const blind = withoutPictures(method.readers[0]);
    const blindRows = blind === undefined ? undefined : await ask(blind, items, '');
    const perturbed: Record<string, PerturbedResult[]> = {};
    for (const { perturbation, levels } of options.perturbations) {
      const suited = items.filter((item) => suits(item, perturbation));
      if (suited.length === 0) {
        unsuited.add(perturbation.id);
        continue;
      }
      const results: PerturbedResult[] = [];
      for (const severity of levels) {
        const changed: LoadedItem[] = [];
        for (const item of suited)
          changed.push(await perturbedItem(item, perturbation, severity, { blobs, seed }));
        const rows = await ask(method.readers[0], changed, `, ${perturbation.id} ${severity}`);
        const { difference, ci95, n } = metricPair(
          { reader: 'perturbed', rows },
          { reader: 'clean', rows: first },
          metric,
          settings,
        );
        results.push({ severity, score: scoredOf(rows, settings), change: { difference, ci95, n } });
      }
      perturbed[perturbation.id] = results;
    }
    read.push({
      method,
      runs,
      result: {
        method: method.name,
        readers: method.readers,
        clean: scoredOf(first, settings),
        noImage: blindRows === undefined ? null : noImageOf(method.name, first, blindRows, settings),
        shifts: shiftsOf(runs),
        perturbations: perturbed,
      },
    });
  }
  const baselines: { baseline: string; clean: Scored; shifts: Record<string, ShiftResult> }[] = [];
  for (const { id, reply } of plugin.baselines) {
    const rows: MeasuredItem<unknown>[] = [];
    for (const { record } of items) {
      const draw = random(seed, 'baseline', id, record.item.id);
      const raw = reply(record.item, options.train, () => draw.next());
      rows.push(await measureReply(record, { raw, status: 'answered' }, { plugin, mode, protocol }));
    }
    baselines.push({ baseline: id, clean: scoredOf(rows, settings), shifts: shiftsOf([rows]) });
  }
  const comparisons = Object.fromEntries(
    splits.map(({ shift, split }) => [
      shift.name,
      read.flatMap((a, at) =>
        read
          .slice(at + 1)
          .map((b) =>
            robustnessPair(
              { name: a.method.name, runs: a.runs.map((rows) => sidesOf(rows, split)) },
              { name: b.method.name, runs: b.runs.map((rows) => sidesOf(rows, split)) },
              settings,
            ),
          ),
      ),
    ]),
  );
  return {
    benchmark: plugin.id,
    mode,
    protocol,
    metric: metric.id,
    items: items.length,
    clusters: new Set(items.map(({ question }) => question.patientId)).size,
    shifts: splits.map(({ shift, split }) => ({
      name: shift.name,
      iid: split.iid.size,
      ood: split.ood.size,
      by: split.by,
      straddling: split.straddling,
      unknown: split.unknown,
    })),
    methods: read.map(({ result }) => result),
    baselines,
    comparisons,
    rankings: rankingsOf(
      read.map(({ result }) => result),
      splits.map(({ shift }) => shift.name),
    ),
    notes: [
      ...notesOf(splits),
      ...[...unsuited].map((id) => `${id} suits no item here, by its modality or number of pictures.`),
    ],
  };
}

function shiftResult(
  runs: readonly Rows[],
  split: { iid: ReadonlySet<string>; ood: ReadonlySet<string> },
  settings: MeasureSettings,
): ShiftResult {
  const sides = runs.map((rows) => sidesOf(rows, split));
  const iid = sides.map((side) => scoredOf(side.iid, settings));
  const ood = sides.map((side) => scoredOf(side.ood, settings));
  const single = sides.flatMap((_, at) => relativeRobustness(iid[at].score, ood[at].score) ?? []);
  return {
    iid: iid[0],
    ood: ood[0],
    ...robustnessOf(sides, settings),
    sd: meanAndSd(single).sd,
    runs: runs.length,
  };
}

function noImageOf(
  name: string,
  seen: Rows,
  blind: Rows,
  settings: MeasureSettings,
): MethodResult['noImage'] {
  const gain = metricPair(
    { reader: name, rows: seen },
    { reader: 'no picture', rows: blind },
    settings.metric,
    settings,
  );
  return { score: scoredOf(blind, settings), gain, usesPictures: gain.verdict === 'win' };
}

function rankingsOf(
  methods: readonly MethodResult[],
  shifts: readonly string[],
): RobustnessStudy['rankings'] {
  if (methods.length < 3) return [];
  const values = (shift: string) => methods.map((method) => method.shifts[shift].rr);
  return shifts.flatMap((a, at) =>
    shifts.slice(at + 1).flatMap((b) => {
      const tau = kendallTau(values(a), values(b));
      return tau === null ? [] : [{ a, b, tau }];
    }),
  );
}

function notesOf(splits: readonly { shift: Shift; split: ReturnType<typeof splitByShift> }[]): string[] {
  return splits.flatMap(({ shift, split }) =>
    split.by === 'cluster'
      ? []
      : [
          `${shift.name}: ${split.straddling} clusters have items on both sides, since the column belongs to the question; intervals resample whole clusters.`,
        ],
  );
}

/** Items of a study: all, or a sample of whole clusters that holds at least `limit` items. */
export function sampledRecords(
  records: readonly PublishedRecord<unknown>[],
  limit: number | undefined,
  seed: string,
): readonly PublishedRecord<unknown>[] {
  if (limit === undefined || records.length <= limit) return records;
  const byCluster = Map.groupBy(records, ({ item }) => item.patientId);
  const chosen = new Set<string>();
  let count = 0;
  for (const cluster of random(seed, 'study-items').shuffle([...byCluster.keys()])) {
    if (count >= limit) break;
    chosen.add(cluster);
    count += byCluster.get(cluster)?.length ?? 0;
  }
  return records.filter(({ item }) => chosen.has(item.patientId));
}
