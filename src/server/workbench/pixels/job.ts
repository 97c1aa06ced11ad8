// What is asked of a thread that opens cases, and what it answers: plain data and memory that both sides share.
import type { CaseRecord, CaseSource } from '../../../domain/case.ts';
import type { Grid } from '../../../domain/geometry.ts';
import type { Raster, VoxelArray } from '../../../domain/volume.ts';
import type { ImageFacts, LoadedImage, LoadedMasks } from './loaded.ts';
import type { Drawing } from './picture.ts';

/** Where a case's files lie: enough of a benchmark to find them. */
export interface CaseFilesAt {
  readonly path: string;
  readonly record: CaseRecord;
  readonly source: CaseSource;
}

/** Whose masks are loaded. */
export type MaskOrder =
  | { readonly kind: 'annotated' }
  /** A segmenter that needs nothing from outside, as it is written on the command line. */
  | { readonly kind: 'segmenter'; readonly written: string; readonly hash: string; readonly seed: string }
  /** A result that was kept: `annotationBytes` of it. */
  | { readonly kind: 'kept'; readonly bytes: Uint8Array };

export type PixelJob =
  | { readonly kind: 'image'; readonly files: CaseFilesAt }
  | {
      readonly kind: 'masks';
      readonly files: CaseFilesAt;
      readonly order: MaskOrder;
      /** The scan's grid is asked for once the masks are read: the scan may still be on its way. */
      readonly onScan: boolean;
    }
  | { readonly kind: 'picture'; readonly drawing: Drawing };

/** An image while it is unpacked: its first slices can be cut before the last are there. */
export interface ArrivingImage extends ImageFacts {
  readonly data: VoxelArray;
}

export interface ResultOf {
  readonly image: LoadedImage;
  readonly masks: LoadedMasks;
  readonly picture: Raster;
}

export type ToThread =
  | { readonly id: number; readonly job: PixelJob }
  | { readonly id: number; readonly grid: Grid };

export type FromThread =
  | { readonly id: number; readonly said: 'wants-grid' }
  | { readonly id: number; readonly said: 'arriving'; readonly image: ArrivingImage }
  | { readonly id: number; readonly said: 'arrived'; readonly voxels: number }
  | { readonly id: number; readonly said: 'done'; readonly result: ResultOf[keyof ResultOf] }
  | {
      readonly id: number;
      readonly said: 'failed';
      readonly code: string;
      readonly message: string;
      /** Of a fault that is ours: for the terminal. */
      readonly stack?: string;
    };
