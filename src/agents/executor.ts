// The executor: runs a question type's plan with tools, one call after another, and concludes from their results.
import type { Question } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import type { ReadOutcome, ToolCall } from '../domain/read.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import type { CaseAccess, ToolContext, ToolMode } from '../domain/tool.ts';
import { type Concluded, optionLetter, type QuestionType } from '../questions/question-type.ts';
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
  /**
   * Whose tool results are concluded from: offered one after another until a conclusion follows.
   * Default: those of the question itself, on its own case.
   */
  readonly evidence?: (context: PluginContext, mode: ToolMode) => (task: ReadTask) => AsyncIterable<Evidence>;
}

/** The tool calls of one plan, with the masks that they consulted. */
export interface Evidence {
  readonly toolCalls: ToolCall[];
  readonly maskSources: string[];
  /** Whose case they looked at, when it is not the question's. */
  readonly alsoOf?: string[];
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
  const { criteria } = context;
  const ownEvidence = async function* (task: ReadTask): AsyncIterable<Evidence> {
    if (task.access === undefined) return;
    yield evidenceOf(task.question, task.access, { mode, criteria, signal: task.signal }, rules.maxCalls);
  };
  const evidence = rules.evidence?.(context, mode) ?? ownEvidence;
  return {
    name: context.written,
    mode,
    capabilities: { formats: ['mc', 'free'], needsImage: false, needsMasks: true },
    settings: { mode, criteria, maxCalls: rules.maxCalls ?? null },
    read: async (task) => {
      const type = questionTypeOf(task.question);
      if (type === undefined)
        return unsupported(`No plan is known for questions of type ${task.question.type}.`);
      let outcome: ReadOutcome | undefined;
      try {
        for await (const offered of evidence(task)) {
          outcome = concludedFrom(task, type, offered, mode);
          if (outcome.status === 'answered') break;
        }
      } catch (error) {
        return failure(error);
      }
      return outcome ?? unsupported('The measurements of this case are not on this machine.');
    },
  };
}

export function questionTypeOf({ type }: Pick<Question, 'type'>): QuestionType | undefined {
  return Object.hasOwn(types, type) ? types[type] : undefined;
}

/** Runs a question's plan on a case. Rejects when the case cannot be measured. */
export async function evidenceOf(
  question: Pick<Question, 'type' | 'slots'>,
  opened: CaseAccess,
  context: Omit<ToolContext, 'case'>,
  maxCalls?: number,
): Promise<Evidence> {
  const type = questionTypeOf(question);
  const { access, maskSources } = watched(opened);
  // A case that cannot be measured at all is a failed read, not one whose tools found nothing.
  await access.measurements();
  const toolCalls =
    type === undefined ? [] : await runPlan(type, question.slots, { ...context, case: access }, maxCalls);
  return { toolCalls, maskSources };
}

function concludedFrom(task: ReadTask, type: QuestionType, evidence: Evidence, mode: ToolMode): ReadOutcome {
  const { question, format } = task;
  const conclusion = type.conclude(
    question.slots,
    evidence.toolCalls.map((call) => call.result),
  );
  if ('error' in conclusion)
    return {
      ...outcomeOf(task, '', evidence),
      reason: `No answer follows from the tools: ${conclusion.error.replace(/\.$/, '')}.`,
    };
  if (format === 'free') return outcomeOf(task, conclusion.answer, evidence);
  return outcomeOf(task, chosenLetter(task, conclusion, mode), evidence);
}

/**
 * The option that says what was concluded. On annotated masks a conclusion is exact, so a number that equals no
 * option says nothing about them and one is drawn: the nearest would score above chance on anybody's results, since
 * people resemble one another. A segmenter's masks are never exact: there the nearest option is taken.
 */
function chosenLetter({ question, seed }: ReadTask, conclusion: Concluded, mode: ToolMode): string {
  const same = question.options.find((option) => saysSame(option.text, conclusion.answer));
  if (same !== undefined) return same.letter;
  const nearest = mode === 'oracle' ? '' : optionLetter(question, conclusion);
  return nearest === '' ? random(seed, 'no option fits').pick(question.options).letter : nearest;
}

/** Equal but for case, or equal numbers: benchmarks of others write "yes" and "12.30". */
function saysSame(option: string, answer: string): boolean {
  const [a, b] = [option, answer].map((text) => text.trim().toLowerCase());
  return a === b || (a !== '' && b !== '' && Number(a) === Number(b));
}
