// What went wrong in the store or the blob folder, as one sentence that says what to do.
import { basename } from 'node:path';
import { messageOf, OverreadError } from '../domain/errors.ts';

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function sentence(code: string, name: string, cause: unknown): string {
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code))
    return `The disk under ${name} is full: free some space and go on; what was committed is safe.`;
  if (/^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS)/.test(code))
    return `${name} cannot be written: give a place that you may write with --store.`;
  if (/^(SQLITE_CANTOPEN|ENOTDIR|EISDIR|ENOENT)/.test(code))
    return `${name} cannot be opened: check that its folder exists and may be written, or give another --store.`;
  if (/^(SQLITE_CORRUPT|SQLITE_NOTADB)/.test(code))
    return `${name} is damaged or not an Overread store: restore a copy of it or give another --store.`;
  if (/^(SQLITE_BUSY|SQLITE_LOCKED)/.test(code))
    return `${name} is locked by another process for too long: wait for it or stop it, then try again.`;
  if (/^SQLITE_IOERR/.test(code))
    return `The disk under ${name} reports an error (${code}): check the disk, then try again.`;
  return `${name} failed: ${messageOf(cause)}.`;
}

/** A typed `store-failed` error about the file or folder at `path`; only its base name is shown. */
export function fileProblem(cause: unknown, path: string): OverreadError {
  if (OverreadError.isInstance(cause)) return cause;
  const code = codeOf(cause);
  return new OverreadError('store-failed', sentence(code, basename(path), cause), {
    cause,
    details: { code },
  });
}
