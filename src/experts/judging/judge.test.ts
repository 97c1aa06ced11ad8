import { describe, expect, it } from 'vitest';
import { gatewayFixture } from '../testing/gateway-fixture.ts';
import { modelJudge } from './judge.ts';

const { server, gateway, store } = gatewayFixture();

describe('a judge behind the gateway', () => {
  it('is asked in words and answers in words, once for equal questions of a patient', async () => {
    const loopback = await server({ answer: ({ question }) => ({ text: `YES to ${question}` }) });
    const judge = await modelJudge(gateway(loopback, { store: await store() }), 'compatible/m');
    expect(judge.id).toBe('compatible/m');
    expect(await judge.ask('Is it right?', { patientId: 'p1' })).toBe('YES to Is it right?');
    // The reply is kept behind the caller's back.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await judge.ask('Is it right?', { patientId: 'p1' });
    expect(loopback.count()).toBe(1);
  });

  it('that is not trusted is not asked', async () => {
    const loopback = await server({ answer: () => ({ text: 'YES' }) });
    const asked = modelJudge(gateway(loopback, { allow: [] }), 'compatible/m').then((judge) =>
      judge.ask('?'),
    );
    await expect(asked).rejects.toMatchObject({ code: 'endpoint-not-trusted' });
    expect(loopback.count()).toBe(0);
  });
});
