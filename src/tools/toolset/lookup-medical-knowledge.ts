// lookup_medical_knowledge: the criteria that answer a question in words, each with its source.
import * as z from 'zod';
import type { Tool } from '../../domain/tool.ts';
import { criteriaSet } from '../../knowledge/criteria.ts';
import { lookupKnowledge } from '../../knowledge/lookup.ts';

const input = z.strictObject({
  query: z.string().min(1).max(500).describe('What you want to know, in a few words.'),
});

type Lookup = Tool<z.infer<typeof input>>;

const lookupMedicalKnowledge: Lookup = {
  name: 'lookup_medical_knowledge',
  description: 'Looks up clinical criteria and thresholds; returns one or two passages with their source.',
  input,
  modes: ['oracle', 'predicted', 'vision'],
  run: async ({ query }, { criteria }) => lookupKnowledge(query, criteriaSet(criteria)),
};

/** Text and source only, as the published environment returned: thresholds have to be read out of the sentence. */
export const publishedLookup: Lookup = {
  ...lookupMedicalKnowledge,
  run: async ({ query }, { criteria }) => ({
    results: lookupKnowledge(query, criteriaSet(criteria)).results.map(({ text, source }) => ({
      text,
      source,
    })),
  }),
};

export default lookupMedicalKnowledge;
