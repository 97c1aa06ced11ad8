import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { base32, pseudonym, readSecret, secretFromSeed } from './pseudonym.ts';

describe('base32', () => {
  it.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('RFC 4648 encodes "%s" as "%s"', (text, code) => {
    expect(base32(new TextEncoder().encode(text))).toBe(code);
  });
});

describe('pseudonyms', () => {
  it('are HMAC-SHA-256 under the secret', () => {
    // python3: b32encode(hmac.new(b"secret", b"patient\0Jane Doe", "sha256").digest()).lower()[:16]
    expect(pseudonym('secret', 'patient', 'Jane Doe')).toBe('patient-lxcmhrgcqx2x7ati');
  });
  it('of a patient and of a case with one name differ', () => {
    expect(pseudonym('secret', 'patient', 'A1').slice(8)).not.toBe(
      pseudonym('secret', 'case', 'A1').slice(5),
    );
  });
  it('do not contain the identifier, and change with the secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (identifier) => {
        const name = pseudonym('one', 'case', identifier);
        expect(name).toMatch(/^case-[a-z2-7]{16}$/);
        expect(name.slice(5)).not.toContain(identifier);
        expect(pseudonym('two', 'case', identifier)).not.toBe(name);
      }),
    );
  });
  it('cannot be made without a secret', () => {
    expect(() => pseudonym('', 'case', 'A1')).toThrow(/needs a secret/);
  });
});

describe('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-secret-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  it('a seed gives one secret everywhere', () => {
    // RFC 5869 by hand in python3: hmac(hmac("overread", "7"), "pseudonym\x01").hex()
    expect(secretFromSeed('7')).toBe('27cb0092a7a682b087c7f5b4d975ee5aecbee731759cc70bcea7c1b12f09f6c1');
  });
  it('a secret file is trimmed', () => {
    writeFileSync(join(folder, 'a'), ' 0123456789abcdef0123\n');
    expect(readSecret(join(folder, 'a'))).toBe('0123456789abcdef0123');
  });
  it('a short or missing secret is refused without its path', () => {
    writeFileSync(join(folder, 'b'), 'short');
    expect(() => readSecret(join(folder, 'b'))).toThrow(/in b is shorter than 16/);
    expect(() => readSecret(join(folder, 'c'))).toThrow(/secret file c cannot be read/);
  });
});
