// What a reader plug-in is: one file in readers/ that makes a reader of its kind.
import type { Experts } from '../domain/expert.ts';
import type { Method } from '../domain/method.ts';
import type { Question } from '../domain/question.ts';
import type { Reader } from '../domain/reader.ts';
import type { CaseAccess, Tool, ToolMode } from '../domain/tool.ts';
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
  /** Experts that the user gave the run, by role. */
  readonly experts?: Experts;
  /** A strategy's options by name, as the user gave them. Undeclared ones are refused. */
  readonly options?: Readonly<Record<string, string>>;
  /** Tools beside the five of the published environment: names or groups ("pixels"), or "all". Default none. */
  readonly tools?: readonly string[];
  /** Tools of outside servers that the user connected. */
  readonly outsideTools?: readonly Tool[];
}

export interface PluginContext extends ReaderDeps {
  readonly name: ReaderName;
  /** As written. */
  readonly written: string;
  /** The opened model; present exactly when the plug-in's `model` is true. */
  readonly chat?: ChatModel;
}

/** An option of a strategy, written --option NAME=VALUE. */
export interface ReaderOption {
  readonly name: string;
  readonly summary: string;
  /** Absent: nothing when not given. */
  readonly default?: string;
  /** True: it names a file, whose content shapes reads; the run's record keeps its hash. Default false. */
  readonly file?: boolean;
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
  readonly options?: readonly ReaderOption[];
  /** Present when it is a published system: its paper, how to run it, its check. */
  readonly method?: Omit<Method, 'id' | 'kind' | 'summary'>;
  create(context: PluginContext): Reader | Promise<Reader>;
}

/** A declared option's value: what the user gave, or its default. */
export function readerOption(
  plugin: Pick<ReaderPlugin, 'options'>,
  { options = {} }: Pick<ReaderDeps, 'options'>,
  name: string,
): string | undefined {
  return options[name] ?? plugin.options?.find((option) => option.name === name)?.default;
}

/** The mode asked for, or the plug-in's first. */
export function modeOf(plugin: Pick<ReaderPlugin, 'modes'>, context: PluginContext): ToolMode {
  return context.name.mode ?? plugin.modes[0] ?? 'vision';
}
