// MedVision on anybody's annotated scans: boxes, lesion sizes, distances, angles and areas, slice by slice.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { type AnnotatedScan, annotatedScans, niftiFile, SCAN_OPTIONS } from '../annotated-scans.ts';
import type { Builder, BuildRequest } from '../builder.ts';
import { type BuiltFolder, buildFolder, skippedOf, tally } from '../built-folder.ts';
import { checkMedvision } from '../medvision/check.ts';
import type { Biometrics } from '../medvision/landmarks.ts';
import type { Landmark } from '../medvision/profile.ts';
import { maskFolder, planWriter } from '../medvision/write-plan.ts';

const LESION = /tumou?r|lesion|cyst|metasta|carcinoma|nodule|gtv|mass$/i;

const voxel = z.tuple([z.number(), z.number(), z.number()]);
const points = z.record(z.string(), voxel);
const landmarkSlices = z.array(z.object({ slice_idx: z.number(), landmarks: points }));
const landmarkFile = z.union([
  z
    .object({
      slice_landmarks_x: landmarkSlices.default([]),
      slice_landmarks_y: landmarkSlices.default([]),
      slice_landmarks_z: landmarkSlices.default([]),
    })
    .refine(
      (file) =>
        file.slice_landmarks_x.length + file.slice_landmarks_y.length + file.slice_landmarks_z.length > 0,
    ),
  points,
]);
const line = z.object({ name: z.string(), element_keys: z.array(z.string()).length(2) });
const biometricsFile = z.object({
  landmarks_map: z.record(z.string(), z.string()),
  lines_map: z.record(z.string(), line),
  angles_map: z.record(z.string(), line).default({}),
  biometrics_map: z.array(
    z.object({
      metric_type: z.enum(['distance', 'angle']),
      metric_map_name: z.string(),
      metric_key: z.string(),
      slice_dim: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    }),
  ),
});

const medvision: Builder = {
  id: 'medvision',
  kind: 'builder',
  summary: 'boxes, lesion sizes, distances, angles and areas from annotated scans',
  paper: {
    title: 'MedVision: Dataset and Benchmark for Quantitative Medical Image Analysis',
    arxiv: '2511.18676',
    url: 'https://github.com/YongchengYAO/MedVision',
    year: 2025,
  },
  command: 'overread make medvision SOURCE --out DIR',
  needs: ['scans with label maps, in any layout'],
  writes: 'medvision',
  options: [
    ...SCAN_OPTIONS,
    { name: 'dataset', value: 'NAME', about: 'name of the data set in the plan', default: 'own' },
    {
      name: 'description',
      value: 'WORDS',
      about: 'what the picture is, for the question',
      default: 'medical scan',
    },
    {
      name: 'lesion',
      value: 'NAME',
      about: 'label whose ellipses are measured; default: tumours, lesions, cysts by name',
      repeatable: true,
    },
    { name: 'min-pixels', value: 'N', about: 'smallest piece that an ellipse is fitted to', default: '200' },
    { name: 'landmarks', value: 'DIR', about: 'CASE.json files of points as voxels in RAS order' },
    { name: 'biometrics', value: 'FILE', about: 'JSON of lines and angles between landmarks' },
    {
      name: 'split-seed',
      value: 'N',
      about: 'seed of Python’s shuffle for the 70/30 split',
      default: '1024',
    },
    {
      name: 'plan-only',
      value: 'yes',
      about: 'measure also where there are masks only, and write no pictures',
    },
  ],
  async build(request) {
    const one = (name: string): string | undefined => request.options[name]?.[0];
    const whole = (name: string, fallback: number): number => {
      const value = Number(one(name) ?? fallback);
      if (!Number.isInteger(value) || value < 0)
        throw new OverreadError('bad-argument', `Give --${name} as a whole number.`);
      return value;
    };
    const planOnly = one('plan-only') !== undefined;
    const lesions = request.options.lesion;
    const biometrics = await biometricsOf(one('biometrics'));
    const settings = {
      dataset: one('dataset') ?? 'own',
      description: one('description') ?? 'medical scan',
      minPixels: whole('min-pixels', 200),
      splitSeed: whole('split-seed', 1024),
      protocol: request.protocol,
      ...(biometrics === undefined ? {} : { biometrics }),
    };
    const skipped = tally();
    return buildFolder(request.out, async (folder) => {
      const measured: string[] = [];
      let writer: ReturnType<typeof planWriter> | undefined;
      const named = new Set<string>(lesions);
      for await (const scan of annotatedScans(request, (reason) => skipped.add(reason))) {
        if (scan.image === undefined && !planOnly) {
          skipped.add('a case has masks but no image: --plan-only measures it all the same');
          continue;
        }
        if (lesions === undefined)
          for (const { name } of scan.layers.flatMap(({ labels }) => labels))
            if (LESION.test(name)) named.add(name);
        writer ??= planWriter({
          ...settings,
          lesions: { includes: (name: string) => named.has(name) },
          modality: scan.modality ?? 'image',
          ...(scan.licence === undefined ? {} : { licence: scan.licence }),
        });
        const landmarks = await landmarksOf(one('landmarks'), scan.id, request);
        const layers = writer.add({
          id: scan.id,
          grid: scan.grid,
          layers: scan.layers,
          ...(landmarks === undefined ? {} : { landmarks }),
        });
        measured.push(scan.id);
        if (!planOnly) await writeVolumes(folder, scan, layers);
      }
      if (writer === undefined || measured.length === 0)
        throw new OverreadError(
          'mask-empty',
          `No case could be measured: ${Object.keys(skipped.counts())[0] ?? 'the source holds none'}.`,
        );
      const plans = writer.finish();
      for (const { name, content } of plans.files) await folder.write(name, content);
      return {
        items: plans.items,
        counts: plans.counts,
        skipped: [...skippedOf(skipped.counts()), ...skippedOf(plans.skipped)],
        ...(planOnly
          ? {
              unreadable:
                'A plan alone cannot be read: put the scans below Images/ and their masks beside them first.',
            }
          : {}),
      };
    });
  },
  check: (context) => checkMedvision(medvision, context),
};
export default medvision;

async function writeVolumes(
  folder: BuiltFolder,
  scan: AnnotatedScan,
  layers: AnnotatedScan['layers'],
): Promise<void> {
  if (scan.image !== undefined)
    await folder.write(`Images/${scan.id}.nii.gz`, niftiFile(scan.grid, scan.image.data));
  for (const [at, { data }] of layers.entries())
    await folder.write(`${maskFolder(at)}/${scan.id}.nii.gz`, niftiFile(scan.grid, data));
}

async function jsonFile(path: string, what: string): Promise<unknown> {
  try {
    const bytes = await readFile(path);
    return JSON.parse(new TextDecoder().decode(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)) as unknown;
  } catch (cause) {
    throw new OverreadError(
      'file-unreadable',
      `The ${what} cannot be read (${messageOf(cause)}): check the path.`,
      { cause },
    );
  }
}

async function biometricsOf(path: string | undefined): Promise<Biometrics | undefined> {
  if (path === undefined) return undefined;
  const parsed = biometricsFile.safeParse(await jsonFile(path, 'biometrics file'));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OverreadError(
    'file-corrupt',
    `The biometrics file is wrong at "${issue.path.join('.')}" (${issue.message}).`,
  );
}

async function landmarksOf(
  folder: string | undefined,
  id: string,
  { source }: BuildRequest,
): Promise<Record<string, Landmark> | undefined> {
  const places = folder === undefined ? [join(source, 'Landmarks')] : [folder];
  const path = places
    .flatMap((place) => [join(place, `${id}.json`), join(place, `${id}.json.gz`)])
    .find((one) => existsSync(one));
  if (path === undefined) return undefined;
  const parsed = landmarkFile.safeParse(await jsonFile(path, `landmark file of ${id}`));
  if (!parsed.success)
    throw new OverreadError(
      'file-corrupt',
      `The landmark file of ${id} is no list of named voxels: mend it.`,
    );
  const file = parsed.data;
  if (!('slice_landmarks_x' in file) || !Array.isArray(file.slice_landmarks_x))
    return file as Record<string, Landmark>;
  const slices = file as { [axis: string]: z.infer<typeof landmarkSlices> };
  return Object.assign(
    {},
    ...Object.values(slices).flatMap((list) => list.map(({ landmarks }) => landmarks)),
  ) as Record<string, Landmark>;
}
