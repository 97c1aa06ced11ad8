// What a viewer shows: settings that controls follow, and the marks that it draws.
import type { Vec3 } from '../../../../src/domain/geometry.ts';
import type {
  DisplayWindowShape,
  PlaneName,
  ScanFacts,
  ScanMark,
} from '../../../../src/server/workbench/shapes/scan.ts';
import type { Tool } from './keys.ts';
import type { RegionStatistics } from './measuring.ts';
import type { LabelValues } from './paint.ts';
import type { Point } from './planes.ts';
import { type ShownStructure, shownAtFirst, shownStructures } from './structures.ts';
import type { ImageValues } from './windowing.ts';

export type Owner = 'gold' | 'reader' | 'visitor';

export type OwnedMark = ScanMark & { readonly by?: Owner };

/** What the visitor drew on one slice: its ends in pixels of that slice. */
export interface DrawnMark {
  readonly id: number;
  readonly kind: 'ruler' | 'region';
  readonly plane: PlaneName;
  readonly index: number;
  readonly from: Point;
  readonly to: Point;
  /** Of a ruler. */
  readonly millimetres?: number;
  /** Of a region; absent when no pixel lies in it. */
  readonly statistics?: RegionStatistics;
}

/** A new object after each change. Where the viewer stands is apart: it changes with every slice. */
export interface Settings {
  readonly layout: 'one' | 'three' | 'volume';
  /** The plane shown, or of three the one that keys act on. */
  readonly plane: PlaneName;
  readonly window: DisplayWindowShape;
  readonly tool: Tool;
  readonly masksOn: boolean;
  readonly readerOn: boolean;
  /** Keys of the structures whose masks are drawn. */
  readonly shown: ReadonlySet<string>;
  readonly opacity: number;
  readonly outline: boolean;
  readonly smooth: boolean;
  readonly marksOn: boolean;
  readonly marks: readonly OwnedMark[];
  readonly drawn: readonly DrawnMark[];
}

/** What is really on the screen in one plane. */
export interface DrawnSlice {
  readonly plane: PlaneName;
  readonly index: number;
  /** Structures whose masks are drawn there. */
  readonly structures: readonly ShownStructure[];
}

/** Values and labels of the slice that is drawn. */
export interface Samples {
  readonly index: number;
  readonly image: ImageValues | undefined;
  readonly labels: LabelValues | undefined;
}

export interface ViewerScan {
  readonly facts: ScanFacts;
  readonly structures: readonly ShownStructure[];
  /** The reader's masks, where there are some on the same grid. */
  readonly reader?: { readonly facts: ScanFacts; readonly structures: readonly ShownStructure[] };
}

/** The reader's structures take the colours of the annotated ones of the same name. */
export function viewerScan(facts: ScanFacts, readerFacts: ScanFacts | undefined): ViewerScan {
  const structures = shownStructures(facts);
  if (readerFacts === undefined || !sameShape(facts.shape, readerFacts.shape)) return { facts, structures };
  const colours = new Map(structures.map(({ structure, colour }) => [structure, colour]));
  return {
    facts,
    structures,
    reader: {
      facts: readerFacts,
      structures: shownStructures(readerFacts).map((each) => ({
        ...each,
        colour: colours.get(each.structure) ?? each.colour,
      })),
    },
  };
}

const sameShape = (a: Vec3, b: Vec3) => a.every((n, axis) => n === b[axis]);

export function firstSettings({ facts, structures }: ViewerScan, planes: readonly PlaneName[]): Settings {
  return {
    layout: 'one',
    plane: planes.includes('axial') ? 'axial' : planes[0],
    window: facts.window,
    tool: 'point',
    masksOn: true,
    readerOn: true,
    shown: shownAtFirst(structures),
    opacity: 0.4,
    outline: false,
    smooth: false,
    marksOn: true,
    marks: [],
    drawn: [],
  };
}
