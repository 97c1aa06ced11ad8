// Content hashes: SHA-256 over bytes, or over canonical JSON (RFC 8785).
import { createHash } from 'node:crypto';
import canonicalizeJson from 'canonicalize';

/** Canonical JSON text (RFC 8785) of a JSON value; `undefined` members are dropped. */
export function canonicalJson(value: unknown): string {
  return (canonicalizeJson as unknown as (v: unknown) => string | undefined)(value) ?? 'null';
}

/** Hexadecimal SHA-256 of bytes or UTF-8 text. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hexadecimal SHA-256 of a value's canonical JSON. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
