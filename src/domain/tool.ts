// Tools: typed operations a reader may call, in oracle, predicted or vision mode.
import type * as z from 'zod';
import type { CaseRecord } from './case.ts';
import type { MeasurementSet } from './measurement.ts';
import type { Raster, Volume } from './volume.ts';

export const TOOL_MODES = ['oracle', 'predicted', 'vision'] as const;
export type ToolMode = (typeof TOOL_MODES)[number];

/**
 * What tools may reach of one case. It is bound to that case: no tool takes a case id, so none can read another.
 * There is no way from here to a key.
 */
export interface CaseAccess {
  readonly record: CaseRecord;
  /** Measurements on the annotated mask (oracle) or a segmenter's (predicted). Throws `not-allowed` in vision mode. */
  measurements(): Promise<MeasurementSet>;
  /** Source of the mask behind `measurements` and organ crops: "annotated", or the segmenter's name and hash. */
  readonly maskSource: string;
  /** The scan, or undefined when the case has masks only. */
  volume(): Promise<Volume | undefined>;
  /** Organs for which a crop can be cut. Organ masks only, never lesion masks. */
  availableCrops(): Promise<string[]>;
  /** A windowed (level 50, width 400) axial organ crop, stored as a blob: its hash and the image. */
  crop(organ: string): Promise<{ hash: string; raster: Raster; organ: string } | undefined>;
}

export interface ToolContext {
  readonly case: CaseAccess;
  readonly mode: ToolMode;
  /** Criteria set that knowledge look-ups use. */
  readonly criteria: string;
  readonly signal: AbortSignal;
}

export interface Tool<Input = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly modes: readonly ToolMode[];
  /** Returns plain JSON; pictures as `{image: hash}`. A thrown OverreadError becomes the tool's result. */
  run(input: Input, context: ToolContext): Promise<unknown>;
}
