// Tools: typed operations a reader may call, in oracle, predicted or vision mode.
import type * as z from 'zod';
import type { ExpertRole, Experts, StoredBytes } from './expert.ts';
import type { Material } from './material.ts';
import type { MeasurementSet } from './measurement.ts';
import type { AskedCase } from './reader.ts';
import type { Annotation, Raster, Volume } from './volume.ts';

export const TOOL_MODES = ['oracle', 'predicted', 'vision'] as const;
export type ToolMode = (typeof TOOL_MODES)[number];

/**
 * What tools may reach of one case. It is bound to that case: no tool takes a case id, so none can read another.
 * There is no way from here to a key.
 */
export interface CaseAccess {
  /** All of its record; of a published item only who it is about. */
  readonly record: AskedCase;
  /** Measurements on the annotated mask (oracle) or a segmenter's (predicted). Throws `not-allowed` in vision mode. */
  measurements(): Promise<MeasurementSet>;
  /** Source of the mask behind `measurements` and organ crops: "annotated", or the segmenter's name and hash. */
  readonly maskSource: string;
  /** The scan, or undefined when the case has masks only. */
  volume(): Promise<Volume | undefined>;
  /** The masks behind `measurements`, on the scan's grid. Throws `not-allowed` in vision mode. Absent: none can be had. */
  annotation?(): Promise<Annotation>;
  /** Organs for which a crop can be cut. Organ masks only, never lesion masks. */
  availableCrops(): Promise<string[]>;
  /** A windowed (level 50, width 400) axial organ crop, stored as a blob: its hash and the image. */
  crop(organ: string): Promise<{ hash: string; raster: Raster; organ: string } | undefined>;
  /** An earlier scan of the same patient, where the case has one. Absent: it has none. */
  earlier?(): Promise<Volume | undefined>;
}

/** Pictures that tools of one read may look at and make, by content hash. */
export interface ToolPictures {
  /** What the question shows, in order, and then what tools of this read have made. No other stored picture opens. */
  list(): readonly { readonly hash: string; readonly mediaType: string; readonly madeBy?: string }[];
  /** A picture of that list. Throws `not-allowed` for any other hash. */
  open(hash: string): Promise<{ readonly raster: Raster; readonly stored: StoredBytes }>;
  /** Stores a picture that a tool made and adds it to the list; returns its hash. */
  keep(raster: Raster, madeBy: string): Promise<string>;
  /** Adds a stored picture that an expert of the run returned (a page that was found). */
  admit?(hash: string, mediaType: string, madeBy: string): void;
}

/** A code of a coding system, as a table of the user's or the project's own gives it. */
export interface Code {
  /** "SCT", "ICD-10-CM", "RadLex", "LOINC", or whatever the user's table says. */
  readonly system: string;
  readonly code: string;
  readonly name: string;
  /** Other names that it is found by. */
  readonly also?: readonly string[];
  /** Where it stands. */
  readonly source?: string;
}

export interface ToolContext {
  readonly case: CaseAccess;
  /** The read's pictures. Absent: the case is a scan, and tools that need a picture cut one from it first. */
  readonly pictures?: ToolPictures;
  /** Records, earlier reports and pages of the case. */
  readonly materials?: readonly Material[];
  /** Sounds of the question in order, and then of its materials. */
  readonly sounds?: readonly StoredBytes[];
  /** The user's own table of codes. */
  readonly codes?: readonly Code[];
  /** Experts that the user gave the run. */
  readonly experts?: Experts;
  readonly mode: ToolMode;
  /** Criteria set that knowledge look-ups use. */
  readonly criteria: string;
  readonly signal: AbortSignal;
}

export const TOOL_GROUPS = ['case', 'pixels', 'knowledge', 'expert', 'outside'] as const;
export type ToolGroup = (typeof TOOL_GROUPS)[number];

export interface Tool<Input = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly modes: readonly ToolMode[];
  /**
   * What a toolset is chosen by: "case" measures and crops as the published environment does and is given unless
   * others are asked for; "pixels", "knowledge", "expert" and "outside" (an MCP server's) are given when named.
   * Default "case".
   */
  readonly group?: ToolGroup;
  /** Works on a scan or its masks and on nothing else: not given for items that have none. Default false. */
  readonly needsScan?: boolean;
  /** Asks this expert and does nothing without it: not given in runs that have none. */
  readonly needsExpert?: ExpertRole;
  /** Returns plain JSON; pictures as `{image: hash}`. A thrown OverreadError becomes the tool's result. */
  run(input: Input, context: ToolContext): Promise<unknown>;
}
