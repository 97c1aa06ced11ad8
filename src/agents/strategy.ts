// Strategies: published ways of reading, each written as one function over a session that asks, calls tools and logs.
import { OverreadError } from '../domain/errors.ts';
import type { ExpertRole, ExpertRoles, ExpertSpending, Experts, StoredBytes } from '../domain/expert.ts';
import type { PromptPart } from '../domain/question.ts';
import { type Random, random } from '../domain/random.ts';
import type { ReadOutcome, ToolCall, TranscriptEntry } from '../domain/read.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import type { Tool, ToolMode, ToolPictures } from '../domain/tool.ts';
import type { Raster } from '../domain/volume.ts';
import { imagePart } from '../experts/prompt-pixels.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { callTool } from '../tools/call.ts';
import { toolkit } from '../tools/toolkit.ts';
import { type ChatMessage, type ChatModel, chat, Tally } from './chat.ts';
import { aboutOf, concluded, modelSettings, questionParts, samplingOf, seedNumber } from './model-reader.ts';
import { optionFiles } from './option-files.ts';
import { failure, type Spent, unsupported } from './outcome.ts';
import {
  modeOf,
  type PluginContext,
  type ReaderOption,
  type ReaderPlugin,
  readerOption,
} from './reader-plugin.ts';
import { ownImages } from './shown-volume.ts';
import { readToolContext } from './tool-context.ts';
import { toolLoop } from './tool-loop.ts';
import type { ShownImage } from './volume-images.ts';

/** One turn that a strategy writes: text and pictures for the model, or what the model is to have said. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  /** Text, or text and stored pictures or sounds in order. */
  readonly content: string | readonly PromptPart[];
}

export interface AskOptions {
  /** The option that names another model for this role ("critic"); the reader's own where that is not given. */
  readonly as?: string;
  /** Which of several samples of the same turns this is; each is asked for, and cached, by itself. Default 0. */
  readonly sample?: number;
  /** Default: the reader's. */
  readonly temperature?: number | null;
  readonly maxOutputTokens?: number;
}

/** What a strategy works with during one read. Everything that goes through it stands in the read's log. */
export interface StrategySession {
  readonly task: ReadTask;
  /** Seeded by the read. */
  readonly random: Random;
  readonly mode: ToolMode;
  readonly experts: Experts;
  readonly tools: readonly Tool[];
  readonly pictures: ToolPictures;
  readonly blobs: BlobStore;
  /** Pictures that the question shows: a published item's own, or a scan's slices by the image budget. */
  readonly shown: readonly ShownImage[];
  /** The question as it is asked: its words, options and pictures (`shown`), the confidence hint last. */
  readonly question: readonly PromptPart[];
  /** A declared option's value or default. */
  option(name: string): string | undefined;
  /** An option as a number within limits. Throws `bad-argument`. */
  number(name: string, limits: { readonly min: number; readonly max: number }): number;
  /** An option that is one of these. Throws `bad-argument` that lists them. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice;
  /** Sends the turns and returns the reply's text. Errors: the gateway's. */
  ask(turns: readonly Turn[], options?: AskOptions): Promise<string>;
  /** Lets the model call tools until it answers or `maxSteps` requests are spent; returns its last text. */
  loop(
    turns: readonly Turn[],
    options: AskOptions & { readonly maxSteps: number; readonly tools?: readonly Tool[] },
  ): Promise<string>;
  /** Calls one of `tools` (or of those given) by name; an error is in the entry, never thrown. */
  call(tool: string, args: unknown, tools?: readonly Tool[]): Promise<ToolCall>;
  /** The expert of a role. Throws `bad-argument` that says how to give one. */
  expert<Role extends ExpertRole>(role: Role): ExpertRoles[Role];
  /**
   * Logs a step that is neither a model's reply nor a tool's call (a mask's confidence, a vote, a plan) as an entry of
   * its own, and returns its value. Plain JSON; pictures as hashes.
   */
  note<T>(step: string, value: T, about?: unknown): T;
  /** Says that what the model is shown from here on holds another patient's data (a retrieved report), so that a purge finds it. */
  alsoOf(patientId: string): void;
  /** The pixels of a shown or made picture. */
  raster(hash: string): Promise<Raster>;
  /** The stored bytes of a shown or made picture, as experts take them. */
  stored(hash: string): Promise<StoredBytes>;
  /** Stores a picture and returns the prompt part that shows it. */
  picture(raster: Raster, madeBy: string): Promise<PromptPart & { type: 'image' }>;
}

export interface Strategy {
  readonly id: string;
  readonly summary: string;
  /** Default: vision only, none to be written. */
  readonly modes?: readonly ToolMode[];
  readonly options?: readonly ReaderOption[];
  /** Options that name another model, PROVIDER/MODEL, for a role of `ask`; declared beside `options`. */
  readonly roles?: readonly ReaderOption[];
  /** Experts without which it does not start. */
  readonly needs?: readonly ExpertRole[];
  /**
   * Default true: a case without a picture is unsupported. False: pictures are shown where there are any, and texts
   * suffice where there are none.
   */
  readonly needsImage?: boolean;
  /** Tools beside the five of the published environment that it calls itself. */
  readonly tools?: readonly string[];
  /** Default false. True: `task.access` must be there, so only annotated scans are read. */
  readonly needsMasks?: boolean;
  /**
   * The option that limits its replies where each may call a tool, the answer included: reports then tell a budget that
   * is shorter than a gold chain from the reader's own mistakes.
   */
  readonly stepsOption?: string;
  readonly method?: ReaderPlugin['method'];
  /** Reads one question and returns the last words, from which the answer is parsed. */
  read(session: StrategySession): Promise<string>;
}

/** A reader plug-in around a model out of a strategy. */
export function strategy(definition: Strategy): ReaderPlugin {
  const plugin: ReaderPlugin = {
    id: definition.id,
    summary: definition.summary,
    model: true,
    modes: definition.modes ?? [],
    options: [...(definition.options ?? []), ...(definition.roles ?? [])],
    ...(definition.method === undefined ? {} : { method: definition.method }),
    create: (context) => strategyReader(definition, plugin, context),
  };
  return plugin;
}

async function strategyReader(
  definition: Strategy,
  plugin: ReaderPlugin,
  context: PluginContext,
): Promise<Reader> {
  const { chat: model, experts = {}, gateway } = context;
  if (model === undefined) throw new TypeError(`The ${definition.id} strategy is created with a model.`);
  for (const role of definition.needs ?? []) expertOf(experts, role, definition.id);
  const models = new Map<string, ChatModel>();
  for (const { name } of definition.roles ?? []) {
    const ref = readerOption(plugin, context, name);
    if (ref === undefined || gateway === undefined) continue;
    await gateway.prepare(ref);
    models.set(name, gateway.languageModel(ref));
  }
  const mode = modeOf(plugin, context);
  const tools = toolkit(mode, {
    also: [...(definition.tools ?? []), ...(context.tools ?? [])],
    ...(context.outsideTools === undefined ? {} : { outside: context.outsideTools }),
  }).filter(({ needsExpert }) => needsExpert === undefined || experts[needsExpert] !== undefined);
  const imagesOf = ownImages(context);
  const needsImage = definition.needsImage !== false;
  const files = await optionFiles(plugin, context);
  const maxSteps = Number(readerOption(plugin, context, definition.stepsOption ?? '') ?? Number.NaN);
  const maker = { definition, plugin, context, model, models, experts, mode, tools };
  return {
    name: context.written,
    mode,
    capabilities: { formats: ['mc', 'free'], needsImage, needsMasks: definition.needsMasks === true },
    settings: {
      ...modelSettings(context),
      strategy: definition.id,
      mode,
      options: Object.fromEntries(
        (plugin.options ?? []).map(({ name }) => [name, readerOption(plugin, context, name) ?? null]),
      ),
      ...(Object.keys(files).length === 0 ? {} : { optionFiles: files }),
      ...(Number.isInteger(maxSteps) ? { maxSteps } : {}),
      tools: tools.map((tool) => tool.name),
      criteria: context.criteria,
    },
    async read(task): Promise<ReadOutcome> {
      if (definition.needsMasks === true && task.access === undefined)
        return unsupported(
          'The files of this case are not on this machine, and this reader works on its masks.',
        );
      let log: Log | undefined;
      try {
        const images = (await imagesOf(task)) ?? (needsImage ? undefined : []);
        if (images === undefined || 'unsupported' in images)
          return unsupported(
            images === undefined
              ? 'The case has no scan on this machine, and this reader needs to see one.'
              : images.unsupported,
          );
        if (needsImage && images.length === 0)
          return unsupported('This item shows no picture, and this reader needs one.');
        log = newLog();
        const raw = await definition.read(sessionOf(task, images, log, maker));
        return concluded(
          task,
          { text: raw, filtered: log.filtered },
          log.spent(),
          context.confidence === true,
        );
      } catch (error) {
        return failure(error, log?.spent() ?? {});
      }
    },
  };
}

interface Log {
  readonly toolCalls: ToolCall[];
  readonly transcript: TranscriptEntry[];
  readonly tally: Tally;
  readonly maskSources: string[];
  readonly alsoOf: Set<string>;
  filtered: boolean;
  step: number;
  /** Conversations begun so far. */
  request: number;
  spent(): Spent;
}

function newLog(): Log {
  const log: Log = {
    toolCalls: [],
    transcript: [],
    tally: new Tally(),
    maskSources: [],
    alsoOf: new Set(),
    filtered: false,
    step: 0,
    request: 0,
    spent: () => ({
      ...log.tally.spent(),
      toolCalls: log.toolCalls,
      transcript: log.transcript,
      maskSources: log.maskSources,
      ...(log.alsoOf.size === 0 ? {} : { alsoOf: [...log.alsoOf].sort() }),
    }),
  };
  return log;
}

interface Maker {
  readonly definition: Strategy;
  readonly plugin: ReaderPlugin;
  readonly context: PluginContext;
  readonly model: ChatModel;
  readonly models: ReadonlyMap<string, ChatModel>;
  readonly experts: Experts;
  readonly mode: ToolMode;
  readonly tools: readonly Tool[];
}

function sessionOf(task: ReadTask, shown: readonly ShownImage[], log: Log, maker: Maker): StrategySession {
  const { definition, plugin, context, mode } = maker;
  const spent = (spending: ExpertSpending) => log.tally.add(spending);
  const reach = readToolContext(task, shown, { ...context, mode, spent });
  const { pictures, experts = {} } = reach.context;
  const tools =
    task.access === undefined ? maker.tools.filter(({ needsScan }) => needsScan !== true) : maker.tools;
  const toolContext = reach.context;
  const sampling = samplingOf(context);
  const about = aboutOf(task);
  // Another patient's history or report may be in any prompt from here on.
  const others = () => {
    for (const patient of reach.alsoOf) log.alsoOf.add(patient);
    const all = [...new Set([...(about.alsoOf ?? []), ...log.alsoOf])].sort();
    return all.length === 0 ? {} : { alsoOf: all };
  };
  const asked = (options: AskOptions) => ({
    about: {
      ...about,
      repeat: task.repeat * SAMPLES + (options.sample ?? 0),
      ...others(),
    },
    seed: seedNumber(`${task.seed}/${options.sample ?? 0}`),
    sampling: {
      temperature: options.temperature === undefined ? sampling.temperature : options.temperature,
      maxOutputTokens: options.maxOutputTokens ?? sampling.maxOutputTokens,
    },
    model: maker.models.get(options.as ?? '') ?? maker.model,
  });
  const noteMasks = () => {
    for (const source of reach.maskSources)
      if (!log.maskSources.includes(source)) log.maskSources.push(source);
    others();
  };
  others();
  const session: StrategySession = {
    task,
    random: random(task.seed, definition.id),
    mode,
    experts,
    tools,
    pictures,
    blobs: context.blobs,
    shown,
    question: questionParts(task, shown, context.confidence === true),
    option: (name) => readerOption(plugin, context, name),
    number(name, { min, max }) {
      const text = readerOption(plugin, context, name);
      const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
      if (value >= min && value <= max) return value;
      throw new OverreadError(
        'bad-argument',
        `The option ${name} of ${definition.id} is a number from ${min} to ${max}, not "${text ?? ''}".`,
      );
    },
    choice(name, choices) {
      const written = readerOption(plugin, context, name);
      const found = choices.find((choice) => choice === written);
      if (found !== undefined) return found;
      throw new OverreadError(
        'bad-argument',
        `The option ${name} of ${definition.id} is one of ${choices.join(', ')}, not "${written ?? ''}".`,
      );
    },
    async ask(turns, options = {}) {
      const { model, sampling: how, ...rest } = asked(options);
      remember(log, turns);
      const reply = await chat(model, {
        prompt: turns.map(messageOf),
        signal: task.signal,
        ...rest,
        ...how,
      });
      log.tally.add(reply);
      log.filtered = reply.filtered;
      log.transcript.push({ role: 'assistant', text: reply.text, request: log.request });
      return reply.text;
    },
    async loop(turns, { maxSteps, tools: given = tools, ...options }) {
      const { model, sampling: how, about: first, ...rest } = asked(options);
      remember(log, turns);
      const begun = log.transcript.length;
      const reply = await toolLoop({
        model,
        tools: given,
        context: toolContext,
        messages: turns.map(messageOf),
        maxSteps,
        sampling: how,
        ...rest,
        // Read anew at every request: a tool may have shown another patient's passage since.
        get about() {
          return { ...first, ...others() };
        },
        log,
      });
      for (const entry of log.transcript.slice(begun)) entry.request = log.request;
      noteMasks();
      log.filtered = reply.filtered;
      return reply.text;
    },
    async call(tool, args, given = tools) {
      const entry = await callTool(given, { name: tool, arguments: args, step: ++log.step }, toolContext);
      noteMasks();
      log.toolCalls.push(entry);
      return entry;
    },
    expert: (role) => expertOf(experts, role, definition.id),
    note(step, value, about) {
      log.toolCalls.push({
        step: ++log.step,
        tool: `${definition.id}:${step}`,
        arguments: about ?? {},
        result: value,
        milliseconds: 0,
      });
      return value;
    },
    alsoOf(patientId) {
      if (patientId !== task.question.patientId) log.alsoOf.add(patientId);
    },
    raster: async (hash) => (await pictures.open(hash)).raster,
    stored: async (hash) => (await pictures.open(hash)).stored,
    picture: async (raster, madeBy) => ({
      type: 'image',
      hash: await pictures.keep(raster, madeBy),
      mediaType: 'image/png',
    }),
  };
  return session;
}

/** Samples of one read that can be told apart in the cache. */
const SAMPLES = 1000;

function messageOf({ role, content }: Turn): ChatMessage {
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  if (role === 'system') return { role, content: text };
  if (role === 'assistant') return { role, content: [{ type: 'text', text }] };
  return {
    role,
    content: parts.map((part) => (part.type === 'text' ? part : imagePart(part.hash, part.mediaType))),
  };
}

/** The turns as the transcript keeps them: text, and hashes of what was shown. */
function remember(log: Log, turns: readonly Turn[]): void {
  log.request++;
  for (const { role, content } of turns) {
    const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
    const images = parts.flatMap((part) => (part.type === 'text' ? [] : [part.hash]));
    log.transcript.push({
      role,
      text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
      ...(images.length === 0 ? {} : { images }),
      request: log.request,
    });
  }
}

function expertOf<Role extends ExpertRole>(experts: Experts, role: Role, id: string): ExpertRoles[Role] {
  const expert = experts[role];
  if (expert !== undefined) return expert as ExpertRoles[Role];
  throw new OverreadError(
    'bad-argument',
    `The strategy ${id} needs an expert that can ${role}: give one with --expert ${role}=EXPERT; "overread experts" lists them.`,
  );
}
