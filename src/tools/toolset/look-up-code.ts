// look_up_code: codes of structures and findings, from the user's table and the project's small one.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { findCodes, OWN_CODES } from '../codes.ts';

const input = z.strictObject({
  query: z.string().min(1).max(200).describe('A name ("left kidney", "fatty liver") or a code ("K76.0").'),
  system: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .describe('Only codes of this system: SCT (SNOMED CT), ICD-10-CM, or one of the user’s table.'),
  limit: z.int().min(1).max(20).default(5),
});

const lookUpCode: Tool<z.infer<typeof input>> = {
  name: 'look_up_code',
  description:
    'Looks up the code of a structure or finding, or what a code means, in the user’s table of codes and in a small ' +
    'built-in one (SNOMED CT of structures, some ICD-10-CM). Nothing found is no proof that there is no code.',
  input,
  modes: TOOL_MODES,
  group: 'knowledge',
  run: async ({ query, system, limit }, { codes = [] }) => {
    const tables = codes.length === 0 ? [OWN_CODES] : [codes, OWN_CODES];
    const found = findCodes(tables, query, { limit, ...(system === undefined ? {} : { system }) });
    const systems = [...new Set(tables.flat().map((code) => code.system))].slice(0, 20);
    return {
      codes: found.map(({ system: of, code, name, source }) => ({
        system: of,
        code,
        name,
        source: source ?? null,
      })),
      ...(found.length > 0
        ? {}
        : { note: `No code of that name is in the tables, which hold ${systems.join(', ')}.` }),
    };
  },
};

export default lookUpCode;
