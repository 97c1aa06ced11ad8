// The viewer without its controls: where it stands, what it needs from the server, and when panes are drawn.
import type { Vec3 } from '../../../../src/domain/geometry.ts';
import type { PlaneName, ViewFocus } from '../../../../src/server/workbench/shapes/scan.ts';
import { FITTED, toPixel, toScreen, zoomedAt } from './camera.ts';
import { middleOfMark } from './marks.ts';
import { newPane, type Pane } from './pane.ts';
import { clampVoxel, type Point, pixelAt } from './planes.ts';
import {
  indicesAround,
  newSliceStore,
  type Part,
  type SliceKey,
  type SliceStoreOptions,
} from './slice-store.ts';
import { type DrawnSlice, firstSettings, type Samples, type Settings, type ViewerScan } from './state.ts';
import { firstVoxel } from './structures.ts';

export interface ViewerOptions {
  readonly scan: ViewerScan;
  readonly load: SliceStoreOptions['load'];
  /** False: no masks are asked for. */
  readonly masks: boolean;
  /** Planes that may be looked at; at least one. */
  readonly planes: readonly PlaneName[];
  /** False: no ruler and no region. */
  readonly tools: boolean;
  /** After each drawing of a pane. `fresh`: another slice than before. */
  readonly onDrawn: (drawn: DrawnSlice, fresh: boolean) => void;
  /** Why the slice that is stood on can not be drawn; undefined once it can. */
  readonly onTrouble: (trouble: unknown) => void;
}

export interface Viewer {
  readonly scan: ViewerScan;
  readonly masks: boolean;
  readonly planes: readonly PlaneName[];
  readonly tools: boolean;
  settings(): Settings;
  /** Called after each change of the settings. Returns the way to stop. */
  subscribe(listener: () => void): () => void;
  change(part: Partial<Settings>): void;
  voxel(): Vec3;
  /** Index that the viewer stands on (which may not be drawn yet). */
  index(plane?: PlaneName): number;
  standAt(plane: PlaneName, index: number): void;
  /** All planes go to the voxel. */
  goTo(voxel: Vec3): void;
  /** Stands where the focus is, with its window and structures; marks are settings of their own. */
  focusOn(focus: ViewFocus): void;
  attach(plane: PlaneName, canvas: HTMLCanvasElement): () => void;
  pane(plane: PlaneName): Pane | undefined;
  /** Pixel of the drawn slice under a point of the page; undefined before anything is drawn. */
  pixelUnder(plane: PlaneName, clientX: number, clientY: number): Point | undefined;
  zoom(plane: PlaneName, factor: number, at?: Point): void;
  /** Values and labels of what is drawn. */
  samples(plane: PlaneName): Samples | undefined;
  redraw(): void;
  retry(): void;
  fit(): void;
  close(): void;
}

export function newViewer(options: ViewerOptions): Viewer {
  const { scan, masks, planes, tools, onDrawn, onTrouble } = options;
  const { facts } = scan;
  const panes = new Map<PlaneName, Pane>();
  const cameras = new Map<PlaneName, Pane['camera']>();
  const listeners = new Set<() => void>();
  const directions = new Map<PlaneName, -1 | 0 | 1>();
  let settings = firstSettings(scan, planes);
  let voxel: Vec3 = firstVoxel(facts, masks);
  let frame = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const store = newSliceStore({
    load: options.load,
    onArrival: (key) => {
      // What was fetched ahead changes nothing on the screen.
      if (isNear(key)) schedule();
    },
  });

  const isNear = ({ plane, index }: SliceKey) => {
    const drawn = panes.get(plane)?.drawn;
    const target = indexOf(plane);
    return drawn === undefined || Math.abs(index - target) <= Math.abs(drawn.index - target);
  };
  const indexOf = (plane: PlaneName) => voxel[facts.planes[plane].axis];

  function partsWanted(): Part[] {
    const parts: Part[] = facts.hasImage ? ['image'] : [];
    if (masks && settings.masksOn && facts.layers > 0) parts.push('masks');
    if (masks && settings.masksOn && settings.readerOn && scan.reader !== undefined) parts.push('reader');
    return parts;
  }

  /** A slice can be drawn when all of its parts are here, or will never be. */
  const complete = (plane: PlaneName, index: number) =>
    partsWanted().every((part) => {
      const key = { part, plane, index };
      return store.has(key) || (part !== 'image' && store.failure(key) !== undefined);
    });

  function want(): void {
    const keys: SliceKey[] = [];
    const parts = partsWanted();
    // Slices that are stood on come before any that may be next, and the active plane's before the others'.
    const shown = [...panes.keys()].sort(
      (a, b) => Number(b === settings.plane) - Number(a === settings.plane),
    );
    const rings = shown.map((plane) => ({
      plane,
      around: indicesAround(indexOf(plane), directions.get(plane) ?? 0, facts.planes[plane].count),
    }));
    const longest = Math.max(0, ...rings.map(({ around }) => around.length));
    for (let step = 0; step < longest; step++)
      for (const { plane, around } of rings)
        if (step < around.length) for (const part of parts) keys.push({ part, plane, index: around[step] });
    store.want(keys);
  }

  function schedule(): void {
    if (closed || frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      for (const pane of panes.values()) drawPane(pane);
    });
  }

  function drawPane(pane: Pane): void {
    const target = indexOf(pane.plane);
    const index = drawable(pane, target);
    if (pane.plane === settings.plane) onTrouble(troubleAt(pane.plane, target));
    if (index === undefined) return;
    const before = pane.drawn?.index;
    const cross =
      settings.layout === 'three' && index === target ? pixelAt(facts.planes[pane.plane], voxel) : undefined;
    const drawn = pane.draw(index, settings, cross);
    onDrawn(drawn, before !== index);
  }

  /** The slice stood on, or until it is here the nearest one that is: nearer than what is drawn already. */
  function drawable(pane: Pane, target: number): number | undefined {
    if (complete(pane.plane, target)) return target;
    const drawn = pane.drawn?.index;
    // Before anything is drawn one waits for the slice itself, unless it will never come.
    const hopeless = drawn === undefined && troubleAt(pane.plane, target) !== undefined;
    const reach = drawn === undefined ? (hopeless ? 12 : 0) : Math.abs(drawn - target);
    for (let away = 1; away < Math.min(reach, 12); away++)
      for (const index of [target - away, target + away])
        if (index >= 0 && index < facts.planes[pane.plane].count && complete(pane.plane, index)) return index;
    return drawn;
  }

  function troubleAt(plane: PlaneName, index: number): unknown {
    for (const part of partsWanted()) {
      const failure = store.failure({ part, plane, index });
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  function moved(): void {
    want();
    schedule();
    clearTimeout(rest);
    rest = setTimeout(() => {
      directions.clear();
      want();
    }, 300);
  }

  const viewer: Viewer = {
    scan,
    masks,
    planes,
    tools,
    settings: () => settings,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change(part) {
      settings = { ...settings, ...part };
      want();
      schedule();
      for (const listener of listeners) listener();
    },
    voxel: () => voxel,
    index: (plane = settings.plane) => indexOf(plane),
    standAt(plane, index) {
      const { axis, count } = facts.planes[plane];
      const held = Math.min(count - 1, Math.max(0, Math.round(index)));
      const by = Math.sign(held - voxel[axis]) as -1 | 0 | 1;
      if (by === 0) return;
      directions.set(plane, by);
      voxel = replaced(voxel, axis, held);
      moved();
    },
    goTo(to) {
      voxel = clampVoxel(facts.shape, to);
      moved();
    },
    focusOn(focus) {
      const { axis, count } = facts.planes[focus.plane];
      const [first] = focus.marks;
      const near = first === undefined ? voxel : clampVoxel(facts.shape, middleOfMark(first));
      voxel = replaced(near, axis, Math.min(count - 1, Math.max(0, focus.index)));
      const names = focus.structures && new Set(focus.structures);
      viewer.change({
        plane: focus.plane,
        layout: settings.layout === 'three' ? 'three' : 'one',
        ...(focus.window === undefined ? {} : { window: focus.window }),
        ...(names === undefined
          ? {}
          : {
              shown: new Set(
                scan.structures.filter(({ structure }) => names.has(structure)).map(({ key }) => key),
              ),
            }),
      });
      moved();
    },
    attach(plane, canvas) {
      const pane = newPane(plane, canvas, scan, store);
      if (pane === undefined) return () => {};
      pane.camera = cameras.get(plane) ?? FITTED;
      panes.set(plane, pane);
      const sized = new ResizeObserver(() => {
        pane.resize();
        // A canvas is empty after it has been sized: drawn at once, it does not flicker.
        drawPane(pane);
      });
      sized.observe(canvas);
      pane.resize();
      want();
      schedule();
      return () => {
        sized.disconnect();
        cameras.set(plane, pane.camera);
        if (panes.get(plane) === pane) panes.delete(plane);
      };
    },
    pane: (plane) => panes.get(plane),
    pixelUnder(plane, clientX, clientY) {
      const pane = panes.get(plane);
      if (pane?.drawn === undefined) return undefined;
      return toPixel(pane.frame, onCanvas(pane.canvas, clientX, clientY));
    },
    zoom(plane, factor, at) {
      const pane = panes.get(plane);
      if (pane === undefined) return;
      const { width, height } = pane.canvas;
      // Without a pointer, what one stands on stays where it is, if it is on the screen.
      const [x, y] = toScreen(pane.frame, pixelAt(facts.planes[plane], voxel));
      const seen = x > 0 && y > 0 && x < width && y < height;
      const still: Point = at ?? (seen ? [x, y] : [width / 2, height / 2]);
      pane.camera = zoomedAt(pane.camera, factor, still, facts.planes[plane], pane.canvas);
      schedule();
    },
    samples(plane) {
      const drawn = panes.get(plane)?.drawn;
      if (drawn === undefined) return undefined;
      const { index } = drawn;
      return {
        index,
        image: store.image(plane, index),
        labels: masks ? store.labels('masks', plane, index) : undefined,
      };
    },
    redraw: schedule,
    retry() {
      store.forgive();
      want();
    },
    fit() {
      for (const pane of panes.values()) pane.camera = FITTED;
      schedule();
    },
    close() {
      closed = true;
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      store.close();
      panes.clear();
    },
  };
  return viewer;
}

/** Device pixels of a canvas under a point of the page. */
export function onCanvas(canvas: HTMLCanvasElement, clientX: number, clientY: number): Point {
  const box = canvas.getBoundingClientRect();
  return [
    ((clientX - box.left) * canvas.width) / Math.max(1, box.width),
    ((clientY - box.top) * canvas.height) / Math.max(1, box.height),
  ];
}

function replaced(voxel: Vec3, axis: number, value: number): Vec3 {
  const next: [number, number, number] = [...voxel];
  next[axis] = value;
  return next;
}
