// The tools a reader is given in one mode.
import type { Tool, ToolMode } from '../domain/tool.ts';
import cropOrgan from './toolset/crop-organ.ts';
import listAvailableCrops from './toolset/list-available-crops.ts';
import lookupMedicalKnowledge from './toolset/lookup-medical-knowledge.ts';
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

export interface ToolkitOptions {
  /** Only the five published tools, `measure` with its six published measurement types. Default false. */
  readonly published?: boolean;
}

/** Tools of a mode: measurements in oracle and predicted mode, pictures in vision mode, knowledge in all. */
export function toolkit(mode: ToolMode, options: ToolkitOptions = {}): Tool[] {
  const others = (Object.values(tools) as readonly Tool[]).filter((tool) => !PUBLISHED.includes(tool));
  const all = options.published === true ? PUBLISHED : [...PUBLISHED, ...others];
  return all
    .filter((tool) => tool.modes.includes(mode))
    .map((tool) =>
      options.published === true && tool.name === 'measure' ? (publishedMeasure as Tool) : tool,
    );
}
