// One annotated data set read with another segmentation of the same scans as predicted masks: agreement and loss.
import { join } from 'node:path';
import { readBenchmark } from '../../src/cli/reading.ts';
import type { Manifest } from '../../src/domain/benchmark.ts';
import { type InstanceMeasurements, quantityOf, regionOf } from '../../src/domain/measurement.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { Stage } from '../../src/domain/question.ts';
import type { Cell } from '../../src/domain/report.ts';
import type { QuestionFormat } from '../../src/domain/run.ts';
import { type StructureId, structureOf } from '../../src/domain/structures.ts';
import type { Annotation, Volume } from '../../src/domain/volume.ts';
import { findLayout } from '../../src/imaging/layout.ts';
import { matchGeometry } from '../../src/imaging/match-geometry.ts';
import { openAnnotation } from '../../src/imaging/open.ts';
import { applyScheme, chooseScheme } from '../../src/knowledge/scheme.ts';
import { compareAnnotations } from '../../src/measure/compare.ts';
import { measureCase } from '../../src/measure/measure.ts';
import { buildBenchmark } from '../../src/questions/build.ts';
import { reportOf } from '../../src/report/run-reports.ts';
import { FORMATS, named } from './noise-campaign.ts';

/** A second segmentation of a data set's scans. */
export interface Prediction {
  readonly name: string;
  /** A folder with NAME.nii.gz for each case, NAME as the layout calls it. */
  readonly folder: string;
  readonly scheme: string;
}

export interface Pairing {
  readonly name: string;
  /** What a reader of the tables must know: how the masks came about, what they cannot show. */
  readonly note: string;
  readonly annotated: { readonly source: string; readonly layout: string; readonly scheme: string };
  readonly predictions: readonly Prediction[];
}

/** One structure of one case, as drawn by both. */
export interface StructureAgreement {
  readonly prediction: string;
  readonly item: string;
  readonly structure: StructureId;
  readonly dice: number;
  /** The larger directed 95th percentile of surface distances, in mm; null when either mask is empty. */
  readonly hd95: number | null;
  /** cm³, annotated and predicted. */
  readonly volume: Both;
  /** Longest axial diameter of the largest instance of a lesion, in mm. */
  readonly diameter: Both;
  /** Number of counted instances of a lesion. */
  readonly instances: Both;
  /** Mean attenuation in HU, where there is a CT. */
  readonly hu: Both;
}
export type Both = readonly [annotated: number | null, predicted: number | null];

export interface StageResult {
  readonly prediction: string;
  readonly format: QuestionFormat;
  readonly stages: Readonly<Record<Stage, Cell>>;
  readonly overall: Cell;
  /** Types that are not wholly right, the most points lost first. */
  readonly lost: readonly { readonly type: string; readonly n: number; readonly points: number }[];
}

export interface PairingResult {
  readonly pairing: Pairing;
  readonly manifest: Manifest;
  readonly agreement: readonly StructureAgreement[];
  readonly stages: readonly StageResult[];
}

export interface PairingOptions {
  /** Scratch folder of this pairing. */
  readonly folder: string;
  readonly seed: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The reader with the annotated masks, which every loss is counted from. */
export const ORACLE = 'the annotated masks';

export async function readPairing(pairing: Pairing, options: PairingOptions): Promise<PairingResult> {
  const { folder, seed, progress, signal } = options;
  const { source, layout, scheme } = pairing.annotated;
  const agreement = await agreements(pairing);
  const benchmark = join(folder, 'benchmark');
  const manifest = await buildBenchmark({
    source,
    out: benchmark,
    layout,
    scheme,
    name: pairing.name,
    seed,
    workers: 1,
    progress,
    signal,
  });
  const stages: StageResult[] = [];
  const readers = [
    { name: ORACLE, reader: 'executor#oracle' },
    ...pairing.predictions.map(({ name, folder: masks, scheme: of }) => ({
      name,
      reader: 'executor#predicted',
      segmenter: `mask-file:${masks},scheme=${of}`,
    })),
  ];
  for (const format of FORMATS)
    for (const { name, ...run } of readers) {
      const store = join(folder, 'reads.db');
      const [summary] = await readBenchmark({
        benchmark,
        store,
        format,
        seed,
        readers: [run.reader],
        ...('segmenter' in run ? { segmenter: run.segmenter } : {}),
        progress: named(progress, `${pairing.name}: ${name}, ${format}`),
        signal,
      });
      signal.throwIfAborted();
      if (summary.status !== 'done') throw summary.error ?? new Error(`${name} ended ${summary.status}`);
      const report = await reportOf({ store, benchmark, seed, runs: [summary.runId], protocol: 'strict' });
      const [{ stages: cells, types, overall }] = report.readers;
      const lost = Object.entries(types)
        .map(([type, { n, score }]) => ({ type, n, points: n * (1 - (score ?? 1)) }))
        .filter(({ points }) => points > 1e-9)
        .sort((a, b) => b.points - a.points);
      stages.push({ prediction: name, format, stages: cells, overall, lost });
    }
  return { pairing, manifest, agreement, stages };
}

/** Each structure of each case, annotated against each prediction. */
export async function agreements({ annotated, predictions }: Pairing): Promise<StructureAgreement[]> {
  const layout = await findLayout(annotated.source, annotated.layout);
  const rows: StructureAgreement[] = [];
  for await (const one of layout.cases(annotated.source)) {
    const volume = one.hasImage ? await one.loadVolume() : undefined;
    const drawn = await withScheme(one.loadAnnotation(), annotated.scheme, volume);
    const folders = new Set<string>();
    for (const { name, folder, scheme } of predictions) {
      // The same masks under another scheme are the same drawing.
      if (folders.has(folder)) continue;
      folders.add(folder);
      const path = join(folder, `${one.item}.nii.gz`);
      const predicted = matchGeometry(await withScheme(openAnnotation(path), scheme, volume), drawn);
      for (const row of compared(drawn, predicted, volume))
        rows.push({ prediction: name, item: one.item, ...row });
    }
  }
  return rows;
}

async function withScheme(
  raw: ReturnType<typeof openAnnotation>,
  scheme: string,
  volume: Volume | undefined,
): Promise<Annotation> {
  const annotation = applyScheme(await raw, await chooseScheme(await raw, scheme));
  return volume === undefined ? annotation : matchGeometry(annotation, volume);
}

/** Structures that both looked for and at least one drew, of those that question types can speak of. */
export function compared(
  annotated: Annotation,
  predicted: Annotation,
  volume: Volume | undefined,
): Omit<StructureAgreement, 'prediction' | 'item'>[] {
  const overlap = compareAnnotations(annotated, predicted);
  const sets = [annotated, predicted].map((one) => measureCase(one, volume, { rules: 'strict' }));
  return [...overlap].flatMap(([structure, { voxels, dice, surface }]) => {
    const both = [annotated, predicted].every((one) => lookedForBy(one, structure));
    if (!both || structureOf(structure) === undefined || voxels[0] + voxels[1] === 0) return [];
    const regions = sets.map((set) => regionOf(set, structure));
    const number = (owner: Parameters<typeof quantityOf>[0] | undefined, quantity: string) => {
      const value = owner && quantityOf(owner, quantity)?.value;
      return typeof value === 'number' ? value : null;
    };
    const isLesion = structureOf(structure)?.kind === 'lesion';
    const each = (of: (at: number) => number | null): Both => [of(0), of(1)];
    const largest = (at: number): InstanceMeasurements | undefined => regions[at]?.instances[0];
    return [
      {
        structure,
        dice,
        hd95: surface?.hd95 ?? null,
        volume: each((at) => number(regions[at], 'volume')),
        diameter: each((at) => (isLesion ? number(largest(at), 'longest-axial-diameter') : null)),
        instances: each((at) => (isLesion ? (regions[at]?.instances.length ?? 0) : null)),
        hu: each((at) => number(regions[at], 'mean-hu')),
      },
    ];
  });
}

/** Sides of the kidneys are derived from the kidneys, where those alone are drawn. */
function lookedForBy({ annotated }: Annotation, structure: StructureId): boolean {
  return (
    annotated.includes(structure) ||
    (structureOf(structure)?.parent === 'kidney' &&
      structureOf(structure)?.kind === 'part' &&
      annotated.includes('kidney'))
  );
}
