// The tool calls that plans are made of.
import type { PlannedStep } from '../question-type.ts';

export const segment = (target: string): PlannedStep => ({
  primitive: 'segment',
  tool: 'segment_organ',
  arguments: { target },
});

export const measure = (target: string, measurement: string): PlannedStep => ({
  primitive: 'measure',
  tool: 'measure',
  arguments: { target, measurement_type: measurement },
});

/** The words of a criterion's id are a query that finds it first in every set. */
export const lookUp = (criterion: string): PlannedStep => ({
  primitive: 'knowledge',
  tool: 'lookup_medical_knowledge',
  arguments: { query: criterion.replaceAll('-', ' ') },
});
