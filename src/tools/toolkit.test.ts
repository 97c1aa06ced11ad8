import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import type { Tool, ToolContext, ToolMode } from '../domain/tool.ts';
import { PUBLISHED_MEASUREMENTS } from '../measure/answer.ts';
import { callTool, inputSchema } from './call.ts';
import { testAccess } from './testing.ts';
import { toolContract } from './tool.contract.ts';
import { toolkit } from './toolkit.ts';
import cropOrgan from './toolset/crop-organ.ts';
import listAvailableCrops from './toolset/list-available-crops.ts';
import lookupMedicalKnowledge from './toolset/lookup-medical-knowledge.ts';
import measure, { publishedMeasure } from './toolset/measure.ts';
import segmentOrgan from './toolset/segment-organ.ts';

const raster = { width: 2, height: 2, channels: 1 as const, data: new Uint8Array(4) };

toolContract(segmentOrgan as Tool, {
  good: { target: 'liver' },
  bad: [{}, { target: 7 }, { target: '' }, 'no json', [1]],
});
for (const tool of [measure, publishedMeasure])
  toolContract(tool as Tool, {
    good: { target: 'liver', measurement_type: 'volume_cm3' },
    bad: [{}, { target: 'liver' }, { target: 'liver', measurement_type: 'answer' }, '{', null],
  });
toolContract(lookupMedicalKnowledge as Tool, { good: { query: 'splenomegaly' }, bad: [{}, { query: [] }] });
toolContract(listAvailableCrops as Tool, { good: {}, bad: [7] });
toolContract(
  {
    ...cropOrgan,
    run: (input: { organ: string }, context: ToolContext) =>
      cropOrgan.run(input, {
        ...context,
        case: { ...context.case, crop: async () => ({ hash: 'a'.repeat(64), raster, organ: 'liver' }) },
      }),
  } as Tool,
  { good: { organ: 'liver' }, bad: [{}, { organ: 3 }] },
);

function context(mode: ToolMode, over = {}): ToolContext {
  return { case: testAccess(over), mode, criteria: 'guideline', signal: new AbortController().signal };
}

const names = (mode: ToolMode, published = false) => toolkit(mode, { published }).map((tool) => tool.name);

describe('the toolkit', () => {
  it('measures in oracle and predicted mode, looks in vision mode, knows criteria in all', () => {
    const measuring = ['segment_organ', 'measure', 'lookup_medical_knowledge'];
    expect(names('oracle', true)).toEqual(measuring);
    expect(names('predicted', true)).toEqual(measuring);
    expect(names('vision', true)).toEqual(['lookup_medical_knowledge', 'crop_organ', 'list_available_crops']);
  });
  it('under the published rules, measure offers the six published types only', () => {
    const published = toolkit('oracle', { published: true }).find((tool) => tool.name === 'measure');
    const schema = inputSchema(published as Tool) as { properties: { measurement_type: { enum: string[] } } };
    expect(schema.properties.measurement_type.enum).toEqual([...PUBLISHED_MEASUREMENTS]);
  });
});

describe('tool calls', () => {
  const call = (name: string, args: unknown, mode: ToolMode = 'oracle') =>
    callTool(toolkit(mode), { name, arguments: args, step: 1 }, context(mode));

  it('a box of 6³ voxels of 1 mm³ measures 0.216 cm³', async () => {
    const { result } = await call('measure', { target: 'spleen', measurement_type: 'volume_cm3' });
    expect(result).toMatchObject({ value: 0.216, unit: 'cm3' });
  });
  it('takes the published alias argument "measurement"', async () => {
    const { result, arguments: logged } = await call('measure', {
      target: 'spleen',
      measurement: 'volume_cm3',
    });
    expect((result as { value: number }).value).toBeCloseTo(0.216, 9);
    expect(logged).toEqual({ target: 'spleen', measurement_type: 'volume_cm3' });
  });
  it('takes structures as people write them', async () => {
    const { result } = await call('measure', { target: 'Hepatic lesions', measurement_type: 'lesion_count' });
    expect(result).toMatchObject({ value: 1 });
  });
  it('a structure that is absent is an answer, not a failed call', async () => {
    const { result, error } = await call('segment_organ', { target: 'pancreas' });
    expect(result).toMatchObject({
      mask_found: false,
      available_targets: expect.arrayContaining(['liver', 'liver_lesion', 'spleen']),
    });
    expect(error).toBeUndefined();
  });
  it('an unknown tool is answered with the tools that there are', async () => {
    const { result, error } = await call('open_keys', { path: 'keys.jsonl' });
    expect(result).toEqual({ error });
    expect(error).toMatch(/no tool named "open_keys": use segment_organ, measure/);
  });
  it('a tool of another mode is unknown: vision readers cannot measure', async () => {
    const { error } = await call('measure', { target: 'liver', measurement_type: 'volume_cm3' }, 'vision');
    expect(error).toMatch(/no tool named "measure"/);
  });
  it('a typed error becomes its sentence', async () => {
    const failing = testAccess({
      measurements: async () => {
        throw new OverreadError('not-allowed', 'Nothing is measured in vision mode: look at the pictures.');
      },
    });
    const { result } = await callTool(
      toolkit('oracle'),
      { name: 'segment_organ', arguments: { target: 'liver' }, step: 1 },
      { ...context('oracle'), case: failing },
    );
    expect(result).toEqual({ error: 'Nothing is measured in vision mode: look at the pictures.' });
  });
  it('whatever a model sends, a call ends in a log entry that is JSON', async () => {
    const anyName = fc.oneof(
      fc.constantFrom('segment_organ', 'measure', 'lookup_medical_knowledge'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(anyName, fc.oneof(fc.jsonValue(), fc.string()), async (name, args) => {
        const entry = await call(name, args);
        expect(JSON.stringify(entry)).toBeTypeOf('string');
        expect(entry.tool).toBe(name);
      }),
      { numRuns: 200 },
    );
  });
});
