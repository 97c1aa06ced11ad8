// A scan on its way into memory: its grid first, its slices as they come, then all of it.
import { OverreadError } from '../../../domain/errors.ts';
import type { Grid } from '../../../domain/geometry.ts';
import { type Plane, sliceFrame } from '../../../imaging/slices.ts';
import { type CutSlice, cutImage } from './cut.ts';
import type { ArrivingImage } from './job.ts';
import type { ImageFacts, LoadedImage } from './loaded.ts';

export interface Opening {
  /** All but the voxels, which may still be on their way. */
  readonly facts: Promise<ImageFacts>;
  readonly loaded: Promise<LoadedImage>;
  /** As soon as its voxels are there. Errors: `bad-argument` for a slice that there is not, and those of loading. */
  slice(plane: Plane, index: number): Promise<CutSlice>;
}

/** How the loader tells what it has. */
export interface Progress {
  arriving(image: ArrivingImage): void;
  arrived(voxels: number): void;
}

export function opening(load: (progress: Progress) => Promise<LoadedImage>): Opening {
  let early: ArrivingImage | undefined;
  let voxels = 0;
  let whole: LoadedImage | undefined;
  let waiting: { readonly voxels: number; resolve(): void }[] = [];
  let tell: (image: ImageFacts) => void = () => {};
  const told = new Promise<ImageFacts>((resolve) => {
    tell = resolve;
  });
  const wake = () => {
    const ready = waiting.filter((one) => one.voxels <= voxels);
    waiting = waiting.filter((one) => one.voxels > voxels);
    for (const one of ready) one.resolve();
  };
  const loaded = load({
    arriving(image) {
      early = image;
      tell(image);
    },
    arrived(count) {
      voxels = count;
      wake();
    },
  });
  loaded.then(
    (image) => {
      whole = image;
      early = undefined;
    },
    () => {},
  );
  const facts = Promise.race([told, loaded]);
  facts.catch(() => {});

  /** Voxels that must be there for a slice: all up to its last. */
  function needed(at: Grid, plane: Plane, index: number): number {
    const { axis } = sliceFrame(at, plane);
    const [ni, nj, nk] = at.shape;
    if (axis === 2) return (index + 1) * ni * nj;
    return ni * nj * nk;
  }

  return {
    facts,
    loaded,
    async slice(plane, index) {
      if (whole !== undefined) return cutImage(whole, plane, index);
      const { grid: at } = await facts;
      if (early === undefined) return cutImage(await loaded, plane, index);
      const { axis } = sliceFrame(at, plane);
      if (index >= at.shape[axis])
        throw new OverreadError(
          'bad-argument',
          `There is no ${plane} slice ${index}: the last is ${at.shape[axis] - 1}.`,
        );
      const wanted = needed(at, plane, index);
      if (voxels < wanted) {
        const enough = new Promise<void>((resolve) => waiting.push({ voxels: wanted, resolve }));
        await Promise.race([enough, loaded]);
      }
      return cutImage(whole ?? early ?? (await loaded), plane, index);
    },
  };
}
