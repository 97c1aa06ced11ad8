// The tools a reader is given in one mode.
import type { Tool, ToolMode } from '../domain/tool.ts';
import cropOrgan from './toolset/crop-organ.ts';
import listAvailableCrops from './toolset/list-available-crops.ts';
import lookupMedicalKnowledge, { publishedLookup } from './toolset/lookup-medical-knowledge.ts';
import measure, { publishedMeasure } from './toolset/measure.ts';
import { tools } from './toolset/registry.generated.ts';
import segmentOrgan from './toolset/segment-organ.ts';

/** In the order of the published environment; tools added later follow by name. */
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
}

/** Tools of a mode: measurements in oracle and predicted mode, pictures in vision mode, knowledge in all. */
export function toolkit(mode: ToolMode, options: ToolkitOptions = {}): Tool[] {
  const published = options.published === true;
  const others = (Object.values(tools) as readonly Tool[]).filter((tool) => !PUBLISHED.includes(tool));
  return (published ? PUBLISHED : [...PUBLISHED, ...others])
    .filter((tool) => tool.modes.includes(mode))
    .map((tool) => (published ? (STAND_INS[tool.name] ?? tool) : tool));
}
