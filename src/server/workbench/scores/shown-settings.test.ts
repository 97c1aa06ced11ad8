// What a browser may see of a run's settings.
import { describe, expect, it } from 'vitest';
import { shownSettings } from './shown-settings.ts';

const shown = (settings: Record<string, unknown>) =>
  Object.fromEntries(shownSettings(settings).map(({ name, value }) => [name, value]));

describe('settings in a browser', () => {
  it('name no folder of this machine, in whatever setting a path stands', () => {
    const text = JSON.stringify(
      shownSettings({
        prior: '/home/someone/data/prior.json',
        segmenter: 'onnx:/srv/models/net.onnx,threshold=0.5',
        experts: ['ground=file:/srv/secret/place', 'C:\\Users\\someone\\scan.nii'],
        nested: { table: '~/tables/icd.csv', deep: { list: [{ at: '/srv/models/x.bin' }] } },
      }),
    );
    expect(text).not.toMatch(/someone|srv|Users|tables|secret/);
    expect(text).toContain('prior.json');
    expect(text).toContain('net.onnx,threshold=0.5');
  });

  it('hold no secret, and of an address its server only', () => {
    expect(
      shown({
        apiKey: 'sk-1',
        token: 'abc',
        authorization: { bearer: 'x' },
        maxOutputTokens: 512,
        prior: true,
      }),
    ).toEqual({
      apiKey: 'not shown',
      token: 'not shown',
      authorization: 'not shown',
      maxOutputTokens: '512',
      prior: 'yes',
    });
    expect(shown({ baseUrl: 'https://host.example:8443/v1?key=abc' })).toEqual({
      baseUrl: 'https://host.example:8443',
    });
    expect(shown({ experts: ['ground=http:https://host.example/v1/a?key=abc,timeout=5'] })).toEqual({
      experts: 'ground=http:https://host.example,timeout=5',
    });
  });

  it('say nothing and empty settings as words', () => {
    expect(shown({ maxCalls: null, ladder: {}, seed: 0 })).toEqual({
      maxCalls: 'none',
      ladder: 'yes',
      seed: '0',
    });
  });
});
