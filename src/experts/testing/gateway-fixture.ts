// Servers and gateways for tests of what goes through them; everything opened is closed after each test.
import { afterEach } from 'vitest';
import { openStore, type Store } from '../../storage/store.ts';
import type { ChatCall, ChatReply } from '../chat-model.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts';
import { instantClock } from './instant-clock.ts';
import { type Loopback, type LoopbackScript, startLoopback } from './loopback.ts';

export interface GatewayFixture {
  server(script?: LoopbackScript): Promise<Loopback>;
  /** Trusts the server, knows no key, and waits for nothing. */
  gateway(server: Pick<Loopback, 'url'>, options?: Partial<GatewayOptions>): Gateway;
  store(): Promise<Store>;
}

/** Call it at the top of a test file. */
export function gatewayFixture(): GatewayFixture {
  let open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const thing of open.reverse()) await thing.close();
    open = [];
  });
  return {
    async server(script) {
      const loopback = await startLoopback(script);
      open.push(loopback);
      return loopback;
    },
    gateway({ url }, options = {}) {
      const gateway = createGateway({
        allow: [new URL(url).origin],
        baseUrls: { compatible: url, openai: url },
        env: {},
        clock: instantClock(),
        ...options,
      });
      open.push(gateway);
      return gateway;
    },
    async store() {
      const store = await openStore(':memory:');
      open.push(store);
      return store;
    },
  };
}

export function ask(text: string, rest: Partial<ChatCall> = {}): ChatCall {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text }] }], temperature: 0, ...rest };
}

export function textOf(reply: Pick<ChatReply, 'content'>): string {
  return reply.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
