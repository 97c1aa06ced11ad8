// How a process that the server forked answers: the value, or an error by its code and sentence.
import { type ErrorCode, OverreadError } from '../../domain/errors.ts';

export type ChildReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** @param broken what is said of an error that nobody threw on purpose; its stack goes to the terminal */
export async function childReply<T>(work: () => Promise<T>, broken: string): Promise<ChildReply<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (OverreadError.isInstance(error)) return { ok: false, code: error.code, message: error.message };
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return { ok: false, code: 'internal', message: broken };
  }
}
