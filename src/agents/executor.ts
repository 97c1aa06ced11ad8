// The executor: runs a question type's plan with tools, one call after another, and concludes from their results.
import type { Question } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import type { CaseAccess, ToolContext, ToolMode } from '../domain/tool.ts';
import { optionLetter, type QuestionType } from '../questions/question-type.ts';
import { questionTypes } from '../questions/types/registry.generated.ts';
import { callTool } from '../tools/call.ts';
import { toolkit } from '../tools/toolkit.ts';
import { watched } from './access-watch.ts';
import { failure, outcomeOf, unsupported } from './outcome.ts';
import { modeOf, type PluginContext, type ReaderPlugin } from './reader-plugin.ts';

export interface ExecutorRules {
  readonly id: string;
  readonly summary: string;
  /** Tool calls at most, one per turn; further ones of a plan are not made. Default: no limit. */
  readonly maxCalls?: number;
  /** Whose question the tools are run for; default: the reader's own. */
  readonly evidenceFrom?: (task: ReadTask, context: PluginContext, mode: ToolMode) => Promise<EvidenceSource>;
}

export interface EvidenceSource {
  readonly question: Pick<Question, 'slots'>;
  readonly access: CaseAccess | undefined;
}

const types = questionTypes as Readonly<Record<string, QuestionType>>;

/** Calls the plan's tools in order and returns the log. The executor has nothing else to go by. */
export async function runPlan(
  type: QuestionType,
  slots: Question['slots'],
  context: ToolContext,
  maxCalls = Number.POSITIVE_INFINITY,
): Promise<ToolCall[]> {
  const tools = toolkit(context.mode);
  const calls: ToolCall[] = [];
  for (const planned of type.plan(slots).slice(0, maxCalls)) {
    const request = { name: planned.tool, arguments: planned.arguments, step: calls.length + 1 };
    calls.push(await callTool(tools, request, context));
  }
  return calls;
}

export function executor(rules: ExecutorRules): ReaderPlugin {
  const plugin: ReaderPlugin = {
    id: rules.id,
    summary: rules.summary,
    model: false,
    modes: ['oracle', 'predicted'],
    create: (context) => executorReader(rules, modeOf(plugin, context), context),
  };
  return plugin;
}

function executorReader(rules: ExecutorRules, mode: ToolMode, context: PluginContext): Reader {
  return {
    name: context.written,
    mode,
    capabilities: { formats: ['mc', 'free'], needsImage: false, needsMasks: true },
    settings: { mode, criteria: context.criteria, maxCalls: rules.maxCalls ?? null },
    read: async (task) => {
      const type = types[task.question.type];
      if (type === undefined)
        return unsupported(`No plan is known for questions of type ${task.question.type}.`);
      const source: EvidenceSource =
        rules.evidenceFrom === undefined
          ? { question: task.question, access: task.access }
          : await rules.evidenceFrom(task, context, mode);
      if (source.access === undefined)
        return unsupported('The measurements of this case are not on this machine.');
      const { access, maskSources } = watched(source.access);
      try {
        const toolContext = { case: access, mode, criteria: context.criteria, signal: task.signal };
        const toolCalls = await runPlan(type, source.question.slots, toolContext, rules.maxCalls);
        return concludedFrom(task, type, toolCalls, maskSources);
      } catch (error) {
        return failure(error, { maskSources });
      }
    },
  };
}

function concludedFrom(task: ReadTask, type: QuestionType, toolCalls: ToolCall[], maskSources: string[]) {
  const { question, format } = task;
  const conclusion = type.conclude(
    question.slots,
    toolCalls.map((call) => call.result),
  );
  const spent = { toolCalls, maskSources };
  if ('error' in conclusion)
    return {
      ...outcomeOf(task, '', spent),
      reason: `No answer follows from the tools: ${conclusion.error}.`,
    };
  const letter = format === 'mc' ? optionLetter(question, conclusion) : '';
  return outcomeOf(task, letter === '' ? conclusion.answer : letter, spent);
}
