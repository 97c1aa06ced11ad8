// measure: one measurement of one structure, on the annotated or a segmenter's mask.
import * as z from 'zod';
import type { Tool } from '../../domain/tool.ts';
import {
  answerMeasure,
  type MeasurementType,
  PUBLISHED_MEASUREMENTS,
  TOOL_MEASUREMENTS,
} from '../../measure/answer.ts';
import { canonicalTarget } from '../target.ts';

type MeasureInput = { target: string; measurement_type: MeasurementType };

/** The published environment also took the argument as `measurement`. */
function withAlias(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('measurement' in value)) return value;
  const { measurement, ...rest } = value as Record<string, unknown>;
  return 'measurement_type' in rest ? value : { ...rest, measurement_type: measurement };
}

function measureTool(types: readonly MeasurementType[]): Tool<MeasureInput> {
  return {
    name: 'measure',
    description:
      'Measures one structure in the scan: volumes in cm³, attenuation in HU, diameters, lesion counts and the like. ' +
      'The result names its unit.',
    input: z.preprocess(
      withAlias,
      z.strictObject({
        target: z
          .string()
          .min(1)
          .max(100)
          .describe('Structure to measure, such as liver, kidney_left, spleen or pancreas_cyst.'),
        measurement_type: z
          .enum(types as [MeasurementType, ...MeasurementType[]])
          .describe('What to measure.'),
      }),
    ),
    modes: ['oracle', 'predicted'],
    needsScan: true,
    run: async ({ target, measurement_type }, { case: access }) =>
      answerMeasure(await access.measurements(), canonicalTarget(target), measurement_type),
  };
}

/** Restricted to the six measurement types of the published environment. */
export const publishedMeasure = measureTool(PUBLISHED_MEASUREMENTS);

export default measureTool(TOOL_MEASUREMENTS);
