// A plan as a graph of typed nodes: checked before anything runs, and put into levels that can run side by side.
import { asObject } from '../../../experts/json-reply.ts';

export const DATA_TYPES = ['picture', 'mask', 'boxes', 'table', 'labels', 'number', 'text', 'json'] as const;
export type DataType = (typeof DATA_TYPES)[number];

export interface InputPort {
  readonly type: DataType;
  /** Default false. */
  readonly optional?: boolean;
}

/** What a planner is told of a kind of node, and all it is told. */
export interface NodeCard {
  readonly id: string;
  readonly capability: string;
  readonly useCase: string;
  readonly inputs: Readonly<Record<string, InputPort>>;
  readonly output: DataType;
}

export type Binding = { readonly from: string } | { readonly value: unknown };

export interface PlanNode {
  readonly id: string;
  readonly tool: string;
  readonly inputs: Readonly<Record<string, Binding>>;
}

export type CheckedDag =
  | {
      readonly ok: true;
      readonly nodes: readonly PlanNode[];
      /** Ids by level, alphabetical within one: each needs only levels before it. */
      readonly levels: readonly (readonly string[])[];
      /** Nodes whose results the answer is made from. */
      readonly answer: readonly string[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** What a reference to the case's own picture is called. */
export const CASE = 'picture';
const MOST_NODES = 64;
const NODE_ID = /^[a-z][a-z0-9_-]{0,39}$/;

/**
 * {nodes: [{id, tool, inputs: {port: "$node" | literal}}], answer: ["id"]}. Rejected with every reason: unknown tools
 * and nodes, ports that are missing or not there, types that do not fit, cycles, answers that are no node.
 */
export function checkDag(value: unknown, cards: readonly NodeCard[]): CheckedDag {
  const plan = asObject(value);
  const list = plan?.nodes;
  if (!Array.isArray(list) || list.length === 0)
    return { ok: false, reasons: ['The plan has no list "nodes".'] };
  if (list.length > MOST_NODES) return { ok: false, reasons: [`A plan has at most ${MOST_NODES} nodes.`] };
  const reasons: string[] = [];
  const nodes: PlanNode[] = [];
  for (const given of list) {
    const node = asObject(given);
    const id = typeof node?.id === 'string' ? node.id : '';
    if (!NODE_ID.test(id) || id === CASE) reasons.push(`"${id.slice(0, 40)}" is no id of a node.`);
    else if (nodes.some((known) => known.id === id)) reasons.push(`Two nodes are called ${id}.`);
    else nodes.push({ id, tool: String(node?.tool ?? '').slice(0, 80), inputs: bindingsOf(node?.inputs) });
  }
  const outputs = new Map<string, DataType>([[CASE, 'picture']]);
  const cardOf = (tool: string) => cards.find((card) => card.id === tool);
  for (const { id, tool } of nodes) {
    const card = cardOf(tool);
    if (card === undefined) reasons.push(`${id}: there is no tool "${tool}".`);
    else outputs.set(id, card.output);
  }
  for (const { id, tool, inputs } of nodes) {
    const card = cardOf(tool);
    if (card === undefined) continue;
    for (const port of Object.keys(inputs))
      if (!Object.hasOwn(card.inputs, port))
        reasons.push(`${id}: ${tool} has no input "${port.slice(0, 40)}".`);
    for (const [port, wanted] of Object.entries(card.inputs)) {
      const binding = Object.hasOwn(inputs, port) ? inputs[port] : undefined;
      if (binding === undefined) {
        if (wanted.optional !== true) reasons.push(`${id}: the input "${port}" is missing.`);
      } else if ('from' in binding) {
        const type = outputs.get(binding.from);
        if (type === undefined) reasons.push(`${id}: there is no node "${binding.from.slice(0, 40)}".`);
        else if (type !== wanted.type)
          reasons.push(`${id}: "${port}" takes ${wanted.type}, and ${binding.from} gives ${type}.`);
      } else if (!isLiteral(binding.value, wanted.type))
        reasons.push(
          `${id}: "${port}" takes ${wanted.type}, not ${JSON.stringify(binding.value)?.slice(0, 60)}.`,
        );
    }
  }
  const answer = (Array.isArray(plan?.answer) ? plan.answer : [plan?.answer]).map(String);
  for (const id of answer)
    if (!nodes.some((node) => node.id === id)) reasons.push(`The answer "${id.slice(0, 40)}" is no node.`);
  if (reasons.length > 0) return { ok: false, reasons };
  const levels = levelsOf(nodes);
  return levels === undefined
    ? { ok: false, reasons: ['The nodes wait for one another in a circle.'] }
    : { ok: true, nodes, levels, answer };
}

function bindingsOf(value: unknown): Record<string, Binding> {
  return Object.fromEntries(
    Object.entries(asObject(value) ?? {}).map(([port, bound]): [string, Binding] => [
      port,
      typeof bound === 'string' && bound.startsWith('$') ? { from: bound.slice(1) } : { value: bound },
    ]),
  );
}

/** Pictures, masks, boxes, tables and labels come from nodes only. */
function isLiteral(value: unknown, type: DataType): boolean {
  if (type === 'number') return Number.isFinite(value);
  if (type === 'text') return typeof value === 'string' && value.length <= 2000;
  return type === 'json' && asObject(value) !== undefined;
}

/** Kahn's order by levels; undefined where there is a cycle. */
export function levelsOf(nodes: readonly PlanNode[]): string[][] | undefined {
  const waits = new Map(
    nodes.map(({ id, inputs }) => [
      id,
      new Set(
        Object.values(inputs).flatMap((bound) =>
          'from' in bound && bound.from !== CASE ? [bound.from] : [],
        ),
      ),
    ]),
  );
  const levels: string[][] = [];
  while (waits.size > 0) {
    const ready = [...waits]
      .filter(([, needs]) => needs.size === 0)
      .map(([id]) => id)
      .sort();
    if (ready.length === 0) return undefined;
    for (const id of ready) waits.delete(id);
    for (const needs of waits.values()) for (const id of ready) needs.delete(id);
    levels.push(ready);
  }
  return levels;
}
