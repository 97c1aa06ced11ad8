// Rulers, boxes, points, regions and the cross-hair, drawn on a canvas in device pixels.
import type { PlaneFacts } from '../../../../src/server/workbench/shapes/scan.ts';
import { type Frame, toScreen } from './camera.ts';
import { strengthOn, withinSlice } from './marks.ts';
import { type Edges, type Point, pixelAt } from './planes.ts';
import type { DrawnMark, OwnedMark, Owner } from './state.ts';

export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly frame: Frame;
  /** Device pixels per CSS pixel, times the page's own size of text. */
  readonly unit: number;
  /** Plates of labels that stand already: left, top, width, height. The next ones keep clear of them. */
  readonly plates?: Plate[];
}
type Plate = readonly [left: number, top: number, wide: number, high: number];

const INK: Readonly<Record<Owner, string>> = { gold: '#ffd447', reader: '#7cc4ff', visitor: '#ffffff' };
const HALO = 'rgb(0 0 0 / 75%)';

/** Strokes a path twice: a dark halo first, so that it is seen on bone too. */
function stroke(brush: Brush, by: Owner, trace: () => void): void {
  const { context, unit } = brush;
  const dash = by === 'reader' ? [6 * unit, 4 * unit] : [];
  for (const [style, width] of [
    [HALO, 4],
    [INK[by], by === 'visitor' ? 1.5 : 2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width * unit;
    context.setLineDash(style === HALO ? [] : dash);
    context.beginPath();
    trace();
    context.stroke();
  }
  context.setLineDash([]);
}

/** A label on a dark plate beside a point, inside the canvas. */
function label(brush: Brush, by: Owner, text: string, [x, y]: Point): void {
  const { context, unit } = brush;
  if (text === '') return;
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  context.font = `600 ${12 * unit}px ${FONT}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const wide = context.measureText(shown).width + 8 * unit;
  const high = 18 * unit;
  // On the other side of the point where there is no room, so that it does not cover what it names.
  const right = x + 10 * unit;
  const left = right + wide <= context.canvas.width - 2 ? right : Math.max(2, x - 10 * unit - wide);
  const lowest = context.canvas.height - high - 2;
  const wanted = Math.max(2, Math.min(lowest, y - high / 2));
  const top = freeTop(brush.plates ?? [], [left, wanted, wide, high], lowest);
  brush.plates?.push([left, top, wide, high]);
  context.fillStyle = HALO;
  context.fillRect(left, top, wide, high);
  context.fillStyle = INK[by];
  context.fillText(shown, left + 4 * unit, top + high / 2);
}
/** The nearest place above or below that no other plate covers; the wanted one where there is none. */
export function freeTop(plates: readonly Plate[], [left, wanted, wide, high]: Plate, lowest: number): number {
  const besides = plates.filter(([x, , w]) => left < x + w && x < left + wide);
  const free = (top: number) =>
    top >= 2 && top <= lowest && besides.every(([, y, , h]) => top + high <= y || y + h <= top);
  const places = [wanted, ...besides.flatMap(([, y, , h]) => [y + h + 1, y - high - 1])];
  return places.filter(free).sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? wanted;
}
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

function ruler(brush: Brush, by: Owner, from: Point, to: Point, text: string): void {
  const { context, unit } = brush;
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const bar = 6 * unit;
  const across: Point = [((from[1] - to[1]) / length) * bar, ((to[0] - from[0]) / length) * bar];
  stroke(brush, by, () => {
    context.moveTo(...from);
    context.lineTo(...to);
  });
  stroke(brush, by, () => {
    for (const [x, y] of [from, to]) {
      context.moveTo(x - across[0], y - across[1]);
      context.lineTo(x + across[0], y + across[1]);
    }
  });
  label(brush, by, text, to[0] >= from[0] ? to : from);
}

function rectangle(brush: Brush, by: Owner, a: Point, b: Point, text: string): void {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  stroke(brush, by, () => brush.context.rect(left, top, right - left, bottom - top));
  label(brush, by, text, [right, top]);
}

/** Draws a mark where it lies on the slice; fainter on the two slices on each side. True when it was drawn. */
export function drawMark(brush: Brush, mark: OwnedMark, facts: PlaneFacts, index: number): boolean {
  const strength = strengthOn(mark, facts, index);
  if (strength === 0) return false;
  const { context, frame, unit } = brush;
  const by = mark.by ?? 'gold';
  context.globalAlpha = strength;
  const screen = (voxel: readonly [number, number, number]) => toScreen(frame, pixelAt(facts, voxel));
  if (mark.kind === 'ruler') {
    const flat = Math.abs(mark.from[facts.axis] - mark.to[facts.axis]) <= 1;
    const part = flat ? [mark.from, mark.to] : withinSlice(mark.from, mark.to, facts.axis, index);
    if (part !== undefined) ruler(brush, by, screen(part[0]), screen(part[1]), mark.label);
  } else if (mark.kind === 'box') {
    // The box's voxels are inside of it whole.
    const [ax, ay] = screen(mark.min);
    const [bx, by2] = screen(mark.max);
    const dx = ((bx >= ax ? 1 : -1) * frame.scaleX) / 2;
    const dy = ((by2 >= ay ? 1 : -1) * frame.scaleY) / 2;
    rectangle(brush, by, [ax - dx, ay - dy], [bx + dx, by2 + dy], mark.label);
  } else {
    const [x, y] = screen(mark.at);
    const arm = 8 * unit;
    stroke(brush, by, () => {
      context.moveTo(x - arm, y);
      context.lineTo(x + arm, y);
      context.moveTo(x, y - arm);
      context.lineTo(x, y + arm);
    });
    label(brush, by, mark.label, [x, y]);
  }
  context.globalAlpha = 1;
  return true;
}

/** The visitor's own ruler or region, with handles at its ends. */
export function drawOwn(brush: Brush, mark: DrawnMark, text: string): void {
  const { context, frame, unit } = brush;
  const from = toScreen(frame, mark.from);
  const to = toScreen(frame, mark.to);
  if (mark.kind === 'ruler') ruler(brush, 'visitor', from, to, text);
  else {
    stroke(brush, 'visitor', () =>
      context.ellipse(
        (from[0] + to[0]) / 2,
        (from[1] + to[1]) / 2,
        Math.abs(to[0] - from[0]) / 2,
        Math.abs(to[1] - from[1]) / 2,
        0,
        0,
        2 * Math.PI,
      ),
    );
    label(brush, 'visitor', text, [Math.max(from[0], to[0]), (from[1] + to[1]) / 2]);
  }
  context.fillStyle = INK.visitor;
  for (const [x, y] of [from, to]) context.fillRect(x - 2 * unit, y - 2 * unit, 4 * unit, 4 * unit);
}

export function drawCross(brush: Brush, at: Point): void {
  const { context, frame, unit } = brush;
  const [x, y] = toScreen(frame, at);
  const gap = 8 * unit;
  const { width, height } = context.canvas;
  context.strokeStyle = 'rgb(124 196 255 / 70%)';
  context.lineWidth = unit;
  context.beginPath();
  for (const [x0, y0, x1, y1] of [
    [0, y, x - gap, y],
    [x + gap, y, width, y],
    [x, 0, x, y - gap],
    [x, y + gap, x, height],
  ]) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
}

/** Letters at the edges, and a bar of a round length in cm or mm at the left. */
export function drawEdges(brush: Brush, edges: Edges, mmPerPixel: number): void {
  const { context, unit, frame } = brush;
  const { width, height } = context.canvas;
  const away = 12 * unit;
  context.font = `700 ${14 * unit}px ${FONT}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.lineJoin = 'round';
  for (const [letter, x, y] of [
    [edges.left, away, height / 2],
    [edges.right, width - away, height / 2],
    [edges.top, width / 2, away],
    [edges.bottom, width / 2, height - away],
  ] as const) {
    context.strokeStyle = HALO;
    context.lineWidth = 3 * unit;
    context.strokeText(letter, x, y);
    context.fillStyle = '#e8eef4';
    context.fillText(letter, x, y);
  }
  const perMm = frame.scaleX / mmPerPixel;
  const length = [200, 100, 50, 20, 10, 5, 2, 1].find((mm) => mm * perMm < height * 0.3) ?? 1;
  const x = 12 * unit;
  const bottom = height - 12 * unit;
  stroke(brush, 'visitor', () => {
    context.moveTo(x, bottom);
    context.lineTo(x, bottom - length * perMm);
    for (const end of [bottom, bottom - length * perMm]) {
      context.moveTo(x - 4 * unit, end);
      context.lineTo(x + 4 * unit, end);
    }
  });
  context.textAlign = 'left';
  context.font = `500 ${11 * unit}px ${FONT}`;
  context.fillStyle = '#e8eef4';
  context.fillText(length >= 10 ? `${length / 10} cm` : `${length} mm`, x + 8 * unit, bottom - 6 * unit);
}
