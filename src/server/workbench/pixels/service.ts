// Pixels of open cases for every route that shows them: facts, slices, masks, pictures, whole files.
import { OverreadError } from '../../../domain/errors.ts';
import type { Grid } from '../../../domain/geometry.ts';
import { type Plane, sliceOf, WINDOWS } from '../../../imaging/slices.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import type { WorkbenchContext } from '../context.ts';
import type { DisplayWindowShape, ScanFacts, ScanMark } from '../shapes/scan.ts';
import { type CutSlice, cutMasks } from './cut.ts';
import { scanFactsOf } from './facts.ts';
import { held } from './held.ts';
import type { CaseFilesAt, MaskOrder } from './job.ts';
import type { LoadedMasks } from './loaded.ts';
import { type Opening, opening } from './opening.ts';
import { type FoundPlace, findPlace, type PixelPlace } from './place.ts';
import { pixelThreads, type ThreadsOptions } from './threads.ts';

export type { CutSlice } from './cut.ts';
export type { PixelPlace } from './place.ts';

/**
 * Every method rejects with `file-not-found` for a benchmark, case or run that is not known, for a published benchmark
 * (it has no scans) and for files that are not on this machine; with `bad-argument` for a slice that there is not; and
 * with what reading the files throws.
 */
export interface PixelService {
  /** @param options.masks false: without structures and layers, as a blind reader may see it */
  facts(place: PixelPlace, options: { readonly masks: boolean }): Promise<ScanFacts>;
  /**
   * One slice of the scan.
   * @param version as `facts` gave it, with or without masks; another is `file-not-found`. Left out: not checked.
   */
  slice(place: PixelPlace, plane: Plane, index: number, version?: string): Promise<CutSlice>;
  /** The same slice of the masks: `facts.layers` layers one after another. */
  maskSlice(place: PixelPlace, plane: Plane, index: number, version?: string): Promise<CutSlice>;
  /** A slice as PNG, at square pixels. */
  picture(place: PixelPlace, plane: Plane, index: number, options?: PictureOptions): Promise<Uint8Array>;
  /** The grid in which measurements of this case are: the scan's, or the annotation's without a scan. */
  grid(place: PixelPlace): Promise<Grid>;
  /** The voxels themselves. `image` is undefined for a case with masks only. */
  whole(place: PixelPlace): Promise<{ readonly opening: Opening | undefined; masks(): Promise<LoadedMasks> }>;
  /** Starts what the first request will need. */
  warm(): void;
  /** Bytes of open cases. */
  readonly bytes: number;
  close(): Promise<void>;
}

export interface PictureOptions {
  /** Default: the window that `facts` begins with. */
  readonly window?: DisplayWindowShape;
  /** Structures whose masks are drawn. Default none. */
  readonly structures?: readonly string[];
  readonly marks?: readonly ScanMark[];
  /** Pixels. Default 1024. */
  readonly longestEdge?: number;
}

export interface PixelOptions extends ThreadsOptions {
  /** Bytes of open cases that are kept. Default 1 GiB. */
  readonly memory?: number;
}

const services = new WeakMap<WorkbenchContext, PixelService>();

/** The one service of a workbench: all routes share open cases. */
export function pixelService(context: WorkbenchContext): PixelService {
  const known = services.get(context);
  if (known !== undefined) return known;
  const service = newPixelService(context);
  services.set(context, service);
  context.signal.addEventListener('abort', () => void service.close(), { once: true });
  return service;
}

export function newPixelService(context: WorkbenchContext, options: PixelOptions = {}): PixelService {
  const { memory = 2 ** 30, ...rest } = options;
  const threads = pixelThreads({ onProblem: context.onProblem, ...rest });
  type Open = { readonly image: Opening } | { readonly masks: Promise<LoadedMasks> };
  const cases = held<Open>(memory, async (open) =>
    'image' in open ? (await open.image.loaded).bytes : (await open.masks).bytes,
  );

  function imageAt(found: FoundPlace): Opening | undefined {
    if (found.record.imageHash === undefined) return undefined;
    const open = cases.get(keyOf(found, 'image'), () => ({
      image: opening((progress) => threads.run({ kind: 'image', files: filesAt(found) }, progress)),
    }));
    return 'image' in open ? open.image : undefined;
  }

  function masksAt(found: FoundPlace): Promise<LoadedMasks> {
    // The scan is begun before its masks: they wait for its grid, and threads take jobs in order.
    const image = imageAt(found);
    const open = cases.get(keyOf(found, planKey(found.masks)), () => ({
      masks: openMasks(found, image),
    }));
    return 'masks' in open
      ? open.masks
      : Promise.reject(new OverreadError('internal', 'Masks were expected.'));
  }

  async function openMasks(found: FoundPlace, image: Opening | undefined): Promise<LoadedMasks> {
    const { masks } = found;
    if (masks.kind === 'none') return noMasks(await gridOf(found));
    const order: MaskOrder = masks.kind === 'annotated' ? { kind: 'annotated' } : await predicted(masks);
    return threads.run(
      { kind: 'masks', files: filesAt(found), order, onScan: image !== undefined },
      image === undefined ? {} : { grid: async () => (await image.facts).grid },
    );
  }

  async function predicted(plan: Extract<FoundPlace['masks'], { kind: 'predicted' }>): Promise<MaskOrder> {
    const hash = await context.store.cached(plan.key);
    const bytes = hash === undefined ? undefined : await context.blobs.get(hash);
    if (bytes !== undefined) return { kind: 'kept', bytes };
    // Everything else needs an address, a program or a folder that a run's settings do not hold.
    if (plan.written.split(':')[0] === 'noise')
      return { kind: 'segmenter', written: plan.written, hash: plan.segmenterHash, seed: plan.seed };
    throw new OverreadError(
      'expert-failed',
      `The masks that this reader saw came from "${plan.written.split(':')[0]}" and were not kept, so they cannot be shown: compare with the annotated ones.`,
    );
  }

  async function gridOf(found: FoundPlace): Promise<Grid> {
    const image = imageAt(found);
    if (image !== undefined) return (await image.facts).grid;
    // Without a scan the annotation's own grid is the case's, whoever's masks are shown.
    return (await masksAt({ ...found, masks: { kind: 'annotated' } })).grid;
  }

  async function at(place: PixelPlace, version?: string): Promise<FoundPlace> {
    const found = await findPlace(context, place);
    const { scan, whole } = found.versions;
    if (version !== undefined && version !== scan && version !== whole)
      throw new OverreadError(
        'file-not-found',
        'This scan has changed since the page was opened: load it again.',
      );
    return found;
  }

  const service: PixelService = {
    async facts(place, { masks: wanted }) {
      const found = await at(place);
      const image = imageAt(found);
      const masks = wanted ? masksAt(found) : undefined;
      const { scan, whole } = found.versions;
      // Both are waited for even when one fails: whoever asks again then finds neither half open.
      await Promise.allSettled([image?.facts, masks]);
      const [shown, drawn] = await Promise.all([image?.facts, masks]);
      return scanFactsOf(wanted ? whole : scan, shown?.grid ?? (await gridOf(found)), shown, drawn);
    },
    async slice(place, plane, index, version) {
      const image = imageAt(await at(place, version));
      if (image === undefined)
        throw new OverreadError('file-not-found', 'This case has masks only: there is no scan to show.');
      return image.slice(plane, index);
    },
    async maskSlice(place, plane, index, version) {
      return cutMasks(await masksAt(await at(place, version)), plane, index);
    },
    async picture(place, plane, index, { window, structures = [], marks = [], longestEdge = 1024 } = {}) {
      const found = await at(place);
      const image = await imageAt(found)?.loaded;
      const masks = structures.length > 0 || image === undefined ? await masksAt(found) : undefined;
      const grid = image?.grid ?? masks?.grid ?? (await gridOf(found));
      // Without a scan masks lie on black: no voxels read as 0.
      const slice = sliceOf({ grid, data: image?.data ?? new Uint8Array(0) }, plane, index);
      const wanted = new Set(structures);
      const drawn = (masks?.structures ?? []).flatMap(({ structure, layer, value }, order) =>
        masks === undefined || !wanted.has(structure) ? [] : [{ layer, value, order }],
      );
      const layers = new Map(
        [...new Set(drawn.map(({ layer }) => layer))].map((layer) => [
          layer,
          sliceOf({ grid, data: masks?.layers[layer] ?? new Uint8Array(0) }, plane, index).data,
        ]),
      );
      const raster = await threads.run({
        kind: 'picture',
        drawing: {
          slice,
          window: window ?? image?.window ?? WINDOWS.abdomen,
          masks: drawn.map(({ layer, value, order }) => ({
            data: layers.get(layer) as Uint8Array | Uint16Array,
            value,
            order,
          })),
          marks,
          longestEdge,
        },
      });
      return encodePng(raster);
    },
    grid: async (place) => gridOf(await at(place)),
    async whole(place) {
      const found = await at(place);
      return { opening: imageAt(found), masks: () => masksAt(found) };
    },
    warm: () => threads.warm(),
    get bytes() {
      return cases.bytes;
    },
    async close() {
      cases.clear();
      await threads.close();
    },
  };
  return service;
}

const filesAt = ({ folder, record, source }: FoundPlace): CaseFilesAt => ({
  path: folder.path,
  record,
  source,
});

/** The same scan in two benchmarks may be read as two units: each has its own. */
const keyOf = ({ folder, record }: FoundPlace, what: string) =>
  `${folder.manifest.contentHash} ${record.id} ${what}`;

const planKey = (plan: FoundPlace['masks']) =>
  plan.kind === 'predicted' ? `masks ${plan.key}` : `masks ${plan.kind}`;

const noMasks = (grid: Grid): LoadedMasks => ({ grid, layers: [], type: 'uint8', structures: [], bytes: 0 });
