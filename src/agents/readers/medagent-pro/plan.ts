// A diagnostic plan: steps that look, mark or measure, each after those it builds on; and the rules a plan must keep.
import { asObject } from '../../../experts/json-reply.ts';

/** What a step may be done with, as the planner is told. */
export interface PlanTool {
  readonly id: number;
  readonly kind: 'look' | 'ground' | 'segment' | 'measure';
  readonly type: 'qualitative' | 'quantitative';
  readonly function: string;
  readonly input: string;
  readonly output: 'image' | 'text';
}

export const OUTPUT_TYPES = ['intermediate result', 'final indicator'] as const;
export type OutputType = (typeof OUTPUT_TYPES)[number];

export interface PlanStep {
  readonly id: number;
  readonly tool: readonly number[];
  readonly action_type: 'qualitative' | 'quantitative';
  readonly action: string;
  /** 0: the raw input; else an earlier step. */
  readonly input_type: readonly number[];
  readonly output_type: OutputType;
  readonly output_path: string;
  /** Four ascending values that part scores 1 to 5 of a measured number. Ours; absent: the model scores it. */
  readonly grades?: readonly number[];
}

export type ValidPlan =
  | { readonly ok: true; readonly steps: readonly PlanStep[]; readonly mended: readonly string[] }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Where every result that is no picture is kept. */
export const TEXT_OUTPUT = 'diagnosis.json';
const MOST_STEPS = 64;
const LONGEST_ACTION = 400;
const IMAGE_NAME = /^[\w-]{1,80}\.(png|jpe?g)$/i;
const BUNDLED = /,| and | \/ /i;

/**
 * A plan out of what a planner wrote, or every reason why it is none. Rejected: ids that are not 1…n in order, tools
 * that do not exist, inputs that are not earlier steps (so no cycle can be), a qualitative action that asks for several
 * things, a plan without a final indicator. Mended: names of outputs and unknown output types.
 */
export function validatePlan(value: unknown, tools: readonly PlanTool[]): ValidPlan {
  const list = Array.isArray(value) ? value : asObject(value)?.steps;
  if (!Array.isArray(list) || list.length === 0)
    return { ok: false, reasons: ['The plan is no list of steps.'] };
  if (list.length > MOST_STEPS) return { ok: false, reasons: [`A plan has at most ${MOST_STEPS} steps.`] };
  const reasons: string[] = [];
  const mended: string[] = [];
  const drafts = list.map((given, at) => draftOf(given, at + 1, { tools, reasons, mended }));
  const used = new Set(drafts.flatMap((step) => step?.input_type ?? []));
  const steps = drafts.flatMap((draft): PlanStep[] => {
    if (draft === undefined) return [];
    const { said, ...step } = draft;
    const known = OUTPUT_TYPES.find((type) => type === said);
    if (known === undefined) mended.push(`step ${step.id}: output_type "${said.slice(0, 40)}" is none`);
    return [
      { ...step, output_type: known ?? (used.has(step.id) ? 'intermediate result' : 'final indicator') },
    ];
  });
  if (reasons.length === 0 && !steps.some(({ output_type }) => output_type === 'final indicator'))
    reasons.push('No step is a final indicator.');
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, steps, mended };
}

interface Findings {
  readonly tools: readonly PlanTool[];
  readonly reasons: string[];
  readonly mended: string[];
}

type Draft = Omit<PlanStep, 'output_type'> & { readonly said: string };

function draftOf(given: unknown, id: number, { tools, reasons, mended }: Findings): Draft | undefined {
  const step = asObject(given);
  const before = reasons.length;
  const fault = (what: string) => reasons.push(`Step ${id}: ${what}.`);
  if (step === undefined) {
    fault('it is no object');
    return undefined;
  }
  if (step.id !== id) fault(`its id is ${shown(step.id)}, and ids run 1, 2, 3 … without a gap`);
  const tool = integers(step.tool);
  if (tool === undefined || tool.length === 0) fault('"tool" is no list of tool ids');
  else
    for (const number of tool)
      if (!tools.some((known) => known.id === number)) fault(`there is no tool ${number}`);
  const type = step.action_type;
  if (type !== 'qualitative' && type !== 'quantitative')
    fault('"action_type" is neither qualitative nor quantitative');
  const action = typeof step.action === 'string' ? step.action.trim() : '';
  if (action === '' || action.length > LONGEST_ACTION) fault('"action" does not say in a line what is done');
  else if (type === 'qualitative' && BUNDLED.test(action))
    fault('it bundles several findings: one indicator each step');
  const inputs = integers(step.input_type);
  if (inputs === undefined || inputs.length === 0) fault('"input_type" is no list of 0 and earlier steps');
  else for (const from of inputs) if (from < 0 || from >= id) fault(`input ${from} is no earlier step`);
  const grades = gradesOf(step.grades);
  if (step.grades !== undefined && grades === undefined)
    mended.push(`step ${id}: grades are not four ascending numbers`);
  if (reasons.length > before || tool === undefined || inputs === undefined) return undefined;
  const draws = tool.some((number) => tools.find((known) => known.id === number)?.output === 'image');
  const named = typeof step.output_path === 'string' && IMAGE_NAME.test(step.output_path);
  const output = draws ? (named ? String(step.output_path) : `step-${id}.png`) : TEXT_OUTPUT;
  if (output !== step.output_path) mended.push(`step ${id}: its output is ${output}`);
  return {
    id,
    tool,
    action_type: type === 'quantitative' ? 'quantitative' : 'qualitative',
    action,
    input_type: inputs,
    output_path: output,
    ...(grades === undefined ? {} : { grades }),
    said: typeof step.output_type === 'string' ? step.output_type : String(step.output_type),
  };
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 40) ?? 'missing';

function integers(value: unknown): number[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.every((each) => Number.isInteger(each)) ? [...new Set(list as number[])] : undefined;
}

function gradesOf(value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.length !== 4 || !value.every((each) => Number.isFinite(each)))
    return undefined;
  const grades = value as number[];
  return grades.every((grade, at) => at === 0 || grade > grades[at - 1]) ? grades : undefined;
}

/** Every step that `id` builds on, itself left out, in order. */
export function stepsBelow(steps: readonly PlanStep[], id: number): PlanStep[] {
  const wanted = new Set<number>([id]);
  for (let at = steps.length - 1; at >= 0; at--)
    if (wanted.has(steps[at].id)) for (const from of steps[at].input_type) wanted.add(from);
  return steps.filter((step) => step.id !== id && wanted.has(step.id));
}
