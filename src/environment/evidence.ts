// Evidence: which steps of a gold chain a policy's tool calls obtained.
import { canonicalJson } from '../domain/content-hash.ts';
import type { EvidenceStep } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import { canonicalTarget } from '../tools/target.ts';

/** Steps of a chain that are tool calls. */
export function toolSteps(chain: readonly EvidenceStep[]): readonly EvidenceStep[] {
  return chain.filter(({ tool }) => tool !== undefined);
}

/**
 * True when the call is the gold step: the same tool on the same arguments without an error, structures by whatever
 * name. A look-up is worded freely, so there it counts that the step's criterion was found.
 */
export function obtains(call: ToolCall, step: EvidenceStep): boolean {
  if (call.error !== undefined || call.tool !== step.tool) return false;
  if (step.criterion !== undefined && foundCriteria(call.result).includes(step.criterion.id)) return true;
  return canonicalJson(comparable(call.arguments)) === canonicalJson(comparable(step.arguments ?? {}));
}

/** ½ · share of the chain obtained + ½ · share obtained in its order (a longest common subsequence). */
export function evidenceReward(gold: readonly EvidenceStep[], calls: readonly ToolCall[]): number {
  const obtained = gold.filter((step) => calls.some((call) => obtains(call, step))).length;
  return (obtained + commonLength(gold, calls)) / (2 * gold.length);
}

function commonLength(gold: readonly EvidenceStep[], calls: readonly ToolCall[]): number {
  let before = new Array<number>(calls.length + 1).fill(0);
  for (const step of gold) {
    const row = [0];
    for (const [at, call] of calls.entries())
      row.push(obtains(call, step) ? before[at] + 1 : Math.max(before[at + 1], row[at]));
    before = row;
  }
  return before[calls.length];
}

function comparable(args: unknown): unknown {
  if (typeof args !== 'object' || args === null) return args;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' && NAMES_A_STRUCTURE.has(name) ? canonicalTarget(value) : value,
    ]),
  );
}

const NAMES_A_STRUCTURE: ReadonlySet<string> = new Set(['target', 'organ', 'structure']);

function foundCriteria(result: unknown): string[] {
  if (typeof result !== 'object' || result === null || !('results' in result)) return [];
  const { results } = result;
  if (!Array.isArray(results)) return [];
  return results.flatMap((entry: unknown) => {
    const criterion = (entry as { criterion?: { id?: unknown } } | null)?.criterion;
    return typeof criterion?.id === 'string' ? [criterion.id] : [];
  });
}
