// Pointers on a pane: dragging with each tool, two fingers, the wheel, and what lies under the pointer.
import type { PlaneName } from '../../../../src/server/workbench/shapes/scan.ts';
import { panned, toScreen } from './camera.ts';
import { measured } from './own-marks.ts';
import { type Point, voxelAt } from './planes.ts';
import type { DrawnMark } from './state.ts';
import { onCanvas, type Viewer } from './viewer.ts';
import { draggedWindow } from './windowing.ts';

export interface GestureOptions {
  readonly viewer: Viewer;
  readonly plane: PlaneName;
  readonly canvas: HTMLCanvasElement;
  /** The pointer is over a pixel of the drawn slice, or has left. */
  readonly onHover: (plane: PlaneName, pixel: Point | undefined) => void;
  /** A ruler or region is finished (or one of its ends was moved). */
  readonly onMark: (mark: DrawnMark) => void;
}

interface Drag {
  move(event: PointerEvent): void;
  end(): void;
}
/** CSS pixels within which a handle is caught, and that a finger goes for one slice. */
const CATCH = 9;
const FINGER = 9;

export function followPointers(options: GestureOptions): () => void {
  const { viewer, plane, canvas, onHover, onMark } = options;
  const facts = viewer.scan.facts.planes[plane];
  const fingers = new Map<number, Point>();
  let drag: Drag | undefined;
  let nextId = 1;
  let wheel = 0;

  const pixel = (event: { clientX: number; clientY: number }) =>
    viewer.pixelUnder(plane, event.clientX, event.clientY);
  const deviceScale = () => canvas.width / Math.max(1, canvas.getBoundingClientRect().width);

  function putMark(mark: DrawnMark): void {
    const { drawn } = viewer.settings();
    viewer.change({ drawn: [...drawn.filter(({ id }) => id !== mark.id), mark] });
  }

  function measuring(mark: DrawnMark, end: 'from' | 'to'): Drag {
    let now = mark;
    return {
      move(event) {
        const at = pixel(event);
        if (at === undefined) return;
        now = measured({ ...now, [end]: at }, viewer.scan.facts, viewer.samples(plane)?.image);
        putMark(now);
      },
      end() {
        // A click without a drag measures nothing.
        const length = Math.hypot(now.to[0] - now.from[0], now.to[1] - now.from[1]);
        if (length >= 0.5) onMark(now);
        else viewer.change({ drawn: viewer.settings().drawn.filter(({ id }) => id !== now.id) });
      },
    };
  }

  function caught(event: PointerEvent): Drag | undefined {
    const pane = viewer.pane(plane);
    if (pane?.drawn === undefined) return undefined;
    const at = onCanvas(canvas, event.clientX, event.clientY);
    for (const mark of viewer.settings().drawn.toReversed()) {
      if (mark.plane !== plane || mark.index !== pane.drawn.index) continue;
      for (const end of ['from', 'to'] as const) {
        const [x, y] = toScreen(pane.frame, mark[end]);
        if (Math.hypot(x - at[0], y - at[1]) <= CATCH * deviceScale()) return measuring(mark, end);
      }
    }
    return undefined;
  }

  function windowing(event: PointerEvent): Drag {
    const start = viewer.settings().window;
    const from: Point = [event.clientX, event.clientY];
    return {
      move(at) {
        viewer.change({
          window: draggedWindow(start, at.clientX - from[0], at.clientY - from[1], viewer.scan.facts.units),
        });
      },
      end() {},
    };
  }

  function moving(event: PointerEvent): Drag {
    let last: Point = [event.clientX, event.clientY];
    return {
      move(at) {
        const pane = viewer.pane(plane);
        if (pane === undefined) return;
        const scale = deviceScale();
        const by: Point = [(at.clientX - last[0]) * scale, (at.clientY - last[1]) * scale];
        last = [at.clientX, at.clientY];
        pane.camera = panned(pane.camera, by, pane.frame, facts);
        viewer.redraw();
      },
      end() {},
    };
  }

  function pointing(event: PointerEvent): Drag {
    const go = (at: PointerEvent) => {
      const where = pixel(at);
      if (where !== undefined) viewer.goTo(voxelAt(facts, viewer.index(plane), where));
    };
    go(event);
    return { move: go, end() {} };
  }

  /** One finger without a tool scrolls through slices. */
  function scrolling(event: PointerEvent): Drag {
    const from = event.clientY;
    const start = viewer.index(plane);
    return {
      move: (at) => viewer.standAt(plane, start + Math.round((at.clientY - from) / FINGER)),
      end() {},
    };
  }

  function drawing(event: PointerEvent, kind: 'ruler' | 'region'): Drag | undefined {
    const at = pixel(event);
    const index = viewer.pane(plane)?.drawn?.index;
    if (at === undefined || index === undefined) return undefined;
    const taken = viewer.settings().drawn.map(({ id }) => id);
    nextId = Math.max(nextId, ...taken) + 1;
    return measuring({ id: nextId, kind, plane, index, from: at, to: at }, 'to');
  }

  function begin(event: PointerEvent): Drag | undefined {
    const { tool } = viewer.settings();
    if (event.button === 2) return windowing(event);
    if (event.button === 1) return moving(event);
    if (tool === 'window') return windowing(event);
    if (tool === 'move') return moving(event);
    const handle = caught(event);
    if (handle !== undefined) return handle;
    if (tool === 'ruler' || tool === 'region') return drawing(event, tool);
    return event.pointerType === 'touch' ? scrolling(event) : pointing(event);
  }

  function down(event: PointerEvent): void {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (viewer.settings().plane !== plane) viewer.change({ plane });
    drag?.end();
    drag = fingers.size > 1 ? undefined : begin(event);
    if (event.button === 1) event.preventDefault();
  }

  function pinch(event: PointerEvent): void {
    const before = [...fingers.values()];
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const after = [...fingers.values()];
    const pane = viewer.pane(plane);
    if (pane === undefined || before.length !== 2) return;
    const apart = ([a, b]: Point[]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
    const middle = ([a, b]: Point[]): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [was, is] = [middle(before), middle(after)];
    const scale = deviceScale();
    pane.camera = panned(
      pane.camera,
      [(is[0] - was[0]) * scale, (is[1] - was[1]) * scale],
      pane.frame,
      facts,
    );
    viewer.zoom(plane, apart(after) / Math.max(1, apart(before)), onCanvas(canvas, is[0], is[1]));
  }

  function move(event: PointerEvent): void {
    if (fingers.size === 2 && fingers.has(event.pointerId)) pinch(event);
    else drag?.move(event);
    if (event.pointerType !== 'touch' || drag !== undefined) onHover(plane, pixel(event));
  }

  function up(event: PointerEvent): void {
    fingers.delete(event.pointerId);
    drag?.end();
    drag = undefined;
  }

  function turn(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      const factor = Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 200);
      viewer.zoom(plane, factor, onCanvas(canvas, event.clientX, event.clientY));
      return;
    }
    // A notch of a wheel is one slice; a touchpad's small steps add up to one.
    const notch = event.deltaMode !== 0 || Math.abs(event.deltaY) >= 50;
    wheel = notch ? Math.sign(event.deltaY) * 30 : wheel + event.deltaY;
    const slices = Math.trunc(wheel / 30);
    wheel -= slices * 30;
    if (slices !== 0) viewer.standAt(plane, viewer.index(plane) + slices);
    if (viewer.settings().plane !== plane) viewer.change({ plane });
  }

  const leave = () => onHover(plane, undefined);
  const menu = (event: Event) => event.preventDefault();
  canvas.addEventListener('pointerdown', down);
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  canvas.addEventListener('pointerleave', leave);
  canvas.addEventListener('contextmenu', menu);
  canvas.addEventListener('wheel', turn, { passive: false });
  return () => {
    canvas.removeEventListener('pointerdown', down);
    canvas.removeEventListener('pointermove', move);
    canvas.removeEventListener('pointerup', up);
    canvas.removeEventListener('pointercancel', up);
    canvas.removeEventListener('pointerleave', leave);
    canvas.removeEventListener('contextmenu', menu);
    canvas.removeEventListener('wheel', turn);
  };
}
