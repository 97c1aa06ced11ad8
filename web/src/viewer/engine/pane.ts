// One plane on one canvas: slices become pixels in a buffer, which is laid on the screen with what is drawn on it.
import type { PlaneName } from '../../../../src/server/workbench/shapes/scan.ts';
import { type Camera, FITTED, type Frame, frameOf } from './camera.ts';
import { cssColour } from './colours.ts';
import { contoursOf, type Loop } from './contours.ts';
import { type Brush, drawCross, drawEdges, drawMark, drawOwn } from './draw-marks.ts';
import { ownLabel } from './own-marks.ts';
import {
  blendLabels,
  type LabelValues,
  labelsAlone,
  type PaintTable,
  paintTable,
  valuesOn,
} from './paint.ts';
import { edgesOf, type Point } from './planes.ts';
import type { SliceStore } from './slice-store.ts';
import type { DrawnSlice, Settings, ViewerScan } from './state.ts';
import type { ShownStructure } from './structures.ts';
import { greyTable, type ImageValues, paintGrey } from './windowing.ts';

export interface Pane {
  readonly plane: PlaneName;
  readonly canvas: HTMLCanvasElement;
  camera: Camera;
  /** Of what is on the screen. */
  frame: Frame;
  drawn: DrawnSlice | undefined;
  resize(): void;
  /** Draws the slice (which the store must hold). Returns what is on the screen then. */
  draw(index: number, settings: Settings, cross: Point | undefined): DrawnSlice;
}

export function newPane(
  plane: PlaneName,
  canvas: HTMLCanvasElement,
  scan: ViewerScan,
  store: SliceStore,
): Pane | undefined {
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return undefined;
  const facts = scan.facts.planes[plane];
  const grey = layer(facts.width, facts.height);
  const colour = layer(facts.width, facts.height);
  const edges = edgesOf(scan.facts.affine, facts);
  const blank = new Float32Array(facts.width * facts.height).fill(Number.NaN);
  let table: Uint32Array | undefined;
  let tableOf: Settings['window'] | undefined;
  let paints: { readonly table: PaintTable; readonly of: readonly unknown[] } | undefined;
  let composed: readonly unknown[] = [];
  let outlines: readonly { loops: readonly Loop[]; structure: ShownStructure; reader: boolean }[] = [];
  let unit = 1;

  const pane: Pane = {
    plane,
    canvas,
    camera: FITTED,
    frame: { left: 0, top: 0, scaleX: 1, scaleY: 1 },
    drawn: undefined,
    resize() {
      const { width, height } = canvas.getBoundingClientRect();
      const ratio = globalThis.devicePixelRatio || 1;
      unit = (ratio * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    },
    draw(index, settings, cross) {
      const image = store.image(plane, index) ?? blank;
      const labels = settings.masksOn ? store.labels('masks', plane, index) : undefined;
      const readerLabels =
        settings.masksOn && settings.readerOn ? store.labels('reader', plane, index) : undefined;
      const { window, shown, opacity, outline, smooth } = settings;
      const inputs = [index, image, labels, readerLabels, window, shown, opacity, outline, smooth];
      if (inputs.some((each, at) => each !== composed[at])) {
        compose(image, labels, settings);
        outlines = [
          ...(labels === undefined ? [] : traced(labels, scan, settings, false)),
          ...(readerLabels === undefined ? [] : traced(readerLabels, scan, settings, true)),
        ];
        pane.drawn = { plane, index, structures: structuresOn(labels, settings) };
        composed = inputs;
      }
      pane.frame = frameOf(pane.camera, facts, canvas);
      present(settings, index, cross);
      return pane.drawn ?? { plane, index, structures: [] };
    },
  };
  return pane;

  function compose(image: ImageValues, labels: LabelValues | undefined, settings: Settings): void {
    const { window, shown, opacity, outline, smooth } = settings;
    if (tableOf !== window) {
      table = greyTable(window, table);
      tableOf = window;
    }
    if (table === undefined) return;
    paintGrey(image, window, table, grey.pixels);
    if (labels !== undefined && !outline) {
      const of = [shown, opacity];
      if (paints === undefined || of.some((each, at) => each !== paints?.of[at]))
        paints = { table: tableFor(settings), of };
      if (smooth) {
        labelsAlone(labels, paints.table, colour.pixels);
        colour.put();
      } else blendLabels(labels, paints.table, grey.pixels);
    } else if (smooth) {
      colour.pixels.fill(0);
      colour.put();
    }
    grey.put();
  }

  function tableFor({ shown, opacity }: Settings): PaintTable {
    return paintTable(
      scan.structures
        .filter(({ key }) => shown.has(key))
        .map(({ layer: at, value, colour: paint, kind }) => ({
          layer: at,
          value,
          colour: paint,
          // A lesion stands out from the organ that it lies in.
          opacity: kind === 'lesion' ? Math.min(1, opacity * 1.4) : opacity,
        })),
      scan.facts.layers,
    );
  }

  function structuresOn(labels: LabelValues | undefined, { shown }: Settings): ShownStructure[] {
    if (labels === undefined) return [];
    const values = valuesOn(labels, scan.facts.layers, facts.width);
    return scan.structures.filter((each) => shown.has(each.key) && values[each.layer].has(each.value));
  }

  function traced(labels: LabelValues, from: ViewerScan, settings: Settings, reader: boolean) {
    const { facts: source, structures } = reader ? (from.reader ?? from) : from;
    const names = new Set(
      from.structures.filter(({ key }) => settings.shown.has(key)).map(({ structure }) => structure),
    );
    const known = new Set(from.structures.map(({ structure }) => structure));
    const values = valuesOn(labels, source.layers, facts.width);
    return structures
      .filter((each) => {
        if (!values[each.layer].has(each.value)) return false;
        // What only the reader has named can not be switched off by its annotated namesake.
        if (reader) return names.has(each.structure) || !known.has(each.structure);
        return settings.shown.has(each.key) && (settings.outline || each.kind === 'lesion');
      })
      .map((structure) => {
        const { layer: at, value } = structure;
        const within = values[at].get(value);
        const on = { labels, width: facts.width, height: facts.height, layer: at, value };
        return {
          structure,
          reader,
          loops: contoursOf(within === undefined ? on : { ...on, within }),
        };
      });
  }

  function present(settings: Settings, index: number, cross: Point | undefined): void {
    if (context === null) return;
    const { frame } = pane;
    context.fillStyle = '#000000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    const place = [frame.left, frame.top, facts.width * frame.scaleX, facts.height * frame.scaleY] as const;
    context.imageSmoothingEnabled = settings.smooth;
    context.imageSmoothingQuality = 'high';
    context.drawImage(grey.canvas, ...place);
    context.imageSmoothingEnabled = false;
    if (settings.smooth) context.drawImage(colour.canvas, ...place);
    const brush: Brush = { context, frame, unit, plates: [] };
    for (const each of outlines) drawOutline(brush, each);
    if (cross !== undefined) drawCross(brush, cross);
    if (settings.marksOn) for (const mark of settings.marks) drawMark(brush, mark, facts, index);
    for (const own of settings.drawn)
      if (own.plane === plane && own.index === index) drawOwn(brush, own, ownLabel(own, scan.facts.units));
    drawEdges(brush, edges, facts.spacing[1]);
  }
}

/** A line within the label's own pixels, so that it never looks larger than it is; a reader's is dashed. */
function drawOutline(
  { context, frame, unit }: Brush,
  { loops, structure, reader }: { loops: readonly Loop[]; structure: ShownStructure; reader: boolean },
): void {
  const path = new Path2D();
  for (const loop of loops) {
    for (let at = 0; at < loop.length; at += 2) {
      const x = frame.left + loop[at] * frame.scaleX;
      const y = frame.top + loop[at + 1] * frame.scaleY;
      if (at === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    path.closePath();
  }
  context.save();
  if (reader) {
    context.strokeStyle = 'rgb(0 0 0 / 80%)';
    context.lineWidth = 3.5 * unit;
    context.stroke(path);
    context.setLineDash([6 * unit, 4 * unit]);
    context.lineWidth = 2 * unit;
  } else {
    // Half of each line is cut off: it stays within the label. A dark rim keeps it apart from bright tissue.
    context.clip(path, 'evenodd');
    context.strokeStyle = 'rgb(0 0 0 / 70%)';
    context.lineWidth = 6 * unit;
    context.stroke(path);
    context.lineWidth = (structure.kind === 'lesion' ? 4 : 3) * unit;
  }
  context.strokeStyle = cssColour(structure.colour);
  context.stroke(path);
  context.restore();
}

/** Pixels that are written in place and put on a canvas of their own size. */
function layer(width: number, height: number) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const image = new ImageData(width, height);
  return {
    canvas,
    pixels: new Uint32Array(image.data.buffer),
    put: () => context?.putImageData(image, 0, 0),
  };
}
