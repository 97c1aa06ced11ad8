import { describe, expect, it } from 'vitest';
import { providerContract } from '../provider.contract.ts';
import { type Provider, vendorPackage } from '../provider.ts';
import { ask, gatewayFixture, textOf } from '../testing/gateway-fixture.ts';
import { providers } from './registry.generated.ts';

const { server, gateway: gatewayTo } = gatewayFixture();

for (const [id, provider] of Object.entries(providers) as [string, Provider][])
  providerContract(id, provider);

describe('a vendor package', () => {
  it('that is not installed ends in what to install', async () => {
    const absent = vendorPackage('@ai-sdk/nobody', async () => {
      throw Object.assign(new Error("Cannot find package '@ai-sdk/nobody'"), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    });
    await expect(absent).rejects.toMatchObject({
      code: 'dependency-missing',
      message: '@ai-sdk/nobody is not installed: run "npm install @ai-sdk/nobody".',
    });
    await expect(vendorPackage('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('openai', () => {
  it('speaks chat completions, so that nothing asks the vendor to keep what is sent', async () => {
    const loopback = await server({ answer: () => ({ text: 'B' }) });
    const gateway = gatewayTo(loopback, { env: { OPENAI_API_KEY: 'k-1' } });
    const reply = await gateway.languageModel('openai/gpt-4o').doGenerate(ask('q'));
    expect(textOf(reply)).toBe('B');
    expect(loopback.requests[0].path).toBe('/v1/chat/completions');
    expect(loopback.requests[0].body.store).not.toBe(true);
  });
});
