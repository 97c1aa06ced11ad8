// The tools a reader is given in one mode.
import { OverreadError } from '../domain/errors.ts';
import { TOOL_GROUPS, type Tool, type ToolMode } from '../domain/tool.ts';
import cropOrgan from './toolset/crop-organ.ts';
import listAvailableCrops from './toolset/list-available-crops.ts';
import lookupMedicalKnowledge, { publishedLookup } from './toolset/lookup-medical-knowledge.ts';
import measure, { publishedMeasure } from './toolset/measure.ts';
import { tools } from './toolset/registry.generated.ts';
import segmentOrgan from './toolset/segment-organ.ts';

/** In the order of the published environment. */
const PUBLISHED: readonly Tool[] = [
  segmentOrgan,
  measure,
  lookupMedicalKnowledge,
  cropOrgan,
  listAvailableCrops,
] as readonly Tool[];

/** What stands in for a tool under the published rules. */
const STAND_INS: Readonly<Record<string, Tool>> = {
  measure: publishedMeasure as Tool,
  lookup_medical_knowledge: publishedLookup as Tool,
};

export interface ToolkitOptions {
  /** Only the five published tools, with the six published measurement types and look-ups in words. Default false. */
  readonly published?: boolean;
  /** Tools beside those five, by name or group, or "all". Default none. Throws `bad-argument` for what there is not. */
  readonly also?: readonly string[];
  /** Tools of outside servers; all of them join. */
  readonly outside?: readonly Tool[];
}

/**
 * Tools of a mode: measurements in oracle and predicted mode, pictures in vision mode, knowledge in all. Others join
 * when they are asked for, so that a run with the published tools stays what it was.
 */
export function toolkit(mode: ToolMode, options: ToolkitOptions = {}): Tool[] {
  const published = options.published === true;
  const { also = [], outside = [] } = options;
  const others = allTools().filter((tool) => !PUBLISHED.includes(tool));
  const unknown = also.find(
    (wanted) => wanted !== 'all' && !others.some((tool) => isMeant(tool, wanted)) && !isCore(wanted),
  );
  if (unknown !== undefined)
    throw new OverreadError(
      'bad-argument',
      `There is no tool or group of tools "${unknown}": use all, ${[...TOOL_GROUPS, ...others.map((tool) => tool.name)].join(', ')}.`,
    );
  const joined = others.filter((tool) => also.some((wanted) => wanted === 'all' || isMeant(tool, wanted)));
  return [...(published ? PUBLISHED : [...PUBLISHED, ...joined]), ...outside]
    .filter((tool) => tool.modes.includes(mode))
    .map((tool) => (published ? (STAND_INS[tool.name] ?? tool) : tool));
}

/** Every tool there is, whatever its mode and group. */
export function allTools(): readonly Tool[] {
  return Object.values(tools) as readonly Tool[];
}

const isMeant = (tool: Tool, wanted: string): boolean =>
  tool.name === wanted || (tool.group ?? 'case') === wanted;

const isCore = (wanted: string): boolean =>
  wanted === 'outside' || PUBLISHED.some((tool) => isMeant(tool, wanted));
