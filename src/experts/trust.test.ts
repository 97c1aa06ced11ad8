import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ask, gatewayFixture } from './testing/gateway-fixture.ts';
import { trustList } from './trust.ts';

const { server, gateway: gatewayTo } = gatewayFixture();

describe('the trust list', () => {
  it('is empty by default: nothing is sent anywhere, loopback included', async () => {
    const loopback = await server();
    const gateway = gatewayTo(loopback, { allow: [] });
    const refused = {
      code: 'endpoint-not-trusted',
      message: expect.stringContaining(`--allow ${new URL(loopback.url).origin}`),
    };
    await expect(gateway.languageModel('compatible/m').doGenerate(ask('q'))).rejects.toMatchObject(refused);
    await expect(gateway.prepare('compatible/m')).rejects.toMatchObject(refused);
    expect(loopback.count()).toBe(0);
  });

  it('holds for vendors too, whose name or address has to be given', async () => {
    const sent: string[] = [];
    const options = {
      env: { OPENAI_API_KEY: 'k-1' },
      baseUrls: {},
      fetch: async (input: unknown) => {
        sent.push(String(input));
        return new Response('{}', { status: 400 });
      },
    };
    const ask1 = (allow: string[]) =>
      gatewayTo({ url: 'http://127.0.0.1:1' }, { ...options, allow })
        .languageModel('openai/gpt-5')
        .doGenerate(ask('q'));
    await expect(ask1([])).rejects.toMatchObject({ code: 'endpoint-not-trusted' });
    await expect(ask1(['anthropic', 'http://127.0.0.1:1'])).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
    expect(sent).toEqual([]);
    await expect(ask1(['openai'])).rejects.toMatchObject({ code: 'provider-failed' });
    await expect(ask1(['https://api.openai.com'])).rejects.toMatchObject({ code: 'provider-failed' });
    expect(sent).toEqual(Array(2).fill('https://api.openai.com/v1/chat/completions'));
  });

  it('does not let a vendor’s name stand for another address', async () => {
    const loopback = await server();
    const gateway = gatewayTo(loopback, { allow: ['openai'], env: { OPENAI_API_KEY: 'k-1' } });
    await expect(gateway.languageModel('openai/gpt-5').doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
    expect(loopback.count()).toBe(0);
  });

  it('is asked again where requests leave: a provider that goes elsewhere is stopped', async () => {
    const trusted = await server();
    const elsewhere = await server();
    const stray = {
      id: 'stray',
      summary: 'goes where it was not told to',
      package: '-',
      endpoint: trusted.url,
      keyVariables: ['NONE'],
      keyRequired: false,
      create: async ({ fetch }: { fetch: typeof globalThis.fetch }) => ({
        specificationVersion: 'v4' as const,
        provider: 'stray',
        modelId: 'm',
        supportedUrls: {},
        doGenerate: async () => {
          await fetch(`${elsewhere.url}/chat/completions`, { method: 'POST', body: '{}' });
          throw new Error('unreachable');
        },
        doStream: async () => {
          throw new Error('unreachable');
        },
      }),
    };
    const gateway = gatewayTo(trusted, { providers: { stray } });
    await expect(gateway.languageModel('stray/m').doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
      details: { requests: 0 },
    });
    expect([trusted.count(), elsewhere.count()]).toEqual([0, 0]);
  });

  it('ends a redirect: the other host sees nothing, trusted or not', async () => {
    const other = await server();
    const loopback = await server({
      fault: () => ({ kind: 'redirect', location: `${other.url}/chat/completions` }),
    });
    await expect(
      gatewayTo(loopback).languageModel('compatible/m').doGenerate(ask('q')),
    ).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
      message: expect.stringContaining('redirects to'),
      details: { requests: 1 },
    });
    const allow = [loopback.url, other.url].map((url) => new URL(url).origin);
    await expect(
      gatewayTo(loopback, { allow }).languageModel('compatible/m').doGenerate(ask('q')),
    ).rejects.toMatchObject({ code: 'provider-failed', message: expect.stringContaining('--base-url') });
    expect(other.count()).toBe(0);
    expect(loopback.count()).toBe(2);
  });

  it('is not led round by proxy variables', async () => {
    const proxy = await server();
    const loopback = await server({ answer: () => ({ text: 'straight' }) });
    const module = new URL('./gateway.ts', import.meta.url).href;
    const script = `
      const { createGateway } = await import(${JSON.stringify(module)});
      const gateway = createGateway({ allow: [${JSON.stringify(new URL(loopback.url).origin)}],
        baseUrls: { compatible: ${JSON.stringify(loopback.url)} } });
      const { content } = await gateway.languageModel('compatible/m').doGenerate(
        { prompt: [{ role: 'user', content: [{ type: 'text', text: 'q' }] }] });
      process.stdout.write(content[0].text);
      await gateway.close();`;
    const origin = new URL(proxy.url).origin;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: {
        ...process.env,
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: origin,
        http_proxy: origin,
        ALL_PROXY: origin,
        NO_PROXY: '',
      },
    });
    expect(stdout).toBe('straight');
    expect([proxy.count(), loopback.count()]).toEqual([0, 1]);
  });

  it('matches scheme, host, port and path, not the look of a name', () => {
    const trust = trustList(['https://models.example.org', 'http://127.0.0.1:8000/v1/'], {
      vendor: 'https://api.vendor.com',
    });
    expect(trust.allows('https://models.example.org/v1/chat')).toBe(true);
    expect(trust.allows('https://models.example.org:443/')).toBe(true);
    for (const url of [
      'http://models.example.org/v1',
      'https://models.example.org:8443/',
      'https://models.example.org.evil.net/',
      'https://evil.net/?https://models.example.org',
      'https://models.example.org@evil.net/',
      'http://localhost:8000/v1/chat',
      'http://127.0.0.1:8000/v2/chat',
      'http://127.0.0.1:8000/v1x',
      'http://127.0.0.1:8000/v1/../admin',
      'http://127.0.0.1:8000/v1/%2e%2e%2fadmin',
      'https://api.vendor.com/',
      'file:///etc/passwd',
      'nonsense',
    ])
      expect([url, trust.allows(url)]).toEqual([url, false]);
    expect(trust.allows('http://127.0.0.1:8000/v1/chat/completions')).toBe(true);
    expect(
      trustList(['vendor'], { vendor: 'https://api.vendor.com' }).allows('https://api.vendor.com/v1'),
    ).toBe(true);
  });

  it.each([
    'nonsense',
    'ftp://x.org',
    'https://user:secret-pw@x.org',
  ])('refuses the entry %s without repeating secrets', (entry) => {
    const made = () => trustList([entry]);
    expect(made).toThrow(/--allow takes/);
    expect(made).not.toThrow(/secret-pw/);
  });
});
