// How a slice lies on the screen: zoom and pan, and back from the screen to pixels. Pure arithmetic.
import type { Point } from './planes.ts';

/** What is seen: `zoom` times the fitted size, and which point of the slice (0…1 of its sides) is in the middle. */
export interface Camera {
  readonly zoom: number;
  readonly centre: Point;
}
export const FITTED: Camera = { zoom: 1, centre: [0.5, 0.5] };
const MOST = 40;

/** A slice on a screen: device pixels of the left top corner of pixel (0, 0), and device pixels per pixel. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
  /** mm per pixel: rows (y), columns (x). */
  readonly spacing: readonly [number, number];
}

/** Millimetres have one length on the screen, along x and along y, whatever the spacing. */
export function frameOf(camera: Camera, slice: Extent, screen: { width: number; height: number }): Frame {
  const wide = slice.width * slice.spacing[1];
  const high = slice.height * slice.spacing[0];
  const perMm = Math.min(screen.width / wide, screen.height / high) * camera.zoom;
  const scaleX = perMm * slice.spacing[1];
  const scaleY = perMm * slice.spacing[0];
  return {
    left: screen.width / 2 - camera.centre[0] * slice.width * scaleX,
    top: screen.height / 2 - camera.centre[1] * slice.height * scaleY,
    scaleX,
    scaleY,
  };
}

/** Pixel (centres are whole numbers) under a point of the screen. */
export const toPixel = (frame: Frame, [x, y]: Point): Point => [
  (x - frame.left) / frame.scaleX - 0.5,
  (y - frame.top) / frame.scaleY - 0.5,
];
/** Point of the screen over a pixel's centre. */
export const toScreen = (frame: Frame, [x, y]: Point): Point => [
  frame.left + (x + 0.5) * frame.scaleX,
  frame.top + (y + 0.5) * frame.scaleY,
];

/** Zoomed by `factor`, with what lies under a point of the screen staying there. */
export function zoomedAt(
  camera: Camera,
  factor: number,
  at: Point,
  slice: Extent,
  screen: { width: number; height: number },
): Camera {
  const zoom = Math.min(MOST, Math.max(0.5, camera.zoom * factor));
  const before = toPixel(frameOf(camera, slice, screen), at);
  const after = toPixel(frameOf({ ...camera, zoom }, slice, screen), at);
  return held({
    zoom,
    centre: [
      camera.centre[0] + (before[0] - after[0]) / slice.width,
      camera.centre[1] + (before[1] - after[1]) / slice.height,
    ],
  });
}

/** Moved by so many device pixels; the middle of the screen stays on the slice. */
export function panned(camera: Camera, [dx, dy]: Point, frame: Frame, slice: Extent): Camera {
  return held({
    zoom: camera.zoom,
    centre: [
      camera.centre[0] - dx / (frame.scaleX * slice.width),
      camera.centre[1] - dy / (frame.scaleY * slice.height),
    ],
  });
}

const held = ({ zoom, centre: [x, y] }: Camera): Camera => ({
  zoom,
  centre: [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))],
});
