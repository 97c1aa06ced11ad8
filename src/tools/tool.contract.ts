// What every tool keeps to, whoever wrote it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOOL_GROUPS, TOOL_MODES, type Tool, type ToolContext } from '../domain/tool.ts';
import { callTool, inputSchema } from './call.ts';
import { testAccess, testContext } from './testing.ts';

export interface ToolContractCase {
  /** Arguments that the tool takes. */
  readonly good: Record<string, unknown>;
  /** Arguments that it refuses. */
  readonly bad: readonly unknown[];
}

const NO_PATH = /home|ENOENT|\bat\b .*:\d/;

/** The same arguments with their numbers moved: edges, zero, halves, and far out. */
function nearby(good: Record<string, unknown>): fc.Arbitrary<unknown> {
  const moved = (value: unknown): fc.Arbitrary<unknown> => {
    if (typeof value === 'number')
      return fc.oneof(fc.constant(value), fc.double({ noNaN: true }), fc.integer({ min: -3, max: 40 }));
    if (Array.isArray(value)) return fc.tuple(...value.map(moved));
    if (typeof value === 'object' && value !== null)
      return fc.record(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, moved(each)])));
    return fc.constant(value);
  };
  return moved(good);
}

export function toolContract(tool: Tool, { good, bad }: ToolContractCase): void {
  const call = async (args: unknown, over: Partial<ToolContext> = {}) =>
    callTool(
      [tool],
      { name: tool.name, arguments: args, step: 1 },
      await testContext({ mode: tool.modes[0], ...over }),
    );

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
    it('says that only those arguments are needed without which a call is refused', async () => {
      const { required = [] } = inputSchema(tool) as { required?: string[] };
      for (const name of required) {
        const { [name]: _, ...rest } = good;
        expect((await call(rest)).error).toMatch(new RegExp(`cannot use these arguments: .*${name}`));
      }
      for (const name of Object.keys(good).filter((each) => !required.includes(each))) {
        const { [name]: _, ...rest } = good;
        expect((await call(rest)).error ?? '').not.toMatch(/cannot use these arguments/);
      }
    });
    it('answers in plain JSON', async () => {
      const { result, error } = await call(good);
      expect(error).toBeUndefined();
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    });
    it('answers the same call the same way', async () => {
      expect((await call(good)).result).toEqual((await call(good)).result);
    });
    it('shows a picture by the hash of one that was kept, and no pixels', async () => {
      const shown = await testContext({ mode: tool.modes[0] });
      const { result } = await callTool([tool], { name: tool.name, arguments: good, step: 1 }, shown);
      const { image } = result as { image?: string };
      if (image !== undefined && tool.group !== undefined)
        expect(shown.pictures?.list().map(({ hash }) => hash)).toContain(image);
      expect(JSON.stringify(result).length).toBeLessThan(20_000);
      expect(JSON.stringify(result)).not.toMatch(/base64|data:image/);
    });
    it('is of a group of tools, and the five published ones of none', () => {
      expect([undefined, ...TOOL_GROUPS]).toContain(tool.group);
    });
    it('takes whatever JSON a model sends and answers with a result or a sentence', async () => {
      const names = Object.keys((inputSchema(tool).properties as object | undefined) ?? {});
      // Half-right arguments reach further than random ones: right names, and good values changed one at a time.
      const args = fc.oneof(
        fc.jsonValue(),
        names.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...names), fc.jsonValue()),
        fc
          .tuple(fc.constantFrom(...(names.length === 0 ? ['none'] : names)), fc.jsonValue())
          .map(([name, value]) => ({ ...good, [name]: value })),
        nearby(good),
      );
      const shown = await testContext({ mode: tool.modes[0] });
      await fc.assert(
        fc.asyncProperty(args, async (given) => {
          const { result, error } = await callTool(
            [tool],
            { name: tool.name, arguments: given, step: 1 },
            shown,
          );
          expect(JSON.parse(JSON.stringify(result))).toEqual(result);
          expect(JSON.stringify(result)).not.toMatch(/ENOENT|\.ts:\d/);
          // The published tools keep their published words.
          if (error !== undefined && tool.group !== undefined) expect(error).toMatch(/\.$/);
          // A fault of its own is no sentence that a model can act upon.
          expect(error).not.toBe(`${tool.name} failed.`);
        }),
        { numRuns: 60 },
      );
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
        annotation: broken,
      });
      const { result } = await call(good, { case: access });
      expect(JSON.stringify(result)).not.toMatch(NO_PATH);
    });
  });
}
