// What every provider plug-in must keep.
import { describe, expect, it } from 'vitest';
import type { Provider } from './provider.ts';
import { ask } from './testing/gateway-fixture.ts';

const BASE = 'https://models.example.org/base/v9';
const KEY = 'contract-key-0815';

/** @param id its file name. */
export function providerContract(id: string, provider: Provider): void {
  describe(`${id} keeps the provider contract`, () => {
    const sent: { url: string; headers: Headers; body: string }[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      sent.push({ url: String(input), headers: new Headers(init?.headers), body: String(init?.body) });
      return new Response('{"error":{"message":"no"}}', {
        status: 400,
        headers: { 'content-type': 'application/json' },
      });
    };

    it('is called by its file’s name and says what it needs', () => {
      expect(provider.id).toBe(id);
      expect(provider.summary).not.toBe('');
      expect(provider.keyVariables.length).toBeGreaterThan(0);
      if (provider.endpoint !== undefined) expect(new URL(provider.endpoint).protocol).toBe('https:');
    });

    it('sends through the fetch it is given, to the address it is given, with the key in a header only', async () => {
      const model = await provider.create({ model: 'some-model', baseUrl: BASE, apiKey: KEY, fetch });
      expect(model.specificationVersion).toBe('v4');
      await expect(model.doGenerate(ask('q'))).rejects.toThrow();
      expect(sent).toHaveLength(1);
      const [{ url, headers, body }] = sent;
      expect(url.startsWith(`${BASE}/`)).toBe(true);
      expect(url).not.toContain(KEY);
      expect(body).not.toContain(KEY);
      expect([...headers].some(([, value]) => value.includes(KEY))).toBe(true);
      expect(`${url} ${body}`).toContain('some-model');
    });
  });
}
