// overread/experts: the gateway to models, and segmenters.
export { type ChatModel, noteOf, type ReplyNote } from './chat-model.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { type Price, parsePrice } from './model-ref.ts';
export type { Provider } from './provider.ts';
export { openSegmenter, type Segmenter } from './segmenter.ts';
export { averagePooled, type LogMel, logMel } from './speech/log-mel.ts';
export { resolveVolume } from './volume-message.ts';
