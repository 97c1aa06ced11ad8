// What a reader plug-in is: one file in readers/ that makes a reader of its kind.
import type { Question } from '../domain/question.ts';
import type { Reader } from '../domain/reader.ts';
import type { CaseAccess, ToolMode } from '../domain/tool.ts';
import type { Gateway } from '../experts/gateway.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { ChatModel } from './chat.ts';
import type { TrainPrior } from './prior.ts';
import type { ReaderName } from './reader-name.ts';
import type { ImageBudget } from './volume-images.ts';

/** The other questions and cases of the benchmark, for controls that show a reader somebody else's. No keys. */
export interface OtherCases {
  /** Id and patient of every case. */
  cases(): Promise<
    readonly { readonly id: string; readonly patientId: string; readonly hasImage: boolean }[]
  >;
  /** Every question of a type. */
  questionsOfType(type: string): Promise<readonly Question[]>;
  /** Opens one case as the engine would. */
  open(caseId: string, mode: ToolMode): Promise<CaseAccess | undefined>;
}

/** Pictures of a published benchmark's other items, for the control that shows them. No keys. */
export interface OtherPictures {
  /** As many pictures as the question shows, of the next patient in a fixed random order; undefined when nobody has as many. */
  instead(question: Question): Promise<
    | {
        readonly patientId: string;
        readonly images: readonly { readonly hash: string; readonly mediaType: string }[];
      }
    | undefined
  >;
}

export interface SamplingSettings {
  /** Default 0: greedy. `null` leaves it to the provider. */
  readonly temperature?: number | null;
  /** Default 1024. */
  readonly maxOutputTokens?: number;
}

export interface ReaderDeps {
  /** The way to every model. Absent: readers with a model are refused. */
  readonly gateway?: Pick<Gateway, 'languageModel' | 'prepare'>;
  /** Where pictures lie by hash. */
  readonly blobs: BlobStore;
  /** Criteria set of knowledge look-ups: published, radgpt or guideline. */
  readonly criteria: string;
  /** What the training split's keys say, for baselines. */
  readonly prior?: TrainPrior;
  readonly others?: OtherCases;
  readonly otherPictures?: OtherPictures;
  readonly sampling?: SamplingSettings;
  /** How a volume becomes pictures; default `DEFAULT_IMAGE_BUDGET`. */
  readonly imageBudget?: ImageBudget;
  /** Steps of the tool loop, the last one without tools. Default 5. */
  readonly maxSteps?: number;
  /** Only the published tools, enum and step rule. Default false. */
  readonly published?: boolean;
  /** Ask for a confidence in percent after the answer. Default false. */
  readonly confidence?: boolean;
}

export interface PluginContext extends ReaderDeps {
  readonly name: ReaderName;
  /** As written. */
  readonly written: string;
  /** The opened model; present exactly when the plug-in's `model` is true. */
  readonly chat?: ChatModel;
}

export interface ReaderPlugin {
  readonly id: string;
  readonly summary: string;
  /** True: a strategy around a model, STRATEGY@MODEL. False: a reader by itself. */
  readonly model: boolean;
  /** Its model is a file of this machine, opened by the plug-in and not through the gateway. Default false. */
  readonly local?: boolean;
  /** Modes that may be written after "#", the first being the default; empty when there is none to write. */
  readonly modes: readonly ToolMode[];
  /** Answers from what the training split's keys say; only such readers are given a prior. Default false. */
  readonly usesPrior?: boolean;
  create(context: PluginContext): Reader | Promise<Reader>;
}

/** The mode asked for, or the plug-in's first. */
export function modeOf(plugin: Pick<ReaderPlugin, 'modes'>, context: PluginContext): ToolMode {
  return context.name.mode ?? plugin.modes[0] ?? 'vision';
}
