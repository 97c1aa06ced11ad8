// Any OpenAI-compatible server: vLLM, SGLang, Ollama, llama.cpp, LM Studio and many hosted ones.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { compatibleMetadata } from '../logprobs.ts';
import type { Provider } from '../provider.ts';

const compatible: Provider = {
  id: 'compatible',
  summary: 'any OpenAI-compatible server, by --base-url',
  package: '@ai-sdk/openai-compatible',
  endpoint: undefined,
  keyVariables: ['COMPATIBLE_API_KEY'],
  keyRequired: false,
  create: async ({ model, baseUrl, apiKey, fetch }) =>
    createOpenAICompatible({
      ...{ name: 'compatible', baseURL: baseUrl, apiKey, fetch },
      metadataExtractor: {
        extractMetadata: compatibleMetadata,
        // Replies are never streamed here.
        createStreamExtractor: () => ({ processChunk: () => {}, buildMetadata: () => undefined }),
      },
    }).chatModel(model),
};

export default compatible;
