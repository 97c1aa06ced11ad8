// What every tool keeps to, whoever wrote it.
import { describe, expect, it } from 'vitest';
import { TOOL_MODES, type Tool, type ToolContext } from '../domain/tool.ts';
import { callTool, inputSchema } from './call.ts';
import { testAccess } from './testing.ts';

export interface ToolContractCase {
  /** Arguments that the tool takes. */
  readonly good: Record<string, unknown>;
  /** Arguments that it refuses. */
  readonly bad: readonly unknown[];
}

export function toolContract(tool: Tool, { good, bad }: ToolContractCase): void {
  const context = (over: Partial<ToolContext> = {}): ToolContext => ({
    case: testAccess(),
    mode: tool.modes[0],
    criteria: 'guideline',
    signal: new AbortController().signal,
    ...over,
  });
  const call = (args: unknown, over?: Partial<ToolContext>) =>
    callTool([tool], { name: tool.name, arguments: args, step: 1 }, context(over));

  describe(`tool ${tool.name}`, () => {
    it('has a name and a description that a model can be told', () => {
      expect(tool.name).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
      expect(tool.description.length).toBeGreaterThan(20);
    });
    it('works in at least one mode', () => {
      expect(tool.modes.length).toBeGreaterThan(0);
      for (const mode of tool.modes) expect(TOOL_MODES).toContain(mode);
    });
    it('says its arguments as the JSON Schema of an object that takes nothing else', () => {
      expect(inputSchema(tool)).toMatchObject({ type: 'object', additionalProperties: false });
    });
    it('answers in plain JSON', async () => {
      const { result, error } = await call(good);
      expect(error).toBeUndefined();
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    });
    it('takes its arguments as JSON text, as models send them', async () => {
      const asked = await call(JSON.stringify(good));
      expect(asked.error).toBeUndefined();
    });
    it('names no case: arguments that point at another are refused', async () => {
      for (const name of ['case_id', 'image_id', 'caseId', 'path', 'benchmark']) {
        const { error } = await call({ ...good, [name]: '../other' });
        expect(error).toMatch(new RegExp(`^${tool.name} cannot use these arguments: .*${name}`));
      }
    });
    it.each(bad.map((args) => [args]))('refuses %j with a sentence, as its result', async (args) => {
      const { result, error } = await call(args);
      expect(error).toMatch(/\.$/);
      expect(result).toEqual({ error });
    });
    it('turns a case that cannot be read into a result without a path or a stack', async () => {
      const broken = async () => {
        throw new Error('ENOENT: /home/somebody/patient.nii.gz');
      };
      const access = testAccess({
        measurements: broken,
        availableCrops: broken,
        crop: broken,
        volume: broken,
      });
      const { result } = await call(good, { case: access });
      expect(JSON.stringify(result)).not.toMatch(/home|ENOENT|\bat\b .*:\d/);
    });
  });
}
