// Keys under a passphrase: scrypt for the secret, AES-256-GCM in numbered blocks, so that files of any size stream.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';

export const keyEncryption = z.object({
  cipher: z.literal('aes-256-gcm'),
  kdf: z.literal('scrypt'),
  // A folder from elsewhere must not make one guess take hours.
  N: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20)
    .refine((n) => Number.isInteger(Math.log2(n)), 'no power of two'),
  r: z.number().int().min(1).max(32),
  p: z.number().int().min(1).max(16),
  /** Base64. */
  salt: z.string(),
  /** Base64, 8 bytes; the block number makes the other 4 of each nonce. */
  nonce: z.string(),
});
export type KeyEncryption = z.infer<typeof keyEncryption>;

const TAG_BYTES = 16;
/** Most that a folder from elsewhere may make us spend on one guess: 128·N·r bytes. */
const MOST_MEMORY = 512 * 1024 * 1024;

/** Fresh parameters. 2^15 × 8 takes about 0.1 s and 32 MB for one guess. */
export function newEncryption(): KeyEncryption {
  return {
    cipher: 'aes-256-gcm',
    kdf: 'scrypt',
    N: 2 ** 15,
    r: 8,
    p: 1,
    salt: randomBytes(16).toString('base64'),
    nonce: randomBytes(8).toString('base64'),
  };
}

function secretOf(passphrase: string, { N, r, p, salt }: KeyEncryption): Buffer {
  if (128 * N * r > MOST_MEMORY)
    throw new OverreadError(
      'limit-exceeded',
      'The keys ask for too much memory to be opened: build them again.',
    );
  return scryptSync(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, {
    N,
    r,
    p,
    maxmem: MOST_MEMORY + 2 ** 20,
  });
}

/** Nonce and authenticated data of a block; the last one is marked, so that a cut file is noticed. */
function block(parameters: KeyEncryption, index: number, last: boolean): { nonce: Buffer; data: Buffer } {
  const nonce = Buffer.alloc(12);
  Buffer.from(parameters.nonce, 'base64').copy(nonce, 0, 0, 8);
  nonce.writeUInt32BE(index, 8);
  return { nonce, data: Buffer.from(`overread-keys:${index}:${last ? 'last' : 'more'}`) };
}

/** Encrypts text blocks in order; each gives a base64 line. */
export function keySealer(
  passphrase: string,
  parameters: KeyEncryption,
): (text: string, last: boolean) => string {
  const secret = secretOf(passphrase, parameters);
  let index = 0;
  return (text, last) => {
    const { nonce, data } = block(parameters, index++, last);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    cipher.setAAD(data);
    return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64',
    );
  };
}

/** Decrypts the blocks of `keySealer` in order. Throws `key-locked` for a wrong passphrase or changed block. */
export function keyOpener(
  passphrase: string,
  parameters: KeyEncryption,
): (line: string, last: boolean) => string {
  const secret = secretOf(passphrase, parameters);
  let index = 0;
  return (line, last) => {
    const { nonce, data } = block(parameters, index++, last);
    const bytes = Buffer.from(line, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(data);
      decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      const text = decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (error) {
      throw new OverreadError(
        'key-locked',
        'The keys do not open: the passphrase is wrong or keys.jsonl was changed or cut.',
        { cause: error },
      );
    }
  };
}
