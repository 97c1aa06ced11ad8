// Region tasks on anybody's annotated scans: region to name, name to region, and reports grounded in boxes.
import { OverreadError } from '../../domain/errors.ts';
import { squarePixels } from '../../imaging/raster-size.ts';
import { type Slice, sliceOf, WINDOWS, windowed, windowOf } from '../../imaging/slices.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { type AnnotatedScan, annotatedScans, SCAN_OPTIONS } from '../annotated-scans.ts';
import type { Builder } from '../builder.ts';
import { buildFolder, skippedOf, tally } from '../built-folder.ts';
import { type Piece, piecesOf } from '../mask-slices.ts';
import { lineOf, type RegionRow } from '../published/medrega-regions/regions.ts';
import { checkRegionTasks } from '../regions/check-tasks.ts';

const regionTasks: Builder = {
  id: 'region-tasks',
  kind: 'builder',
  summary: 'region to name, name to region and grounded reports from annotated scans',
  paper: {
    title: 'Interpretable Bilingual Multimodal Large Language Model for Diverse Biomedical Tasks',
    arxiv: '2410.18387',
    url: 'https://github.com/xmed-lab/MedRegA',
    year: 2024,
  },
  command: 'overread make region-tasks SOURCE --out DIR',
  needs: ['scans with label maps, in any layout'],
  writes: 'medrega-regions',
  options: [
    ...SCAN_OPTIONS,
    { name: 'plane', value: 'NAME', about: 'axial, coronal or sagittal', default: 'axial' },
    { name: 'min-pixels', value: 'N', about: 'smallest connected part that is a region', default: '30' },
    { name: 'without-pictures', value: 'yes', about: 'write the tasks also where there are masks only' },
  ],
  async build(request) {
    const plane = request.options.plane?.[0] ?? 'axial';
    if (plane !== 'axial' && plane !== 'coronal' && plane !== 'sagittal')
      throw new OverreadError('bad-argument', 'Give --plane axial, coronal or sagittal.');
    const minPixels = Number(request.options['min-pixels']?.[0] ?? 30);
    if (!(minPixels >= 1)) throw new OverreadError('bad-argument', 'Give --min-pixels as a whole number.');
    const maskOnly = request.options['without-pictures'] !== undefined;
    const counts = tally();
    const skipped = tally();
    return buildFolder(request.out, async (folder) => {
      const rows: RegionRow[] = [];
      const names = new Set<string>();
      for await (const scan of annotatedScans(request, (reason) => skipped.add(reason))) {
        if (scan.image === undefined && !maskOnly) {
          skipped.add('a case has masks but no image: --without-pictures writes its tasks all the same');
          continue;
        }
        for (const { index, regions } of picturesOf(scan, plane, minPixels)) {
          const shape = sliceOf({ grid: scan.grid, data: scan.layers[0].data }, plane, index);
          const picture = await pictureOf(scan, shape, request.protocol);
          const image = `images/${scan.id}-${plane}-${index}.png`;
          if (picture.png !== undefined) await folder.write(image, picture.png);
          const [fx, fy] = [picture.size[0] / shape.width, picture.size[1] / shape.height];
          const scaled = regions.map(({ name, piece }) => {
            names.add(name);
            const box: RegionRow['regions'][number]['box'] = [
              piece.min[0] * fx,
              piece.min[1] * fy,
              (piece.max[0] + 1) * fx,
              (piece.max[1] + 1) * fy,
            ];
            return { name, box };
          });
          for (const row of tasksOf(scaled)) {
            rows.push({
              ...row,
              id: `${scan.id}-${plane}-${index}-${row.id}`,
              image,
              image_size: picture.size,
              candidates: [],
              patient: scan.patient,
              modality: scan.modality ?? (scan.image?.units === 'HU' ? 'CT' : 'image'),
              plane,
              ...(scan.licence === undefined ? {} : { licence: scan.licence }),
              split: 'test',
            });
            counts.add(row.task);
          }
        }
      }
      if (rows.length === 0)
        throw new OverreadError(
          'mask-empty',
          `No region was found: ${Object.keys(skipped.counts())[0] ?? 'lower --min-pixels or check the label maps'}.`,
        );
      const candidates = [...names].sort();
      await folder.write(
        'regions.jsonl',
        rows.map((row) => `${JSON.stringify(lineOf({ ...row, candidates }))}\n`).join(''),
      );
      return { items: rows.length, counts: counts.counts(), skipped: skippedOf(skipped.counts()) };
    });
  },
  check: (context) => checkRegionTasks(regionTasks, context),
};
export default regionTasks;

interface Region {
  readonly name: string;
  readonly piece: Piece;
}

type Plane = 'axial' | 'coronal' | 'sagittal';

/** The slices on which some label is largest, each with the regions of all labels on it. */
function picturesOf(
  scan: AnnotatedScan,
  plane: Plane,
  minPixels: number,
): { index: number; regions: Region[] }[] {
  const { grid, layers } = scan;
  const largest = new Map<string, { index: number; pixels: number }>();
  const axis = plane === 'axial' ? 2 : plane === 'coronal' ? 1 : 0;
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  for (const { data, labels } of layers) {
    const named = new Map(labels.map(({ value, name }) => [value, name]));
    const areas = new Map<string, Int32Array>();
    for (let at = 0; at < data.length; at++) {
      const name = data[at] === 0 ? undefined : named.get(data[at]);
      if (name === undefined) continue;
      const area = areas.get(name) ?? new Int32Array(grid.shape[axis]);
      areas.set(name, area);
      area[Math.floor(at / strides[axis]) % grid.shape[axis]]++;
    }
    for (const [name, area] of areas) {
      const pixels = area.reduce((most, one) => Math.max(most, one), 0);
      if (pixels > (largest.get(name)?.pixels ?? 0))
        largest.set(name, { index: area.indexOf(pixels), pixels });
    }
  }
  return [...new Set([...largest.values()].map(({ index }) => index))]
    .sort((a, b) => a - b)
    .map((index) => ({
      index,
      regions: layers.flatMap(({ data, labels }) => {
        const named = new Map(labels.map(({ value, name }) => [value, name]));
        return piecesOf(sliceOf({ grid, data }, plane, index)).flatMap((piece) => {
          const name = named.get(piece.label);
          return name === undefined || piece.pixels < minPixels ? [] : [{ name, piece }];
        });
      }),
    }))
    .filter(({ regions }) => regions.length > 0);
}

type Task = Pick<RegionRow, 'id' | 'task' | 'regions'>;

/** Every region that is alone under its name is asked for its name; every name for its regions; the picture for all. */
function tasksOf(regions: RegionRow['regions']): Task[] {
  const byName = Map.groupBy(regions, ({ name }) => name);
  const kebab = (name: string) => name.replace(/[^A-Za-z0-9]+/g, '-');
  const tasks: Task[] = [];
  for (const [name, own] of byName) {
    if (own.length === 1) tasks.push({ id: `name-${kebab(name)}`, task: 'region-to-name', regions: own });
    tasks.push({ id: `region-${kebab(name)}`, task: 'name-to-region', regions: own });
  }
  return [...tasks, { id: 'report', task: 'grounded-report', regions }];
}

/** The slice upright and, in strict, with square pixels, so that a round thing looks round. */
async function pictureOf(
  scan: AnnotatedScan,
  shape: Slice,
  protocol: 'published' | 'strict',
): Promise<{ size: [number, number]; png?: Uint8Array }> {
  const slice =
    scan.image === undefined
      ? shape
      : sliceOf({ grid: scan.grid, data: scan.image.data }, shape.plane, shape.index);
  const raster = windowed(slice, scan.image?.units === 'HU' ? WINDOWS.abdomen : windowOf(slice.data));
  const shown = protocol === 'strict' ? squarePixels(raster) : raster;
  const size: [number, number] = [shown.width, shown.height];
  return scan.image === undefined ? { size } : { size, png: await encodePng(shown) };
}
