// Benchmark plans out of measured scans: what MedVision's planners write, ready to be read again.
import { gzipSync } from 'node:zlib';
import { axisCodes, type Grid } from '../../domain/geometry.ts';
import type { Protocol } from '../../domain/report.ts';
import type { ScanLayer } from '../annotated-scans.ts';
import { tally } from '../built-folder.ts';
import { pythonRandom } from '../python-random.ts';
import { type Biometrics, landmarksByAxis, metricsOf } from './landmarks.ts';
import { MIN_BOX_SIDE, MIN_MASK_PIXELS } from './plan.ts';
import { type ByAxis, type Landmark, lesionSlices, type SliceProfile, slicesOf } from './profile.ts';

/** A scan in RAS order. */
export interface PlannedScan {
  readonly id: string;
  readonly grid: Grid;
  readonly layers: readonly ScanLayer[];
  /** Voxels of named points, in RAS order. */
  readonly landmarks?: Readonly<Record<string, Landmark>>;
}

export interface PlanOptions {
  readonly dataset: string;
  readonly protocol: Protocol;
  /** Names of labels whose ellipses are measured. */
  readonly lesions: { includes(name: string): boolean };
  readonly description: string;
  readonly modality: string;
  readonly licence?: string;
  readonly biometrics?: Biometrics;
  /** Smallest piece that an ellipse is fitted to, in pixels. Default 200. */
  readonly minPixels?: number;
  /** Seed of Python's shuffle for the split. Default 1024, as released. */
  readonly splitSeed?: number;
  /** Share of cases in the training split. Default 0.7. */
  readonly trainShare?: number;
}

export interface PlanFiles {
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
  readonly items: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
}

interface Planned {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface TaskCases {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cases: Planned[];
}

export interface PlanWriter {
  /** Measures a scan; its layers come back with the values that the plan uses, to be written as masks. */
  add(scan: PlannedScan): readonly ScanLayer[];
  finish(): PlanFiles;
}

export const maskFolder = (layer: number): string => (layer === 0 ? 'Masks' : `Masks-${layer + 1}`);

export function planWriter(options: PlanOptions): PlanWriter {
  const { protocol, lesions, minPixels = 200, biometrics } = options;
  const counts = tally();
  const skipped = tally();
  const labels: Map<string, number>[] = [];
  const detection: TaskCases[] = [];
  const segmentation: TaskCases[] = [];
  const biometry = new Map<string, TaskCases>();
  const landmarkFiles: { name: string; content: Uint8Array }[] = [];
  const ids: string[] = [];
  const count = (task: string) => counts.add(task);
  const about = {
    image_modality: options.modality,
    image_description: options.description,
    image_folder: 'Images',
    image_suffix: '.nii.gz',
  };
  const caseOf = ({ id, grid }: PlannedScan, layer: number, profiles: object): Planned => {
    const info = fileInfo(grid, protocol);
    return {
      id,
      fields: {
        case_ID: id,
        image_file: `Images/${id}.nii.gz`,
        mask_file: `${maskFolder(layer)}/${id}.nii.gz`,
        image_file_info: info,
        mask_file_info: info,
        ...profiles,
      },
    };
  };

  return {
    add(scan) {
      const { id, grid } = scan;
      ids.push(id);
      const layers = scan.layers.map((layer, at) => {
        labels[at] ??= new Map();
        return withValues(layer, labels[at]);
      });
      layers.forEach((layer, at) => {
        const map = { data: layer.data, shape: grid.shape, spacing: grid.spacing };
        const { boxes, masks } = slicesOf(map);
        detection[at] ??= { fields: about, cases: [] };
        segmentation[at] ??= { fields: about, cases: [] };
        detection[at].cases.push(caseOf(scan, at, boxes));
        segmentation[at].cases.push(caseOf(scan, at, masks));
        eachEntry(boxes, ({ bboxes }) => {
          const isShort = bboxes.length === 1 && Math.min(...bboxes[0].dimensions) < MIN_BOX_SIDE;
          if (bboxes.length > 1) skipped.add('box: a slice holds several pieces of the label');
          else if (isShort) skipped.add(`box: a side is shorter than ${MIN_BOX_SIDE} pixels`);
          else count('box');
        });
        eachEntry(masks, ({ pixel_count }) => {
          if (pixel_count < MIN_MASK_PIXELS) skipped.add(`mask size: fewer than ${MIN_MASK_PIXELS} pixels`);
          else count('mask-size');
        });
        for (const { value, name } of layer.labels) {
          if (!lesions.includes(name)) continue;
          const found = lesionSlices(map, { label: value, minPixels, protocol });
          if (found.refused > 0) skipped.add('lesion size: no ellipse fits the piece', found.refused);
          eachSlice(found.profiles, ({ slice_profile }) => {
            if (slice_profile.length === 1) count('lesion-size');
            else skipped.add('lesion size: a slice holds several ellipses');
          });
          const folder = `Landmarks-Label${value}${at === 0 ? '' : `-${at + 1}`}`;
          const landmark_file = `${folder}/${id}.json.gz`;
          landmarkFiles.push({ name: landmark_file, content: gzipJson(found.landmarks) });
          const key = `${at}/${value}`;
          const known = biometry.get(key) ?? {
            fields: {
              ...about,
              target_label: value,
              cluster_size_threshold: minPixels,
              labels_map: { [value]: name },
              ...ELLIPSE_MAPS,
            },
            cases: [],
          };
          known.cases.push(caseOf(scan, at, { landmark_file, ...found.profiles }));
          biometry.set(key, known);
        }
      });
      if (biometrics !== undefined && scan.landmarks !== undefined) {
        const landmark_file = `Landmarks/${id}.json.gz`;
        const profiles = metricsOf(scan.landmarks, grid, biometrics, protocol, count, (reason) =>
          skipped.add(reason),
        );
        landmarkFiles.push({
          name: landmark_file,
          content: gzipJson(landmarksByAxis(scan.landmarks, biometrics)),
        });
        const known = biometry.get('landmarks') ?? {
          fields: {
            ...about,
            ...biometrics,
            ...(protocol === 'strict' ? { angles: 'directed' } : {}),
          },
          cases: [],
        };
        known.cases.push(caseOf(scan, 0, { landmark_file, ...profiles }));
        biometry.set('landmarks', known);
      }
      return layers;
    },
    finish() {
      const names = ids.map((id) => `${id}.nii.gz`).sort();
      const shuffled = pythonRandom(options.splitSeed ?? 1024).shuffle(names);
      const train = new Set(
        shuffled
          .slice(0, Math.floor(names.length * (options.trainShare ?? 0.7)))
          .map((name) => name.slice(0, -7)),
      );
      const plan = (kind: string, tasks: readonly TaskCases[]) => ({
        name: `benchmark_plan_${kind}_v1.json.gz`,
        content: gzipJson({
          dataset_info: {
            dataset: options.dataset,
            ...(options.licence === undefined ? {} : { license: [options.licence] }),
          },
          tasks_number: tasks.length,
          tasks: tasks.map(({ fields, cases }, at) => {
            const inOrder = (wanted: boolean) =>
              shuffled.flatMap((name) =>
                cases
                  .filter(({ id }) => id === name.slice(0, -7) && train.has(id) === wanted)
                  .map((one) => one.fields),
              );
            const [own, other] = [inOrder(true), inOrder(false)];
            return {
              task_ID: String(at + 1).padStart(2, '0'),
              task_type: kind,
              ...fields,
              train_cases_number: own.length,
              test_cases_number: other.length,
              train_cases: own,
              test_cases: other,
            };
          }),
        }),
      });
      const named = (tasks: readonly TaskCases[]) =>
        tasks.map((task, at) => ({
          ...task,
          fields: {
            ...task.fields,
            mask_folder: maskFolder(at),
            labels_map: Object.fromEntries([...labels[at]].map(([name, value]) => [value, name])),
          },
        }));
      const files = [
        ...(detection.length > 0
          ? [plan('detection', named(detection)), plan('segmentation', named(segmentation))]
          : []),
        ...(biometry.size > 0 ? [plan('biometry', [...biometry.values()])] : []),
        ...landmarkFiles,
      ];
      const sums = counts.counts();
      return {
        files,
        items: Object.values(sums).reduce((sum, n) => sum + n, 0),
        counts: sums,
        skipped: skipped.counts(),
      };
    },
  };
}

/** All at once, for a few scans. */
export function planFiles(scans: readonly PlannedScan[], options: PlanOptions): PlanFiles {
  const writer = planWriter(options);
  for (const scan of scans) writer.add(scan);
  return writer.finish();
}

const ELLIPSE_MAPS = {
  landmarks_map: {
    P1: 'first end of the major axis',
    P2: 'second end of the major axis',
    P3: 'first end of the minor axis',
    P4: 'second end of the minor axis',
  },
  lines_map: {
    'L-1-2': { name: 'major axis of the ellipse', element_keys: ['P1', 'P2'] },
    'L-3-4': { name: 'minor axis of the ellipse', element_keys: ['P3', 'P4'] },
  },
  angles_map: {},
};

function eachSlice<T>(profiles: ByAxis<T>, visit: (slice: SliceProfile<T>) => void): void {
  for (const key of ['slice_profiles_x', 'slice_profiles_y', 'slice_profiles_z'] as const)
    profiles[key].forEach(visit);
}

function eachEntry<T>(profiles: ByAxis<T>, visit: (entry: T) => void): void {
  eachSlice(profiles, ({ slice_profile }) => slice_profile.forEach(visit));
}

/** The layer with values that mean the same in every case; the same arrays where they do already. */
function withValues(layer: ScanLayer, known: Map<string, number>): ScanLayer {
  const taken = new Set(known.values());
  const change = new Map<number, number>();
  const labels = layer.labels.map(({ value, name }) => {
    let own = known.get(name);
    if (own === undefined) {
      own = value;
      while (taken.has(own)) own++;
      known.set(name, own);
      taken.add(own);
    }
    if (own !== value) change.set(value, own);
    return { value: own, name };
  });
  if (change.size === 0) return layer;
  return { labels, data: Int32Array.from(layer.data, (value) => change.get(value) ?? value) };
}

function fileInfo(grid: Grid, protocol: Protocol) {
  const rounded = (value: number) => (protocol === 'published' ? Math.round(value * 1000) / 1000 : value);
  return {
    voxel_size: grid.spacing.map(rounded),
    affine: [0, 1, 2, 3].map((row) => grid.affine.slice(row * 4, row * 4 + 4).map(rounded)),
    orientation: [...axisCodes(grid.affine)],
    array_size: grid.shape,
  };
}

/** The same value, the same bytes on every system. */
function gzipJson(value: unknown): Uint8Array {
  const bytes = gzipSync(JSON.stringify(value));
  bytes[9] = 255;
  return bytes;
}
