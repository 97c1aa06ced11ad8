// calculate: arithmetic with units, conversion between units, and clinical formulas with their sources.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { FORMULAS } from '../formulas/all.ts';
import { compute } from '../formulas/formula.ts';
import { shown } from '../picture-view.ts';
import { evaluate, inUnit } from '../quantities/expression.ts';
import { parseUnit, usualUnit } from '../quantities/units.ts';

const value = z.union([z.number(), z.string().min(1).max(100)]);

const input = z.strictObject({
  expression: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      'Such as "pi/6 * 3.1 cm * 28 mm * 2.5 cm" or "120 mL": + - * / ^, sqrt, min, max, mean, ln, exp; UCUM units.',
    ),
  formula: z
    .enum([...FORMULAS.keys()] as [string, ...string[]])
    .optional()
    .describe(
      `In place of an expression: ${[...FORMULAS].map(([id, { inputs }]) => `${id}(${Object.keys(inputs).join(', ')})`).join('; ')}.`,
    ),
  values: z
    .record(z.string().max(40), z.union([value, z.array(value).max(20)]))
    .optional()
    .describe('What the formula takes, by name: numbers, or text with a unit ("7.2 cm").'),
  to: z.string().min(1).max(40).optional().describe('UCUM unit of the result.'),
});

const calculate: Tool<z.infer<typeof input>> = {
  name: 'calculate',
  description:
    'Calculates with units, converts between them, and works out clinical formulas. Adding a length to a mass is an ' +
    'error, not a number. Formulas come with their source.',
  input,
  modes: TOOL_MODES,
  group: 'knowledge',
  run: async ({ expression, formula, values, to }) => {
    if ((expression === undefined) === (formula === undefined))
      throw new OverreadError('bad-argument', 'Give an expression or a formula with its values.');
    if (expression !== undefined) {
      if (values !== undefined)
        throw new OverreadError(
          'bad-argument',
          'Values belong to a formula: write them into the expression.',
        );
      const result = evaluate(expression);
      const unit = to ?? usualUnit(result.dimension);
      return { value: finite(inUnit(result, unit)), unit };
    }
    const known = FORMULAS.get(formula ?? '');
    if (known === undefined) throw new OverreadError('bad-argument', 'There is no such formula.');
    const { value: computed, ...rest } = compute(known, values ?? {});
    const unit = to ?? known.unit;
    const { factor, dimension } = parseUnit(known.unit);
    const converted = to === undefined ? computed : inUnit({ value: computed * factor, dimension }, to);
    const beside = Object.entries(rest).map(([name, each]) => [
      name,
      typeof each === 'number' ? shown(each) : each,
    ]);
    return {
      formula,
      value: finite(converted),
      unit,
      ...Object.fromEntries(beside),
      about: known.summary,
      source: known.source,
    };
  },
};

function finite(result: number): number {
  if (Number.isFinite(result)) return shown(result);
  throw new OverreadError('bad-argument', 'The result is not a finite number: check the values.');
}

export default calculate;
