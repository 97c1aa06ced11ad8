import { describe, expect, it } from 'vitest';
import { keyEncryption, keyOpener, keySealer, newEncryption } from './key-encryption.ts';

describe('the parameters of encrypted keys', () => {
  it('that we write ourselves are taken, and open what they sealed', () => {
    const parameters = keyEncryption.parse(newEncryption());
    const line = keySealer('passphrase', parameters)('A', true);
    expect(keyOpener('passphrase', parameters)(line, true)).toBe('A');
    expect(() => keyOpener('another', parameters)(line, true)).toThrow(/passphrase is wrong/);
  });

  it.each([
    { N: -5, r: 0 },
    { N: 2 ** 30 },
    { p: 100_000 },
    { r: 1e6 },
    { N: 2.5 },
    { N: 100_000 },
    { cipher: 'none' },
  ])('from elsewhere cannot make one guess take hours: %j', (wrong) => {
    expect(keyEncryption.safeParse({ ...newEncryption(), ...wrong }).success).toBe(false);
  });
});
