// What a page gives a viewer. Scans come as slices below an address, pictures as one address.
import type {
  DisplayWindowShape,
  PlaneName,
  ScanMark,
  ViewFocus,
} from '../../../src/server/workbench/shapes/scan.ts';

/** Whose mark it is: the annotation's are drawn solid, the reader's dashed, the visitor's own as tools draw them. */
export type MarkOwner = 'gold' | 'reader' | 'visitor';

export interface View {
  readonly plane: PlaneName;
  readonly index: number;
  readonly window: DisplayWindowShape;
}

/**
 * The root element says what is DRAWN: data-ready ("true" from the first slice on), data-plane, data-index,
 * data-slices-drawn (how many other slices were drawn so far), data-masks-visible ("true" when masks are switched on
 * and some structure is), data-structures-drawn (ids with voxels on the slice, commas between). Each canvas has
 * data-plane, data-index, and data-frame="LEFT TOP SCALEX SCALEY" in device pixels: the left top corner of pixel
 * (0, 0) of the slice, and the size of a pixel.
 */
export interface ScanViewerProps {
  /** Address below which `scan`, `slices/…` and `masks/…` are served (src/server/workbench/shapes/scan.ts). */
  readonly base: string;
  /** The same for the masks that the reader saw, where they are not the annotated ones; drawn as outlines beside them. */
  readonly readerBase?: string;
  /** What is looked at, for screen readers: "Case 3f9a1c, abdominal CT". */
  readonly label: string;
  /** Where to stand. A new object moves the viewer there and shows its window, structures and marks. */
  readonly focus?: ViewFocus;
  /** Whose the marks of the focus are. Default "gold". */
  readonly focusBy?: MarkOwner;
  /** Marks besides those of the focus. */
  readonly marks?: readonly (ScanMark & { readonly by?: MarkOwner })[];
  /** False: there are no masks to switch on (a blind reading). Default true. */
  readonly masks?: boolean;
  /** Planes that may be looked at; one alone has no switch. Default all three. */
  readonly planes?: readonly PlaneName[];
  /** False: windows, zoom and scrolling only, no ruler and no region. Default true. */
  readonly tools?: boolean;
  /** Address below which volume.nii and labels.nii are served, for 3D. Default: `base` where it is a benchmark's. */
  readonly volumeBase?: string;
  /** Told after each move, window change or plane change. */
  readonly onView?: (view: View) => void;
  /** Told of every ruler or region that the visitor has drawn. */
  readonly onMeasure?: (measured: VisitorMeasurement) => void;
}

export type VisitorMeasurement =
  | {
      readonly kind: 'ruler';
      readonly plane: PlaneName;
      readonly index: number;
      readonly millimetres: number;
    }
  | {
      readonly kind: 'region';
      readonly plane: PlaneName;
      readonly index: number;
      readonly squareMillimetres: number;
      readonly mean: number;
      readonly sd: number;
      readonly min: number;
      readonly max: number;
      readonly pixels: number;
    };

export interface PictureViewerProps {
  /** Address of the picture. */
  readonly src: string;
  readonly label: string;
  /** Boxes in pixels of the picture, [left, top, right, bottom]. */
  readonly boxes?: readonly {
    readonly box: readonly [number, number, number, number];
    readonly label: string;
    readonly by?: MarkOwner;
  }[];
}
