// Anthropic's models through its own API.
import { type Provider, vendorPackage } from '../provider.ts';

const anthropic: Provider = {
  id: 'anthropic',
  summary: 'Anthropic',
  package: '@ai-sdk/anthropic',
  endpoint: 'https://api.anthropic.com/v1',
  keyVariables: ['ANTHROPIC_API_KEY'],
  keyRequired: true,
  async create({ model, baseUrl, apiKey, fetch }) {
    const { createAnthropic } = await vendorPackage('@ai-sdk/anthropic', () => import('@ai-sdk/anthropic'));
    return createAnthropic({ baseURL: baseUrl, apiKey, fetch }).languageModel(model);
  },
};

export default anthropic;
