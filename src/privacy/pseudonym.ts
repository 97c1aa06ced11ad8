// Pseudonyms: keyed hashes that stand for patients and cases wherever a benchmark, prompt or report names one.
import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { OverreadError } from '../domain/errors.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** 80 bits: among a million cases two share a pseudonym with a probability below 10⁻¹². */
const CHARACTERS = 16;
const LEAST_SECRET = 16;

/**
 * Keyed hash (HMAC-SHA-256, 80 bits in base32) of a patient or case identifier, e.g. "patient-mzxw6ytboi4dkmrs".
 * Equal inputs give equal pseudonyms; without the secret neither the identifier nor a guess at it can be checked.
 * @param secret what `secretFromSeed` or `readSecret` gave
 */
export function pseudonym(secret: string, kind: 'patient' | 'case', identifier: string): string {
  if (secret === '')
    throw new OverreadError('bad-argument', 'A pseudonym needs a secret: give a seed or a secret file.');
  const digest = createHmac('sha256', secret).update(`${kind}\u0000${identifier}`, 'utf8').digest();
  return `${kind}-${base32(digest).slice(0, CHARACTERS)}`;
}

/**
 * The secret that a benchmark uses unless a secret file is given: derived from its seed (HKDF-SHA-256), so that one
 * seed gives the same pseudonyms, and so the same content hash, on any machine. Whoever knows the seed can test a
 * guessed identifier against it; for identifiers that must withstand that, give a secret file.
 */
export function secretFromSeed(seed: string): string {
  return Buffer.from(hkdfSync('sha256', seed, 'overread', 'pseudonym', 32)).toString('hex');
}

/**
 * The secret in a file, surrounding white space removed; at least 16 characters.
 * Throws `file-not-found`, or `bad-config` when it is too short to keep anything secret.
 */
export function readSecret(path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new OverreadError(
      'file-not-found',
      `The secret file ${basename(path)} cannot be read: check the path.`,
      {
        cause,
      },
    );
  }
  if (secret.length < LEAST_SECRET)
    throw new OverreadError(
      'bad-config',
      `The secret in ${basename(path)} is shorter than ${LEAST_SECRET} characters: write a random one.`,
    );
  return secret;
}

/** RFC 4648 base32, lower case, without padding. */
export function base32(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? out + ALPHABET[(value << (5 - bits)) & 31] : out;
}
