// Looks for canaries in bytes: in any case, straight or as UTF-16, so that no reader of the format is needed.
import type { Canary } from './patient.ts';

/** Canaries whose value stands anywhere in the bytes. */
export function canariesIn(bytes: Uint8Array, canaries: readonly Canary[]): Canary[] {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .toLowerCase();
  const wide = latin.replaceAll('\0', '');
  return canaries.filter(({ value }) => {
    const wanted = value.toLowerCase();
    return latin.includes(wanted) || wide.includes(wanted);
  });
}
