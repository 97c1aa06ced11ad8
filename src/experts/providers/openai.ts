// OpenAI's models through its own API.
// Chat completions rather than the responses API: that one keeps what it is sent unless told otherwise.
import { type Provider, vendorPackage } from '../provider.ts';

const openai: Provider = {
  id: 'openai',
  summary: 'OpenAI',
  package: '@ai-sdk/openai',
  endpoint: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
  keyRequired: true,
  async create({ model, baseUrl, apiKey, fetch }) {
    const { createOpenAI } = await vendorPackage('@ai-sdk/openai', () => import('@ai-sdk/openai'));
    return createOpenAI({ baseURL: baseUrl, apiKey, fetch }).chat(model);
  },
};

export default openai;
