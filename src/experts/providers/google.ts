// Google Gemini's models through its own API.
import { type Provider, vendorPackage } from '../provider.ts';

const google: Provider = {
  id: 'google',
  summary: 'Google Gemini',
  package: '@ai-sdk/google',
  endpoint: 'https://generativelanguage.googleapis.com/v1beta',
  keyVariables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'],
  keyRequired: true,
  async create({ model, baseUrl, apiKey, fetch }) {
    const { createGoogle } = await vendorPackage('@ai-sdk/google', () => import('@ai-sdk/google'));
    return createGoogle({ baseURL: baseUrl, apiKey, fetch }).languageModel(model);
  },
};

export default google;
