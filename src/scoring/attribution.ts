// Where a tool agent breaks: the first deviation of its call log from the gold chain, and trace metrics.
import type { EvidenceStep, Key } from '../domain/question.ts';
import { isNote, type ToolCall } from '../domain/read.ts';
import type { ErrorAttribution } from '../domain/report.ts';

export type ErrorCause = keyof ErrorAttribution['causes'];

export const ERROR_CAUSES: readonly ErrorCause[] = [
  'no-tool',
  'budget-short',
  'wrong-tool',
  'wrong-argument',
  'wrong-measurement',
  'wrong-rule',
  'wrong-conclusion',
];

/** A gold step that is a tool call; comparisons are thought, not called. */
interface GoldCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly step: EvidenceStep;
}

function goldCalls(key: Pick<Key, 'evidence'>): GoldCall[] {
  return key.evidence.flatMap((step) =>
    step.tool === undefined ? [] : [{ tool: step.tool, arguments: step.arguments ?? {}, step }],
  );
}

/** Arguments as text, with the environment's aliases unified and letter case ignored. */
function argumentsOf(call: Pick<ToolCall, 'arguments'>): Record<string, string> {
  const given = typeof call.arguments === 'object' && call.arguments !== null ? call.arguments : {};
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    out[name === 'measurement' ? 'measurement_type' : name] = String(value).trim().toLowerCase();
  }
  return out;
}

function sameArguments(gold: GoldCall, call: ToolCall): boolean {
  const given = argumentsOf(call);
  return Object.entries(argumentsOf({ arguments: gold.arguments })).every(
    ([name, value]) => given[name] === value,
  );
}

/**
 * The first gold step that the log deviates from, for a wrong read:
 * `no-tool` nothing was called though the chain has calls; `wrong-tool` the step's tool was never called;
 * `wrong-argument` it was, with other arguments; `wrong-measurement` the call failed or its value differs from gold
 * by more than `tolerance` (relative, default 1 %); `wrong-rule` the criterion was not looked up, or another was
 * found; `wrong-conclusion` every step was made and still the answer is wrong. A segmentation counts as made when its
 * target was measured, since measuring needs no separate call.
 * `budget-short` comes before them: the run granted fewer turns than the chain has calls, all of them were used, and
 * the chain was not done when they ended. That is the run's setting and not the reader's mistake. What a strategy notes
 * of its own steps is no call.
 */
export function firstDeviation(
  key: Pick<Key, 'evidence'>,
  logged: readonly ToolCall[],
  options: { tolerance?: number; turns?: number } = {},
): ErrorCause {
  const calls = logged.filter((call) => !isNote(call));
  const gold = goldCalls(key);
  if (gold.length === 0) return 'wrong-conclusion';
  if (calls.length === 0) return 'no-tool';
  if (isBudgetShort(gold.length, calls, options.turns)) return 'budget-short';
  for (const { step } of gold) {
    const cause = deviationAt(step, calls, options.tolerance);
    if (cause !== undefined) return cause;
  }
  return 'wrong-conclusion';
}

/** How the calls deviate from one step of the chain; undefined where they make it, or where it is thought and not called. */
export function deviationAt(
  step: EvidenceStep,
  calls: readonly ToolCall[],
  tolerance = 0.01,
): ErrorCause | undefined {
  const [gold] = goldCalls({ evidence: [step] });
  if (gold === undefined) return undefined;
  return step.primitive === 'knowledge' ? ruleDeviation(gold, calls) : callDeviation(gold, calls, tolerance);
}

/** Whether a call asks for what a step asks for: its tool and arguments; of a look-up the tool alone. */
export function asksFor(step: EvidenceStep, call: ToolCall): boolean {
  const [gold] = goldCalls({ evidence: [step] });
  if (gold === undefined || call.tool !== gold.tool || isNote(call)) return false;
  return step.primitive === 'knowledge' || sameArguments(gold, call);
}

/** @param turns turns in which tools could be called; undefined: no limit is known */
function isBudgetShort(goldSteps: number, calls: readonly ToolCall[], turns: number | undefined): boolean {
  if (turns === undefined || goldSteps <= turns || calls.length >= goldSteps) return false;
  return new Set(calls.map(({ step }) => step)).size >= turns;
}

function callDeviation(
  gold: GoldCall,
  calls: readonly ToolCall[],
  tolerance: number,
): ErrorCause | undefined {
  const sameTool = calls.filter((call) => call.tool === gold.tool);
  const matching = sameTool.filter((call) => sameArguments(gold, call));
  if (matching.length === 0) {
    const target = gold.arguments.target?.toLowerCase();
    const measured =
      gold.step.primitive === 'segment' &&
      target !== undefined &&
      calls.some((call) => call.tool !== gold.tool && argumentsOf(call).target === target);
    if (measured) return undefined;
    return sameTool.length === 0 ? 'wrong-tool' : 'wrong-argument';
  }
  const agrees = matching.some((call) => sameValue(gold.step, call, tolerance));
  return agrees ? undefined : 'wrong-measurement';
}

function ruleDeviation(gold: GoldCall, calls: readonly ToolCall[]): ErrorCause | undefined {
  const lookups = calls.filter((call) => call.tool === gold.tool && call.error === undefined);
  if (lookups.length === 0) return 'wrong-rule';
  const wanted = gold.step.criterion?.id;
  if (wanted === undefined) return undefined;
  return lookups.some((call) => criteriaOf(call.result).includes(wanted)) ? undefined : 'wrong-rule';
}

/** Ids of the criteria that a look-up returned. */
function criteriaOf(result: unknown): string[] {
  const results = field(result, 'results');
  if (!Array.isArray(results)) return [];
  return results.flatMap((entry: unknown) => {
    const criterion = field(entry, 'criterion');
    const id = typeof criterion === 'string' ? criterion : field(criterion, 'id');
    return typeof id === 'string' ? [id] : [];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * Whether a result states the gold value. A segmentation agrees when both found a mask or neither did; other steps
 * whose value is no number only have to have succeeded.
 */
function sameValue(step: EvidenceStep, call: ToolCall, tolerance: number): boolean {
  const found = field(call.result, 'mask_found');
  if (step.primitive === 'segment' && typeof found === 'boolean')
    return typeof step.value === 'number' || typeof step.value === 'boolean'
      ? found === Number(step.value) > 0
      : found;
  if (call.error !== undefined || field(call.result, 'error') !== undefined) return false;
  if (step.primitive !== 'measure' || typeof step.value !== 'number') return true;
  const gold = step.value;
  const value = field(call.result, 'value');
  const numbers = typeof value === 'number' ? [value] : numbersIn(call.result);
  // The tool may round as it is shown, so half a unit of the last shown digit is no error either.
  return numbers.some((v) => Math.abs(v - gold) <= Math.max(tolerance * Math.abs(gold), 0.005));
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).filter((v): v is number => typeof v === 'number');
}

/** Counts of first deviations over wrong reads (score below 1). */
export function attributeErrors(
  reads: Iterable<{ key: Pick<Key, 'evidence'>; calls: readonly ToolCall[]; score: number }>,
  options: { tolerance?: number; turns?: number } = {},
): ErrorAttribution {
  const causes = Object.fromEntries(ERROR_CAUSES.map((cause) => [cause, 0])) as Record<ErrorCause, number>;
  let wrong = 0;
  for (const { key, calls, score } of reads) {
    if (score >= 1) continue;
    wrong++;
    causes[firstDeviation(key, calls, options)]++;
  }
  return { wrong, causes };
}

export interface TraceMetrics {
  /** Tools named by both over tools named by either; 1 when neither names one. */
  readonly toolJaccard: number;
  /** Share of gold calls made with the same tool and arguments; 1 without gold calls. */
  readonly parameterAccuracy: number;
  /** Longest common subsequence of tool names over the longer of both sequences; 1 when both are empty. */
  readonly sequenceMatch: number;
}

/**
 * Trace metrics by the names that the published inventory lists; their formulas were not released, so these are ours.
 */
export function traceMetrics(key: Pick<Key, 'evidence'>, logged: readonly ToolCall[]): TraceMetrics {
  const calls = logged.filter((call) => !isNote(call));
  const gold = goldCalls(key);
  const wanted = new Set(gold.map((step) => step.tool));
  const used = new Set(calls.map((call) => call.tool));
  const union = new Set([...wanted, ...used]).size;
  const matched = gold.filter((step) => {
    if (step.step.primitive === 'knowledge') return ruleDeviation(step, calls) === undefined;
    return calls.some((call) => call.tool === step.tool && sameArguments(step, call));
  }).length;
  const longest = Math.max(gold.length, calls.length);
  return {
    toolJaccard: union === 0 ? 1 : [...wanted].filter((tool) => used.has(tool)).length / union,
    parameterAccuracy: gold.length === 0 ? 1 : matched / gold.length,
    sequenceMatch:
      longest === 0
        ? 1
        : commonSubsequence(
            gold.map((step) => step.tool),
            calls.map((call) => call.tool),
          ) / longest,
  };
}

function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1);
  for (const item of a) {
    const next = new Int32Array(b.length + 1);
    b.forEach((other, j) => {
      next[j + 1] = item === other ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    });
    row = next;
  }
  return row[b.length];
}
