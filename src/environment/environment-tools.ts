// The tools of an environment: which there are, how a policy is told them, and one call within its time.
import { OverreadError } from '../domain/errors.ts';
import type { EvidenceStep } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import type { Tool, ToolContext } from '../domain/tool.ts';
import { callTool, inputSchema } from '../tools/call.ts';
import { toolkit } from '../tools/toolkit.ts';
import type { Action } from './action.ts';
import { toolSteps } from './evidence.ts';
import type { Observation } from './observation.ts';
import type { OneEpisode } from './one-episode.ts';
import type { EpisodeSource } from './source.ts';

/** Tools that have nothing to work on where there is no annotated scan. */
const NEEDS_CASE: ReadonlySet<string> = new Set([
  'segment_organ',
  'measure',
  'crop_organ',
  'list_available_crops',
]);

/** Characters of a tool's result; what is longer is told as an error. */
const LONGEST_RESULT = 1 << 20;

/** The tools as a policy is told them. */
export function toolCards(tools: readonly Tool[]): Observation['tools'] {
  return tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: inputSchema(tool),
  }));
}

/** What a policy may call: the mode's tools and those asked for. Throws `bad-argument` for what there is not. */
export function environmentTools({
  source,
  tools,
  outsideTools,
}: {
  readonly source: EpisodeSource;
  readonly tools?: readonly string[];
  readonly outsideTools?: readonly Tool[];
}): Tool[] {
  return toolkit(source.mode, {
    ...(tools === undefined ? {} : { also: tools }),
    ...(outsideTools === undefined ? {} : { outside: outsideTools }),
  }).filter(({ name }) => source.hasCases || !NEEDS_CASE.has(name));
}

/** The tool steps of a chain, where every one of its tools is given. */
export function walkable(
  chain: readonly EvidenceStep[] | undefined,
  tools: readonly Tool[],
): readonly EvidenceStep[] | undefined {
  if (chain === undefined) return undefined;
  const steps = toolSteps(chain);
  return steps.every((step) => tools.some(({ name }) => name === step.tool)) ? steps : undefined;
}

/** True when the call could be made: there is such a tool, and it takes these arguments. */
export function accepts(tools: readonly Tool[], { tool: name, arguments: args }: ToolCall): boolean {
  return tools.some((tool) => tool.name === name && tool.input.safeParse(args).success);
}

function withinLength(call: ToolCall): ToolCall {
  if (JSON.stringify(call.result ?? null).length <= LONGEST_RESULT) return call;
  const error = `The result of ${call.tool} is longer than an observation may be: ask for less.`;
  return { ...call, result: { error }, error };
}

/**
 * Calls a tool on an episode's case; undefined when `leftMs` ran out first or the episode was left. Never throws: what
 * went wrong is in the entry, where the policy can read it.
 */
export async function callWithin(
  episode: OneEpisode,
  action: Action & { kind: 'tool' },
  at: {
    readonly tools: readonly Tool[];
    readonly source: EpisodeSource;
    readonly experts: NonNullable<ToolContext['experts']>;
    readonly leftMs: number;
  },
): Promise<ToolCall | undefined> {
  const { tools, source, experts, leftMs } = at;
  const late = new AbortController();
  // A timer takes no more than 31 bits.
  const timer = setTimeout(() => late.abort(), Math.min(leftMs, 2 ** 31 - 1));
  const signal = AbortSignal.any([episode.abort.signal, late.signal]);
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const run = source.using(episode.question, (access) => {
    if (access === undefined)
      throw new OverreadError('file-not-found', 'The files of this case are not on this machine.');
    return callTool(
      tools,
      { name: action.tool, arguments: action.arguments, step: episode.step },
      {
        case: access,
        pictures: episode.pictures,
        materials: episode.question.materials ?? [],
        experts,
        mode: source.mode,
        criteria: source.criteria,
        signal,
      },
    );
  });
  try {
    const call = await Promise.race([run, stopped]);
    return call === undefined ? undefined : withinLength(call);
  } catch (error) {
    if (signal.aborted) return undefined;
    const said = OverreadError.isInstance(error) ? error.message : `${action.tool} failed.`;
    const failed = { tool: action.tool, arguments: action.arguments, result: { error: said }, error: said };
    return { step: episode.step, ...failed, milliseconds: 0 };
  } finally {
    clearTimeout(timer);
    // Whoever lost the race may still fail; nobody waits for it.
    run.catch(() => {});
  }
}
