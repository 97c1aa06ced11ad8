// Gold traces: the evidence chain of a question carried out with the real tools, ending in the key's answer.

import { questionTypeOf, runPlan } from '../../agents/executor.ts';
import { opening } from '../../agents/model-reader.ts';
import { systemTools } from '../../agents/prompts.ts';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Key, Question } from '../../domain/question.ts';
import type { AskedCase, ReadTask } from '../../domain/reader.ts';
import type { QuestionFormat } from '../../domain/run.ts';
import type { CaseAccess, Tool } from '../../domain/tool.ts';
import { callTool, inputSchema } from '../../tools/call.ts';
import { toolkit } from '../../tools/toolkit.ts';
import type { Trace, TraceMessage, TraceTool } from './trace.ts';

/** Turns with calls that a run grants by default. Saying how many a chain takes would give some of it away. */
const USUAL_TURNS = 4;

export interface GoldOptions {
  readonly question: Question;
  readonly key: Key;
  readonly case: AskedCase;
  /** The case's files in oracle mode. */
  readonly access: CaseAccess;
  readonly format: QuestionFormat;
  /** Criteria set of the benchmark. */
  readonly criteria: string;
  readonly signal: AbortSignal;
}

/** Tools as a model is told of them. */
export function toldTools(tools: readonly Tool[]): TraceTool[] {
  return tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: inputSchema(tool),
  }));
}

/**
 * The chain of one question, one call a turn. Throws `benchmark-invalid` when the tools do not lead to the key's answer:
 * such a trace would teach a mistake.
 */
export async function goldTrace(options: GoldOptions): Promise<Trace> {
  const { question, key, access, format, criteria, signal } = options;
  const type = questionTypeOf(question);
  if (type === undefined)
    throw new OverreadError('bad-argument', `No chain is known for questions of type ${question.type}.`);
  const calls = await runPlan(type, question.slots, { case: access, mode: 'oracle', criteria, signal });
  const conclusion = type.conclude(
    question.slots,
    calls.map((call) => call.result),
  );
  if ('error' in conclusion || conclusion.answer !== key.answer)
    throw new OverreadError(
      'benchmark-invalid',
      `The tools do not lead to the key of ${question.id}: build the benchmark again.`,
    );
  const task: ReadTask = {
    question,
    case: options.case,
    format,
    repeat: 0,
    seed: question.id,
    access,
    signal,
  };
  const { messages } = opening(systemTools(Math.max(USUAL_TURNS, calls.length)), task, [], false);
  const words = messages.flatMap((message): TraceMessage[] => {
    if (message.role === 'system') return [{ role: 'system', text: message.content }];
    if (message.role !== 'user') return [];
    return [
      {
        role: 'user',
        parts: message.content.flatMap((part) =>
          part.type === 'text' ? [{ type: 'text' as const, text: part.text }] : [],
        ),
      },
    ];
  });
  return {
    id: question.id,
    questionId: question.id,
    patientId: question.patientId,
    split: question.split,
    stage: question.stage,
    type: question.type,
    source: 'gold',
    tools: toldTools(toolkit('oracle')),
    messages: [
      ...words,
      ...calls.map(
        ({ tool, arguments: args, result }): TraceMessage => ({
          role: 'assistant',
          text: '',
          calls: [{ tool, arguments: args, result }],
        }),
      ),
      { role: 'assistant', text: format === 'mc' ? key.letter : key.answer, calls: [] },
    ],
    score: 1,
  };
}

export interface Replayed {
  readonly calls: number;
  /** Calls whose result is another now, by position from 0. */
  readonly changed: readonly number[];
}

/** Carries out a trace's calls once more and compares every result. */
export async function replayTrace(
  trace: Trace,
  at: Pick<GoldOptions, 'access' | 'criteria' | 'signal'> & { readonly tools?: readonly Tool[] },
): Promise<Replayed> {
  const tools = at.tools ?? toolkit('oracle');
  const calls = trace.messages.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const changed: number[] = [];
  for (const [index, call] of calls.entries()) {
    const { result } = await callTool(
      tools,
      { name: call.tool, arguments: call.arguments, step: index + 1 },
      { case: at.access, mode: 'oracle', criteria: at.criteria, signal: at.signal },
    );
    if (contentHash(result ?? null) !== contentHash(call.result ?? null)) changed.push(index);
  }
  return { calls: calls.length, changed };
}
